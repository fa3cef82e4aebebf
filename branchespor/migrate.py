"""Database migrations: numbered SQL files, forward only, each in one transaction, its hash kept."""

import hashlib
from pathlib import Path

import psycopg

from schemas.errors import WrongSetting

FOLDER = Path(__file__).parent / "migrations"


def migrate(dsn: str) -> list[str]:
    """Apply what has not been applied yet, in order of name; gives the names applied now.

    Raises WrongSetting naming the file if one that was applied has changed since.
    """
    applied_now = []
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(7070707)")
        conn.execute(
            "CREATE TABLE IF NOT EXISTS public.migration (name text PRIMARY KEY, sha256 text NOT NULL, "
            "applied_at timestamptz NOT NULL DEFAULT now())"
        )
        held: dict[str, str] = dict(conn.execute("SELECT name, sha256 FROM public.migration").fetchall())
        for path in sorted(FOLDER.glob("[0-9]*.sql")):
            text = path.read_text(encoding="utf-8")
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            if path.name in held:
                if held[path.name] != sha256:
                    raise WrongSetting(
                        f"migration {path.name} was changed after it was applied: add a new file instead"
                    )
                continue
            with conn.transaction():
                conn.execute(text.encode())
                conn.execute("INSERT INTO public.migration (name, sha256) VALUES (%s, %s)", (path.name, sha256))
            applied_now.append(path.name)
    return applied_now
