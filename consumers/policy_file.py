"""Reads the policy record from YAML and refuses a wrong one with the key named (rules.md section 5)."""

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import yaml

from consumers.rules.policy import Policies, Policy
from schemas.errors import WrongSetting
from schemas.facts import TargetGroup

PACKAGED: Final = Path(__file__).parent / "rules" / "policy.yaml"
CATEGORIES: Final = frozenset({"EXTENSIVE_SHORTAGE", "SHORTAGE", "PARADOX", "GOOD", "LESS_GOOD"})
_GROUPS: Final = frozenset(group.value for group in TargetGroup)
_MOST_MONTHS: Final = 12 * 1000


class WrongPolicy(WrongSetting):
    """Something in the record is wrong; `entry` (which of the list, from 0) and `key` say where, None: in all of it."""

    def __init__(self, what: str, entry: int | None = None, key: str | None = None) -> None:
        super().__init__(what)
        self.entry, self.key = entry, key


class _Strict(yaml.SafeLoader):
    """YAML in which a key may stand once: the second one would win unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        for key in keys:
            if keys.count(key) > 1:
                raise WrongSetting(f"policy file, line {node.start_mark.line + 1}: key {key!r} stands twice")
        return super().construct_mapping(node, deep)


def load(path: Path | None = None) -> Policies:
    """The policies of a YAML file; None: the record that comes with the package.

    Raises WrongSetting that names the file, the line and the key: unknown, missing, of the wrong type, negative, an
    unknown group or category, overlapping windows; or the file, if it cannot be read.
    """
    place = PACKAGED if path is None else path
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSetting(f"policy file {place} cannot be read ({type(error).__name__})") from None
    try:
        content = yaml.load(text, Loader=_Strict)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f", line {mark.line + 1}"
        raise WrongSetting(f"policy file {place}{where} is no YAML with plain values") from None
    try:
        return parse(content)
    except WrongPolicy as error:
        line = _line(text, error.entry, error.key)
        raise WrongPolicy(f"policy file {place}, line {line}: {error}", error.entry, error.key) from None


def _line(text: str, entry: int | None, key: str | None) -> int:
    """The line on which a key of an entry stands, else on which what should hold it begins."""
    node: Any = yaml.compose(text, Loader=_Strict)
    if node is None:
        return 1
    if entry is not None:
        entries = next(value for name, value in node.value if name.value == "policies")
        node = entries.value[entry]
    found = [name for name, _ in node.value if name.value == key] if isinstance(node, yaml.MappingNode) else []
    return int((found[0] if found else node).start_mark.line) + 1


def parse(content: object) -> Policies:
    """The policies of a parsed record. Raises WrongPolicy that names the key."""
    if not isinstance(content, dict) or set(content) != {"policies"}:
        wrong = [str(key) for key in content if key != "policies"] if isinstance(content, dict) else []
        raise (
            WrongPolicy(f"{wrong[0]} is an unknown key", key=wrong[0])
            if wrong
            else WrongPolicy("key policies is missing")
        )
    entries = content["policies"]
    if not isinstance(entries, list) or not entries:
        raise WrongPolicy("policies: wanted is a list with at least one policy", key="policies")
    policies = [_policy(entry, index) for index, entry in enumerate(entries)]
    _refuse_overlaps(policies)
    return Policies(policies)


def _policy(entry: object, index: int) -> Policy:
    where = f"policies[{index}]"
    if not isinstance(entry, dict):
        raise WrongPolicy(f"{where}: wanted is a mapping of keys to values", index)
    for key in entry:
        if key not in _READERS:
            raise WrongPolicy(f"{where}.{key} is an unknown key", index, str(key))
    values: dict[str, Any] = {}
    for key, reader in _READERS.items():
        if key not in entry:
            raise WrongPolicy(f"{where}.{key} is missing", index)
        try:
            values[key] = reader(entry[key])
        except ValueError as error:
            raise WrongPolicy(f"{where}.{key}: wanted is {error}", index, key) from None
    if values["valid_to"] is not None and values["valid_to"] < values["valid_from"]:
        raise WrongPolicy(f"{where}.valid_to: wanted is a day not before valid_from", index, "valid_to")
    return Policy(**values)


def _refuse_overlaps(policies: list[Policy]) -> None:
    versions = [policy.version for policy in policies]
    for index, version in enumerate(versions):
        if version in versions[:index]:
            raise WrongPolicy(f"policies[{index}].version: the same version stands twice", index, "version")
    ordered = sorted(policies, key=lambda policy: policy.valid_from)
    for before, after in pairwise(ordered):
        if before.valid_to is None or before.valid_to >= after.valid_from:
            index = policies.index(after)
            raise WrongPolicy(
                f"policies[{index}].valid_from: the windows of two policies overlap; wanted is a day "
                f"after valid_to of policies[{policies.index(before)}]",
                index,
                "valid_from",
            )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("a day that exists") from None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("a day, as 2020-01-21")
    return value


def _day_or_none(value: object) -> date | None:
    return None if value is None else _day(value)


def _municipality(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}", value):
        raise ValueError('a quoted text of four digits, as "0707"')
    return value


def _months(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_MONTHS:
        raise ValueError(f"a whole number of months, 0 to {_MOST_MONTHS}")
    return value


def _months_from_one(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_MONTHS:
        raise ValueError(f"a whole number of months, 1 to {_MOST_MONTHS}: with 0 each day would begin a new period")
    return value


def _hours(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise ValueError("a number of hours, 0 or more")
    return value


def _codes(known: frozenset[str], what: str) -> Callable[[object], frozenset[str]]:
    def read(value: object) -> frozenset[str]:
        if not isinstance(value, list) or not all(isinstance(each, str) and each in known for each in value):
            raise ValueError(f"a list of known {what}")
        return frozenset(value)

    return read


def _weeks(value: object) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(isinstance(each, int) and not isinstance(each, bool) for each in value)
    if not isinstance(value, list) or not whole or any(each < 0 for each in value):
        raise ValueError("a list of whole numbers of weeks, 0 or more")
    return tuple(value)


_READERS: Final[Mapping[str, Callable[[object], Any]]] = {
    "version": _text,
    "valid_from": _day,
    "valid_to": _day_or_none,
    "confirmed": _truth,
    "home_municipality": _municipality,
    "insured_effort_months": _months,
    "cash_effort_months": _months,
    "prior_threshold_months": _months,
    "prior_lookback_months": _months,
    "bridge_gap_months": _months,
    "implied_reset_months": _months_from_one,
    "full_time_weekly_hours": _hours,
    "transition_from": _codes(_GROUPS, "target groups"),
    "shortage_categories": _codes(CATEGORIES, "shortage categories"),
    "good_job_categories": _codes(CATEGORIES, "shortage categories"),
    "labour_market_area": _text,
    "lasting_weeks": _weeks,
}
