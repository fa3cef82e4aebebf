"""cpr: every rule, check and trap of its page, each with a small extract of its own."""

import hashlib
import json
from typing import Any

import pytest

from branchespor.intake.offline import NO_MOMENT, played, printable
from branchespor.intake.pipeline import handle
from producers.delivery import Delivery
from producers.memory import InMemory
from producers.vault import InMemoryVault
from validation.rows import check_rows

EVA, BO, IDA = "6104851234", "7509902345", "9112784567"
OLD, NEW = "6202004018", "6202004026"
NONE = "000000000000"


def placed(kind: str, *fields: tuple[int, str]) -> str:
    """A record with texts at their first positions, blanks at its end cut."""
    record = kind
    for first, text in fields:
        record = f"{record:<{first - 1}}{text}"
    return record.rstrip(" ")


def person(number: str = EVA, status: str = "01", since: str = NONE, new: str = "") -> str:
    """001."""
    return placed("001", (4, f"{number:<10}"), (14, f"{new:<10}"), (24, f"{status:<2}"), (26, since))


def lives(number: str = EVA, town: str = "0707", moved: str = "201903011200", to_town: str = "201903011200") -> str:
    """002."""
    return placed("002", (4, f"{number:<10}"), (14, town), (70, moved), (83, to_town))


def protected(number: str = EVA, kind: str = "0001", since: str = "2018-01-02", until: str = "") -> str:
    """004."""
    return placed("004", (4, number), (14, kind), (18, f"{since:<10}"), (28, until))


def old_number(new: str = NEW, old: str = OLD, day: str = "2020-07-15") -> str:
    """022."""
    return placed("022", (4, new), (14, old), (24, "2000-02-02"), (35, day))


def lived(
    number: str = EVA,
    town: str = "0706",
    moved: str = "201505011000",
    out: str = "201903011200",
    mark: str = " ",
) -> str:
    """023."""
    return placed("023", (4, f"{number:<10}"), (14, mark), (15, town), (71, f"{moved:<12}"), (84, out))


def event(number: str = EVA) -> str:
    """099, with the moment left blank."""
    return placed("099", (4, number), (26, "A74"))


def extract(
    *records: str,
    day: str = "20200715",
    before: str = "20200714",
    order: str = "470701",
    count: str | None = None,
    name: str | None = None,
    line_end: str = "\n",
    data: bytes | None = None,
) -> Delivery:
    """A nightly extract; whatever a test does not state is in order."""
    rows = [f"0000000000000{order}{day}{before}", *records, f"9999999999999{count or f'{len(records):08d}'}"]
    content = data if data is not None else "".join(row + line_end for row in rows).encode("latin-1")
    file_name = name or f"D{day[2:]}.L{order}"
    return Delivery(
        feed="cpr",
        partner="register",
        file_name=file_name,
        data=content,
        sha256=hashlib.sha256(content + file_name.encode()).hexdigest(),
        received_at=NO_MOMENT,
    )


def next_day(*records: str) -> Delivery:
    """The extract that follows the first one."""
    return extract(*records, day="20200716", before="20200715")


def receipt(*deliveries: Delivery, synthetic: bool = True) -> Any:
    """The receipt of the last of several deliveries."""
    return played(deliveries, synthetic=synthetic).outcomes[-1].receipt


def codes(*records: str) -> list[tuple[str, int | None, str | None]]:
    """Code, line and column of the faults of one extract."""
    return [(each["code"], each["line"], each["column"]) for each in receipt(extract(*records))["faults"]]


def counts(*deliveries: Delivery) -> tuple[int, int, int, int]:
    """Accepted, unchanged, duplicate and rejected records of the last of several deliveries."""
    counted = receipt(*deliveries)["counts"]
    return tuple(counted[name] for name in ("accepted", "unchanged", "duplicate", "rejected"))  # type: ignore[return-value]


def said(*deliveries: Delivery) -> list[dict[str, Any]]:
    """What the last of several deliveries publishes."""
    last = deliveries[-1].file_name
    return [fact for fact in printable(played(deliveries, synthetic=True)) if fact["delivery"] == last]


def told(*deliveries: Delivery) -> list[tuple[int, str, str | None, bool]]:
    """The same in short: line, what, last day or day, withdrawn."""
    short = []
    for fact in said(*deliveries):
        what = fact["kind"] if fact["record_key"] is None else fact["record_key"].split("/", 1)[1]
        short.append((fact["line"], what, fact["last_day"] if "last_day" in fact else fact["day"], fact["withdrawn"]))
    return short


