"""vitas to the letter of its page: facts by status and scheme, checks beyond the frame in their order, traps."""

import pytest

ANNA, BO = "7105851234", "8912752468"
SMITH, INN, MILL = "90000020", "90246941", "90123483"


@pytest.fixture
def hub(hub_of):
    return hub_of("vitas", "star")


def placement(number=501, version=1, **other):
    return {
        "id": f"VIT-{number:09}",
        "version": version,
        "type": "VIRKSOMHEDSPRAKTIK",
        "aendring": 1,
        "registreret": "2020-02-20T10:00:00Z",
        "myndighed": "70700",
        "status": "GODKENDT",
        "cpr": ANNA,
        "spor": "BS-000041",
        "cvrNummer": SMITH,
        "pNummer": "9000000011",
        "enhedCvr": SMITH,
        "antalAnsatte": "10-19",
        "timerPrUge": "30",
        "godkendtDato": "2020-02-20",
        "startDato": "2020-03-02",
        "slutDato": "2020-03-29",
        **other,
    }


def told_days(hub):
    return hub.told("kind", "first_day", "last_day", "withdrawn")


# Facts.


@pytest.mark.parametrize("status", ["GODKENDT", "PAABEGYNDT", "FORLAENGET"])
def test_an_approved_placement_is_a_fact(hub, status):
    hub.send(placement(status=status, ophoerDato="?"))

    assert hub.told(
        "kind", "placement", "track", "placement_kind", "cvr", "p_number", "weekly_hours", "first_day", "last_day"
    ) == [("Placement", "VIT-000000501", "BS-000041", "PRAKTIK", SMITH, "9000000011", 30, "2020-03-02", "2020-03-29")]
    assert hub.told("record_key") == [(f"VIT-000000501/{hub.person(ANNA)}",)]


@pytest.mark.parametrize("status", ["ANSOEGT", "AFSLAAET", "ANNULLERET"])
def test_what_is_not_approved_is_no_fact_and_not_even_read(hub, status):
    hub.send(placement(status=status, cpr="wrong", cvrNummer="x", timerPrUge="99", unknown="x"))

    assert (hub.counts, hub.facts, hub.faults) == ({"accepted": 1}, [], [])


def test_a_job_with_wage_subsidy_is_an_employment_too(hub):
    hub.send(placement(type="LOENTILSKUD", timerPrUge="22,5"))

    assert told_days(hub) == [
        ("EmploymentSpell", "2020-03-02", "2020-03-29", False),
        ("Placement", "2020-03-02", "2020-03-29", False),
    ]
    assert hub.told("weekly_hours") == [(22.5,), (22.5,)]


def test_utility_work_is_no_fact_and_all_checks_run(hub):
    hub.send(placement(type="NYTTEINDSATS"), placement(502, type="NYTTEINDSATS", timerPrUge="99"))

    assert (hub.facts, hub.faults) == ([], [("R12", 2, "timerPrUge")])


def test_an_ended_placement_ends_on_the_day_before_the_first_free_day(hub):
    hub.send(placement())
    hub.send(placement(version=2, status="AFSLUTTET", ophoerDato="2020-03-21"))
    assert told_days(hub) == [("Placement", "2020-03-02", "2020-03-20", False)]
    hub.send(placement(version=3, status="AFSLUTTET", ophoerDato="2020-03-02"))
    assert told_days(hub) == [("Placement", "2020-03-02", "2020-03-20", True)]


def test_the_company_of_the_unit_stands_for_one_that_is_blank(hub):
    assert hub.send(placement(cvrNummer="")).told("cvr") == [(SMITH,)]


