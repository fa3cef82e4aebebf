"""What blocks of the register tell of a person, compared with what it told before (cpr.md, from rows to facts)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from producers.delivery import Delivery, FactOfLine, IdentityChange, Row
from producers.memory import Document, Memory
from producers.statement import version
from schemas import forms
from schemas.cpr_blocks import ANNULLED, NUMBER_CHANGED, day_of_moment, type_of
from schemas.cpr_stays import Stay, spells_of, stays_of
from schemas.facts import JsonValue

SOURCE = "cpr:register"
_LEFT_AS: Mapping[str, str] = {"70": "DISAPPEARED", "80": "EMIGRATED", "90": "DEAD"}
_NAME_AND_ADDRESS = "0001"
Content = Mapping[str, JsonValue]
# (kind, record_key without the person)
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one block tells: statements with their lines, the line of its 001, and how it ends what it leaves out.

    `left_as`, `left_on`: the person has disappeared, emigrated or died, and since when; None for all others. `stays`
    are its address records.
    """

    line: int
    statements: Mapping[Key, tuple[Content, int]]
    left_as: str | None
    left_on: date | None
    stays: Sequence[Stay]


def told_by(block: Sequence[Row], day: date) -> Told | None:
    """What a faultless block tells on `day` (PRODDTO); None if its number was changed (status 50, 60)."""
    person = next(row for row in block if type_of(row) == "001")
    status = person.values["STATUS"] or ""
    if status in NUMBER_CHANGED:
        return None
    if status == ANNULLED:
        return Told(line=person.line, statements={}, left_as=None, left_on=None, stays=())
    stays = stays_of(block)
    statements: dict[Key, tuple[Content, int]] = {}
    for spell in spells_of(stays):
        content: Content = {
            "municipality": spell.municipality,
            "first_day": spell.first_day.isoformat(),
            "last_day": None if spell.last_day is None else spell.last_day.isoformat(),
        }
        statements["ResidenceSpell", f"{spell.municipality}/{spell.first_day.isoformat()}"] = content, spell.line
    left_as = _LEFT_AS.get(status)
    left_on = None if left_as is None else day_of_moment(person.values["STATUSHAENSTART"])
    if left_as is not None and left_on is not None:
        statements["PersonStatus", left_as] = {"status": left_as, "day": left_on.isoformat()}, person.line
    protection = _protection(block, day)
    if protection is not None:
        since, line = protection
        statements["PersonStatus", "PROTECTED"] = {"status": "PROTECTED", "day": since.isoformat()}, line
    return Told(line=person.line, statements=statements, left_as=left_as, left_on=left_on, stays=stays)


def _protection(block: Sequence[Row], day: date) -> tuple[date, int] | None:
    found: list[tuple[date, int]] = []
    for row in block:
        if type_of(row) != "004" or row.values["BESKYTTYPE"] != _NAME_AND_ADDRESS:
            continue
        since = forms.day(row.values["START_DT-BESKYTTELSE"], "yyyy-mm-dd")
        until = forms.day(row.values["SLET_DT-BESKYTTELSE"], "yyyy-mm-dd")
        if since is not None and (until is None or until > day):
            found.append((since, row.line))
    return min(found, default=None)


class Register:
    """What the register has told and not taken back: one document per person id, statements by kind and key.

    A person that was merged into another keeps the statements it had, noted with the other until they are taken back:
    a statement never moves. `may_end` False: nothing is withdrawn or closed in this delivery.
    """

    def __init__(self, delivery: Delivery, recorded_at: datetime, memory: Memory, *, may_end: bool) -> None:
        self._delivery, self._recorded_at, self._memory, self._may_end = delivery, recorded_at, memory, may_end

    def merge(self, change: IdentityChange) -> None:
        """Note the statements of a person that was merged into another with the other."""
        if change.merged_person is None:
            return
        merged = self._memory.get(change.merged_person)
        if merged is not None:
            held = self._memory.get(change.person) or {}
            self._memory.put(change.person, {**held, **merged})
            self._memory.put(change.merged_person, {})

    def compare(self, told: Mapping[str, Sequence[Told]]) -> list[FactOfLine]:
        """New versions of what is other or new, and the end of what was told before and no longer is."""
        self._memory.load(told)
        return [fact for person, blocks in told.items() for fact in self._compare(person, blocks)]

    def _compare(self, person: str, blocks: Sequence[Told]) -> list[FactOfLine]:
        held: Document = dict(self._memory.get(person) or {})
        found: list[FactOfLine] = []
        now: dict[str, tuple[Key, Content, int]] = {}
        for block in blocks:
            for key, (content, line) in block.statements.items():
                now.setdefault(_reference(person, key), (key, content, line))
        for reference, said in list(held.items()):
            if reference not in now and self._may_end:
                found += self._end(held, reference, said, blocks)
        for reference, (key, content, line) in now.items():
            if held.get(reference, {}).get("content") == content:
                held[reference] = {"content": content, "closed": None}
                continue
            held[reference] = {"content": dict(content), "closed": None}
            found.append(self._version(person, key, content, line))
        self._memory.put(person, held)
        return found

    def _end(self, held: Document, reference: str, said: Document, blocks: Sequence[Told]) -> list[FactOfLine]:
        """Closes an open residence of somebody who left, and withdraws everything else."""
        person, key = _of_reference(reference)
        content, line = said["content"], blocks[-1].line
        last_day = _last_day(key, said, blocks[-1])
        if last_day is None:
            del held[reference]
            return [self._version(person, key, content, line, withdrawn=True)]
        closed = {**content, "last_day": last_day.isoformat()}
        held[reference] = {"content": closed, "closed": said["closed"] or blocks[-1].left_as}
        return [] if closed == content else [self._version(person, key, closed, line)]

    def _version(self, person: str, key: Key, content: Content, line: int, *, withdrawn: bool = False) -> FactOfLine:
        kind, rest = key
        fact = version(
            kind,
            person=person,
            source=SOURCE,
            record_key=f"{person}/{rest}",
            recorded_at=self._recorded_at,
            received_at=self._delivery.received_at,
            content=content,
            withdrawn=withdrawn,
        )
        return FactOfLine(fact=fact, delivery=self._delivery.file_name, line=line)


def _last_day(key: Key, said: Document, block: Told) -> date | None:
    """The day before somebody left, for a residence that no address record closes; None: it is to be withdrawn.

    One that was closed so before stays so, also if the person then dies abroad: the same extract the day after says
    nothing new. `closed` of what was said names the status that closed it.
    """
    kind, _ = key
    content, closed_as = said["content"], said["closed"]
    if kind != "ResidenceSpell" or block.left_on is None or (content["last_day"] is not None and closed_as is None):
        return None
    first_day = date.fromisoformat(content["first_day"])
    if any(_closes(stay, content["municipality"], first_day) for stay in block.stays):
        return None
    if closed_as not in (None, block.left_as):
        return date.fromisoformat(content["last_day"])
    last_day = block.left_on - timedelta(days=1)
    return None if last_day < first_day else last_day


def _closes(stay: Stay, municipality: str, first_day: date) -> bool:
    return stay.municipality == municipality and stay.end is not None and stay.end > first_day


def _reference(person: str, key: Key) -> str:
    return f"{person}|{key[0]}|{key[1]}"


def _of_reference(reference: str) -> tuple[str, Key]:
    person, kind, rest = reference.split("|")
    return person, (kind, rest)