def home(number: str = EVA) -> tuple[str, str]:
    """A block in order: lives in 0707 since 1 March 2019."""
    return person(number), lives(number)


# From rows to facts


def test_an_address_is_a_residence_spell_in_the_words_of_the_facts() -> None:
    assert said(extract(*home())) == [
        {
            "delivery": "D200715.L470701",
            "line": 3,
            "person": "#1",
            "kind": "ResidenceSpell",
            "source": "cpr:register",
            "record_key": "#1/0707/2019-03-01",
            "recorded_at": "2020-07-15T00:00:00.000Z",
            "withdrawn": False,
            "municipality": "0707",
            "first_day": "2019-03-01",
            "last_day": None,
        }
    ]


def test_the_sample_of_the_page() -> None:
    records = (person(), lives(moved="202007101000"), lived(), event())

    assert told(extract(*records)) == [(3, "0707/2019-03-01", None, False), (4, "0706/2015-05-01", "2019-02-28", False)]
    assert counts(extract(*records)) == (2, 2, 0, 0)


def test_a_block_stands_anywhere_in_the_file() -> None:
    records = (lived(), person(BO), person(), lives(BO), lives())

    assert [line for line, *_ in told(extract(*records))] == [2, 5, 6]


def test_the_day_of_moving_belongs_to_the_new_municipality() -> None:
    found = said(
        extract(
            person(),
            lives(town="0751", moved="202007011000", to_town="202007011000"),
            lived(town="0707", moved="201903011200", out="202007011000"),
        )
    )

    assert [(fact["municipality"], fact["first_day"], fact["last_day"]) for fact in found] == [
        ("0751", "2020-07-01", None),
        ("0707", "2019-03-01", "2020-06-30"),
    ]


def test_moving_within_the_municipality_is_one_spell_from_the_first_day() -> None:
    within = (
        person(),
        lives(moved="202007101000", to_town=NONE),
        lived(town="0707", moved="201503011200", out="201903011200"),
        lived(town="0707", moved="201903011200", out="202007101000"),
    )

    assert told(extract(*within)) == [(3, "0707/2015-03-01", None, False)]


def test_of_former_addresses_of_one_spell_the_newest_record_is_named() -> None:
    records = (
        person(),
        lived(town="0707", moved="201903011200", out="202007101000"),
        lived(town="0707", moved="201503011200", out="201903011200"),
    )

    assert told(extract(*records)) == [(3, "0707/2015-03-01", "2020-07-09", False)]


def test_with_a_gap_between_them_they_are_two_spells() -> None:
    records = (person(), lives(), lived(town="0707", moved="201001011200", out="201103011200"))

    assert told(extract(*records)) == [
        (3, "0707/2019-03-01", None, False),
        (4, "0707/2010-01-01", "2011-02-28", False),
    ]


def test_in_and_out_on_one_day_is_dropped() -> None:
    same_day = lived(town="0751", moved="201706010800", out="201706012000")

    assert told(extract(*home(), same_day)) == [(3, "0707/2019-03-01", None, False)]
    assert counts(extract(*home(), same_day)) == (1, 2, 0, 0)


@pytest.mark.parametrize("mark", ["A", "K", "Æ"])
def test_a_record_that_was_undone_or_corrected_is_checked_and_not_used(mark: str) -> None:
    overlapping = lived(town="0751", moved="201801010000", out="202001010000", mark=mark)

    assert told(extract(*home(), overlapping)) == [(3, "0707/2019-03-01", None, False)]
    assert codes(*home(), lived(out="", mark=mark)) == [("R02", 4, "FRAFLYDTO")]


def test_a_former_address_without_a_start_is_not_used() -> None:
    assert told(extract(*home(), lived(moved=NONE))) == [(3, "0707/2019-03-01", None, False)]


def test_a_town_moment_before_a_stay_elsewhere_was_not_updated() -> None:
    records = (
        person(),
        lives(moved="201909091632", to_town="201709091632"),
        lived(moved="201003042000", out="201801161622"),
    )

    assert told(extract(*records)) == [(3, "0707/2019-09-09", None, False), (4, "0706/2010-03-04", "2018-01-15", False)]


