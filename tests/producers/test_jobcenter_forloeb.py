"""jobcenter-forloeb to the letter of its page: facts by type, checks beyond the frame, traps."""

import pytest

from schemas.jobcenter_forloeb import ABSENCES

ANNA, BO = "7105851234", "8912752468"
FIRST = {"version": 1, "aendring": 1, "registreret": "2020-02-12T10:00:00Z", "myndighed": "70700", "cpr": ANNA}


@pytest.fixture
def hub(hub_of):
    return hub_of("jobcenter-forloeb", "70700")


def meeting(**other):
    own = {"moedeType": "JOBSAMTALE", "status": "BOOKET", "planlagtStart": "2020-02-20T09:30"}
    return {**FIRST, "id": "MO-00000001", "type": "MOEDE", **own, **other}


def case(**other):
    return {**FIRST, "id": "SA-00000001", "type": "SAG", "kle": "15.20.05", "aabnetDato": "2020-02-12", **other}


def decision(**other):
    own = {
        "spor": "BS-000041",
        "beslutning": "TILBUDT",
        "dato": "2020-02-12",
        "branchespor": "IND",
        "disco": "721",
        "planFra": "2020-03-02",
        "planTil": "2020-06-26",
    }
    return {**FIRST, "id": "BE-00000001", "type": "BRANCHESPOR", **own, **other}


def support(**other):
    return {
        **FIRST,
        "id": "PA-00000001",
        "type": "PARALLEL_INDSATS",
        "aktiv": True,
        "foersteDag": "2020-01-06",
        **other,
    }


def absence(**other):
    own = {"fravaerType": "FERIE", "startDato": "2020-02-17", "slutDato": "2020-02-21", "anmeldelsesDato": "2020-02-12"}
    return {**FIRST, "id": "FR-00000001", "type": "FRAVAER", **own, **other}


# Facts.


@pytest.mark.parametrize("kind", ["JOBSAMTALE", "FAELLES_JOBSAMTALE", "OPFOELGNING", "INTEGRATION"])
@pytest.mark.parametrize("status", ["BOOKET", "AFHOLDT", "UDEBLEVET"])
def test_a_talk_is_a_meeting_held_on_a_day_only_if_it_was_held(hub, kind, status):
    hub.send(meeting(moedeType=kind, status=status, afholdtDato="2020-02-11"))

    held = "2020-02-11" if status == "AFHOLDT" else None
    joint = kind == "FAELLES_JOBSAMTALE"
    assert hub.told("kind", "meeting", "held_on", "booked_for", "joint", "person", "record_key") == [
        ("Meeting", "MO-00000001", held, "2020-02-20", joint, hub.person(ANNA), f"MO-00000001/{hub.person(ANNA)}")
    ]


@pytest.mark.parametrize("change", [{"moedeType": "REHABILITERING"}, {"moedeType": "ANDET"}, {"status": "AFLYST"}])
def test_talks_that_give_no_fact_are_accepted(hub, change):
    assert (hub.send(meeting(**change)).counts, hub.facts) == ({"accepted": 1}, [])


@pytest.mark.parametrize("kle", ["15.20.00", "15.20.99"])
def test_a_case_of_employment_is_a_fact_and_its_closing_changes_nothing(hub, kle):
    hub.send(case(kle=kle))
    assert hub.told("kind", "day") == [("CaseOpened", "2020-02-12")]
    hub.send(case(kle=kle, version=2, lukketDato="2020-03-01"))
    assert hub.counts == {"unchanged": 1}


@pytest.mark.parametrize("kle", ["15.21.00", "32.24.04", "25.20.15"])
def test_another_case_is_no_fact(hub, kle):
    assert (hub.send(case(kle=kle)).counts, hub.facts) == ({"accepted": 1}, [])


def test_a_decision_is_a_fact_with_its_plan(hub):
    hub.send(
        decision(dispensation=True),
        decision(id="BE-00000002", beslutning="ACCEPTERET", planFra=None, planTil=None, dispensation=False),
        decision(id="BE-00000003", beslutning="AFSLAAET", aarsag="JOB", planFra=None, planTil="-"),
    )

    assert hub.told(
        "track", "decision", "day", "branchespor", "disco3", "override", "plan_first_day", "plan_last_day"
    ) == [
        ("BS-000041", "OFFERED", "2020-02-12", "IND", "721", True, "2020-03-02", "2020-06-26"),
        ("BS-000041", "ACCEPTED", "2020-02-12", "IND", "721", False, None, None),
        ("BS-000041", "DECLINED", "2020-02-12", "IND", "721", False, None, None),
    ]


