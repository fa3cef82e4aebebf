"""`schema check` finds what is planted in a copy of the schema files."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from branchespor.cli import branchespor
from schemas import house_rules, versions
from schemas.errors import WrongInput


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(versions.FOLDER, tmp_path / "avro"))


def a_second_version(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Version 2 of a schema, changed and on the release list."""
    schema = json.loads((folder / f"{name}-1.avsc").read_text(encoding="utf-8"))
    change(schema)
    (folder / f"{name}-2.avsc").write_text(json.dumps(schema), encoding="utf-8")
    listed = {**versions.released(folder), f"{name}-2.avsc": versions.identity(schema)}
    (folder / versions.RELEASED).write_text(json.dumps(listed), encoding="utf-8")


def found(folder: Path) -> set[tuple[str, str]]:
    return {(fault.path, fault.rule) for fault in house_rules.check(folder)}


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in schema["fields"] if each["name"] == name)  # type: ignore[no-any-return]


NEW = {"name": "sector", "type": ["null", "string"], "default": None, "doc": "Sector of the job. Null: not stated."}
REGISTERED = {"classification": "personal", "purpose": "eligibility", "basis": "public-task"}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        pytest.param(lambda s: s["fields"].append({**NEW, **REGISTERED}), set(), id="a-good-new-field"),
        pytest.param(
            lambda s: s["fields"].append(NEW),
            {("EmploymentSpell.sector", "classification"), ("EmploymentSpell.sector", "purpose")},
            id="not-classified",
        ),
        pytest.param(
            lambda s: s["fields"].append({**NEW, **REGISTERED, "purpose": "curiosity"}),
            {("EmploymentSpell.sector", "purpose")},
            id="purpose-not-registered",
        ),
        pytest.param(
            lambda s: s["fields"].append({**NEW, **REGISTERED, "doc": ""}),
            {("EmploymentSpell.sector", "doc")},
            id="no-doc",
        ),
        pytest.param(
            lambda s: s["fields"].append({**NEW, **REGISTERED, "type": ["string", "null"], "default": ""}),
            {("EmploymentSpell.sector", "optional")},
            id="null-not-first",
        ),
        pytest.param(
            lambda s: s["fields"].append({**NEW, **REGISTERED, "name": "paid_day"}),
            {("EmploymentSpell.paid_day", "logical_type")},
            id="a-day-that-is-no-date",
        ),
        pytest.param(
            lambda s: s["fields"].append({**NEW, **REGISTERED, "type": "double", "default": 0}),
            {("EmploymentSpell.sector", "no_float")},
            id="double",
        ),
        pytest.param(
            lambda s: field(s, "employment")["type"]["symbols"].append("FLEX"),
            {("EmploymentSpell.employment", "enum_default")},
            id="unknown-not-last",
        ),
        pytest.param(
            lambda s: field(s, "employment")["type"]["symbols"].remove("WAGE_SUBSIDY"),
            {("EmploymentSpell.employment", "enum_symbol")},
            id="a-symbol-goes",
        ),
        pytest.param(
            lambda s: field(s, "employment")["type"].pop("default"),
            {
                ("EmploymentSpell.employment", "enum_default"),
                ("EmploymentSpell.employment", "default_stands_still"),
            },
            id="the-enum-default-goes",
        ),
        pytest.param(
            lambda s: field(s, "record_key").update(aliases=["key"]),
            {("EmploymentSpell.record_key", "name_stands_still")},
            id="an-alias",
        ),
        pytest.param(
            lambda s: s.update(namespace="elsewhere"),
            {("EmploymentSpell", "name_stands_still"), ("EmploymentSpell.employment", "name_stands_still")},
            id="another-namespace",
        ),
        pytest.param(
            lambda s: field(s, "withdrawn").update(default=False),
            {("EmploymentSpell.withdrawn", "default_stands_still")},
            id="a-default-comes",
        ),
        pytest.param(
            lambda s: s["fields"].remove(field(s, "record_key")),
            {("EmploymentSpell.record_key", "reader_field_missing_default_value")},
            id="a-required-field-goes",
        ),
        pytest.param(
            lambda s: field(s, "weekly_hours")["type"][1].update(scale=3),
            {("EmploymentSpell.weekly_hours", "logical_type")},
            id="another-scale",
        ),
    ],
)
def test_a_planted_change_is_found_with_its_path(folder: Path, change: Any, faults: set[tuple[str, str]]) -> None:
    a_second_version(folder, "EmploymentSpell", change)
    assert found(folder) == faults


def test_a_released_file_that_was_edited_is_found(folder: Path) -> None:
    file = folder / "DayBegan-1.avsc"
    file.write_text(file.read_text(encoding="utf-8").replace("in Denmark", "in Norway"), encoding="utf-8")
    assert found(folder) == {("DayBegan", "released")}


def test_a_released_file_that_is_gone_and_one_not_listed_are_found(folder: Path) -> None:
    (folder / "DayBegan-1.avsc").rename(folder / "DayBegan-2.avsc")
    assert found(folder) == {("DayBegan", "released"), ("DayBegan-1.avsc", "released")}


def test_a_schema_without_a_topic_is_found(folder: Path) -> None:
    text = (folder / "DayBegan-1.avsc").read_text(encoding="utf-8").replace('"DayBegan"', '"NightBegan"')
    (folder / "NightBegan-1.avsc").write_text(text, encoding="utf-8")
    assert found(folder) == {("NightBegan", "released"), ("NightBegan", "catalogue")}


def test_a_file_with_another_name_or_no_json_is_wrong_input(folder: Path) -> None:
    (folder / "DayBegan.avsc").write_text("{}", encoding="utf-8")
    with pytest.raises(WrongInput, match=r"DayBegan\.avsc: a schema file is named Record-NUMBER\.avsc"):
        house_rules.check(folder)


def test_the_command_says_yes_to_the_tree() -> None:
    done = CliRunner().invoke(branchespor, ["schema", "check", "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"ok": True, "faults": []})