@pytest.mark.parametrize("town", ["0010", "0019", "0099"])
def test_a_municipality_under_0100_is_none(town: str) -> None:
    assert said(extract(person(status="20"), lives(town=town))) == []
    assert codes(person(status="20"), lives(town=town), lived(town=town)) == []


@pytest.mark.parametrize("status", ["01", "03", "05", "07", "20"])
def test_who_lives_in_denmark_has_a_residence_and_no_status(status: str) -> None:
    assert told(extract(person(status=status), lives())) == [(3, "0707/2019-03-01", None, False)]


@pytest.mark.parametrize(("status", "word"), [("70", "DISAPPEARED"), ("80", "EMIGRATED"), ("90", "DEAD")])
def test_who_left_has_a_status_since_that_day(status: str, word: str) -> None:
    (fact,) = said(extract(person(status=status, since="202007050000")))

    assert (fact["record_key"], fact["status"], fact["day"], fact["line"]) == (f"#1/{word}", word, "2020-07-05", 2)


def test_month_and_day_zero_are_read_as_one_and_the_time_is_not_used() -> None:
    assert said(extract(person(status="90", since="202000002400")))[0]["day"] == "2020-01-01"


def test_dead_by_mistake_is_withdrawn() -> None:
    dead = person(status="90", since="202007050000"), lived(town="0707", moved="201903011200", out="202007050000")

    assert told(extract(*dead), next_day(*home())) == [
        (2, "DEAD", "2020-07-05", True),
        (3, "0707/2019-03-01", None, False),
    ]


def test_an_emigrant_comes_home() -> None:
    gone = person(status="80", since="202007050000"), lived(town="0707", moved="201903011200", out="202007050000")
    back = person(), lives(moved="202007150000", to_town="202007150000"), gone[1]

    assert told(extract(*gone), next_day(*back)) == [
        (2, "EMIGRATED", "2020-07-05", True),
        (3, "0707/2020-07-15", None, False),
    ]


def test_who_left_without_a_closing_address_is_closed_by_the_day_of_the_status() -> None:
    gone = person(status="80", since="202007050000")

    assert told(extract(*home()), next_day(gone)) == [
        (2, "0707/2019-03-01", "2020-07-04", False),
        (2, "EMIGRATED", "2020-07-05", False),
    ]


def test_closed_by_the_status_it_stays_closed_the_day_after() -> None:
    gone, dead = person(status="80", since="202007050000"), person(status="90", since="202007160000")
    third = {"day": "20200717", "before": "20200716"}

    assert told(extract(*home()), next_day(gone), extract(gone, **third)) == []
    assert told(extract(*home()), next_day(gone), extract(dead, **third)) == [
        (2, "EMIGRATED", "2020-07-05", True),
        (2, "DEAD", "2020-07-16", False),
    ]


def test_who_left_before_the_first_day_never_lived_there() -> None:
    gone = person(status="80", since="201903010000")

    assert told(extract(*home()), next_day(gone))[0] == (2, "0707/2019-03-01", None, True)


def test_an_address_left_on_the_first_day_closes_nothing_of_it() -> None:
    gone = person(status="80", since="202007050000"), lived(town="0707", moved="201001010000", out="201903010000")

    assert told(extract(*home()), next_day(*gone))[0] == (2, "0707/2019-03-01", "2020-07-04", False)


def test_a_cr_that_ends_no_line_is_no_fault() -> None:
    assert codes(person(), f"{lives():<100}\rx") == []


def test_who_left_with_a_corrected_closing_address_has_the_old_statement_withdrawn() -> None:
    gone = person(status="90", since="202007050000"), lived(town="0707", moved="201904010000", out="202007050000")

    assert told(extract(*home()), next_day(*gone)) == [
        (2, "0707/2019-03-01", None, True),
        (2, "DEAD", "2020-07-05", False),
        (3, "0707/2019-04-01", "2020-07-04", False),
    ]


def test_an_annulled_number_takes_everything_back() -> None:
    before = extract(*home(), protected())

    assert told(before, next_day(person(status="30"), lives(), protected())) == [
        (2, "0707/2019-03-01", None, True),
        (2, "PROTECTED", "2018-01-02", True),
    ]


def test_a_corrected_day_of_moving_is_a_new_key() -> None:
    after = person(), lives(moved="201904011200", to_town="201904011200")

    assert told(extract(*home()), next_day(*after)) == [
        (2, "0707/2019-03-01", None, True),
        (3, "0707/2019-04-01", None, False),
    ]


