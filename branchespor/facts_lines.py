"""What `evaluate` and `simulate` print of one citizen, as JSON lines and as text."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from branchespor.simulation import play
from consumers.rules import Policies, evaluate
from consumers.rules.known import Record, instant, instant_of
from consumers.rules.shortage import Balance

_encode = msgspec.json.Encoder().encode


def answer_line(
    person: str, records: Sequence[Record], on: date, known_at: datetime | None, policies: Policies
) -> bytes:
    """The answer as one line of JSON; nothing if no fact was received by then."""
    if not _heard_of(records, known_at):
        return b""
    return _line({"person": person, **evaluate(records, on, known_at, policies).to_json()})


def answer_text(
    person: str, records: Sequence[Record], on: date, known_at: datetime | None, policies: Policies
) -> bytes:
    """The answer in Danish, for people; nothing if no fact was received by then."""
    if not _heard_of(records, known_at):
        return b""
    answer = evaluate(records, on, known_at, policies)
    sentences = "".join(f"  {each['da']}\n" for each in answer.explanation)
    return f"{person}: {answer.state}\n{sentences}".encode(errors="replace")


def journal_lines(
    person: str,
    records: Sequence[Record],
    first: date,
    last: date,
    policies: Policies,
    every: bool,
    balance: Balance | None = None,
) -> bytes:
    """The milestones as lines of JSON, numbered; with `every` all of them and their details."""
    return b"".join(_line(entry) for entry in _journal(person, records, first, last, policies, every, balance))


def journal_text(
    person: str,
    records: Sequence[Record],
    first: date,
    last: date,
    policies: Policies,
    every: bool,
    balance: Balance | None = None,
) -> bytes:
    """The milestones for people, one a line."""
    return "".join(
        f"{person} {entry['number']}. {entry['detected_day']} {entry['milestone']} from {entry['effective_day']}"
        f"{'' if entry['rule'] is None else ' by ' + entry['rule']}"
        f"{'' if entry['reason'] is None else ' (' + entry['reason'] + ')'}\n"
        for entry in _journal(person, records, first, last, policies, every, balance)
    ).encode(errors="replace")


def _journal(
    person: str,
    records: Sequence[Record],
    first: date,
    last: date,
    policies: Policies,
    every: bool,
    balance: Balance | None,
) -> list[dict[str, Any]]:
    wanted = [each for each in play(records, first, last, policies, balance) if every or each.course is not None]
    return [
        {
            "person": person,
            "number": number,
            "milestone": each.type,
            "effective_day": each.effective_day,
            "detected_day": each.detected_day,
            "course": each.course,
            "rule": each.rule,
            "old": each.old,
            "new": each.new,
            "reason": each.reason,
        }
        | ({"details": each.details} if every else {})
        for number, each in enumerate(wanted, start=1)
    ]


def _heard_of(records: Sequence[Record], known_at: datetime | None) -> bool:
    return known_at is None or any(instant(record["received_at"]) <= instant_of(known_at) for record in records)


def _line(value: dict[str, Any]) -> bytes:
    try:
        return _encode(value) + b"\n"
    except UnicodeEncodeError:  # a lone surrogate in a name has no UTF-8; its escape is JSON
        return json.dumps(value).encode() + b"\n"