def test_parallel_support_is_days_and_nothing_without_it(hub):
    hub.send(support(sidsteDag="9999-12-31"))
    assert hub.told("kind", "first_day", "last_day") == [("ParallelSupport", "2020-01-06", None)]
    hub.send(support(version=2, sidsteDag="2020-02-29"))
    assert hub.told("last_day") == [("2020-02-29",)]
    hub.send(support(version=3, aktiv=False, foersteDag="no day", sidsteDag="none"))
    assert hub.told("withdrawn") == [(True,)]


@pytest.mark.parametrize(
    ("code", "kind", "paid"),
    [
        ("FERIE", "HOLIDAY", True),
        ("FERIE_UDEN_YDELSE", "HOLIDAY", False),
        ("SYGDOM", "SICKNESS", True),
        ("BARSEL", "PARENTAL_LEAVE", False),
        ("BARSEL_MAX_14_DAGE", "PARENTAL_LEAVE", True),
        ("BORGERLIGT_OMBUD", "CIVIC_DUTY", True),
        ("FRIPERIODE", "OTHER", False),
        ("FRITAGELSE", "OTHER", True),
        ("MINDRE_INTENSIV", "OTHER", True),
    ],
)
def test_absence_by_the_table(hub, code, kind, paid):
    hub.send(absence(fravaerType=code))
    assert hub.told("kind", "absence", "benefit_paid", "first_day", "last_day") == [
        ("AbsenceSpell", kind, paid, "2020-02-17", "2020-02-21")
    ]


@pytest.mark.parametrize(
    "code", ["UDDANNELSE", "MIDLERTIDIGT_ARBEJDE", "FRITAGET_SELVBOOK", "FRATAGET_SELVBOOK", "HOS_AKASSE"]
)
def test_absence_that_is_no_fact(hub, code):
    assert (hub.send(absence(fravaerType=code)).counts, hub.facts) == ({"accepted": 1}, [])
    assert len(ABSENCES) == 14


def test_an_open_end_and_none_mean_the_same_statement(hub):
    hub.send(absence(slutDato="9999-12-31"))
    assert hub.told("last_day") == [(None,)]
    assert hub.send(absence(version=2, slutDato=None)).counts == {"unchanged": 1}


def test_another_type_under_the_id_withdraws_what_it_was(hub):
    hub.send(meeting())
    hub.send(case(id="MO-00000001", version=2))

    assert hub.told("kind", "withdrawn") == [("CaseOpened", False), ("Meeting", True)]


def test_overlapping_absence_stands_as_sent(hub):
    hub.send(absence(), absence(id="FR-00000002", startDato="2020-02-18"))
    assert hub.counts == {"accepted": 2}


# Checks.