def test_the_same_extract_the_day_after_says_nothing_new() -> None:
    block = *home(), lived(), protected(), event()

    assert said(extract(*block), next_day(*block)) == []
    assert counts(extract(*block), next_day(*block)) == (0, 5, 0, 0)


def test_who_is_not_in_the_extract_does_not_change() -> None:
    assert said(extract(*home(), *home(BO)), next_day(*home())) == []


# Protection


@pytest.mark.parametrize("until", ["", "2020-07-16", "2101-01-02"])
def test_an_address_is_protected_until_after_the_extract(until: str) -> None:
    assert told(extract(*home(), protected(until=until)))[1] == (4, "PROTECTED", "2018-01-02", False)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(protected(until="2020-07-15"), id="deleted-that-day"),
        pytest.param(protected(kind="0003"), id="another-protection"),
        pytest.param(protected(kind="0002", since="x", until="y"), id="another-protection-is-not-read-further"),
    ],
)
def test_otherwise_it_is_not(record: str) -> None:
    assert told(extract(*home(), record)) == [(3, "0707/2019-03-01", None, False)]


def test_of_several_protections_the_earliest_counts() -> None:
    records = protected(since="2019-01-01"), protected(since="2018-01-02")

    assert told(extract(*home(), *records))[1] == (5, "PROTECTED", "2018-01-02", False)


def test_protection_that_the_register_no_longer_tells_is_withdrawn() -> None:
    assert told(extract(*home(), protected()), next_day(*home())) == [(2, "PROTECTED", "2018-01-02", True)]


# Identity


def test_old_and_new_number_are_one_person_and_its_statements_stay() -> None:
    changed = (
        person(OLD, "60", "202007151100", NEW),
        lived(OLD, "0707", "201903011200", "202007151100"),
        *home(NEW),
        old_number(),
    )

    assert told(extract(*home(OLD)), next_day(*changed)) == [(2, "IdentityChange", "2020-07-15", False)]
    assert counts(extract(*home(OLD)), next_day(*changed)) == (1, 4, 0, 0)


def test_the_change_may_be_told_by_the_old_number_record_alone() -> None:
    first = extract(*home(OLD))

    assert told(first, next_day(*home(NEW), old_number())) == [(4, "IdentityChange", "2020-07-15", False)]


def test_a_change_known_before_gives_nothing() -> None:
    again = extract(*home(NEW), old_number(), day="20200717", before="20200716")

    assert said(extract(*home(OLD)), next_day(*home(NEW), old_number()), again) == []


def test_a_delivery_handled_anew_tells_its_changes_again() -> None:
    vault, delivery = InMemoryVault(), extract(person(OLD, "60", "202007151100", NEW), *home(NEW), old_number())
    first, again = (handle(delivery, InMemory(), vault, check_rows) for _ in range(2))

    assert len(first.identity_changes) == 1
    assert again.identity_changes == first.identity_changes
    assert again.facts == first.facts


def test_a_deleted_double_number_tells_nothing_but_the_change() -> None:
    block = person(OLD, "50", "202007151100", NEW), lives(OLD), protected(OLD)

    assert told(extract(*block)) == [(2, "IdentityChange", "2020-07-15", False)]


def test_changes_come_before_all_facts_wherever_they_stand() -> None:
    facts = said(extract(*home(NEW), *home(OLD)[:1], lives(OLD), day="20200714", before="20200713"))
    both = said(extract(*home(NEW), person(OLD, "60", "202007151100", NEW)))

    assert len({fact["person"] for fact in facts}) == 2
    assert len({fact["person"] for fact in both}) == 1


def test_of_two_persons_who_become_one_no_statement_moves_and_none_is_left_over() -> None:
    two = extract(*home(OLD), *home(NEW))
    one = next_day(person(OLD, "60", "202007151100", NEW), *home(NEW))
    found = said(two, one)

    assert [(fact["kind"], fact["line"], fact["withdrawn"]) for fact in found] == [
        ("IdentityChange", 2, False),
        ("ResidenceSpell", 3, True),
    ]
    assert found[0]["person"] != found[1]["person"]


def test_no_number_is_kept_in_the_memory() -> None:
    memory, vault = InMemory(), InMemoryVault()
    handle(extract(*home(OLD), *home(), protected()), memory, vault, check_rows)
    handle(next_day(person(OLD, "60", "202007151100", NEW), *home(NEW)), memory, vault, check_rows)
    kept = json.dumps([memory.all(), memory.state])  # type: ignore[arg-type]

    assert not [number for number in (OLD, NEW, EVA) if number in kept]


