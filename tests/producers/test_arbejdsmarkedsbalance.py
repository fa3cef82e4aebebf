"""arbejdsmarkedsbalance to the letter of its page: file checks, columns, groups, silence, versions, traps."""

import pytest

from producers import strict_json
from schemas.companies import DISCO_GROUPS

COLUMNS = ["Periode", "Område", "DISCO", "Stillingsbetegnelse", "Kategori", "Beskæftigede", "Ledighed (pct.)"]
SHORT, GOOD, PARADOX = "Mangel på arbejdskraft", "Gode jobmuligheder", "Paradoksproblemer"
EAST = "RAR Østjylland"


@pytest.fixture
def hub(hub_of):
    return hub_of("arbejdsmarkedsbalance", "star")


def row(disco="721210", title="Svejser", category=SHORT, area=EAST, period="2020H1", employed="1.034", share="2,1"):
    return [period, area, disco, title, category, employed, share]


def publication(version=1, period="2020H1", change=1, **other):
    return {
        "id": f"AMB01-{period}",
        "version": version,
        "aendring": change,
        "registreret": "2019-12-30T09:00:00Z",
        "periode": period,
        **other,
    }


def detail(*rows, period="2020H1", columns=COLUMNS, **other):
    return {"body": {"columns": columns, "rows": list(rows)}, "id": f"AMB01-{period}", "status": 200, **other}


def publish(hub, *rows, version=1, period="2020H1", columns=COLUMNS, **other):
    details = [detail(*rows, period=period, columns=columns)]
    return hub.send(publication(version, period, **other), details=details)


def delete(hub, version=2):
    return hub.send(publication(version, change=3), details=[])


def told(hub):
    return hub.told("line", "record_key", "category", "title", "withdrawn")


KEY = f"{EAST}/721210/2020H1"


# The file.


def test_a_row_is_a_statement_of_no_person(hub):
    publish(hub, row())

    assert hub.told("kind", "source", "area", "disco", "half_year", "valid_from", "valid_to", "recorded_at") == [
        (
            "ShortageArea",
            "arbejdsmarkedsbalance:star",
            EAST,
            "721210",
            "2020H1",
            "2020-01-01",
            "2020-06-30",
            "2019-12-30T09:00:00.000Z",
        )
    ]
    assert told(hub) == [(1, KEY, "SHORTAGE", "Svejser", False)]
    assert hub.receipt["period"] == {"from": "2020-01-01", "to": "2020-06-30"}
    assert not hasattr(hub.facts[0].fact, "person")


@pytest.mark.parametrize(
    ("items", "details"),
    [
        ([], [detail(row())]),
        ([publication(), publication(2)], [detail(row())]),
        (["x"], [detail(row())]),
        ([publication()], []),
        ([publication()], [detail(row()), detail(row())]),
        ([publication(change=3)], [detail(row())]),
        ([publication()], {}),
        ([publication()], [{"body": None, "id": "AMB01-2020H1", "status": 200}]),
        ([publication()], [detail("row")]),
        ([publication()], [detail(row(employed=1.5))]),
        ([publication()], [detail(row(employed=True))]),
        ([publication()], [detail(row(employed=["1"]))]),
        ([publication()], [detail(row(employed={}))]),
        ([publication()], [{"body": {"columns": COLUMNS, "rows": {}}, "id": "AMB01-2020H1", "status": 200}]),
    ],
)
def test_anything_but_one_publication_with_its_table_is_broken(hub, items, details):
    hub.send(*items, details=details)

    assert (hub.faults, hub.receipt["counts"]["rows"]) == ([("F05", None, None)], 0)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"id": "AMB02-2020H1"}, "id"),
        ({"id": None}, "id"),
        ({"version": "1"}, "version"),
        ({"version": 0}, "version"),
        ({"change": 4}, "aendring"),
        ({"registreret": "2019-12-30"}, "registreret"),
        ({"periode": "2020"}, "periode"),
        ({"periode": "2020H3"}, "periode"),
    ],
)
def test_a_key_of_the_publication_without_its_form(hub, change, key):
    publish(hub, row(), **change)

    assert (hub.faults, hub.receipt["counts"]["rows"]) == ([("F04", None, key)], 0)


