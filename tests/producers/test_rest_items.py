"""Items of REST feeds to the letter of rest.md, on jobordrer: file faults, reading, versions, deletes, silence."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from producers import strict_json
from schemas.forms import was_decoded_twice
from schemas.items import text

NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def hub(hub_of):
    return hub_of("jobordrer", "70700")


def order(name="JO-00000901", version=1, **other):
    return {
        "id": name,
        "version": version,
        "type": "JOBORDRE",
        "aendring": 1,
        "registreret": "2020-02-10T08:00:00Z",
        "myndighed": "70700",
        "status": "Published",
        "enhed": "JOBCENTER",
        "titel": "Svejser",
        "disco": "721210",
        "cvrNummer": "90000020",
        "pNummer": "9000000011",
        "arbejdsstedKommune": "0707",
        "antalStillinger": 2,
        "publiceretDato": "2020-02-10",
        "ansoegningsfrist": "2020-03-01",
        "delesMedOmraade": True,
        **other,
    }


def delete(name="JO-00000901", version=2, **other):
    keys = ("id", "version", "type", "registreret", "myndighed")
    return {**{key: order(name, version)[key] for key in keys}, "aendring": 3, **other}


def page(*items, following="c1", more=False):
    return {"has_more": more, "items": list(items), "next": following}


def pages(*found):
    return strict_json.canonical({"pages": list(found)})


GOOD = order()


@pytest.mark.parametrize(
    ("data", "code", "column"),
    [
        (b"", "F01", None),
        (b" \n", "F01", None),
        (b"<html>login</html>", "F02", None),
        (b'{"pages":[<html>login</html>]}', "F02", None),
        (b'{"pages":[' + strict_json.canonical(page(GOOD)) + b",[1]]}", "F02", None),
        (b'{"pages":[null]}', "F02", None),
        (pages(page(GOOD)).replace(b"Svejser", b"Svejs\xe6r"), "F03", None),
        (pages(page(GOOD))[:-9], "F05", None),
        (pages({"has_more": False, "items": {}, "next": "c"}), "F05", None),
        (pages(page(GOOD)).replace(b'"version":1', b'"version":1,"version":2'), "F11", None),
        (pages(page(GOOD)).replace(b'"version":1', b'"version":NaN'), "F11", None),
        (pages(page(GOOD)).replace(b'"version":1', b'"version":1000000000000000000'), "F11", None),
        (pages(page(order(titel="[" * 3))).replace(b'"[[["', b"[" * 33 + b"]" * 33), "F11", None),
        (b'{"pages":[{"has_more":false,"has_more":false}]}', "F11", None),
        (pages({"has_more": False, "next": "c"}), "F04", "items"),
        (pages({"has_more": False, "items": []}), "F04", "next"),
        (pages({"has_more": False, "items": [], "next": 7}), "F04", "next"),
        (pages({"items": [], "next": "c"}), "F04", "has_more"),
        (pages({"has_more": "no", "items": [], "next": "c"}), "F04", "has_more"),
        (b"{}", "F04", "pages"),
        (pages(page(GOOD, more=True, following=" ")), "F12", None),
        (pages(page(GOOD, more=True), page(more=True)), "F12", None),
    ],
)
def test_a_file_fault_refuses_the_delivery_without_rows_or_line(hub, data, code, column):
    hub.raw(data)

    assert (hub.verdict, hub.faults, hub.receipt["counts"]["rows"]) == ("refused", [(code, None, column)], 0)
    assert hub.receipt["sequence"] == 1
    assert set(hub.memory.state) == {"frame"}


def test_a_delivery_over_the_limits_is_refused(hub):
    assert hub.raw(pages(page(*[{}] * 10_001))).faults == [("F08", None, None)]
    assert hub.raw(b"{" + b" " * 10_000_000 + b"}").faults == [("F08", None, None)]


def test_the_same_cursor_is_right_where_nothing_more_is_promised_and_other_keys_of_a_page_are_not_read(hub):
    hub.raw(pages({**page(GOOD, more=True), "other": 1}, page(following="c1")))

    assert (hub.verdict, hub.faults) == ("accepted", [])
    assert hub.memory.state["items_cursor"] == "c1"


def test_a_file_of_another_name_is_refused_and_a_number_seen_before_too(hub):
    assert hub.raw(pages(page(GOOD)), name="orders.json").faults == [("F07", None, None)]
    hub.raw(pages(page(GOOD)), name="changes-5.json")
    assert hub.raw(pages(page(GOOD, following="c2")), name="changes-5.json").faults == [("F12", None, None)]
    assert hub.raw(pages(page(GOOD, following="c2")), name="changes-9.json").verdict == "accepted"


def test_the_next_pull_begins_behind_a_duplicate_too(hub):
    """After an expired cursor the beginning comes again: asked for for ever, what follows it would never come."""
    hub.raw(pages(page(GOOD, following="c1")), name="changes-1.json")
    hub.raw(pages(page(order("JO-00000902"), following="c2")), name="changes-2.json")

    assert hub.raw(pages(page(GOOD, following="c1")), name="changes-3.json").verdict == "duplicate"
    assert (hub.memory.state["items_cursor"], hub.memory.state["items_number"]) == ("c1", 3)
    assert hub.raw(pages(page(order("JO-00000902"), following="c2")), name="changes-4.json").verdict == "duplicate"
    assert hub.memory.state["items_cursor"] == "c2"


def test_the_next_pull_does_not_begin_behind_a_refused_delivery(hub):
    hub.raw(pages(page(GOOD, following="c1")), name="changes-1.json")
    hub.raw(b"<html>", name="changes-2.json")

    assert (hub.memory.state["items_cursor"], hub.memory.state["items_number"]) == ("c1", 1)


def test_lines_count_items_through_all_pages(hub):
    hub.raw(pages(page(GOOD, more=True), page(order("JO-00000902", disco="7"), following="c2")))

    assert hub.faults == [("R09", 2, "disco")]


def test_what_is_no_object_is_set_aside_and_not_kept(hub):
    hub.send(GOOD, None, "Anna er syg", [1])

    assert hub.faults == [("R01", 2, None), ("R01", 3, None), ("R01", 4, None)]
    assert "Anna" not in hub.everything_kept


@pytest.mark.parametrize(
    "blank", [None, "", "  ", "\u00a0", "NULL", "null", "n/a", "N/A", "-", "ukendt", "UKENDT", " - "]
)
def test_what_counts_as_blank(hub, blank):
    assert text(blank) is None
    hub.send(order(titel=blank, ansoegningsfrist=blank, delesMedOmraade=blank))
    assert hub.told("title", "closes_on", "shared_with_area") == [(None, None, False)]
    hub.send(order("JO-00000902", disco=blank, id=blank))
    assert hub.faults == [("R02", 1, "id"), ("R02", 1, "disco")]


def test_text_is_trimmed(hub):
    hub.send(order(titel=" \u00a0Svejser ", disco=" 721210"))
    assert hub.told("title", "disco") == [("Svejser", "721210")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": 901}, "R10"),
        ({"id": "jo-00000901"}, "R10"),
        ({"id": "JO-00000901\n"}, "R10"),
        ({"version": "1"}, "R08"),
        ({"version": 1.0}, "R08"),
        ({"version": True}, "R08"),
        ({"version": 0}, "R12"),
        ({"version": -1}, "R12"),
        ({"version": 1000}, "R12"),
        ({"type": ["JOBORDRE"]}, "R09"),
        ({"type": "Jobordre"}, "R09"),
        ({"aendring": "1"}, "R09"),
        ({"aendring": 4}, "R09"),
        ({"aendring": None}, "R02"),
        ({"registreret": "2020-02-10T08:00:00+01:00"}, "R06"),
        ({"registreret": "2020-02-10T08:00:00.000Z"}, "R06"),
        ({"registreret": "2020-02-30T08:00:00Z"}, "R06"),
        ({"registreret": 1581321600}, "R06"),
        ({"registreret": "2020-02-10T24:00:00Z"}, "R06"),
        ({"registreret": "1899-12-31T08:00:00Z"}, "R12"),
        ({"registreret": "9999-12-31T08:00:00Z"}, "R12"),
        ({"myndighed": 70700}, "R16"),
        ({"myndighed": "75100"}, "R16"),
        ({"myndighed": ""}, "R02"),
    ],
)
def test_the_first_keys(hub, change, code):
    hub.send(order(**change))

    assert hub.faults == [(code, 1, next(iter(change)))]
    assert hub.outcome.security_alarm == (code == "R16")


def test_all_faults_of_a_rejected_item_are_listed_in_order_of_column_and_its_notices_are_not(hub):
    hub.send(order(version=0, disco="7", antalStillinger=0, loen=1))

    assert hub.faults == [("R12", 1, "version"), ("R09", 1, "disco"), ("R12", 1, "antalStillinger")]


def test_an_unknown_key_is_told_once_at_its_first_line_without_a_fault_and_never_kept(hub):
    hub.send(
        order("JO-00000901", disco="7", loen="hemmelig"),
        order("JO-00000902", loen=None, bil=1),
        order("JO-00000903", loen="hemmelig"),
        order("JO-00000904", bil=1),
    )

    assert hub.faults == [("R09", 1, "disco"), ("N04", 2, None), ("N04", 2, None)]
    assert "hemmelig" not in hub.everything_kept


def test_an_unknown_key_is_not_told_of_items_of_which_only_the_first_keys_are_read(hub):
    hub.send(order(loen=1, status="Draft"), order("JO-00000902"), delete("JO-00000902", loen=1))

    assert (hub.faults, hub.counts) == ([], {"accepted": 3})


def test_a_notice_of_a_key_does_not_hide_one_of_a_text(hub):
    hub.send(order(titel="sÃ¸ges", loen=1))

    assert hub.faults == [("N04", 1, None), ("N03", 1, "titel")]


def test_a_dropped_key_takes_part_in_nothing(hub):
    hub.send(
        order(kontakter=["Inga"]), order(kontakter={"navn": "Bo"}), order("JO-00000902", bemaerkning="Inga", disco="")
    )

    assert hub.counts == {"accepted": 1, "duplicate": 1, "rejected": 1}
    assert "Inga" not in hub.everything_kept
    assert hub.send(order(kontakter="Ib")).counts == {"unchanged": 1}


# Rule 1: repeats.


def test_an_item_again_is_a_duplicate_whatever_else_is_wrong_with_it(hub):
    wrong = order("JO-00000902", disco="7")
    hub.send(GOOD, wrong, wrong, GOOD)

    assert hub.faults == [("R09", 2, "disco"), ("N01", 3, None), ("N01", 4, None)]
    assert hub.counts == {"accepted": 1, "rejected": 1, "duplicate": 2}


def test_items_of_one_version_that_differ_are_all_set_aside_and_have_this_fault_alone(hub):
    hub.send(GOOD, order(titel="Smed", disco="7", titel_2=1), GOOD)

    assert hub.faults == [("R11", 1, "version"), ("R11", 2, "version"), ("R11", 3, "version")]
    assert [each["other_line"] for each in hub.receipt["faults"]] == [2, 1, 2]
    assert not hub.facts


def test_a_repeat_has_no_notice_but_its_own(hub):
    hub.send(order(titel="sÃ¸ges"), order(titel="sÃ¸ges", loen=1))

    assert hub.faults == [("N03", 1, "titel"), ("N01", 2, None)]


def test_unread_keys_and_blanks_make_no_difference_between_items(hub):
    hub.send(order(status="Draft", titel="a"), order(status="Draft", titel="b"))
    assert hub.counts == {"accepted": 1, "duplicate": 1}
    hub.send(order("JO-00000902", titel="-"), order("JO-00000902", titel=None))
    assert hub.counts == {"accepted": 1, "duplicate": 1}


def test_only_items_whose_id_and_version_have_their_form_are_repeats(hub):
    hub.send(order("X"), order("X"), order(version="1"), order(version="1"))

    assert [code for code, _, _ in hub.faults] == ["R10", "R10", "R08", "R08"]


# Rules 2 to 5: order, version, facts, count.


def test_versions_are_taken_in_order_wherever_they_stand_and_keep_their_lines(hub):
    hub.send(order(version=3, antalStillinger=3), order(version=2))

    assert hub.told("line", "positions", "recorded_at") == [
        (1, 3, "2020-02-10T08:00:00.001Z"),
        (2, 2, "2020-02-10T08:00:00.000Z"),
    ]


def test_a_lower_version_and_the_same_again_are_unchanged_and_other_content_is_a_conflict(hub):
    hub.send(order(version=5))
    hub.send(order(version=4, titel="Smed"))
    assert (hub.counts, hub.facts) == ({"unchanged": 1}, [])
    hub.send(order(version=5))
    assert (hub.counts, hub.facts) == ({"unchanged": 1}, [])
    hub.send(order(version=5, titel="Smed"))
    assert hub.faults == [("R11", 1, "version")]
    assert hub.receipt["faults"][0]["other_line"] is None


def test_a_higher_version_with_the_same_facts_is_unchanged_and_counts_as_taken_in(hub):
    hub.send(GOOD)
    hub.send(order(version=7, enhed="INTEGRATION"))
    assert (hub.counts, hub.facts) == ({"unchanged": 1}, [])
    assert hub.send(order(version=6, titel="Smed")).counts == {"unchanged": 1}


def test_a_rejected_item_is_not_kept_so_the_same_version_may_come_again_put_right(hub):
    hub.send(order(disco="7"))
    assert hub.send(GOOD).counts == {"accepted": 1}


def test_a_clock_that_goes_back_does_not_turn_the_order(hub):
    hub.send(order(registreret="2020-02-10T08:00:00Z"))
    hub.send(order(version=2, registreret="2020-02-09T08:00:00Z", antalStillinger=3))

    assert hub.told("recorded_at") == [("2020-02-10T08:00:00.001Z",)]


def test_what_an_item_does_not_give_any_more_is_withdrawn_and_comes_alive_again(hub):
    hub.send(GOOD)
    hub.send(order(version=2, status="Draft"))
    assert hub.told("withdrawn", "positions") == [(True, 2)]
    assert hub.counts == {"accepted": 1}
    hub.send(order(version=3, status="Draft", registreret="2020-02-11T08:00:00Z"))
    assert (hub.counts, hub.facts) == ({"accepted": 1}, [])
    hub.send(order(version=4, registreret="2020-02-12T08:00:00Z"))
    assert hub.told("withdrawn", "recorded_at") == [(False, "2020-02-12T08:00:00.000Z")]


def test_after_410_the_whole_history_is_unchanged(hub):
    history = [GOOD, order(version=2, antalStillinger=4), delete(version=3), order("JO-00000902")]
    hub.send(*history)
    hub.send(*history)

    assert (hub.counts, hub.facts, hub.faults) == ({"unchanged": 4}, [], [])


# Rule 6: deletes.


def test_a_delete_withdraws_and_reads_six_keys_only(hub):
    hub.send(GOOD)
    hub.send(delete(status="?", disco="?", myndighed="70700"))

    assert (hub.counts, hub.told("withdrawn")) == ({"accepted": 1}, [(True,)])
    hub.send(order(version=3, registreret="2020-02-12T08:00:00Z"))
    assert hub.told("withdrawn") == [(False,)]


def test_a_delete_is_checked_like_an_item(hub):
    hub.send(delete(myndighed="75100", type="X"))
    assert hub.faults == [("R09", 1, "type"), ("R16", 1, "myndighed")]


def test_a_delete_of_what_never_came_waits_and_is_taken_right_after_the_lower_version(hub):
    hub.send(delete(version=3))
    assert (hub.verdict, hub.counts, hub.faults) == ("accepted_with_faults", {"waiting": 1}, [("R15", 1, "id")])
    later = NOW + timedelta(days=1)
    hub.send(order("JO-00000777"), order(version=1), order(version=2, antalStillinger=5), at=later)

    assert [(each.delivery, each.line, each.fact.withdrawn) for each in hub.facts] == [
        ("changes-2.json", 1, False),
        ("changes-2.json", 2, False),
        ("changes-1.json", 1, True),
    ]
    assert {each.fact.received_at for each in hub.facts} == {later}
    assert hub.counts == {"accepted": 2, "unchanged": 1}
    assert [(each.delivery, each.line, each.verdict) for each in hub.settled] == [("changes-1.json", 1, "accepted")]
    assert hub.send(order(version=3)).faults == [("R11", 1, "version")]


def test_a_waiting_delete_says_nothing_more_after_a_higher_version(hub):
    hub.send(delete(version=3))
    hub.send(order(version=4))

    assert hub.told("withdrawn") == [(False,)]
    assert [each.verdict for each in hub.settled] == ["unchanged"]


def test_of_several_waiting_deletes_the_first_changes_something(hub):
    hub.send(delete(version=3))
    hub.send(delete(version=2))
    hub.send(GOOD)

    assert [(each.delivery, each.fact.withdrawn) for each in hub.facts] == [
        ("changes-3.json", False),
        ("changes-2.json", True),
    ]
    assert [(each.delivery, each.verdict) for each in hub.settled] == [
        ("changes-2.json", "accepted"),
        ("changes-1.json", "accepted"),
    ]


def test_a_delete_and_what_it_deletes_in_one_delivery_do_not_wait(hub):
    hub.send(delete(version=2), order(version=1))

    assert (hub.counts, hub.told("line", "withdrawn")) == ({"accepted": 2}, [(1, True), (2, False)])


def test_a_delete_before_a_higher_version_of_the_same_delivery_does_not_wait(hub):
    hub.send(delete(version=1), order(version=2))

    assert (hub.counts, hub.told("line")) == ({"accepted": 1, "unchanged": 1}, [(2,)])


def test_a_lower_version_that_is_rejected_leaves_the_delete_waiting(hub):
    hub.send(delete(version=3))
    hub.send(order(disco="7"))
    assert not hub.settled
    hub.send(GOOD)
    assert len(hub.settled) == 1


@pytest.mark.parametrize(("days", "verdict"), [(14, "accepted"), (15, "rejected")])
def test_a_delete_waits_fourteen_days(hub, days, verdict):
    hub.send(delete(version=3))
    hub.send(GOOD, at=NOW + timedelta(days=days))

    assert [each.verdict for each in hub.settled] == [verdict]
    assert [fault.code for each in hub.settled for fault in each.faults] == (["R15"] if verdict == "rejected" else [])


def test_silence_means_nothing(hub):
    hub.send(GOOD)
    assert hub.send(order("JO-00000902")).told("job_order") == [("JO-00000902",)]
    assert hub.send().verdict == "accepted"


def test_too_many_rejected_items_refuse_the_delivery_and_count_the_items(hub):
    wrong = [order(f"JO-{number:08}", disco="7") for number in range(21)]
    hub.send(*wrong, *(order(f"JO-{number:08}") for number in range(100, 179)))

    assert (hub.verdict, hub.counts, hub.faults[0]) == ("refused", {"rejected": 100}, ("F10", None, None))
    assert not hub.facts


def test_the_memory_is_plain_json(hub):
    hub.send(GOOD, delete("JO-00000999"))
    json.dumps([dict(hub.memory.all()), hub.memory.state])


@pytest.mark.parametrize("twice", ["sÃ¸ges", "â€™n", "Ã…se", "\u00c3\u00a9"])
def test_text_decoded_twice_is_known_by_its_bytes(twice):
    assert was_decoded_twice(twice)


@pytest.mark.parametrize("once", ["søges", "Åse Ã", "ascii", "", None, "smørrebrød €"])
def test_ordinary_text_was_not_decoded_twice(once):
    assert not was_decoded_twice(once)
