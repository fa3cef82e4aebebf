"""From rows of akasse-ledighed to versions of statements: corrections, withdrawals, waiting rows, other persons.

The document of a `sagsnr`: `known` (an N was accepted), `art`, `person` and `at` of the newest version, per person the
newest version and marks of all versions, and the rows that wait for an N.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from producers.delivery import Delivery, Row, Settled, Verdict
from producers.fact_spill import FactsByLine
from producers.line_verdicts import LineVerdicts
from producers.memory import Document, Memory
from producers.statement import record_of_version
from producers.vault import Vault, remembered
from schemas import forms, person_numbers
from schemas.facts import JsonValue, json_value, moment_text
from schemas.faults import Fault

Content = dict[str, JsonValue]

_KINDS = {
    "LEDIG": "TargetGroupSpell",
    "INDPLACERING": "DagpengePeriod",
    "FRAVÆR": "AbsenceSpell",
    "ARBEJDE": "EmploymentSpell",
}
_ABSENCES = {
    "FERIE": "HOLIDAY",
    "SYGDOM": "SICKNESS",
    "BARSEL": "PARENTAL_LEAVE",
    "BORGERLIGT OMBUD": "CIVIC_DUTY",
    "ANDET": "OTHER",
}
ROWS_AT_ONCE = 5_000
_WRITTEN = json.JSONEncoder(check_circular=False, sort_keys=True).encode
WAITING = "akasse_waiting"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ONE_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One faultless row, without the number: what waits in the memory has this form too. `at` is `registreret`."""

    delivery: str
    line: int
    handling: str
    art: str
    sagsnr: str
    person: str
    at: str
    content: Content | None
    since: str | None

    @property
    def moment(self) -> datetime:
        """`registreret` in UTC."""
        return datetime.fromisoformat(self.at)