@pytest.mark.parametrize(
    ("item", "faults"),
    [
        (meeting(moedeType="Jobsamtale"), ["R09 moedeType"]),
        (meeting(moedeType=None), ["R02 moedeType"]),
        (meeting(status="booket"), ["R09 status"]),
        (meeting(status="AFHOLDT"), ["R02 afholdtDato"]),
        (meeting(status="AFHOLDT", afholdtDato="12-02-2020"), ["R06 afholdtDato"]),
        (meeting(status="AFHOLDT", afholdtDato="2020-02-13"), ["R12 afholdtDato"]),
        (meeting(status="AFHOLDT", afholdtDato="9999-12-31"), ["R12 afholdtDato"]),
        (meeting(status="UDEBLEVET", afholdtDato="nothing"), []),
        (meeting(planlagtStart=""), ["R02 planlagtStart"]),
        (meeting(planlagtStart="2020-02-20 09:30"), ["R06 planlagtStart"]),
        (meeting(planlagtStart="2020-02-20T09:30:00"), ["R06 planlagtStart"]),
        (meeting(planlagtStart="2020-02-20T24:00"), ["R06 planlagtStart"]),
        (meeting(planlagtStart="2020-02-20T09:30+03:00"), ["R06 planlagtStart"]),
        (meeting(planlagtStart=20200220), ["R06 planlagtStart"]),
        (meeting(planlagtStart="9999-12-31T09:30"), ["R12 planlagtStart"]),
        (meeting(planlagtStart="2199-12-31T23:30Z"), ["R12 planlagtStart"]),
        (meeting(planlagtStart="2020-03-29T02:30"), ["R14 planlagtStart"]),
        (meeting(planlagtStart="2020-10-25T02:00"), ["R14 planlagtStart"]),
        (meeting(planlagtStart="2020-10-25T03:00"), []),
        (meeting(planlagtStart="2020-10-25T02:30+02:00"), []),
        (case(kle="15.20"), ["R09 kle"]),
        (case(kle=152005), ["R09 kle"]),
        (case(aabnetDato="2020-02-13"), ["R12 aabnetDato"]),
        (case(aabnetDato="2020-02-13", registreret="2020-02-12T23:00:00Z"), []),
        (case(lukketDato="2020-02-11"), ["R07 lukketDato"]),
        (case(lukketDato="9999-12-31"), []),
        (case(lukketDato="2200-01-01"), ["R12 lukketDato"]),
        (decision(spor="BS-41"), ["R10 spor"]),
        (decision(beslutning="OFFERED"), ["R09 beslutning"]),
        (decision(dato="2020-02-13"), ["R12 dato"]),
        (decision(branchespor="GRO"), ["R09 branchespor"]),
        (decision(branchespor="GRO", dato="2020-07-01", registreret="2020-07-01T08:00:00Z"), []),
        (decision(branchespor="GRO", dato="2020-06-30", registreret="2020-07-01T08:00:00Z"), ["R09 branchespor"]),
        (decision(dato="2020-01-21"), []),
        (decision(dato="2020-01-20"), ["R09 branchespor"]),
        (decision(branchespor="ind"), ["R09 branchespor"]),
        (decision(disco="7211"), ["R09 disco"]),
        (decision(disco="011"), []),
        (decision(disco="000"), ["R09 disco"]),
        (decision(disco=721), ["R09 disco"]),
        (decision(planFra=None), ["R02 planFra"]),
        (decision(planTil=None), ["R02 planTil"]),
        (decision(planTil="2020-03-01"), ["R07 planTil"]),
        (decision(planTil="9999-12-31"), ["R12 planTil"]),
        (decision(aarsag="?"), []),
        (decision(beslutning="AFSLAAET"), ["R02 aarsag"]),
        (decision(beslutning="AFSLAAET", aarsag="Job"), ["R09 aarsag"]),
        (decision(dispensation="ja"), ["R09 dispensation"]),
        (decision(dispensation=0), ["R09 dispensation"]),
        (support(aktiv=None), ["R02 aktiv"]),
        (support(aktiv="true"), ["R09 aktiv"]),
        (support(foersteDag=None), ["R02 foersteDag"]),
        (support(foersteDag="2021-02-12"), []),
        (support(foersteDag="2021-02-13"), ["R12 foersteDag"]),
        (support(sidsteDag="2020-01-05"), ["R07 sidsteDag"]),
        (absence(fravaerType="Ferie"), ["R09 fravaerType"]),
        (absence(fravaerType="MINDRE_INTENSIV", startDato="2019-12-31"), ["R09 fravaerType"]),
        (absence(fravaerType="MINDRE_INTENSIV", startDato="2020-01-01"), []),
        (absence(startDato="2021-02-12", slutDato=None), []),
        (absence(startDato="2021-02-13", slutDato=None), ["R12 startDato"]),
        (absence(startDato="9999-12-31", slutDato=None), ["R12 startDato"]),
        (absence(slutDato="2020-02-16"), ["R07 slutDato"]),
        (absence(slutDato="2020-2-20"), ["R06 slutDato"]),
        (absence(anmeldelsesDato=None), ["R02 anmeldelsesDato"]),
        (absence(anmeldelsesDato="9999-12-31"), ["R12 anmeldelsesDato"]),
        (absence(anmeldelsesDato="2021-12-31"), []),
        (absence(cpr=None), ["R02 cpr"]),
        (absence(cpr=7105851234), ["R03 cpr"]),
        (absence(cpr="105851234"), ["R03 cpr"]),
        (absence(cpr="1105851234"), ["R05 cpr"]),
        (absence(cpr="710585AB12"), ["R04 cpr"]),
        (absence(type=None, fravaerType="?"), ["R02 type"]),
        (absence(type="fravaer", cpr="1", fravaerType="?"), ["R09 type", "R03 cpr"]),
        (absence(id="F-1", version=None), ["R10 id", "R02 version"]),
    ],
)
def test_checks(hub, item, faults):
    hub.send(item)

    assert [f"{code} {column}" for code, _, column in hub.faults] == faults


