"""Records of persons who were erased: left where they are and counted, so that nobody comes back by them."""

from collections.abc import Collection, Sequence

import structlog

from consumers.records import Record
from consumers.stores import erasure
from consumers.stores.database import Connection, Contended
from schemas.facts import KINDS_OF_PERSON

log = structlog.get_logger()


def without_erased(conn: Connection, records: Sequence[Record]) -> tuple[Sequence[Record], int]:
    """The records that name nobody who was erased, and how many do; facts among those are noted by their ids."""
    erased = erasure.among(conn, {person for record in records for person in _persons(record)})
    if not erased:
        return records, 0
    kept = [record for record in records if erased.isdisjoint(_persons(record))]
    facts = [record.value for record in records if record.name in KINDS_OF_PERSON and record.value["person"] in erased]
    erasure.put_aside(conn, {fact["fact_id"]: fact["person"] for fact in facts})
    log.warning("records of erased persons skipped", records=len(records) - len(kept))
    return kept, len(records) - len(kept)


def ask_whether_erased(conn: Connection, locked: Collection[str]) -> None:
    """Raises Contended if one of these was erased before the locks were ours: the same batch is to be applied again."""
    if erasure.among(conn, locked):
        raise Contended("a person was erased meanwhile")


def _persons(record: Record) -> list[str]:
    named = (record.value.get("person"), record.value.get("merged_person"))
    return [person for person in named if person is not None]
