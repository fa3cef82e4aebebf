"""The check as one file: what a partner sees who has nothing but Python."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from branchespor.check_app import build
from branchespor.intake.offline import checked, delivery_of, exit_code

SAMPLES = Path(__file__).parents[1] / "samples" / "partners"
FILES = sorted(
    path for path in SAMPLES.rglob("*") if path.is_file() and path.name not in ("expected.jsonl", "receipts.json")
)
RUN_ALL = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from branchespor.intake.standalone import main
for feed, file in json.loads(sys.stdin.read()):
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()) as out:
        code = main([feed, file, "--json"], synthetic=True)
    print(json.dumps([code, json.loads(out.getvalue())]))
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("app") / "check.pyz"
    build(target, synthetic=True)
    return target


def alone(*arguments: str, code: str | None = None, given: str = "") -> "subprocess.CompletedProcess[str]":
    """Python without site-packages, environment and the checkout."""
    start = [sys.executable, "-I", "-S", *([] if code is None else ["-c", code])]
    return subprocess.run([*start, *arguments], input=given, capture_output=True, text=True, check=False, cwd="/")


def test_it_gives_every_sample_the_receipt_and_exit_code_of_the_hubs_own_check(app: Path) -> None:
    assert len(FILES) > 70
    named = [(path.relative_to(SAMPLES).parts[0], str(path)) for path in FILES]
    done = alone(str(app), code=RUN_ALL, given=json.dumps(named))
    assert done.stderr == ""
    *found, _ = map(json.loads, done.stdout.splitlines())
    expected = [checked(delivery_of(feed, Path(file), None), synthetic=True).receipt for feed, file in named]
    assert found == [[exit_code([receipt]), json.loads(json.dumps(receipt))] for receipt in expected]


def test_it_prints_danish_and_says_what_it_cannot_know(app: Path) -> None:
    file = SAMPLES / "akasse-ledighed" / "good" / "AKAS901_LEDIGHED_000148.csv"
    done = alone(str(app), "akasse-ledighed", str(file), "--danish")
    assert done.returncode == 0
    assert "modtaget" in done.stdout.lower()
    assert "only the hub can know" in done.stderr


def test_wrong_use_is_exit_code_2_with_a_sentence(app: Path) -> None:
    for arguments in (("no-feed", "x"), ("amu", "/no/such/file"), ("amu",)):
        done = alone(str(app), *arguments)
        assert done.returncode == 2
        assert "error:" in done.stderr
        assert "Traceback" not in done.stderr


def test_it_holds_no_store_no_transport_and_every_licence(app: Path) -> None:
    names = zipfile.ZipFile(app).namelist()
    assert not [name for name in names if any(word in name for word in ("stores", "transports", "publisher", "gate"))]
    for package in ("dateutil", "stdnum", "defusedxml", "six", "tzdata"):
        assert [name for name in names if name.startswith("licences/") and package in name], package


def test_the_same_tree_makes_the_same_bytes(app: Path, tmp_path: Path) -> None:
    build(tmp_path / "again.pyz", synthetic=True)
    assert (tmp_path / "again.pyz").read_bytes() == app.read_bytes()