@pytest.mark.parametrize("missing", ["columns", "rows"])
def test_a_table_without_columns_or_rows(hub, missing):
    body = {key: value for key, value in detail(row())["body"].items() if key != missing}
    hub.send(publication(), details=[detail(body=body)])

    assert (hub.faults, hub.receipt["counts"]["rows"]) == ([("F04", None, missing)], 0)


@pytest.mark.parametrize("column", COLUMNS[:5])
def test_one_of_the_first_five_columns_missing_counts_the_rows(hub, column):
    publish(hub, row(), row(disco="222110"), columns=[each if each != column else "X" for each in COLUMNS])

    assert (hub.faults, hub.counts) == ([("F04", None, column)], {"rejected": 2})


def test_a_column_twice(hub):
    publish(hub, [*row(), "x"], columns=[*COLUMNS, " DISCO "])
    assert (hub.faults, hub.counts) == ([("F04", None, "DISCO")], {"rejected": 1})


def test_other_columns_may_be_missing_and_new_ones_are_told_once_each_and_never_stored(hub):
    publish(hub, [*row()[:5], "hemmelig", "1"], columns=[*COLUMNS[:5], "Ny", "Nyere"])

    assert (hub.counts, hub.faults) == ({"accepted": 1}, [("N04", None, None), ("N04", None, None)])
    publish(hub, [*row(disco="7")[:5], "hemmelig"], columns=[*COLUMNS[:5], "Ny"], version=2)
    assert "hemmelig" not in hub.everything_kept


def test_columns_are_found_by_name(hub):
    publish(hub, row()[::-1], columns=COLUMNS[::-1])
    assert told(hub) == [(1, KEY, "SHORTAGE", "Svejser", False)]


@pytest.mark.parametrize(
    ("item", "details"),
    [
        (publication(id="AMB01-2020H2"), [detail(row())]),
        (publication(), [detail(row(), id="AMB01-2020H2")]),
        (publication(periode="2020H2"), [detail(row())]),
    ],
)
def test_names_that_disagree_count_the_rows(hub, item, details):
    hub.send(item, details=details)
    assert (hub.faults, hub.counts) == ([("F07", None, None)], {"rejected": 1})


@pytest.mark.parametrize(
    ("period", "registered", "codes"),
    [
        ("2018H2", "2018-06-01T09:00:00Z", ["F09"]),
        ("2019H1", "2018-12-01T09:00:00Z", []),
        ("2020H1", "2019-10-31T09:00:00Z", []),
        ("2020H1", "2019-10-30T23:00:00Z", []),
        ("2020H1", "2019-10-30T22:59:59Z", ["F09"]),
        ("2020H1", "2021-10-30T22:59:59Z", []),
    ],
)
def test_the_half_years_that_may_come(hub, period, registered, codes):
    publish(hub, row(period=period), period=period, registreret=registered)
    assert [code for code, _, _ in hub.faults] == codes


def test_too_many_rows(hub):
    publish(hub, *[[]] * 20_001)
    assert (hub.faults, hub.receipt["counts"]["rows"]) == ([("F08", None, None)], 0)


def test_a_page_is_read_as_of_every_rest_feed(hub):
    assert hub.raw(b"<html>").faults == [("F02", None, None)]
    data = strict_json.canonical({"details": [detail(row())], "pages": [{"items": [publication()], "next": "c"}]})
    assert hub.raw(data).faults == [("F04", None, "has_more")]
    page = {"has_more": True, "items": [publication()], "next": ""}
    hub.raw(strict_json.canonical({"details": [detail(row())], "pages": [page]}))
    assert (hub.faults, hub.counts) == ([("F12", None, None)], {"rejected": 1})