# Checks


@pytest.mark.parametrize(
    ("record", "faults"),
    [
        pytest.param(person(EVA, status="44"), [("R09", "STATUS")], id="unknown-status"),
        pytest.param(person(EVA, status=""), [("R02", "STATUS")], id="no-status"),
        pytest.param(person(EVA, status="90"), [("R02", "STATUSHAENSTART")], id="dead-since-when"),
        pytest.param(person(EVA, "01", "202013010000"), [("R06", "STATUSHAENSTART")], id="month-13"),
        pytest.param(person(EVA, "01", "2020-01-01"), [("R06", "STATUSHAENSTART")], id="another-form"),
        pytest.param(person(EVA, "01", "18990101"), [("R06", "STATUSHAENSTART")], id="eight-digits"),
        pytest.param(person(EVA, "01", "189901010000"), [("R12", "STATUSHAENSTART")], id="before-1900"),
        pytest.param(person(EVA, "60", "202001010000"), [("R02", "PNRGAELD")], id="changed-to-what"),
        pytest.param(person(EVA, "60", "202001010000", EVA), [("R12", "PNRGAELD")], id="changed-to-itself"),
        pytest.param(
            person(EVA, "60", "202001010000", "1503369004"), [("R05", "PNRGAELD")], id="changed-to-a-real-one"
        ),
        pytest.param(person(EVA, "60", NONE, "x"), [("R03", "PNRGAELD"), ("R02", "STATUSHAENSTART")], id="in-order"),
        pytest.param(person("", "01"), [("R02", "PNR")], id="no-number"),
        pytest.param(person("9902004018"), [("R03", "PNR")], id="day-does-not-exist"),
        pytest.param(person("0000000000"), [("R04", "PNR")], id="zeros"),
        pytest.param(person("610485AB12"), [("R04", "PNR")], id="letters"),
        pytest.param(event("1503369004"), [("R05", "PNR")], id="not-synthetic-in-an-event"),
        pytest.param(lives(EVA, town="7O7"), [("R08", "KOMKOD")], id="town-of-letters"),
        pytest.param(lives(EVA, town="    "), [("R02", "KOMKOD")], id="no-town"),
        pytest.param(lives(EVA, moved=NONE, to_town=NONE), [("R02", "TILFLYDTO")], id="moved-never"),
        pytest.param(lives(EVA, moved=NONE, to_town="x"), [("R06", "TILFLYKOMDTO")], id="waits-for-the-other"),
        pytest.param(lives(EVA, moved="201902300000"), [("R06", "TILFLYDTO")], id="30-february"),
        pytest.param(protected(EVA, kind="x"), [("R08", "BESKYTTYPE")], id="protection-of-letters"),
        pytest.param(protected(EVA, since=""), [("R02", "START_DT-BESKYTTELSE")], id="protected-since-when"),
        pytest.param(protected(EVA, since="2020-00-00"), [("R06", "START_DT-BESKYTTELSE")], id="days-have-no-zeros"),
        pytest.param(protected(EVA, until="9999-12-31"), [("R12", "SLET_DT-BESKYTTELSE")], id="after-2199"),
        pytest.param(old_number(EVA, EVA), [("R12", "PNRGAELD")], id="old-is-new"),
        pytest.param(old_number(EVA, "1503369004"), [("R05", "PNR")], id="old-is-a-real-one"),
        pytest.param(old_number(EVA, "x", ""), [("R03", "PNR"), ("R02", "SLUT_DT-PERSON")], id="old-until-when"),
        pytest.param(old_number("x", "y"), [("R03", "PNRGAELD"), ("R03", "PNR")], id="number-in-force-comes-first"),
        pytest.param(lived(EVA, mark="B"), [("R09", "ANNKOR")], id="unknown-mark"),
        pytest.param(lived(EVA, out=NONE), [("R02", "FRAFLYDTO")], id="left-when"),
        pytest.param(lived(EVA, out="201504301000"), [("R07", "FRAFLYDTO")], id="left-before"),
        pytest.param(lived(EVA, moved="x", out="201504301000"), [("R06", "TILFLYDTO")], id="order-waits-for-the-start"),
        pytest.param("5556104851234", [("R09", "RECORDTYPE")], id="unknown-type"),
        pytest.param("", [("R09", "RECORDTYPE")], id="blank-record"),
        pytest.param(f"{lives(EVA, 'x'):<306}y", [("R01", None)], id="too-long-alone"),
        pytest.param(f"{event(EVA):<45}y", [("R01", None)], id="event-too-long"),
        pytest.param(f"{lives(EVA, 'x')}\x00", [("R10", None)], id="nul-alone"),
        pytest.param("555\x01", [("R10", None)], id="control-character-in-an-unknown-type"),
        pytest.param(f"{'910':<157}y", [("R01", None)], id="answer-too-long"),
        pytest.param(f"{lives(EVA):<400}", [], id="blanks-at-the-end-are-no-length"),
        pytest.param(f"{placed('997', (4, EVA))}", [], id="subscription-ended"),
    ],
)
def test_a_record_has_these_faults(record: str, faults: list[tuple[str, str | None]]) -> None:
    block = () if record.startswith("001") else (person(EVA),)
    found = codes(*block, record)

    assert [(code, column) for code, line, column in found if line == len(block) + 2] == faults
    assert len(found) == len(faults)


