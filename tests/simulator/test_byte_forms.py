"""Every file of the sample, read byte by byte by small readers of its own: forms, counts, sequences."""

import itertools
import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from producers.feeds import FEEDS
from simulator.sample import write

ORDINARY = ("accepted", "accepted_with_faults")


@pytest.fixture(scope="module")
def deliveries(sample: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((sample / "manifest.json").read_text(encoding="utf-8"))["deliveries"]
    return listed


def files(sample: Path, deliveries: list[dict[str, Any]], feed: str) -> list[tuple[dict[str, Any], Path]]:
    return [(each, sample / each["file"]) for each in deliveries if each["feed"] == feed]


def test_the_manifest_names_every_file_in_order_of_sending(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    named = {each["file"] for each in deliveries}
    there = {str(path.relative_to(sample)) for path in sample.rglob("*/*") if path.is_file()}

    assert named == there
    assert [each["sent_at"] for each in deliveries] == sorted(each["sent_at"] for each in deliveries)
    assert {each["feed"] for each in deliveries} == {feed.name for feed in FEEDS if feed.partners}


def test_a_total_has_44_characters_a_row_and_an_end_row_that_counts(
    sample: Path, deliveries: list[dict[str, Any]]
) -> None:
    for entry, path in files(sample, deliveries, "akasse-bestand"):
        name = re.fullmatch(r"AKAS(9\d\d)_(\d{6})_(?:ÅRS)?BESTAND_(\d{14})\.txt", path.name)
        assert name is not None
        assert path.read_bytes().endswith(b"\r\n")
        rows = path.read_bytes().decode("iso-8859-1").split("\r\n")[:-1]
        assert {len(row) for row in rows} == {44}
        assert rows[0][:25] == f"01{name[1]}{name[2]}{name[3]}"
        assert rows[0][25:37] == f"{date.fromisocalendar(int(name[2][:4]), int(name[2][4:]), 7):%Y%m%d}0707"
        assert {row[:2] for row in rows[1:-1]} == {"02"}
        counted = int(rows[-1][11:19])
        assert (counted == len(rows) - 2) == (entry["expect"] != "refused")


def test_the_totals_are_of_weeks_in_a_row(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    weeks = defaultdict(list)
    for entry, path in files(sample, deliveries, "akasse-bestand"):
        if entry["expect"] in ORDINARY:
            period = path.name.split("_")[1]
            weeks[entry["partner"]].append(date.fromisocalendar(int(period[:4]), int(period[4:]), 7))

    for sundays in weeks.values():
        assert len(sundays) == 8
        assert {later - earlier for earlier, later in itertools.pairwise(sundays)} == {timedelta(days=7)}


def test_the_last_week_of_a_year_is_an_aarsbestand(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    names = [path.name for _, path in files(sample, deliveries, "akasse-bestand")]

    assert sorted(name for name in names if "ÅRS" in name) == [
        "AKAS901_202152_ÅRSBESTAND_20220103061500.txt",
        "AKAS902_202152_ÅRSBESTAND_20220103061500.txt",
    ]


def test_changes_are_cp1252_with_header_trailer_and_numbers_in_a_row(
    sample: Path, deliveries: list[dict[str, Any]]
) -> None:
    numbers = defaultdict(list)
    for entry, path in files(sample, deliveries, "akasse-ledighed"):
        if entry["expect"] not in ORDINARY:
            continue
        lines = path.read_bytes().decode("cp1252").split("\r\n")
        assert lines[0] == ("sagsnr;handling;art;cpr;kommune;startdato;slutdato;fraværsart;dagpenge;timer;registreret")
        assert lines[-2:] == [f"SLUT;{len(lines) - 3}", ""]
        numbers[entry["partner"]].append(int(path.stem[-6:]))

    assert {partner: found == list(range(1, 25)) for partner, found in numbers.items()} == {"901": True, "902": True}


def test_every_way_of_a_change_is_in_the_files(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    rows = [
        line.split(";")
        for _, path in files(sample, deliveries, "akasse-ledighed")
        for line in path.read_bytes().decode("cp1252").split("\r\n")[1:-2]
    ]

    assert {row[1] for row in rows} >= {"N", "R", "S"}
    assert {row[2] for row in rows} >= {"LEDIG", "INDPLACERING", "FRAVÆR", "ARBEJDE"}


def test_extracts_are_a_chain_with_counted_records_and_no_blanks_at_the_ends(
    sample: Path, deliveries: list[dict[str, Any]]
) -> None:
    longest = {"000": 35, "001": 106, "002": 306, "004": 37, "022": 45, "023": 96, "099": 45, "999": 21}
    before = None
    for entry, path in files(sample, deliveries, "cpr"):
        lines = path.read_bytes().decode("iso-8859-1").split("\n")[:-1]
        assert path.name == f"D{lines[0][21:27]}.L{lines[0][13:19]}"
        assert all(len(line) <= longest[line[:3]] and not line.endswith(" ") for line in lines)
        assert int(lines[-1][13:21]) == len(lines) - 2
        if before is not None and entry["expect"] in ORDINARY:
            assert lines[0][27:35] == before
        before = lines[0][19:27]


def test_a_changed_number_is_told_under_both_numbers(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    records = [
        line
        for _, path in files(sample, deliveries, "cpr")
        for line in path.read_bytes().decode("iso-8859-1").split("\n")
    ]
    changed = {(line[3:13], line[13:23]) for line in records if line[:3] == "001" and line[23:25] == "60"}
    linked = {(line[13:23], line[3:13]) for line in records if line[:3] == "022"}

    assert changed
    assert changed == linked


def test_windows_hold_only_courses_with_a_day_in_them(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    found = files(sample, deliveries, "amu")
    assert Counter(entry["partner"] for entry, _ in found) == {"907001": 8, "907002": 8}
    for _, path in found:
        name = re.fullmatch(r"AMU_(\d{6})_(\d{4})K(\d)_(\d{4})K(\d)_\d{14}\.csv", path.name)
        assert name is not None
        first_day = date(int(name[2]), int(name[3]) * 3 - 2, 1)
        last_day = date(int(name[4]), int(name[5]) * 3, 28) + timedelta(days=3)
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            row = line.split(";")
            assert len(row) == 11
            if not row[1].startswith("H9"):
                assert row[7] >= f"{first_day}"
                assert row[6] <= f"{last_day}"


def test_no_file_differs_so_much_in_rows_that_it_is_held(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    counts = defaultdict(list)
    for entry in deliveries:
        if entry["user"] is not None and entry["expect"] in ORDINARY:
            data = (sample / entry["file"]).read_bytes()
            rows = data.count(b"Registreringstidspunkt>") // 2 or len(data.splitlines())
            earlier = counts[entry["feed"], entry["partner"]]
            if len(earlier) >= 5:
                usual = median(earlier[-5:])
                assert abs(rows - usual) <= 50 or 0.4 * usual <= rows <= 3 * usual, entry["file"]
            earlier.append(rows)


def test_the_specials_are_there_and_come_where_they_block_nothing(deliveries: list[dict[str, Any]]) -> None:
    by_verdict = defaultdict(list)
    for entry in deliveries:
        by_verdict[entry["expect"]].append(entry)

    assert [Path(entry["file"]).suffix for entry in by_verdict["incomplete"]] == [".part"]
    (held,) = by_verdict["held"]
    assert held["file"].endswith(".L461999")
    assert [entry for entry in deliveries if entry["feed"] == "cpr"][-1] is held
    (refused,) = by_verdict["refused"]
    stream = [each for each in deliveries if (each["feed"], each["partner"]) == (refused["feed"], refused["partner"])]
    following = stream[stream.index(refused) + 1]
    assert following["expect"] in ORDINARY
    assert Path(following["file"]).name.split("_")[1] == Path(refused["file"]).name.split("_")[1]


def test_a_small_share_of_rows_is_wrong_on_purpose(sample: Path, deliveries: list[dict[str, Any]]) -> None:
    rows = [
        line.split(";")
        for _, path in files(sample, deliveries, "akasse-ledighed")
        for line in path.read_bytes().decode("cp1252").split("\r\n")[1:-2]
    ]
    share = sum(row[0].startswith("9") for row in rows) / len(rows)

    assert 0.004 < share < 0.03


@pytest.mark.parametrize("seed", range(6))
def test_no_total_of_the_smallest_sample_is_empty(tmp_path: Path, seed: int) -> None:
    write(10, seed, tmp_path / "out", date(2023, 12, 30), date(2026, 1, 5))

    totals = [*(tmp_path / "out" / "sftp").glob("*/*BESTAND*"), *(tmp_path / "out" / "sftp").glob("amu-*/*")]
    assert all(len(path.read_bytes().splitlines()) > (2 if "BESTAND" in path.name else 1) for path in totals)