# Checks, in their order.


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"id": "VIT-501"}, ["R10 id"]),
        ({"type": "PRAKTIK", "cpr": "?"}, ["R09 type"]),
        ({"status": "Godkendt", "cpr": "?"}, ["R09 status"]),
        ({"status": None, "cpr": "?"}, ["R02 status"]),
        ({"type": None, "status": "x"}, ["R02 type", "R09 status"]),
        ({"cpr": None}, ["R02 cpr"]),
        ({"cpr": "67076142O5"}, ["R04 cpr"]),
        ({"oeremaerket": "ja"}, ["R09 oeremaerket"]),
        ({"oeremaerket": True}, []),
        ({"spor": "BS-41"}, ["R10 spor"]),
        ({"spor": None}, []),
        ({"cvrNummer": "90000018"}, ["R08 cvrNummer"]),
        ({"cvrNummer": "DK13748136"}, ["R08 cvrNummer"]),
        ({"cvrNummer": "00000000"}, ["R08 cvrNummer"]),
        ({"cvrNummer": 90000020}, ["R08 cvrNummer"]),
        ({"enhedCvr": "9000002"}, ["R08 enhedCvr"]),
        ({"enhedCvr": None}, ["R09 pNummer"]),
        ({"enhedCvr": None, "cvrNummer": None}, ["R09 pNummer"]),
        ({"enhedCvr": MILL}, ["R09 pNummer"]),
        ({"enhedCvr": None, "cvrNummer": "x"}, ["R08 cvrNummer"]),
        ({"enhedCvr": None, "pNummer": "1"}, ["R08 pNummer"]),
        ({"enhedCvr": None, "pNummer": None}, ["R02 pNummer"]),
        ({"pNummer": "1234567890"}, []),
        ({"pNummer": "9000000O11"}, ["R08 pNummer"]),
        ({"antalAnsatte": "10-20"}, ["R09 antalAnsatte"]),
        ({"antalAnsatte": 0}, ["R09 antalAnsatte"]),
        ({"antalAnsatte": "0"}, []),
        ({"antalAnsatte": "1000+"}, []),
        ({"timerPrUge": None}, ["R02 timerPrUge"]),
        ({"timerPrUge": "37.0"}, ["R08 timerPrUge"]),
        ({"timerPrUge": 37}, ["R08 timerPrUge"]),
        ({"timerPrUge": "037"}, ["R08 timerPrUge"]),
        ({"timerPrUge": "37,00"}, []),
        ({"timerPrUge": "37,01"}, ["R12 timerPrUge"]),
        ({"timerPrUge": "37,5"}, ["R12 timerPrUge"]),
        ({"timerPrUge": "40"}, ["R12 timerPrUge"]),
        ({"timerPrUge": "0,0"}, ["R12 timerPrUge"]),
        ({"timerPrUge": "0,01"}, []),
        ({"godkendtDato": None}, ["R02 godkendtDato"]),
        ({"godkendtDato": "9999-12-31"}, ["R12 godkendtDato"]),
        ({"godkendtDato": "2020-03-10"}, []),
        ({"startDato": "2021-02-20", "slutDato": "2021-03-20"}, []),
        ({"startDato": "2021-02-21", "slutDato": "2021-03-20"}, ["R12 startDato"]),
        ({"startDato": "9999-12-31"}, ["R12 startDato"]),
        ({"slutDato": None}, ["R02 slutDato"]),
        ({"slutDato": "2020-03-01"}, ["R07 slutDato"]),
        ({"slutDato": "2020-03-02"}, []),
        ({"slutDato": "9999-12-31"}, ["R12 slutDato"]),
        ({"slutDato": "2022-03-03"}, []),
        ({"slutDato": "2022-03-04"}, ["R12 slutDato"]),
        ({"slutDato": "29-03-2020"}, ["R06 slutDato"]),
        ({"status": "AFSLUTTET"}, ["R02 ophoerDato"]),
        ({"status": "AFSLUTTET", "ophoerDato": "2020-03-01"}, ["R07 ophoerDato"]),
        ({"status": "AFSLUTTET", "ophoerDato": "2020-03-30"}, []),
        ({"status": "AFSLUTTET", "ophoerDato": "2020-03-31"}, ["R07 ophoerDato"]),
        ({"status": "AFSLUTTET", "ophoerDato": "9999-12-31"}, ["R12 ophoerDato"]),
    ],
)
def test_checks(hub, change, faults):
    hub.send(placement(**change))

    assert [f"{code} {column}" for code, _, column in hub.faults] == faults


def test_another_company_is_a_conflict_and_another_unit_is_a_new_version(hub):
    hub.send(placement())
    hub.send(placement(version=2, cvrNummer=MILL, enhedCvr=MILL))
    assert (hub.faults, hub.receipt["faults"][0]["other_line"]) == ([("R11", 1, "cvrNummer")], None)
    assert hub.send(placement(version=2, pNummer="9000000012")).told("p_number") == [("9000000012",)]


def test_another_company_is_right_where_no_placement_stands(hub):
    hub.send(placement())
    hub.send(placement(version=2, status="ANNULLERET"))
    assert hub.send(placement(version=3, cvrNummer=MILL, enhedCvr=MILL)).told("cvr") == [(MILL,)]


def test_a_conflict_is_seen_as_each_item_comes_and_the_next_version_goes_on(hub):
    hub.send(placement(), placement(version=2, cvrNummer=MILL, enhedCvr=MILL), placement(version=3, spor=None))

    assert hub.faults == [("R11", 2, "cvrNummer")]
    assert hub.told("line", "track") == [(1, "BS-000041"), (3, None)]


def test_over_37_hours_on_one_day_sets_all_of_that_day_aside(hub):
    hub.send(
        placement(501, timerPrUge="20"),
        placement(502, timerPrUge="10", startDato="2020-03-29", slutDato="2020-04-10"),
        placement(503, timerPrUge="7,5", startDato="2020-03-20", slutDato="2020-03-30"),
        placement(504, timerPrUge="20", startDato="2020-03-31", slutDato="2020-04-10"),
        placement(505, timerPrUge="37", startDato="2020-04-11", slutDato="2020-04-30"),
        placement(506, timerPrUge="37", cpr=BO),
    )

    assert hub.faults == [("R13", 1, "timerPrUge"), ("R13", 2, "timerPrUge"), ("R13", 3, "timerPrUge")]
    assert hub.told("line") == [(4,), (5,), (6,)]