def test_a_fault_puts_the_whole_block_aside_and_nothing_else() -> None:
    records = (*home(), lived(town="x"), event(), *home(BO))

    assert codes(*records) == [("R08", 4, "KOMKOD")]
    assert counts(extract(*records)) == (1, 1, 0, 4)
    assert [line for line, *_ in told(extract(*records))] == [7]


def test_a_block_aside_takes_nothing_back() -> None:
    assert said(extract(*home()), next_day(person(), lives(town="x"))) == []


def test_a_fault_of_an_event_is_its_own() -> None:
    records = (*home(), event() + "\x01")

    assert counts(extract(*records)) == (1, 1, 0, 1)


def test_a_record_of_no_number_is_rejected_alone_and_nothing_ends_that_night() -> None:
    before = extract(*home(), *home(BO), *home(IDA))
    after = (person(EVA), person(BO, "30"), person(IDA, "80", "202007150000"), lives("1503369004"))

    assert told(before, next_day(*after)) == [(4, "EMIGRATED", "2020-07-15", False)]
    assert counts(before, next_day(*after)) == (1, 2, 0, 1)


def test_an_event_of_no_number_stops_nothing() -> None:
    assert told(extract(*home()), next_day(person(), event("1503369004")))[0][3] is True


def test_a_record_too_long_to_read_with_an_unreadable_number_stops_the_ending_too() -> None:
    assert said(extract(*home()), next_day(person(), "0026\x00")) == []


def test_new_versions_are_told_while_nothing_may_end() -> None:
    after = person(), lives(town="0751", moved="202007160000", to_town="202007160000"), lived("")

    assert told(extract(*home()), next_day(*after)) == [(3, "0751/2020-07-16", None, False)]


def test_a_block_without_a_person_record_has_the_fault_at_each_record() -> None:
    records = lives(), lived(), event()

    assert codes(*records) == [("R15", line, "RECORDTYPE") for line in (2, 3, 4)]
    assert counts(extract(*records)) == (0, 0, 0, 3)


def test_a_block_with_another_fault_is_not_told_of_its_missing_person_record() -> None:
    assert codes(lives(town="x"), lived()) == [("R08", 2, "KOMKOD")]


def test_events_and_answers_alone_are_unchanged() -> None:
    assert codes(event(), placed("910", (4, BO)), placed("997", (4, IDA))) == []
    assert counts(extract(event(), placed("910", (4, BO)), placed("997", (4, IDA)))) == (0, 3, 0, 0)


def test_a_record_again_is_a_duplicate_with_one_effect() -> None:
    assert codes(*home(), lives() + "  ") == [("N01", 4, None)]
    assert counts(extract(*home(), lives() + "  ")) == (1, 1, 1, 0)


def test_a_record_again_in_a_block_aside_is_rejected() -> None:
    assert codes(*home(), lives(), lived(town="x")) == [("R08", 5, "KOMKOD"), ("N01", 4, None)]
    assert counts(extract(*home(), lives(), lived(town="x"))) == (0, 0, 0, 4)


def test_two_different_person_records_of_one_number_put_the_block_aside() -> None:
    records = person(), lives(), person(status="03"), person()
    faults = receipt(extract(*records))["faults"]

    assert [(fault["code"], fault["line"], fault["column"], fault["other_line"]) for fault in faults] == [
        ("R11", 2, "RECORDTYPE", 4),
        ("R11", 4, "RECORDTYPE", 2),
        ("R11", 5, "RECORDTYPE", 4),
    ]
    assert counts(extract(*records)) == (0, 0, 0, 4)