def test_no_rows_are_held_and_nobodys_shortage_ends(hub):
    publish(hub, row())
    publish(hub, version=2)
    assert (hub.verdict, hub.faults, hub.facts) == ("held", [("H05", None, None)], [])
    assert publish(hub, row(category=GOOD), version=2).counts == {"accepted": 1}


# Rows.


@pytest.mark.parametrize(
    ("cells", "faults"),
    [
        ({"period": "2020H2"}, ["R12 Periode"]),
        ({"period": None}, ["R02 Periode"]),
        ({"area": "RAR Oestjylland"}, ["R09 Område"]),
        ({"area": "-"}, ["R02 Område"]),
        ({"area": " RAR Bornholm "}, []),
        ({"disco": ".."}, ["R02 DISCO"]),
        ({"disco": "71151"}, ["R09 DISCO"]),
        ({"disco": "778110"}, ["R09 DISCO"]),
        ({"disco": 721210}, []),
        ({"disco": 11100}, ["R09 DISCO"]),
        ({"title": "T" * 101}, ["R10 Stillingsbetegnelse"]),
        ({"title": "T\u0000"}, ["R10 Stillingsbetegnelse"]),
        ({"title": 7}, ["R10 Stillingsbetegnelse"]),
        ({"title": None}, []),
        ({"category": "Mangel"}, ["R09 Kategori"]),
        ({"category": "MANGEL PÅ ARBEJDSKRAFT"}, ["R09 Kategori"]),
        ({"category": f" {GOOD} "}, []),
        ({"employed": "1.234"}, []),
        ({"employed": "1.23"}, ["R08 Beskæftigede"]),
        ({"employed": "1234"}, ["R08 Beskæftigede"]),
        ({"employed": "12.345.678"}, []),
        ({"employed": 1234}, []),
        ({"employed": ".."}, []),
        ({"share": "3,4"}, []),
        ({"share": "3.4"}, ["R08 Ledighed (pct.)"]),
        ({"share": "3,456"}, ["R08 Ledighed (pct.)"]),
        ({"share": "100,00"}, []),
        ({"share": "100,01"}, ["R12 Ledighed (pct.)"]),
        ({"share": 101}, ["R12 Ledighed (pct.)"]),
        ({"share": 14}, []),
        ({"share": "UKENDT"}, []),
        ({"disco": "7", "category": "?", "share": "x"}, ["R09 DISCO", "R09 Kategori", "R08 Ledighed (pct.)"]),
    ],
)
def test_checks(hub, cells, faults):
    publish(hub, row(**cells))
    assert [f"{code} {column}" for code, _, column in hub.faults] == faults


@pytest.mark.parametrize(
    ("period", "registered", "codes"),
    [
        ("2020H2", "2020-06-30T08:00:00Z", []),
        ("2021H1", "2021-01-04T08:00:00Z", ["R09"]),
    ],
)
def test_the_fifth_category_ends_with_2020(hub, period, registered, codes):
    extensive = row(category="Omfattende mangel på arbejdskraft", period=period)
    publish(hub, extensive, period=period, registreret=registered)
    assert [code for code, _, _ in hub.faults] == codes


def test_a_row_of_another_length_has_no_column(hub):
    publish(hub, row(), row()[:6], [*row(), "x"])
    assert hub.faults == [("R01", 2, None), ("R01", 3, None)]


def test_text_decoded_twice_is_told_and_kept(hub):
    publish(hub, row(title="SOSU-hjÃ¦lper"))
    assert (hub.faults, told(hub)[0][3]) == ([("N03", 1, "Stillingsbetegnelse")], "SOSU-hjÃ¦lper")


