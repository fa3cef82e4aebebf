"""A fault found in a delivery: a stable code and where it stands, never a value (partners/codes.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from types import MappingProxyType
from typing import Any, Literal

Severity = Literal["file", "held", "row", "notice"]

_NO_DETAIL: Mapping[str, str | int] = MappingProxyType({})
_SEVERITY: Mapping[str, Severity] = {"F": "file", "H": "held", "R": "row", "N": "notice"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault.

    `line` counts from 1 (physical line, JSON item or XML start tag), `byte` is the position in the line, `column` the
    contract's name, `other_line` the second line of a conflict; None where it does not apply. `detail` fills the blanks
    of the code's text (`{form}`, `{list}`, `{expected}` …) with words of the contract, never with a value of the file.
    `rule` is the id of the expectation that failed, None where none did; two faults that differ in it alone are equal.
    """

    code: str
    line: int | None = None
    column: str | None = None
    other_line: int | None = None
    byte: int | None = None
    detail: Mapping[str, str | int] = field(default_factory=lambda: _NO_DETAIL)
    rule: str | None = field(default=None, compare=False)

    @property
    def severity(self) -> Severity:
        """file (F), held (H), row (R) or notice (N)."""
        return _SEVERITY[self.code[0]]

    def __reduce__(self) -> tuple[Any, ...]:
        # A detail may be of a kind that cannot travel between processes.
        return partial(
            Fault, **{each.name: getattr(self, each.name) for each in fields(self)} | {"detail": dict(self.detail)}
        ), ()
