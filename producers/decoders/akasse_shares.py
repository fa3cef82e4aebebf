"""The rows of akasse-ledighed in their order, shared among processes by `sagsnr` where they are many."""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from producers.decoders.akasse_statements import WAITING, Run, give_up_waiting, registered, take_all
from producers.delivery import Applied, Delivery, Row, Settled
from producers.documents import Written
from producers.fact_spill import FactsByLine
from producers.line_verdicts import LineVerdicts
from producers.made import numbers, order_of
from producers.memory import Memory
from producers.side_by_side import processes_for, shares, side_by_side
from producers.spill import Spill
from producers.vault import Vault
from schemas.faults import Fault

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What came of one share, as it travels from its process; facts and documents lie on disk, see their ends."""

    verdicts: LineVerdicts
    faults: Mapping[int, Sequence[Fault]]
    earlier: Collection[int]
    settled: Sequence[Settled]
    waiting: Collection[str]
    facts: "tuple[array[int], array[int]] | None" = None
    documents: "array[int] | None" = None


def apply(delivery: Delivery, rows: Sequence[Row], memory: Memory, vault: Vault, waiting_days: int) -> Applied:
    """Facts and verdicts of the faultless rows, taken in order of (`registreret`, line).

    What a row comes to rests on rows of its own `sagsnr` alone: they are of one share, and there in their order.
    """
    processes = processes_for(len(rows)) if memory.elsewhere() and vault.elsewhere() else 1
    moments, whose = _read(rows, processes)
    # Rows come in order of line, and sorting keeps it where moments are equal.
    order = order_of(moments)
    facts = [FactsByLine(on_disk=processes > 1) for _ in range(processes)]
    documents = [Spill[tuple[str, str]](on_disk=processes > 1) for _ in range(processes)]

    def take(number: int, memory: Memory, vault: Vault) -> Run:
        run = Run(delivery, memory, vault.merged(), facts[number])
        give_up_waiting(run, waiting_days, lambda sagsnr: _share_of(sagsnr, processes) == number)
        take_all(run, rows, numbers(place for place in order if whose[place] == number), moments, vault)
        return run

    def here() -> _Taken:
        return _taken(take(0, memory, vault))

    def there(number: int) -> _Taken:
        with _open(memory.elsewhere()) as its_memory, _open(vault.elsewhere()) as its_vault:
            run = take(number, its_memory, its_vault)
            return replace(_taken(run), facts=run.facts.written, documents=its_memory.changed.write(documents[number]))

    works: list[Callable[[], _Taken]] = [here, *(partial(there, number) for number in range(1, processes))]
    taken = side_by_side(works)
    for each, its_facts, its_documents in zip(taken, facts, documents, strict=True):
        if each.facts is not None and each.documents is not None:
            its_facts.filled(each.facts)
            memory.take(Written(its_documents, each.documents))
    _keep_waiting(memory, taken)
    return _applied(taken, FactsByLine.joined(facts))


def _open(elsewhere: AbstractContextManager[T] | None) -> AbstractContextManager[T]:
    if elsewhere is None:
        raise ValueError("what cannot be had in another process is not shared with one")
    return elsewhere


def _taken(run: Run) -> _Taken:
    return _Taken(
        verdicts=run.verdicts,
        faults=run.faults,
        earlier=[line for line in run.earlier if run.verdicts[line] == "waiting"],
        settled=run.settled,
        waiting=list(run.memory.state.get(WAITING, ())),
    )


def _share_of(sagsnr: str, processes: int) -> int:
    # Alike in every process that was forked from this one.
    return hash(sagsnr) % processes


def _read(rows: Sequence[Row], processes: int) -> "tuple[array[int], bytes]":
    """By place of a row when it was registered, and whose share it is."""

    def read(places: range) -> "tuple[array[int], bytes]":
        moments, whose = numbers(), bytearray()
        for row in (rows[place] for place in places):
            moments.append(registered(row))
            whose.append(_share_of(row.values["sagsnr"] or "", processes))
        return moments, bytes(whose)

    parts = side_by_side([partial(read, places) for places in shares(len(rows), processes)])
    moments = numbers()
    for some, _ in parts:
        moments.extend(some)
    return moments, b"".join(whose for _, whose in parts)


def _keep_waiting(memory: Memory, taken: Sequence[_Taken]) -> None:
    """Which `sagsnr` still wait: of each share what its process says."""
    of = len(taken)
    waiting = [s for number, each in enumerate(taken) for s in each.waiting if _share_of(s, of) == number]
    memory.state[WAITING] = dict.fromkeys(waiting, True)


def _applied(taken: Sequence[_Taken], facts: FactsByLine) -> Applied:
    first, *others = taken
    for each in others:
        first.verdicts.join(each.verdicts)
    faults = {line: found for each in taken for line, found in each.faults.items()}
    return Applied(
        facts=facts,
        verdicts=first.verdicts,
        faults=[fault for line in sorted(faults) for fault in faults[line]],
        earlier=frozenset(line for each in taken for line in each.earlier),
        settled=[row for each in taken for row in each.settled],
    )