@dataclass(slots=True)
class Run:
    """One delivery being applied, or a share of it: all rows of some `sagsnr`."""

    delivery: Delivery
    memory: Memory
    merged: Mapping[str, str]
    facts: FactsByLine = field(default_factory=FactsByLine)
    verdicts: LineVerdicts = field(default_factory=LineVerdicts)
    faults: dict[int, Sequence[Fault]] = field(default_factory=dict)
    earlier: set[int] = field(default_factory=set)
    settled: list[Settled] = field(default_factory=list)

    def answer(self, told: Told, verdict: Verdict, faults: Sequence[Fault] = ()) -> None:
        """The verdict of a row: in this receipt, or of a row that waited since an earlier delivery."""
        if told.delivery == self.delivery.file_name:
            self.verdicts[told.line] = verdict
            self.faults.pop(told.line, None)
            if faults:
                self.faults[told.line] = faults
        else:
            self.settled.append(Settled(delivery=told.delivery, line=told.line, verdict=verdict, faults=faults))

    def say(self, told: Told, person: str, at: datetime, withdrawn: bool, content: Content) -> None:
        """Publish one version of the statement of `person` under this row's `sagsnr`."""
        record = record_of_version(
            _KINDS[told.art],
            person=person,
            source=f"{self.delivery.feed}:{self.delivery.partner}",
            record_key=f"{told.sagsnr}/{person}",
            recorded_at=at,
            received_at=self.delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        self.facts.say(told.delivery, told.line, record)


def take_all(run: Run, rows: Sequence[Row], order: Sequence[int], moments: Sequence[int], vault: Vault) -> None:
    """Take the faultless rows at these places in this order, so many at a time; `moments`: `registered` by place."""
    for start in range(0, len(order), ROWS_AT_ONCE):
        places = order[start : start + ROWS_AT_ONCE]
        some = [rows[place] for place in places]
        written = [person_numbers.cleaned(row.values["cpr"] or "") for row in some]
        persons = vault.identify(dict.fromkeys(written))
        run.memory.load({row.values["sagsnr"] or "" for row in some})
        for row, number, place in zip(some, written, places, strict=True):
            _take(run, _told(row, persons[number], _EPOCH + timedelta(seconds=moments[place]), run.delivery))


def registered(row: Row) -> int:
    """`registreret` of a faultless row in seconds since 1970."""
    moment = forms.danish_moment(row.values["registreret"])
    if moment is None:
        raise ValueError(f"line {row.line} has no moment: its expectations were not checked")
    return int((moment.instants[0] - _EPOCH).total_seconds())


def _told(row: Row, person: str, at: datetime, delivery: Delivery) -> Told:
    values = row.values
    return Told(
        delivery=delivery.file_name,
        line=row.line,
        handling=values["handling"] or "",
        art=values["art"] or "",
        sagsnr=values["sagsnr"] or "",
        person=person,
        at=at.isoformat(),
        content=None if values["handling"] == "S" else _content(values),
        since=None if delivery.received_at is None else delivery.received_at.isoformat(),
    )


def _content(values: Mapping[str, str | None]) -> Content:
    first, last = (forms.day(values[name], "dd-mm-yyyy") for name in ("startdato", "slutdato"))
    days: Content = {"first_day": json_value(first), "last_day": json_value(last)}
    match values["art"]:
        case "LEDIG":
            return {"target_group": "INSURED", **days}
        case "INDPLACERING":
            return {"placed_on": json_value(first)}
        case "FRAVÆR":
            absence = _ABSENCES[values["fraværsart"] or ""]
            return {"absence": absence, "benefit_paid": values["dagpenge"] == "J", **days}
        case _:
            hours = values["timer"]
            weekly = None if hours is None else json_value(forms.danish_decimal(hours))
            return {"employment": "ORDINARY", **days, "weekly_hours": weekly}


def _take(run: Run, told: Told) -> None:
    """One row: it waits if its `sagsnr` is not known, else it is applied; an N releases what waited."""
    document = run.memory.get(told.sagsnr) or {"known": False, "waiting": []}
    if document["known"]:
        _apply_known(run, told, document)
    elif told.handling == "N":
        waiting = sorted((Told(**each) for each in document["waiting"]), key=lambda each: (each.moment, each.line))
        first = {"known": True, "art": told.art, "person": told.person, "at": None, "statements": {}, "waiting": []}
        _apply_known(run, told, first)
        run.memory.state.get(WAITING, {}).pop(told.sagsnr, None)
        for each in waiting:
            _apply_known(run, each, run.memory.get(told.sagsnr) or first)
    else:
        run.memory.put(told.sagsnr, {**document, "waiting": [*document["waiting"], asdict(told)]})
        run.memory.state.setdefault(WAITING, {})[told.sagsnr] = True
        run.earlier.add(told.line)
        run.answer(told, "waiting", [Fault(code="R15", line=told.line, column="sagsnr")])


def _apply_known(run: Run, told: Told, document: Document) -> None:
    person = remembered(told.person, [document["person"], *document["statements"]], run.merged)
    if person != told.person:
        told = replace(told, person=person)
    faults = list(_contradictions(told, document))
    if faults:
        run.answer(told, "rejected", faults)
        return
    statements: dict[str, Document] = dict(document["statements"])
    before = len(run.facts)
    if told.person != document["person"]:
        _withdraw_from(run, told, document["person"], statements)
    at = _next_version(run, told, statements)
    newest = None if document["at"] is None else datetime.fromisoformat(document["at"])
    # A row for another person is not older than what is known, even where a version was put 1 ms behind its second.
    if at is not None and (newest is None or at >= newest or told.person != document["person"]):
        at = at if newest is None else max(at, newest)
        document = {**document, "person": told.person, "at": at.isoformat()}
    run.memory.put(told.sagsnr, {**document, "statements": statements})
    run.answer(told, "accepted" if len(run.facts) > before else "unchanged")


def _contradictions(told: Told, document: Document) -> Iterable[Fault]:
    """R11 against what is known of the `sagsnr`, in column order."""
    if told.art != document["art"]:
        yield Fault(code="R11", line=told.line, column="art")
    if told.person != document["person"]:
        newest = datetime.fromisoformat(document["at"]).replace(microsecond=0)
        if told.handling != "R" or told.moment < newest:
            yield Fault(code="R11", line=told.line, column="cpr")


def _withdraw_from(run: Run, told: Told, person: str, statements: dict[str, Document]) -> None:
    statement = statements[person]
    newest = statement["newest"]
    if newest["withdrawn"]:
        return
    at = max(told.moment, datetime.fromisoformat(newest["at"]) + _ONE_MILLISECOND)
    statements[person] = _with_version(statement, at, True, newest["content"])
    run.say(told, person, at, True, newest["content"])


def _next_version(run: Run, told: Told, statements: dict[str, Document]) -> datetime | None:
    """The version this row says; None if it says nothing new."""
    statement = statements.get(told.person, {"newest": None, "versions": []})
    newest: dict[str, Any] | None = statement["newest"]
    withdrawn = told.handling == "S"
    content: Content = dict(newest["content"]) if newest is not None and withdrawn else dict(told.content or {})
    at = told.moment
    if newest is not None:
        if newest["withdrawn"] == withdrawn and newest["content"] == content:
            return None
        if _mark(at, withdrawn, content) in statement["versions"]:
            return None
        newest_at = datetime.fromisoformat(newest["at"])
        if newest_at.replace(microsecond=0) == at:
            at = newest_at + _ONE_MILLISECOND
    statements[told.person] = _with_version(statement, at, withdrawn, content)
    run.say(told, told.person, at, withdrawn, content)
    return at


def _with_version(statement: Mapping[str, Any], at: datetime, withdrawn: bool, content: Content) -> Document:
    newest = statement["newest"]
    if newest is None or at > datetime.fromisoformat(newest["at"]):
        newest = {"at": at.isoformat(), "withdrawn": withdrawn, "content": content}
    return {"newest": newest, "versions": [*statement["versions"], _mark(at, withdrawn, content)]}


def _mark(at: datetime, withdrawn: bool, content: Content) -> str:
    """Names a version by its second and content: the a-kasse writes no more than seconds."""
    said = _WRITTEN([moment_text(at.replace(microsecond=0)), withdrawn, content])
    return hashlib.blake2b(said.encode(), digest_size=9).hexdigest()


def give_up_waiting(run: Run, days: int, ours: Callable[[str], bool]) -> None:
    """Rows that waited longer than the contract's days are rejected; the ledger tells, no receipt is written again.

    Only those of a `sagsnr` that is `ours`.
    """
    now = run.delivery.received_at
    waiting: dict[str, bool] = run.memory.state.get(WAITING, {})
    if now is None or not waiting:
        return
    given_up = [sagsnr for sagsnr in waiting if ours(sagsnr)]
    run.memory.load(given_up)
    for sagsnr in given_up:
        document = run.memory.get(sagsnr) or {"known": False, "waiting": []}
        kept = []
        for each in document["waiting"]:
            if each["since"] is None or now - datetime.fromisoformat(each["since"]) <= timedelta(days=days):
                kept.append(each)
            else:
                told = Told(**each)
                run.answer(told, "rejected", [Fault(code="R15", line=told.line, column="sagsnr")])
        if len(kept) < len(document["waiting"]):
            run.memory.put(sagsnr, {**document, "waiting": kept})
        if not kept:
            del waiting[sagsnr]
