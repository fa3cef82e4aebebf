"""Rows as one array per column, for `unnest`; written here, since psycopg takes thirty times as long over JSON."""

from collections.abc import Iterable, Sequence
from datetime import date

Value = str | int | bool | date | bytes | None


def columns(rows: Iterable[Sequence[Value]]) -> list[str]:
    """Each column of `rows` as the text of a PostgreSQL array, to be passed as a parameter and cast (`%s::uuid[]`)."""
    return [array(column) for column in zip(*rows, strict=True)]


def array(values: Iterable[Value]) -> str:
    """One array as text; days and moments in ISO form, which no DateStyle reads otherwise."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Value) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f'"\\\\x{value.hex()}"'
    return f'"{value.isoformat()}"'
