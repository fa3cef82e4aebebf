"""What the local stack is made of: a part, and the order in which parts depend on each other."""

import os
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from branchespor.settings import PREFIX, Settings
from branchespor.stack import process_tree
from schemas.errors import WrongInput

# Besides our own settings these are all that a started program gets: where to find programs, trust and proxies.
PASSED_ON = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
PASSED_ON_ENDINGS = ("_PROXY", "_CERT_FILE", "_CERT_DIR", "_CA_BUNDLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process that is watched (`command`), or a step that is done once at each start (`step`).

    `prepare` runs before `needs` are awaited. `is_ready(settings, since)` asks the service itself; `since` is
    when it was started. A step is done whenever what it needs runs, with `only_if_needed` only if others
    need it. `ports` are names for `Settings.port`. Times in seconds.
    """

    name: str
    needs: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    prepare: Callable[[Settings], None] = lambda _: None
    step: Callable[[Settings], None] | None = None
    command: Callable[[Settings], list[str]] | None = None
    is_ready: Callable[[Settings, datetime], bool] = lambda _, __: True
    environment: Callable[[Settings], Mapping[str, str]] = field(default=lambda _: {})
    uid: Callable[[], int | None] = lambda: None
    only_if_needed: bool = False
    stop_signal: signal.Signals = signal.SIGTERM
    stop_s: float = 15
    ready_s: float = 60


def wanted(parts: Mapping[str, Part], names: Iterable[str] | None) -> list[str]:
    """The processes asked for (None: all), what they need, and every step that can then be done; in table order.

    Raises WrongInput for a name that is no part.
    """
    chosen = set(parts if names is None else names)
    if unknown := sorted(chosen - set(parts)):
        raise WrongInput(f"no such part of the stack: {', '.join(unknown)}; there are {', '.join(parts)}")
    while missing := {need for name in chosen for need in parts[name].needs} - chosen:
        chosen |= missing
    grew = True
    while grew:
        steps = (part for part in parts.values() if part.step and not part.only_if_needed)
        ready = {step.name for step in steps if chosen.issuperset(step.needs)}
        grew = not ready <= chosen
        chosen |= ready
    return [name for name in parts if name in chosen]


def stop_layers(parts: Mapping[str, Part], running: Iterable[str]) -> list[list[str]]:
    """Names in the order of stopping: each layer is needed by nobody in the layers after it."""
    left, layers = set(running), []
    while left:
        needed = {need for name in left for need in _all_needs(parts, name)}
        layer = [name for name in parts if name in left and name not in needed]
        layers.append(layer)
        left -= set(layer)
    return layers


def environment(
    settings: Settings, part: Part | None = None, inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment of a started program: settings as variables, and of the caller's only what is needed."""
    chosen = {
        name: value
        for name, value in inherited.items()
        if name in PASSED_ON or name.upper().endswith(PASSED_ON_ENDINGS)
    }
    for name, described in type(settings).model_fields.items():
        if (value := getattr(settings, name)) != described.default:
            chosen[PREFIX + name.upper()] = str(value)
    chosen[PREFIX + "HOME"] = str(settings.home.resolve())
    chosen[PREFIX + "JARS"] = str(settings.jars.resolve())
    if part is not None:
        chosen |= part.environment(settings)
        chosen[process_tree.MARK_HOME] = str(settings.home.resolve())
        chosen[process_tree.MARK_PART] = part.name
    return chosen


def _all_needs(parts: Mapping[str, Part], name: str) -> set[str]:
    needs = set(parts[name].needs)
    return needs.union(*(_all_needs(parts, need) for need in needs))
