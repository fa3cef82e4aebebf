"""Packs the offline check into one file that runs with nothing but Python: our modules and what they import, no store.

The same tree gives the same bytes. What is packed is what a fresh interpreter has in memory after importing the check
with every feed's decoder and expectations, so nothing is forgotten and nothing of the hub comes along. The contracts
come along as JSON, which Python reads by itself; what reads YAML stays here.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Final

from branchespor.settings import CHECKOUT
from producers.feeds import FEEDS
from schemas.feed_contracts import FOLDER, tree_of

_OURS: Final = ("branchespor", "producers", "schemas", "validation")
_LIST_MODULES: Final = """
import sys
before = set(sys.modules)
import importlib, json
from producers.feeds import FEEDS
importlib.import_module("branchespor.intake.standalone")
for feed in FEEDS:
    importlib.import_module(f"producers.decoders.{feed.module}")
    importlib.import_module(f"validation.expectations.{feed.module}")
found = {name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - before}
print(json.dumps({n: f for n, f in found.items() if f and n.split(".")[0] not in sys.stdlib_module_names}))
"""
_READS_YAML: Final = ("yaml", "_yaml")
_START: Final = """import sys

if sys.version_info < {oldest}:
    sys.exit("this check needs Python {text} or newer")

from branchespor.intake.standalone import main

sys.exit(main(sys.argv[1:], synthetic={synthetic}))
"""
# Windows has no time zones of its own.
_ZONE: Final = ("tzdata/__init__.py", "tzdata/zoneinfo/__init__.py", "tzdata/zoneinfo/Europe/__init__.py")
_COPENHAGEN: Final = "tzdata/zoneinfo/Europe/Copenhagen"
_NO_MOMENT: Final = (1980, 1, 1, 0, 0, 0)


def build(target: Path, *, synthetic: bool) -> int:
    """Write the archive to `target`; gives its size in bytes. Raises OSError if it cannot be written there."""
    from branchespor.intake.standalone import OLDEST

    start = _START.format(oldest=OLDEST, text=".".join(map(str, OLDEST)), synthetic=synthetic)
    contents = {"__main__.py": start.encode(), **dict(_modules()), **dict(_contracts()), **dict(_zone())}
    half = target.with_name(target.name + ".part")
    with half.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(contents):
                archive.writestr(zipfile.ZipInfo(name, _NO_MOMENT), contents[name], zipfile.ZIP_DEFLATED)
    half.chmod(0o755)
    half.replace(target)
    return target.stat().st_size


def _modules() -> Iterator[tuple[str, bytes]]:
    found: Mapping[str, str] = json.loads(
        subprocess.run(
            [sys.executable, "-c", _LIST_MODULES], cwd=CHECKOUT, check=True, capture_output=True, text=True
        ).stdout
    )
    found = {name: place for name, place in found.items() if name.split(".")[0] not in _READS_YAML}
    owners = packages_distributions()
    borrowed = {name.split(".")[0] for name in found} - set(_OURS)
    for name, place in found.items():
        path = Path(place)
        folders = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
        yield "/".join((*folders, path.name)), path.read_bytes()
    yield "branchespor/LICENSE", (CHECKOUT / "LICENSE").read_bytes()
    for owner in sorted({owner for package in borrowed for owner in owners.get(package, ())} | {"tzdata"}):
        yield from _licences(owner)


def _contracts() -> Iterator[tuple[str, bytes]]:
    for feed in FEEDS:
        _, tree = tree_of(feed.name)
        yield f"schemas/{FOLDER}/{feed.name}.json", json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _licences(owner: str) -> Iterator[tuple[str, bytes]]:
    held = distribution(owner)
    for file in held.files or ():
        if ".dist-info" in str(file) and file.name.upper().startswith(("LICEN", "COPYING", "AUTHORS", "METADATA")):
            yield f"licences/{owner}-{held.version}/{file.name}", Path(str(file.locate())).read_bytes()


def _zone() -> Iterator[tuple[str, bytes]]:
    held = distribution("tzdata")
    for name in (*_ZONE, _COPENHAGEN):
        yield name, Path(str(held.locate_file(name))).read_bytes()
