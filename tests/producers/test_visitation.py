"""visitation to the letter of its page: from rows to facts, checks beyond the frame, traps."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from branchespor.intake.pipeline import handle
from producers import strict_json
from producers.decoders import visitation
from producers.delivery import Delivery, Row
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import content_of, moment_text
from schemas.json_text import texts_of
from schemas.visitation import EVENT, ITEM_COLUMNS, WHAT, is_faultless
from validation.expectations.visitation import SUITE
from validation.rows import check_rows

ANNA, BO = "6104851234", "7509902345"
NOW = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)
COUNTS = ("accepted", "unchanged", "duplicate", "rejected", "waiting")


def event(external_id="40000001", version=1, change=1, event_id=None, **other):
    number = event_id if event_id is not None else int(external_id) * 100 + version
    return {
        "event_id": number,
        "entity": "visitation",
        "external_id": external_id,
        "version": version,
        "change": change,
        "registered_at": "2020-03-02T09:00:00Z",
        **other,
    }


def body(external_id="40000001", version=1, **other):
    return {
        "external_id": external_id,
        "version": version,
        "kommune": "0707",
        "cpr": ANNA,
        "maalgruppe": 2,
        "personkategori": "JOBPARAT",
        "gyldig_fra": "2020-03-02",
        "gyldig_til": None,
        "registreret": "2020-03-02T09:00:00Z",
        **other,
    }


def detail(external_id="40000001", version=1, **other):
    return {"body": body(external_id, version, **other), "external_id": external_id, "status": 200}


def missing(external_id="40000001"):
    return {"body": None, "external_id": external_id, "status": 404}


def gone(external_id="40000001", version=2, slettet="2020-07-01T06:05:30Z"):
    told = {"external_id": external_id, "slettet": slettet, "version": version}
    return {"body": told, "external_id": external_id, "status": 410}


def page(*items, following="c1", more=False):
    return {"has_more": more, "items": list(items), "next": following}


def total_page(*bodies, following=None, more=False, as_of="2020-07-03T04:00:00Z"):
    return {"as_of": as_of, "changes_cursor": "c0900", "has_more": more, "items": list(bodies), "next": following}


class Ledger:
    """A hub with nothing but this feed: deliveries in, outcomes and facts out, numbered as they come."""

    def __init__(self, synthetic=True):
        self.memory, self.vault, self.synthetic = InMemory(), InMemoryVault(), synthetic
        self.deliveries = 0
        self.outcome = None

    def raw(self, data, name=None, at=NOW):
        self.deliveries += 1
        delivery = Delivery(
            feed="visitation",
            partner="70700",
            file_name=name or f"changes-{self.deliveries}.json",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=at,
        )
        self.outcome = handle(delivery, self.memory, self.vault, check_rows, synthetic=self.synthetic)
        assert self.outcome.trouble is None
        counts = self.outcome.receipt["counts"]
        assert counts["rows"] == sum(counts[each] for each in COUNTS)
        return self

    def changes(self, *items, details=(), at=NOW, **other):
        """One page of items with its details."""
        return self.raw(strict_json.canonical({"details": list(details), "pages": [page(*items)], **other}), at=at)

    def everything(self, *bodies, at=NOW, **other):
        """A full re-read of one page."""
        data = strict_json.canonical({"pages": [total_page(*bodies, **other)]})
        return self.raw(data, f"all-{self.deliveries + 1}.json", at)

    @property
    def verdict(self):
        return self.outcome.receipt["verdict"]

    @property
    def counts(self):
        return {name: count for name in COUNTS if (count := self.outcome.receipt["counts"][name])}

    @property
    def faults(self):
        return [(each["code"], each["line"], each["column"]) for each in self.outcome.receipt["faults"]]

    @property
    def facts(self):
        """(delivery, line, person, withdrawn, group, first day, last day) of each fact."""
        found = []
        for each in self.outcome.facts:
            content = content_of(each.fact)
            person = next((n for n in (ANNA, BO) if self.vault.identify([n])[n] == each.fact.person), "?")
            found.append((each.delivery, each.line, person, each.fact.withdrawn, *content.values()))
        return found

    @property
    def moments(self):
        return [moment_text(each.fact.recorded_at) for each in self.outcome.facts]


@pytest.fixture
def ledger():
    return Ledger()


def first(*content, delivery="changes-1.json", line=1, person=ANNA, withdrawn=False):
    return (delivery, line, person, withdrawn, *(content or ("CASH_JOB_READY", "2020-03-02", None)))


# From rows to facts


def test_source_kind_and_key_are_those_of_the_page(ledger):
    ledger.changes(event(), details=[detail()])
    fact = ledger.outcome.facts[0].fact
    assert (fact.source, fact.kind, fact.record_key) == (
        "visitation:70700",
        "TargetGroupSpell",
        f"40000001/{fact.person}",
    )
    assert (fact.received_at, ledger.facts) == (NOW, [first()])


PAIRS = [
    (0, None, "NOT_ASSESSED"),
    (0, "IKKE_VURDERET", "NOT_ASSESSED"),
    (2, "JOBPARAT", "CASH_JOB_READY"),
    (2, "IKKE_VURDERET", "NOT_ASSESSED"),
    (3, "AKTIVITETSPARAT", "CASH_ACTIVITY_READY"),
    (3, "IKKE_VURDERET", "NOT_ASSESSED"),
    (4, "UDDANNELSESPARAT", "EDUCATION_READY"),
    (4, "AABENLYST_UDDANNELSESPARAT", "OBVIOUSLY_EDUCATION_READY"),
    (4, "IKKE_VURDERET", "NOT_ASSESSED"),
    (5, "AKTIVITETSPARAT", "EDUCATION_ACTIVITY_READY"),
    (5, "IKKE_VURDERET", "NOT_ASSESSED"),
    (6, None, "SICKNESS"),
    (7, None, "JOB_CLARIFICATION"),
    (8, None, "RESOURCE"),
    (9, None, "FLEX_JOB"),
    (10, None, "REHABILITATION"),
    (11, None, "EARLY_RETIREMENT"),
    (12, None, "SELF_SUPPORTING"),
    (13, None, "UNDER_18"),
]
READINESS = [None, "IKKE_VURDERET", "JOBPARAT", "AKTIVITETSPARAT", "UDDANNELSESPARAT", "AABENLYST_UDDANNELSESPARAT", 2]


@pytest.mark.parametrize("number", range(14))
def test_every_pair_of_the_table_is_its_group_and_every_other_pair_is_r09(number):
    groups = {(each[0], each[1]): each[2] for each in PAIRS}
    for readiness in READINESS:
        ledger = Ledger().changes(event(), details=[detail(maalgruppe=number, personkategori=readiness)])
        if number == 1:
            assert (ledger.counts, ledger.facts) == ({"unchanged": 1}, [])
        elif (number, readiness) in groups:
            assert ledger.facts == [first(groups[number, readiness], "2020-03-02", None)]
        else:
            assert ledger.faults == [("R09", 1, "detail.personkategori")]


def test_readiness_is_not_judged_beside_a_faulty_group(ledger):
    ledger.changes(event(), details=[detail(maalgruppe=14, personkategori="?")])
    assert ledger.faults == [("R09", 1, "detail.maalgruppe")]


def test_the_highest_version_speaks_for_a_statement_wherever_it_stands(ledger):
    ledger.changes(event(version=3), event(version=1), event(version=2), details=[detail(version=3)])
    assert (ledger.facts, ledger.counts) == ([first()], {"accepted": 1, "unchanged": 2})


def test_of_equal_versions_the_last_speaks(ledger):
    ledger.changes(event(event_id=1), event(event_id=2), details=[detail()])
    assert (ledger.facts, ledger.counts) == ([first(line=2)], {"accepted": 1, "unchanged": 1})


def test_a_faulty_item_does_not_speak(ledger):
    ledger.changes(event(version=1), event(version=2, registered_at="today"), details=[detail()])
    assert (ledger.facts, ledger.faults) == ([first()], [("R06", 2, "registered_at")])


def test_a_faulty_detail_rejects_the_item_that_speaks_and_no_other(ledger):
    ledger.changes(event(version=1), event(version=2), details=[detail(version=2, cpr="123")])
    assert (ledger.faults, ledger.counts) == ([("R03", 2, "detail.cpr")], {"unchanged": 1, "rejected": 1})


def test_a_version_already_applied_is_unchanged_whatever_stands_beside_it(ledger):
    ledger.changes(event(version=2), details=[detail(version=2)])
    ledger.changes(event(version=2, event_id=9), details=[])
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_the_exclusive_end_becomes_the_day_before(ledger):
    ledger.changes(event(), details=[detail(gyldig_til="2020-07-01")])
    assert ledger.facts == [first("CASH_JOB_READY", "2020-03-02", "2020-06-30")]


def test_an_end_on_1_march_of_a_leap_year_is_29_february(ledger):
    ledger.changes(event(), details=[detail(gyldig_fra="2020-01-01", gyldig_til="2020-03-01")])
    assert ledger.facts[0][-1] == "2020-02-29"


def test_a_statement_of_an_insured_gives_no_fact_and_is_taken_in(ledger):
    ledger.changes(event(), details=[detail(maalgruppe=1)])
    ledger.changes(event(event_id=7), details=[])
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_group_2_that_becomes_group_1_is_withdrawn_not_closed(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[detail(version=2, maalgruppe=1, gyldig_til="2020-05-01")])
    assert ledger.facts == [first(delivery="changes-2.json", withdrawn=True)]


def test_a_statement_that_ends_the_day_it_begins_is_annulled(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[detail(version=2, gyldig_til="2020-03-02")])
    assert ledger.facts == [first(delivery="changes-2.json", withdrawn=True)]


def test_an_annulled_statement_never_had_is_unchanged(ledger):
    ledger.changes(event(), details=[detail(gyldig_til="2020-03-02")])
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_the_same_content_in_a_higher_version_is_unchanged(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[detail(version=2, registreret="2020-04-01T00:00:00Z")])
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_the_same_content_after_a_withdrawal_lives_again(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=3))
    ledger.changes(event(version=3, change=2), details=[detail(version=3)])
    assert ledger.facts == [first(delivery="changes-3.json")]
    assert ledger.moments == ["2020-03-02T09:00:00.002Z"]


def test_another_person_is_a_withdrawal_and_a_new_statement_on_the_same_line(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[detail(version=2, cpr=BO)])
    assert ledger.facts == [
        first(delivery="changes-2.json", withdrawn=True),
        first(delivery="changes-2.json", person=BO),
    ]
    assert ledger.moments == ["2020-03-02T09:00:00.001Z", "2020-03-02T09:00:00.000Z"]
    assert ledger.counts == {"accepted": 1}


def test_back_to_the_first_person_is_the_next_version_of_the_first_statement(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[detail(version=2, cpr=BO)])
    ledger.changes(event(version=3, change=2), details=[detail(version=3)])
    assert ledger.facts == [
        first(delivery="changes-3.json", person=BO, withdrawn=True),
        first(delivery="changes-3.json"),
    ]
    assert ledger.moments == ["2020-03-02T09:00:00.001Z", "2020-03-02T09:00:00.002Z"]


def test_another_number_of_the_same_person_is_no_change(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.vault.link(ANNA, BO, NOW.date())
    ledger.changes(event(version=2, change=2), details=[detail(version=2, cpr=BO)])
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_the_moment_is_the_registration_in_utc(ledger):
    ledger.changes(event(), details=[detail(registreret="2020-03-02T09:15:30.120+01:00")])
    assert ledger.moments == ["2020-03-02T08:15:30.120Z"]


def test_a_clock_that_went_back_gives_a_millisecond_more(ledger):
    ledger.changes(event(), details=[detail()])
    earlier = "2020-03-01T00:00:00Z"
    ledger.changes(
        event(version=2, change=2), details=[detail(version=2, maalgruppe=6, personkategori=None, registreret=earlier)]
    )
    assert ledger.moments == ["2020-03-02T09:00:00.001Z"]


def test_a_deletion_repeats_the_newest_version_at_the_events_moment(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=3, registered_at="2020-07-01T08:02:00+02:00"))
    assert ledger.facts == [first(delivery="changes-2.json", withdrawn=True)]
    assert ledger.moments == ["2020-07-01T06:02:00.000Z"]


def test_a_detail_that_is_gone_is_a_deletion_at_its_own_moment(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event(version=2, change=2), details=[gone()])
    assert (ledger.facts, ledger.moments) == (
        [first(delivery="changes-2.json", withdrawn=True)],
        ["2020-07-01T06:05:30.000Z"],
    )


@pytest.mark.parametrize("deleted", [{"change": 3}, {"change": 2, "detail": gone()}])
def test_a_deletion_of_nothing_or_of_what_is_withdrawn_is_unchanged_and_counts_as_applied(ledger, deleted):
    details = [deleted["detail"]] if "detail" in deleted else []
    ledger.changes(event(version=2, change=deleted["change"]), details=details)
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})
    ledger.changes(event(version=2, change=2, event_id=8), details=[])
    assert ledger.counts == {"unchanged": 1}


def test_created_and_deleted_between_two_pulls_is_unchanged(ledger):
    ledger.changes(event(), event(version=2, change=3))
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 2})


@pytest.mark.parametrize("late", [missing(), detail(version=1)])
def test_a_detail_that_is_not_there_or_older_waits_and_belongs_to_its_item_when_it_comes(ledger, late):
    ledger.changes(event(version=2), details=[late])
    assert (ledger.verdict, ledger.faults) == ("accepted_with_faults", [("R15", 1, "external_id")])
    assert (ledger.counts, ledger.facts) == ({"waiting": 1}, [])
    later = NOW + timedelta(hours=1)
    ledger.changes(event("40000002"), details=[detail("40000002"), detail(version=2)], at=later)
    assert ledger.facts == [first(delivery="changes-2.json"), first(delivery="changes-1.json")]
    assert {each.fact.received_at for each in ledger.outcome.facts} == {later}
    assert [(each.delivery, each.line, each.verdict) for each in ledger.outcome.settled] == [
        ("changes-1.json", 1, "accepted")
    ]
    assert ledger.counts == {"accepted": 1}


def test_a_delivery_with_an_awaited_detail_alone_has_no_rows(ledger):
    ledger.changes(event(), details=[missing()])
    ledger.changes(details=[detail()])
    assert (ledger.verdict, ledger.counts, ledger.facts) == ("accepted", {}, [first()])


def test_an_item_waits_on_while_its_detail_is_still_not_there(ledger):
    ledger.changes(event(), details=[missing()])
    ledger.changes(event("40000002"), details=[detail("40000002"), missing()])
    assert ledger.outcome.settled == []
    ledger.changes(details=[detail()])
    assert ledger.facts == [first()]


def test_a_waiting_item_is_settled_by_a_later_one_of_its_statement(ledger):
    ledger.changes(event(version=1), details=[missing()])
    ledger.changes(event(version=2), details=[detail(version=2)])
    assert ledger.facts == [first(delivery="changes-2.json")]
    assert [(each.line, each.verdict) for each in ledger.outcome.settled] == [(1, "unchanged")]


def test_a_waiting_item_is_settled_by_a_later_deletion(ledger):
    ledger.changes(event(version=1), details=[missing()])
    ledger.changes(event(version=2, change=3), details=[missing()])
    assert (ledger.facts, [each.verdict for each in ledger.outcome.settled]) == ([], ["unchanged"])


def test_a_later_item_that_waits_too_does_not_keep_the_earlier_one_waiting(ledger):
    ledger.changes(event(version=1), details=[missing()])
    ledger.changes(event(version=2), details=[detail(version=1)])
    assert (ledger.facts, ledger.counts) == ([first(delivery="changes-1.json")], {"waiting": 1})
    ledger.changes(details=[detail(version=2, gyldig_til="2020-07-01")])
    assert ledger.facts == [first("CASH_JOB_READY", "2020-03-02", "2020-06-30", delivery="changes-2.json")]


def test_of_two_that_wait_the_highest_version_gets_the_fact(ledger):
    ledger.changes(event(version=1), details=[missing()])
    ledger.changes(event(version=2), details=[missing()])
    ledger.changes(details=[detail(version=2)])
    assert ledger.facts == [first(delivery="changes-2.json")]
    assert {(each.delivery, each.verdict) for each in ledger.outcome.settled} == {
        ("changes-1.json", "unchanged"),
        ("changes-2.json", "accepted"),
    }


def test_of_two_that_wait_with_one_version_the_last_gets_the_fact(ledger):
    ledger.changes(event(), details=[missing()])
    ledger.changes(event(event_id=7), details=[missing()])
    ledger.changes(details=[detail()])
    assert ledger.facts == [first(delivery="changes-2.json")]


def test_an_item_newer_than_the_detail_that_came_waits_on(ledger):
    ledger.changes(event(version=1), details=[missing()])
    ledger.changes(event(version=3), details=[missing()])
    ledger.changes(details=[detail(version=2)])
    assert (ledger.facts, len(ledger.outcome.settled)) == ([first(delivery="changes-1.json")], 1)
    ledger.changes(details=[detail(version=3, gyldig_til="2020-07-01")])
    assert ledger.facts == [first("CASH_JOB_READY", "2020-03-02", "2020-06-30", delivery="changes-2.json")]


def test_an_awaited_detail_that_is_faulty_rejects_the_waiting_item(ledger):
    ledger.changes(event(), details=[missing()])
    ledger.changes(details=[detail(cpr="0000000000")])
    settled = ledger.outcome.settled
    assert [(each.verdict, each.faults[0].code, each.faults[0].line) for each in settled] == [("rejected", "R04", 1)]
    assert ledger.faults == []
    ledger.changes(details=[detail()])
    assert ledger.facts == []


@pytest.mark.parametrize(
    ("after", "verdict"), [(timedelta(days=2), "accepted"), (timedelta(days=2, seconds=1), "rejected")]
)
def test_after_two_days_a_waiting_item_is_rejected(ledger, after, verdict):
    ledger.changes(event(), details=[missing()])
    ledger.changes(details=[detail()], at=NOW + after)
    assert [each.verdict for each in ledger.outcome.settled] == [verdict]


def test_an_awaited_detail_that_is_gone_settles_its_item(ledger):
    ledger.changes(event(), details=[missing()])
    ledger.changes(details=[gone()])
    assert (ledger.facts, [each.verdict for each in ledger.outcome.settled]) == ([], ["unchanged"])


def test_silence_of_changes_means_nothing(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.changes(event("40000002"), details=[detail("40000002")])
    assert [fact[3] for fact in ledger.facts] == [False]


def test_a_re_read_withdraws_what_it_does_not_name_as_of_its_moment_at_line_0(ledger):
    ledger.changes(event(), event("40000002"), details=[detail(), detail("40000002", cpr=BO)])
    ledger.everything(body("40000002", cpr=BO))
    assert ledger.facts == [first(delivery="all-2.json", line=0, withdrawn=True)]
    assert (ledger.moments, ledger.counts) == (["2020-07-03T04:00:00.000Z"], {"unchanged": 1})


def test_a_re_read_older_than_the_statement_still_withdraws_after_it(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.everything(body("40000002"), as_of="2020-01-01T00:00:00Z")
    assert (ledger.facts[0][1], ledger.moments[0]) == (0, "2020-03-02T09:00:00.001Z")


def test_a_re_read_handles_each_body_by_its_version(ledger):
    ledger.changes(event(version=2), details=[detail(version=2)])
    ledger.everything(body(version=1, maalgruppe=6, personkategori=None))
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})
    ledger.everything(body(version=2, maalgruppe=6, personkategori=None))
    assert ledger.facts == [first("SICKNESS", "2020-03-02", None, delivery="all-3.json")]


def test_a_rejected_body_still_names_its_statement(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.everything(body(version=2, gyldig_fra="02-03-2020"))
    assert (ledger.facts, ledger.faults) == ([], [("R06", 1, "detail.gyldig_fra")])


@pytest.mark.parametrize("unreadable", [body(external_id="4000"), body(external_id=None), "text"])
def test_a_body_whose_statement_cannot_be_read_ends_the_reading_of_silence(ledger, unreadable):
    ledger.changes(event(), details=[detail()])
    ledger.everything(unreadable)
    assert (ledger.facts, ledger.counts) == ([], {"rejected": 1})


def test_a_re_read_that_was_not_read_to_its_end_says_nothing_by_silence(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.everything(body("40000002", cpr=BO), more=True, following="a1")
    assert [fact[1] for fact in ledger.facts] == [1]


def test_nothing_is_closed_twice_by_two_re_reads(ledger):
    ledger.changes(event(), event("40000002"), details=[detail(), detail("40000002", cpr=BO)])
    ledger.everything(body("40000002", cpr=BO))
    ledger.everything(body("40000002", cpr=BO), as_of="2020-07-04T04:00:00Z")
    assert (ledger.facts, ledger.counts) == ([], {"unchanged": 1})


def test_an_empty_re_read_is_held(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.everything()
    assert (ledger.verdict, ledger.faults, ledger.facts) == ("held", [("H05", None, None)], [])


def test_a_re_read_that_would_withdraw_too_much_is_held(ledger):
    ids = [f"4{number:07d}" for number in range(40)]
    ledger.changes(*(event(each) for each in ids), details=[detail(each) for each in ids])
    ledger.everything(*(body(each) for each in ids[:19]))
    assert (ledger.verdict, ledger.faults) == ("held", [("H02", None, None)])
    ledger.everything(*(body(each) for each in ids[:20]))
    assert (ledger.verdict, len(ledger.facts)) == ("accepted", 20)


def test_two_groups_of_one_citizen_on_one_day_are_two_facts(ledger):
    ledger.changes(
        event(), event("40000002"), details=[detail(), detail("40000002", maalgruppe=6, personkategori=None)]
    )
    assert [fact[4] for fact in ledger.facts] == ["CASH_JOB_READY", "SICKNESS"]


# Checks beyond the frame


def pages_of(*pages, **other):
    return json.dumps({"details": [], "pages": list(pages), **other}).encode()


def without(key, original):
    return {name: value for name, value in original.items() if name != key}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(b"", ("F01", None, None), id="empty"),
        pytest.param(b" \n", ("F01", None, None), id="blank"),
        pytest.param(b"\n <!doctype html>", ("F02", None, None), id="login-page"),
        pytest.param(b'{"details":[],"pages":[<html>]}', ("F02", None, None), id="login-page-in-a-page"),
        pytest.param(pages_of("text"), ("F02", None, None), id="a-page-that-is-no-object"),
        pytest.param(b'{"details":[],"pages":["\xe6"]}', ("F03", None, None), id="latin-1"),
        pytest.param(pages_of(page(event()))[:-5], ("F05", None, None), id="cut"),
        pytest.param(pages_of(page(event()) | {"items": {}}), ("F05", None, None), id="items-no-list"),
        pytest.param(pages_of(details=[{"external_id": "4", "status": 500}]), ("F05", None, None), id="other-status"),
        pytest.param(b'{"details":[],"details":[],"pages":[]}', ("F11", None, None), id="key-twice"),
        pytest.param(b'{"details":[],"pages":[{"items":[NaN]}]}', ("F11", None, None), id="nan-before-missing-keys"),
        pytest.param(b"{}", ("F04", None, "pages"), id="no-pages"),
        pytest.param(pages_of(without("items", page())), ("F04", None, "items"), id="no-items"),
        pytest.param(pages_of(without("next", page())), ("F04", None, "next"), id="no-next"),
        pytest.param(pages_of(without("has_more", page())), ("F04", None, "has_more"), id="no-has-more"),
        pytest.param(pages_of(page() | {"has_more": "false"}), ("F04", None, "has_more"), id="has-more-in-quotes"),
        pytest.param(pages_of(page() | {"next": 7}), ("F04", None, "next"), id="next-a-number"),
        pytest.param(pages_of(page(following=None, more=True)), ("F12", None, None), id="more-but-no-cursor"),
        pytest.param(
            pages_of(page(more=True), page(more=True), page()), ("F12", None, None), id="the-cursor-asked-with"
        ),
        pytest.param(pages_of(page(*([1] * 10_001))), ("F08", None, None), id="10001-items"),
        pytest.param(b'{"details":[],"pages":[]' + b" " * 10_000_000 + b"}", ("F08", None, None), id="10-MB"),
    ],
)
def test_a_delivery_that_cannot_be_read_is_refused_and_the_cursor_stays(ledger, data, fault):
    ledger.raw(data)
    assert (ledger.verdict, ledger.outcome.receipt["counts"]["rows"]) == ("refused", 0)
    assert ledger.faults == [fault]
    assert visitation.CURSOR not in ledger.memory.state


@pytest.mark.parametrize("key", ["as_of", "changes_cursor"])
@pytest.mark.parametrize("change", [lambda key, whole: without(key, whole), lambda key, whole: whole | {key: " "}])
def test_a_re_read_says_as_of_when_and_where_to_go_on(ledger, key, change):
    ledger.raw(json.dumps({"pages": [change(key, total_page(body()))]}).encode(), "all-1.json")
    assert (ledger.verdict, ledger.faults) == ("refused", [("F04", None, key)])


@pytest.mark.parametrize("name", ["changes-0.json", "changes-01.json", "changes-x.json", "changes-1.JSON", "x-1.json"])
def test_another_name_is_refused(ledger, name):
    ledger.raw(pages_of(page()), name)
    assert ledger.faults == [("F07", None, None)]


def test_a_number_gone_back_is_refused_and_one_left_out_is_not(ledger):
    ledger.changes(event(), details=[detail()])
    ledger.raw(pages_of(page(event("40000002"))), "changes-1.json")
    assert ledger.faults[0][0] == "F12"
    ledger.raw(pages_of(page(event("40000002", change=3))), "changes-9.json")
    assert ledger.verdict == "accepted"


ITEM_FAULTS = [
    *[("event_id", value, "R08") for value in ("2", 2.0, 0, -1, True, [2], 1e2)],
    *[("entity", value, "R09") for value in ("aftale", "VISITATION", 1)],
    *[("external_id", value, "R08") for value in (40000001, "4000000", "400000011", "٤٠٠٠٠٠٠١", "4000000A")],
    *[("version", value, "R08") for value in ("2", 2.0, 0, False)],
    *[("change", value, "R09") for value in (0, 4, "1", 1.0, True)],
    *[
        ("registered_at", value, "R06")
        for value in ("2020-03-02T09:00:00", "2020-03-02", "2020-02-30T09:00:00Z", "2020-03-02T09:00:00.1234Z", 1)
    ],
    ("registered_at", "1899-12-31T23:00:00Z", "R12"),
    *[(column, value, "R02") for column in ("event_id", "entity", "version") for value in (None, "", "  ")],
    *[(column, None, "R02") for column in ("external_id", "change", "registered_at")],
]


@pytest.mark.parametrize(("column", "value", "code"), ITEM_FAULTS)
def test_an_item_is_checked_by_the_form_of_each_column(ledger, column, value, code):
    ledger.changes(event() | {column: value}, details=[detail()])
    assert (ledger.faults, ledger.facts, ledger.counts) == ([(code, 1, column)], [], {"rejected": 1})


@pytest.mark.parametrize(("column", "value", "code"), [*ITEM_FAULTS, ("event_id", 1, None)])
def test_decoder_and_expectations_agree_on_which_item_may_speak(column, value, code):
    values = {**texts_of(event() | {column: value}, ITEM_COLUMNS), WHAT: EVENT}
    row = Row(line=1, values=values, raw="")
    assert is_faultless(values) == (not check_rows(SUITE, [row], {})) == (code is None)


DETAIL_FAULTS = [
    ("external_id", "40000009", "R11"),
    ("external_id", None, "R02"),
    ("version", "1", "R08"),
    ("version", 1.0, "R08"),
    ("version", None, "R02"),
    ("kommune", "707", "R09"),
    ("kommune", 707, "R09"),
    ("kommune", None, "R02"),
    ("kommune", "0706", "R16"),
    ("cpr", None, "R02"),
    ("cpr", "610485123", "R03"),
    ("cpr", "9904851234", "R03"),
    ("cpr", 6104851234, "R03"),
    ("cpr", "0000000000", "R04"),
    ("cpr", "0104851234", "R05"),
    ("maalgruppe", None, "R02"),
    ("maalgruppe", 14, "R09"),
    ("maalgruppe", -1, "R09"),
    ("maalgruppe", "2", "R09"),
    ("maalgruppe", 2.0, "R09"),
    ("maalgruppe", True, "R09"),
    ("personkategori", None, "R09"),
    ("personkategori", "jobparat", "R09"),
    ("gyldig_fra", None, "R02"),
    ("gyldig_fra", "02-03-2020", "R06"),
    ("gyldig_fra", "20200302", "R06"),
    ("gyldig_fra", "1899-12-31", "R12"),
    ("gyldig_til", "2020-02-30", "R06"),
    ("gyldig_til", "9999-12-31", "R12"),
    ("gyldig_til", "2020-03-01", "R07"),
    ("registreret", None, "R02"),
    ("registreret", "2020-03-02T09:00:00", "R06"),
]


@pytest.mark.parametrize(("key", "value", "code"), DETAIL_FAULTS)
def test_a_detail_is_checked_by_the_form_of_each_column(ledger, key, value, code):
    ledger.changes(event(), details=[detail() | {"body": body() | {key: value}}])
    assert (ledger.faults, ledger.facts, ledger.counts) == ([(code, 1, f"detail.{key}")], [], {"rejected": 1})


@pytest.mark.parametrize(("key", "value", "code"), [each for each in DETAIL_FAULTS if each[2] != "R11"])
def test_a_body_of_a_re_read_is_checked_like_a_detail(ledger, key, value, code):
    ledger.everything(body() | {key: value})
    assert ledger.faults == [(code, 1, f"detail.{key}")]


def test_a_row_for_another_municipality_has_this_fault_alone_and_raises_the_alarm(ledger):
    ledger.changes(event(), details=[detail(kommune="0706", cpr="x", maalgruppe=99)])
    assert (ledger.faults, ledger.outcome.security_alarm) == ([("R16", 1, "detail.kommune")], True)


def test_the_faults_of_a_detail_come_in_the_order_of_the_table(ledger):
    ledger.changes(event(), details=[detail(registreret="x", gyldig_fra="x", cpr="x", version="x")])
    assert [column for _, _, column in ledger.faults] == [
        "detail.version",
        "detail.cpr",
        "detail.gyldig_fra",
        "detail.registreret",
    ]


def test_a_faulty_item_has_no_look_at_its_detail(ledger):
    ledger.changes(event(change=9), details=[detail(cpr="x")])
    assert ledger.faults == [("R09", 1, "change")]


def test_a_detail_that_is_no_object_lacks_everything(ledger):
    ledger.changes(event(), details=[{"body": [], "external_id": "40000001", "status": 200}])
    assert ledger.faults[0] == ("R02", 1, "detail.external_id")


@pytest.mark.parametrize(("slettet", "code"), [(None, "R02"), ("2020-07-01", "R06")])
def test_a_deleted_detail_says_when(ledger, slettet, code):
    ledger.changes(event(), details=[gone(slettet=slettet)])
    assert ledger.faults == [(code, 1, "detail.slettet")]


def test_an_item_that_is_no_object_is_r01(ledger):
    ledger.changes("text", event(), details=[detail()])
    assert (ledger.faults, ledger.facts) == ([("R01", 1, None)], [first(line=2)])


def test_the_same_item_again_is_a_duplicate_even_if_its_detail_is_faulty(ledger):
    ledger.changes(event(), event(), details=[detail(cpr="x")])
    assert ledger.faults == [("R03", 1, "detail.cpr"), ("N01", 2, None)]
    assert ledger.counts == {"duplicate": 1, "rejected": 1}


def test_the_same_body_again_in_a_re_read_is_a_duplicate(ledger):
    ledger.everything(body(), body())
    assert (ledger.counts, ledger.faults) == ({"accepted": 1, "duplicate": 1}, [("N01", 2, None)])


def test_one_event_with_two_contents_sets_all_of_them_aside(ledger):
    ledger.changes(
        event(event_id=1),
        event("40000002", event_id=1),
        event(event_id=1),
        event("40000003"),
        details=[detail("40000003")],
    )
    assert ledger.faults == [("R11", 1, "event_id"), ("R11", 2, "event_id"), ("R11", 3, "event_id")]
    assert [each["other_line"] for each in ledger.outcome.receipt["faults"]] == [2, 1, 2]
    assert ledger.facts == [first(line=4)]


def test_a_faulty_item_takes_no_part_in_a_conflict(ledger):
    ledger.changes(event(event_id=1), event(event_id=1, change=9), details=[detail()])
    assert (ledger.faults, ledger.facts) == ([("R09", 2, "change")], [first()])


def test_an_unknown_key_is_told_once_at_its_first_line_without_a_fault(ledger):
    ledger.changes(
        event("40000003", change=9, note="x"),
        event("40000004", note="x"),
        event("40000001", note="x"),
        event("40000002", note="x"),
        details=[missing("40000004"), detail(bemaerkning="y"), detail("40000002", bemaerkning="y")],
    )
    assert [fault for fault in ledger.faults if fault[0] == "N04"] == [("N04", 3, None), ("N04", 3, None)]
    assert "bemaerkning" not in json.dumps([str(ledger.memory.all()), str(ledger.memory.state)])


def test_a_cleaned_person_number_is_noticed(ledger):
    ledger.changes(event(), details=[detail(cpr="610485-1234")])
    assert (ledger.faults, ledger.facts) == ([("N02", 1, "detail.cpr")], [first()])


def test_texts_are_trimmed(ledger):
    ledger.changes(event(entity=" visitation "), details=[detail(personkategori=" JOBPARAT", gyldig_til="  ")])
    assert (ledger.faults, ledger.facts) == ([], [first()])


def test_over_a_fifth_and_over_twenty_faulty_items_refuse_the_delivery(ledger):
    bad = [event(f"5{number:07d}", change=9) for number in range(21)]
    ledger.changes(*bad, event(), details=[detail()])
    receipt = ledger.outcome.receipt
    assert (ledger.verdict, receipt["counts"]["rows"], receipt["counts"]["rejected"]) == ("refused", 22, 22)
    assert ledger.faults[0] == ("F10", None, None)
    assert visitation.CURSOR not in ledger.memory.state


def test_outside_synthetic_mode_day_plus_60_is_a_replacement_number():
    ledger = Ledger(synthetic=False)
    ledger.changes(event(), event("40000002"), details=[detail(), detail("40000002", cpr="0104851234")])
    assert ledger.faults == [("R04", 1, "detail.cpr")]
    assert len(ledger.facts) == 1


# Traps


def test_events_that_come_again_in_a_later_pull_are_unchanged(ledger):
    ledger.changes(event(), event(), details=[detail()])
    assert ledger.counts == {"accepted": 1, "duplicate": 1}
    ledger.changes(event(), event("40000002", change=3))
    assert (ledger.counts, ledger.facts) == ({"unchanged": 2}, [])


def test_a_detail_newer_than_its_event_is_used_and_the_later_event_is_unchanged(ledger):
    ledger.changes(event(version=1), details=[detail(version=3, gyldig_til="2020-07-01")])
    assert ledger.facts == [first("CASH_JOB_READY", "2020-03-02", "2020-06-30")]
    ledger.changes(event(version=3, change=2))
    assert ledger.counts == {"unchanged": 1}


def test_an_update_of_a_statement_we_never_had_is_an_ordinary_fact(ledger):
    ledger.changes(event(version=5, change=2), details=[detail(version=5)])
    assert ledger.facts == [first()]


def test_order_of_events_and_moments_of_different_statements_means_nothing(ledger):
    items = [event("40000002", event_id=9, registered_at="2020-01-01T00:00:00Z"), event("40000001", event_id=3)]
    ledger.changes(*items, details=[detail("40000002"), detail()])
    assert (ledger.verdict, len(ledger.facts)) == ("accepted", 2)


def test_the_cursor_moves_to_the_last_page_and_after_a_re_read_to_its_own(ledger):
    ledger.raw(pages_of(page(event(change=3), following="c1", more=True), page(following="c2")))
    assert ledger.memory.state[visitation.CURSOR] == "c2"
    ledger.everything(body())
    assert ledger.memory.state[visitation.CURSOR] == "c0900"
    assert ledger.memory.state[visitation.NUMBER] == 2


def test_a_refused_delivery_leaves_cursor_number_and_waiting_items_alone(ledger):
    ledger.changes(event(), details=[missing()])
    before = json.dumps({name: kept for name, kept in ledger.memory.state.items() if name != "frame"})
    ledger.raw(b"<html>")
    assert json.dumps({name: kept for name, kept in ledger.memory.state.items() if name != "frame"}) == before


def test_no_person_number_stands_in_memory_or_receipt(ledger):
    ledger.changes(event(), event("40000002"), details=[detail(), detail("40000002", cpr="x6104851234")])
    kept = str(ledger.memory.all()) + str(ledger.memory.state) + json.dumps(ledger.outcome.receipt)
    assert ANNA not in kept