# Traps.


def test_a_booking_that_is_moved_is_the_same_meeting(hub):
    hub.send(meeting())
    hub.send(meeting(version=2, planlagtStart="2020-02-27T09:30"))
    assert hub.told("booked_for", "withdrawn") == [("2020-02-27", False)]


def test_held_on_another_day_than_booked_is_no_fault(hub):
    hub.send(meeting(status="AFHOLDT", afholdtDato="2020-02-11"))
    assert hub.told("held_on", "booked_for") == [("2020-02-11", "2020-02-20")]


def test_cancelled_then_booked_again_is_withdrawn_then_alive(hub):
    hub.send(meeting(), meeting(version=2, status="AFLYST"), meeting(version=3))
    assert hub.told("line", "withdrawn", "recorded_at") == [
        (1, False, "2020-02-12T10:00:00.000Z"),
        (2, True, "2020-02-12T10:00:00.001Z"),
        (3, False, "2020-02-12T10:00:00.002Z"),
    ]


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2020-06-30T22:30Z", "2020-07-01"),
        ("2020-06-30T22:30", "2020-06-30"),
        ("2020-07-01T00:30+02:00", "2020-07-01"),
        ("2020-06-30T23:30+01:00", "2020-07-01"),
        ("2020-12-31T23:00Z", "2021-01-01"),
    ],
)
def test_the_day_of_a_booking_is_the_danish_one(hub, start, day):
    assert hub.send(meeting(planlagtStart=start)).told("booked_for") == [(day,)]


@pytest.mark.parametrize("key", ["kommentar", "fravaersKommentar"])
@pytest.mark.parametrize("item", [meeting(), absence(cpr="1"), support()])
def test_free_text_is_dropped_without_a_notice(hub, key, item):
    hub.send({**item, key: "Anna har diagnosen X"})

    assert "diagnosen" not in hub.everything_kept
    assert not [code for code, _, _ in hub.faults if code.startswith("N")]


def test_a_diagnosis_in_a_key_of_its_own_is_told_and_never_stored(hub):
    hub.send(support(indhold="diagnosen X"), support(id="PA-00000002", cpr="1", indhold="diagnosen X"))

    assert hub.faults == [("R03", 2, "cpr"), ("N04", 1, None)]
    assert "diagnosen" not in hub.everything_kept


def test_a_key_of_another_type_is_unknown(hub):
    hub.send(case(status=None), meeting(kle="15.20.00"))
    assert hub.faults == [("N04", 1, None), ("N04", 2, None)]


def test_a_case_on_the_wrong_citizen_gives_two_versions_on_one_line(hub):
    hub.send(absence())
    hub.send(absence(version=2, cpr=BO, registreret="2020-02-13T10:00:00Z"))

    assert hub.told("line", "withdrawn", "person", "recorded_at") == [
        (1, True, hub.person(ANNA), "2020-02-13T10:00:00.000Z"),
        (1, False, hub.person(BO), "2020-02-13T10:00:00.000Z"),
    ]


def test_only_the_comment_changed(hub):
    hub.send(absence())
    assert hub.send(absence(version=2, kommentar="ny")).counts == {"unchanged": 1}
    assert hub.send(absence(version=2, kommentar="igen")).counts == {"unchanged": 1}


def test_a_decision_without_an_offer_is_a_fact(hub):
    assert hub.send(decision(beslutning="ACCEPTERET")).counts == {"accepted": 1}


@pytest.mark.parametrize("number", ["710585-1234", " 7105851234", "7105851234\u00a0", "'7105851234", "71 05 85 12 34"])
def test_a_number_that_was_cleaned_is_the_same_person_with_a_notice(hub, number):
    hub.send(meeting(cpr=number))

    assert hub.faults == [("N02", 1, "cpr")]
    assert hub.told("person") == [(hub.person(ANNA),)]


def test_no_number_stands_in_memory(hub):
    hub.send(meeting(), absence(cpr="710585-1234"), meeting(version=2, aendring=3))

    assert ANNA not in hub.everything_kept
    assert "710585" not in hub.everything_kept


def test_a_number_written_otherwise_is_other_content_of_the_same_version(hub):
    hub.send(meeting())
    assert hub.send(meeting(cpr="710585-1234")).faults == [("R11", 1, "version")]