def test_the_same_row_again_is_a_duplicate_and_another_one_of_its_key_a_conflict_of_all(hub):
    publish(
        hub,
        row(),
        row(disco=" 721210 "),
        row(title="Smed"),
        row(title="Smed", category=GOOD),
        row(title="Smed", category="?"),
        row(disco="7", title="X"),
        row(disco="7", title="X"),
    )

    assert hub.faults == [
        ("R11", 3, "DISCO"),
        ("R11", 4, "DISCO"),
        ("R11", 5, "DISCO"),
        ("R09", 6, "DISCO"),
        ("N01", 2, None),
        ("N01", 7, None),
    ]
    assert hub.counts == {"accepted": 1, "duplicate": 2, "rejected": 4}


# Facts.


def test_the_strongest_category_of_a_group_wins_with_title_and_line_of_its_first_row(hub):
    publish(
        hub,
        row(title="A", category=GOOD),
        row(title="B", category=PARADOX),
        row(title="C", category=PARADOX),
        row(title="D", category=".."),
        row(title="E", category="Mindre gode jobmuligheder", area="RAR Fyn"),
        row(title="F", area="Hele landet"),
    )

    assert told(hub) == [
        (2, KEY, "PARADOX", "B", False),
        (5, "RAR Fyn/721210/2020H1", "LESS_GOOD", "E", False),
    ]
    assert hub.counts == {"accepted": 6}


def test_the_order_of_categories(hub):
    words = ["Omfattende mangel på arbejdskraft", SHORT, PARADOX, GOOD, "Mindre gode jobmuligheder"]
    for version, strongest in enumerate(["EXTENSIVE_SHORTAGE", "SHORTAGE", "PARADOX", "GOOD", "LESS_GOOD"], 1):
        rows = [row(title=word, category=word) for word in reversed(words[version - 1 :])]
        publish(hub, *rows, version=version)
        assert hub.told("category", "withdrawn") == [(strongest, False)]


def test_all_rows_of_a_group_are_unchanged_or_accepted_together(hub):
    rows = [row(title="A"), row(title="B", category=GOOD), row(disco="222110")]
    publish(hub, *rows)
    publish(hub, *rows, row(title="C", category=".."), version=2)
    assert (hub.counts, hub.facts) == ({"unchanged": 3, "accepted": 1}, [])
    publish(hub, row(title="A", category=PARADOX), *rows[1:], version=3)
    assert hub.counts == {"accepted": 2, "unchanged": 1}


def test_a_clock_that_goes_back_does_not_turn_the_order(hub):
    publish(hub, row())
    publish(hub, row(category=GOOD), version=2, registreret="2019-12-29T09:00:00Z")
    assert hub.told("recorded_at") == [("2019-12-30T09:00:00.001Z",)]


def test_silence_withdraws_what_is_not_given_any_more_on_line_0_of_this_half_year_alone(hub):
    publish(hub, row(), row(disco="222110"), row(disco="513110"))
    publish(hub, row(period="2020H2"), period="2020H2", registreret="2020-06-30T08:00:00Z")
    assert [each[4] for each in told(hub)] == [False]
    publish(hub, row(), row(disco="222110", category="-"), version=2, registreret="2020-03-11T13:00:00Z")

    assert told(hub) == [
        (0, f"{EAST}/222110/2020H1", "SHORTAGE", "Svejser", True),
        (0, f"{EAST}/513110/2020H1", "SHORTAGE", "Svejser", True),
    ]
    assert hub.counts == {"unchanged": 1, "accepted": 1}
    publish(hub, row(), row(disco="222110"), version=3, registreret="2020-03-12T13:00:00Z")
    assert hub.told("withdrawn", "disco") == [(False, "222110")]


@pytest.mark.parametrize(
    ("rejected", "spared"),
    [
        ([row(disco="222110", share="x")], {"222110"}),
        ([row(disco="222110", category="?")], {"222110"}),
        ([row(disco="222110", title="X"), row(disco="222110", title="X", category=GOOD)], {"222110"}),
        ([row(disco="2221")], {"222110", "513110"}),
        ([row(disco="222110", area="Østjylland")], {"222110", "513110"}),
        ([row(disco="222110")[:6]], {"222110", "513110"}),
        ([row(disco="7", title="X"), row(disco="7", title="X", category=GOOD)], set()),
    ],
)
def test_silence_does_not_speak_for_a_rejected_row(hub, rejected, spared):
    publish(hub, row(), row(disco="222110"), row(disco="513110"))
    publish(hub, row(), *rejected, version=2)

    assert {"222110", "513110"} - {each.fact.disco for each in hub.facts} == spared


