"""The identity vault on PostgreSQL, by its own role: the only place that can turn a person id into a number again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow

from producers.sealing import lookup, seal
from producers.stores.reopened import reopened
from producers.vault import Link

_KIND = "CPR"
MOST_KNOWN = 20_000  # numbers that are kept in memory, so that a delivery's own are not asked for twice

_FIND = "SELECT lookup, person FROM identity.identifier WHERE kind = %s AND lookup = ANY(%b::bytea[])"
_NEW_PERSONS = "INSERT INTO identity.person (id) SELECT unnest(%s::uuid[])"
_NEW_IDENTIFIERS = """
INSERT INTO identity.identifier (kind, lookup, ciphertext, person)
SELECT %s, n.lookup, n.ciphertext, n.person
  FROM unnest(%b::bytea[], %b::bytea[], %s::uuid[]) AS n(lookup, ciphertext, person)
"""
_LINK = """
SELECT person::text, merged_person::text, told_by FROM identity.link WHERE old_lookup = %s AND new_lookup = %s
"""
_MERGED = """
WITH RECURSIVE way (person, leads_to) AS (
    SELECT id, merged_into FROM identity.person WHERE merged_into IS NOT NULL
    UNION ALL
    SELECT w.person, p.merged_into FROM way w JOIN identity.person p ON p.id = w.leads_to
     WHERE p.merged_into IS NOT NULL
)
SELECT w.person::text, w.leads_to::text FROM way w JOIN identity.person p ON p.id = w.leads_to
 WHERE p.merged_into IS NULL
"""
# One writer at a time, so that two feeds that meet a new citizen at once make one person of it.
_ONE_WRITER = "SELECT pg_advisory_xact_lock(70701)"


class StoredVault:
    """producers.vault.Vault over a connection of the role `identity` (autocommit).

    Numbers and their HMAC never leave this object; each call is a transaction of its own, so that a person made for a
    delivery that is refused later is simply known already the next time.
    """

    def __init__(self, conn: psycopg.Connection[TupleRow], hmac_key: bytes, aes_key: bytes) -> None:
        self._conn, self._hmac_key, self._aes_key = conn, hmac_key, aes_key
        self._known: dict[str, str] = {}

    def _lookup(self, number: str) -> bytes:
        return lookup(self._hmac_key, _KIND, number)

    def find(self, number: str) -> str | None:
        """The person a number leads to, None if it was never seen; makes nobody."""
        row = self._conn.execute(_FIND, (_KIND, [self._lookup(number)])).fetchone()
        return None if row is None else str(row[1])

    def identify(self, numbers: Iterable[str]) -> Mapping[str, str]:
        """Person id by number; a number never seen gets a new person."""
        wanted = set(numbers)
        if len(self._known) > MOST_KNOWN:
            self._known.clear()
        unknown = {self._lookup(number): number for number in wanted if number not in self._known}
        if unknown:
            with self._conn.transaction():
                found = self._read(unknown)
                missing = sorted(set(unknown) - set(found))
                if missing:
                    self._conn.execute(_ONE_WRITER)
                    found = self._read(unknown)
                    found |= self._make([each for each in missing if each not in found], unknown)
            self._known |= {unknown[key]: person for key, person in found.items()}
        return {number: self._known[number] for number in wanted}

    def _read(self, lookups: Iterable[bytes]) -> dict[bytes, str]:
        rows = self._conn.execute(_FIND, (_KIND, list(lookups))).fetchall()
        return {bytes(row[0]): str(row[1]) for row in rows}

    def _make(self, lookups: list[bytes], numbers: Mapping[bytes, str]) -> dict[bytes, str]:
        persons = [str(uuid4()) for _ in lookups]
        sealed = [seal(self._aes_key, numbers[key].encode(), f"identity.identifier:{key.hex()}") for key in lookups]
        self._conn.execute(_NEW_PERSONS, (persons,))
        self._conn.execute(_NEW_IDENTIFIERS, (_KIND, lookups, sealed, persons))
        return dict(zip(lookups, persons, strict=True))

    def link(self, old: str, new: str, day: date, told_by: str = "") -> Link | None:
        """Both numbers lead to one person from now on; None if the pair is known, unless by `told_by` itself.

        Where both were persons of ours already the older one stays, and the pair goes to the conflict queue: a person
        decides whether facts of the other one are moved (architecture.md section 4).
        """
        pair = (self._lookup(old), self._lookup(new))
        with self._conn.transaction():
            self._conn.execute(_ONE_WRITER)
            seen = self._conn.execute(_LINK, pair).fetchone()
            if seen is not None:
                return Link(seen[0], seen[1]) if told_by and seen[2] == told_by else None
            persons = self._read(pair)
            if not persons:
                persons = self._make([pair[0]], {pair[0]: old})
            kept = self._older(sorted(set(persons.values())))
            merged = next((each for each in persons.values() if each != kept), None)
            if merged is not None:
                self._merge(kept, merged, day)
            self._make_missing(pair, {pair[0]: old, pair[1]: new}, persons, kept)
            self._conn.execute(
                "INSERT INTO identity.link (old_lookup, new_lookup, day, person, merged_person, told_by)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (*pair, day, kept, merged, told_by or None),
            )
        self._known.clear()
        return Link(kept, merged)

    def merged(self) -> Mapping[str, str]:
        """Every person that became another one, with the person that stays."""
        return dict(self._conn.execute(_MERGED).fetchall())

    @contextmanager
    def elsewhere(self) -> Iterator["StoredVault"]:
        """The same vault over a connection of its own."""
        with reopened(self._conn) as conn:
            yield StoredVault(conn, self._hmac_key, self._aes_key)

    def _older(self, persons: list[str]) -> str:
        first = "SELECT id FROM identity.person WHERE id = ANY(%s::uuid[]) ORDER BY created_at, id LIMIT 1"
        row = self._conn.execute(first, (persons,)).fetchone()
        if row is None:
            raise LookupError("a linked identifier leads to no person")
        return str(row[0])

    def _merge(self, kept: str, merged: str, day: date) -> None:
        self._conn.execute("UPDATE identity.person SET merged_into = %s WHERE id = %s", (kept, merged))
        self._conn.execute("UPDATE identity.identifier SET person = %s WHERE person = %s", (kept, merged))
        self._conn.execute(
            "INSERT INTO identity.conflict (person, merged_person, day) VALUES (%s, %s, %s)", (kept, merged, day)
        )

    def _make_missing(
        self, pair: tuple[bytes, bytes], numbers: Mapping[bytes, str], persons: Mapping[bytes, str], kept: str
    ) -> None:
        missing = [key for key in pair if key not in persons]
        sealed = [seal(self._aes_key, numbers[key].encode(), f"identity.identifier:{key.hex()}") for key in missing]
        self._conn.execute(_NEW_IDENTIFIERS, (_KIND, missing, sealed, [kept] * len(missing)))

    def log_lookup(self, operator: str, purpose: str, person: str | None) -> None:
        """Write the access line of a look-up by number: who, for what, and the person found."""
        self._conn.execute(
            "INSERT INTO identity.lookup_log (operator, purpose, person) VALUES (%s, %s, %s)",
            (operator, purpose, person),
        )