def test_two_different_addresses_now_of_one_number_put_the_block_aside() -> None:
    assert codes(person(), lives(), lives(town="0706")) == [("R11", 3, "RECORDTYPE"), ("R11", 4, "RECORDTYPE")]


def test_two_municipalities_at_once_put_the_block_aside() -> None:
    records = (
        *home(),
        lived(town="0751", moved="201801010000", out="202001010000"),
        lived(town="0706", moved="201001010000", out="201101010000"),
    )
    faults = receipt(extract(*records))["faults"]

    assert [(fault["code"], fault["line"], fault["column"], fault["other_line"]) for fault in faults] == [
        ("R13", 3, "TILFLYDTO", 4),
        ("R13", 4, "TILFLYDTO", 3),
    ]
    assert counts(extract(*records)) == (0, 0, 0, 4)


def test_former_addresses_that_overlap_put_the_block_aside_too() -> None:
    records = (
        person(),
        lived(town="0751", moved="201801010000", out="202001010000"),
        lived(town="0706", moved="201912310000", out="202006010000"),
    )

    assert codes(*records) == [("R13", 3, "TILFLYDTO"), ("R13", 4, "TILFLYDTO")]


def test_what_is_not_used_does_not_overlap() -> None:
    overlapping = lived(OLD, "0751", "201801010000", "202001010000")

    assert codes(person(OLD, "60", "202007151100", NEW), lives(OLD), overlapping) == []


def test_records_that_were_not_ordered_are_told_once_a_type_and_not_read() -> None:
    records = (*home(), placed("008", (4, "x"), (14, "\x01 navn")), "008", f"{'003':<900}x")

    assert codes(*records) == [("N04", 4, "RECORDTYPE"), ("N04", 6, "RECORDTYPE")]
    assert counts(extract(*records)) == (1, 4, 0, 0)


def test_outside_synthetic_mode_the_same_numbers_change_their_code() -> None:
    faults = receipt(extract(*home(), person("1503369004"), lives("1503369004")), synthetic=False)["faults"]

    assert [(fault["code"], fault["line"]) for fault in faults] == [("R04", 2), ("R04", 3)]


# The file


def bytes_of(*records: str, encoding: str = "latin-1") -> bytes:
    """Records as bytes with LF."""
    return "".join(f"{record}\n" for record in records).encode(encoding)


START, END = "00000000000004707012020071520200714", "999999999999900000002"


def file_fault(delivery: Delivery) -> tuple[str, int | None, int]:
    """Code and line of the one fault of a refused extract, and the records its receipt counts."""
    answer = receipt(delivery)
    assert answer["verdict"] == "refused"
    (fault,) = answer["faults"]
    return fault["code"], fault["line"], answer["counts"]["rows"]


def test_an_extract_without_records_is_accepted() -> None:
    assert receipt(extract())["verdict"] == "accepted"


def test_line_ends_blanks_and_empty_lines_at_the_end_do_not_matter() -> None:
    padded = [f"{record:<306}" for record in home()]

    assert receipt(extract(*padded, line_end="\r\n"))["verdict"] == "accepted"
    assert receipt(extract(data=bytes_of(START, *home(), END) + b"\r\n  \n"))["verdict"] == "accepted"
    assert receipt(extract(data=bytes_of(START, *home(), END).rstrip(b"\n")))["verdict"] == "accepted"


def test_the_first_record_is_the_start_and_there_is_no_other() -> None:
    assert file_fault(extract(data=bytes_of(*home(), END))) == ("F04", 1, 0)
    assert file_fault(extract(data=bytes_of(START + "x", *home(), END))) == ("F05", 1, 2)
    assert file_fault(extract(data=bytes_of(START, person(), START, lives(), END))) == ("F05", 3, 3)


def test_nothing_stands_behind_the_end() -> None:
    assert file_fault(extract(data=bytes_of(START, *home(), END, event()))) == ("F05", 5, 2)
    assert file_fault(extract(data=bytes_of(START, *home(), END, END))) == ("F05", 5, 2)
    assert file_fault(extract(data=bytes_of(START, *home(), END + "x"))) == ("F05", 4, 2)