def occupations(number):
    return [f"{group}110" for group in sorted(DISCO_GROUPS)[:number]]


@pytest.mark.parametrize(("gone", "verdict"), [(20, "accepted"), (21, "held")])
def test_a_mass_of_withdrawals_is_held(hub, gone, verdict):
    codes = occupations(100)
    publish(hub, *map(row, codes))
    publish(hub, *map(row, codes[gone:]), version=2)
    assert hub.verdict == verdict
    assert [code for code, _, _ in hub.faults] == (["H02"] if verdict == "held" else [])


def test_a_lower_version_and_the_same_again_are_unchanged_whatever_stands_in_them(hub):
    rows = [row(), row(disco="7")]
    publish(hub, *rows, version=2)
    publish(hub, *rows, version=2)
    assert (hub.verdict, hub.counts, hub.facts, hub.faults) == ("accepted", {"unchanged": 2}, [], [])
    publish(hub, row(disco="7", category="?"), version=1)
    assert (hub.verdict, hub.counts, hub.faults) == ("accepted", {"unchanged": 1}, [])
    assert publish(hub, version=1).verdict == "accepted"


@pytest.mark.parametrize("other", [{"registreret": "2019-12-31T09:00:00Z"}, {"change": 2}])
def test_the_same_version_with_another_publication_is_refused(hub, other):
    publish(hub, row())
    publish(hub, row(), **other)
    assert (hub.faults, hub.counts) == ([("F12", None, None)], {"rejected": 1})


def test_the_same_version_with_other_data_is_refused(hub):
    publish(hub, row())
    publish(hub, row(category=GOOD), row(disco="222110"))
    assert (hub.faults, hub.counts, hub.facts) == ([("F12", None, None)], {"rejected": 2}, [])


def test_a_deleted_half_year_is_withdrawn_without_rows(hub):
    publish(hub, row(), row(disco="222110"))
    delete(hub)

    assert (hub.verdict, hub.receipt["counts"]["rows"]) == ("accepted", 0)
    assert [(each[0], each[4]) for each in told(hub)] == [(0, True), (0, True)]
    assert (delete(hub).verdict, hub.facts) == ("accepted", [])
    assert publish(hub, row(), version=1).counts == {"unchanged": 1}
    assert [each[4] for each in told(publish(hub, row(), version=3))] == [False]


def test_deleting_a_mass_is_held(hub):
    publish(hub, *map(row, occupations(30)))
    assert delete(hub).faults == [("H02", None, None)]


def test_volume_is_judged_but_not_of_a_delete(hub):
    codes = occupations(110)
    for version in range(1, 6):
        publish(hub, *map(row, codes), version=version, period="2020H1")
    publish(
        hub, *(row(code, period="2020H2") for code in codes[:5]), period="2020H2", registreret="2020-06-30T08:00:00Z"
    )
    assert hub.faults == [("H01", None, None)]
    publish(hub, period="2020H2", registreret="2020-06-30T08:00:00Z")
    assert hub.faults == [("H01", None, None), ("H05", None, None)]
    hub.send(publication(1, "2020H2", 3, registreret="2020-06-30T08:00:00Z"), details=[])
    assert (hub.verdict, hub.faults) == ("accepted", [])


def test_published_before_its_first_day_is_right(hub):
    publish(hub, row(period="2020H2"), period="2020H2", registreret="2020-06-30T08:30:00Z")
    assert hub.told("recorded_at", "valid_from") == [("2020-06-30T08:30:00.000Z", "2020-07-01")]