def test_37_hours_together_are_right(hub):
    hub.send(placement(501, timerPrUge="20"), placement(502, timerPrUge="17"))
    assert hub.counts == {"accepted": 2}


def test_hours_are_those_of_the_highest_version_to_be_taken(hub):
    hub.send(placement(501, 1, timerPrUge="37"), placement(501, 2, timerPrUge="10"), placement(502, timerPrUge="20"))
    assert (hub.counts, hub.faults) == ({"accepted": 3}, [])


def test_a_highest_version_without_a_placement_has_no_hours(hub):
    hub.send(
        placement(501, 1, timerPrUge="37"),
        placement(501, 2, status="ANNULLERET"),
        placement(502, timerPrUge="37"),
        placement(503, 1, timerPrUge="37"),
        {**placement(503, 2), "aendring": 3},
    )
    assert hub.counts == {"accepted": 5}


def test_lower_versions_of_what_hours_set_aside_are_taken_and_it_may_come_again(hub):
    hub.send(placement(501, 1, timerPrUge="10"), placement(501, 2, timerPrUge="30"), placement(502, timerPrUge="20"))
    assert hub.faults == [("R13", 2, "timerPrUge"), ("R13", 3, "timerPrUge")]
    assert hub.told("line", "weekly_hours") == [(1, 10)]
    assert hub.send(placement(501, 2, timerPrUge="30")).told("weekly_hours") == [(30,)]


def test_hours_are_not_looked_at_across_deliveries_nor_of_what_was_taken_in_before(hub):
    hub.send(placement(501, timerPrUge="37"))
    assert hub.send(placement(501, timerPrUge="37"), placement(502, timerPrUge="37")).counts == {
        "accepted": 1,
        "unchanged": 1,
    }


def test_hours_come_before_the_company(hub):
    hub.send(placement(501, timerPrUge="20"))
    hub.send(placement(501, 2, timerPrUge="20", cvrNummer=MILL, enhedCvr=MILL), placement(502, timerPrUge="20"))

    assert hub.faults == [("R13", 1, "timerPrUge"), ("R13", 2, "timerPrUge")]


# Traps.


def test_an_approval_that_is_called_back_is_withdrawn(hub):
    for number, status in ((501, "AFSLAAET"), (502, "ANNULLERET")):
        hub.send(placement(number, timerPrUge="10"))
        assert hub.send(placement(number, 2, status=status)).told("withdrawn") == [(True,)]


def test_an_extension_is_a_new_version_and_so_is_an_earlier_end(hub):
    hub.send(placement())
    assert hub.send(placement(version=2, status="FORLAENGET", slutDato="2020-04-26")).told("last_day") == [
        ("2020-04-26",)
    ]
    assert hub.send(placement(version=3, status="FORLAENGET", slutDato="2020-03-15")).told("last_day") == [
        ("2020-03-15",)
    ]


def test_a_wrong_unit_may_come_again_put_right_in_the_same_version(hub):
    assert hub.send(placement(enhedCvr=MILL)).faults == [("R09", 1, "pNummer")]
    assert hub.send(placement()).counts == {"accepted": 1}


def test_a_change_of_company_in_the_middle_does_not_overlap(hub):
    hub.send(
        placement(501, timerPrUge="37", status="AFSLUTTET", ophoerDato="2020-03-16"),
        placement(502, timerPrUge="37", startDato="2020-03-16", cvrNummer=INN, enhedCvr=INN),
    )
    assert (hub.counts, hub.faults) == ({"accepted": 2}, [])


def test_a_scheme_that_changes_withdraws_the_employment_alone(hub):
    hub.send(placement(type="LOENTILSKUD"))
    hub.send(placement(version=2))

    assert hub.told("kind", "withdrawn") == [
        ("EmploymentSpell", True),
        ("Placement", False),
    ]


def test_another_citizen_under_the_id_makes_other_statements(hub):
    hub.send(placement())
    hub.send(placement(version=2, cpr=BO))

    assert hub.told("withdrawn", "person") == [(True, hub.person(ANNA)), (False, hub.person(BO))]


@pytest.mark.parametrize(
    "key", ["virksomhedNavn", "arbejdsopgaver", "bemaerkning", "kontaktNavn", "kontaktTelefon", "kontaktEmail"]
)
def test_contact_persons_and_tasks_are_never_stored(hub, key):
    hub.send(placement(**{key: "Inga Rask"}), placement(502, cpr="1", **{key: "Inga Rask"}))

    assert hub.faults == [("R03", 2, "cpr")]
    assert "Inga" not in hub.everything_kept


def test_the_citizen_of_an_application_that_is_not_approved_is_not_stored(hub):
    hub.send(placement(status="AFSLAAET", id="VIT-1", cpr=BO))

    assert hub.faults == [("R10", 1, "id")]
    assert BO not in hub.everything_kept