def test_an_extract_that_is_not_whole_is_refused() -> None:
    assert file_fault(extract(data=bytes_of(START, *home()))) == ("F06", None, 2)
    assert file_fault(extract(*home(), count="00000003")) == ("F06", None, 2)
    assert file_fault(extract(*home(), count="       2")) == ("F06", None, 2)


@pytest.mark.parametrize(
    "name",
    ["D200716.L470701", "D200715.L470702", "d200715.l470701", "D200715.L470701.txt", "D200715.L470701\n", "x"],
)
def test_the_name_agrees_with_the_first_record(name: str) -> None:
    assert file_fault(extract(*home(), name=name)) == ("F07", None, 0)


@pytest.mark.parametrize(
    ("day", "before"),
    [("20201301", "20200714"), ("20200715", "20200715"), ("20200715", "20200230"), ("20200715", "        ")],
)
def test_an_impossible_production_day_is_refused(day: str, before: str) -> None:
    assert file_fault(extract(*home(), day=day, before=before)) == ("F09", None, 0)


def test_bytes_that_are_no_characters_are_refused_with_their_place() -> None:
    street = placed("023", (4, EVA), (20, "Æ"))

    assert file_fault(extract(data=bytes_of(START, person(), street, END, encoding="utf-8"))) == ("F03", 3, 0)
    assert receipt(extract(data=b"\xef\xbb\xbf" + bytes_of(START, *home(), END)))["faults"][0]["code"] == "N05"


def test_ebcdic_is_not_this_format() -> None:
    assert file_fault(extract(data="\n".join([START, *home(), END]).encode("cp500")))[0] == "F04"


def test_limits_of_bytes_and_records() -> None:
    assert file_fault(extract(data=bytes_of(START, *home(), END) + b" " * 50_000_000)) == ("F08", None, 0)
    assert file_fault(extract(*["099"] * 500_001)) == ("F08", None, 0)


def test_another_order_number_is_held_with_an_alarm_and_not_read() -> None:
    run = played([extract(*home(), order="461999")], synthetic=True)
    answer: Any = run.outcomes[0].receipt

    assert (answer["verdict"], answer["faults"][0]["code"], answer["counts"]["rows"]) == ("held", "H04", 0)
    assert run.outcomes[0].security_alarm


@pytest.mark.parametrize(
    ("day", "before", "code"),
    [
        pytest.param("20200716", "20200715", None, id="the-next"),
        pytest.param("20200720", "20200715", None, id="days-may-be-left-out"),
        pytest.param("20200720", "20200717", "H03", id="one-is-missing"),
        pytest.param("20200716", "20200713", "F12", id="chained-to-an-earlier-one"),
        pytest.param("20200716", "00000000", "F12", id="chained-to-none"),
        pytest.param("20200715", "20200714", "F12", id="the-same-day"),
        pytest.param("20200714", "20200713", "F12", id="gone-back"),
    ],
)
def test_extracts_are_a_chain(day: str, before: str, code: str | None) -> None:
    answer = receipt(extract(*home()), extract(*home(BO), day=day, before=before))

    assert [fault["code"] for fault in answer["faults"]] == ([] if code is None else [code])
    assert answer["counts"]["rows"] == (0 if code == "F12" else 2)


def test_the_first_extract_may_be_chained_to_none() -> None:
    assert receipt(extract(*home(), before="00000000"))["verdict"] == "accepted"


def test_too_many_faults_refuse_the_extract_blocks_counted() -> None:
    blocks = [
        record
        for number in range(21)
        for record in (person(f"61048{51234 + number}"), lives(f"61048{51234 + number}", town="x"))
    ]
    answer = receipt(extract(*blocks))

    assert (answer["verdict"], answer["faults"][0]["code"]) == ("refused", "F10")
    assert (answer["counts"]["rejected"], answer["faults_total"]) == (42, 22)


def test_the_receipt_names_day_and_period() -> None:
    answer = receipt(extract(*home()))

    assert (answer["sequence"], answer["period"]) == (20200715, {"from": "2020-07-15", "to": "2020-07-15"})


def test_the_receipt_of_a_refused_extract_names_what_could_be_read() -> None:
    cut = receipt(extract(data=bytes_of(START, *home())))
    unreadable = receipt(extract(data=bytes_of(*home(), END)))

    assert (cut["sequence"], cut["period"]) == (20200715, {"from": "2020-07-15", "to": "2020-07-15"})
    assert (unreadable["sequence"], unreadable["period"]) == (None, None)
