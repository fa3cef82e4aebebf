"""jobordrer to the letter of its page: the fact, who shares it, titles that are cut, checks, traps."""

import pytest

from producers.decoders.jobordrer import is_shared, title
from schemas.items import FALSE, TRUE
from schemas.jobordrer import NEIGHBOURS


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


def test_an_opening_is_a_fact_of_no_person(hub):
    hub.send(order())
    (told,) = hub.facts

    assert not hasattr(told.fact, "person")
    fields = ("record_key", "job_order", "title", "disco", "cvr", "p_number", "workplace_municipality", "positions")
    assert hub.told(*fields) == [
        ("JO-00000901", "JO-00000901", "Svejser", "721210", "90000020", "9000000011", "0707", 2)
    ]
    assert hub.told("status", "published_on", "closes_on", "shared_with_area") == [
        ("PUBLISHED", "2020-02-10", "2020-03-01", True)
    ]


@pytest.mark.parametrize("status", ["Published", "Filled", "Withdrawn", "Expired"])
def test_every_state_but_draft_is_a_fact_and_no_withdrawal(hub, status):
    assert hub.send(order(status=status)).told("status", "withdrawn") == [(status.upper(), False)]


def test_a_draft_is_not_read_and_no_fact_and_an_opening_taken_back_to_it_is_withdrawn(hub):
    hub.send(order(status="Draft", disco="?", cvrNummer=None))
    assert (hub.counts, hub.facts, hub.faults) == ({"accepted": 1}, [], [])
    hub.send(order(version=2))
    assert hub.send(order(version=3, status="Draft")).told("withdrawn", "status") == [(True, "PUBLISHED")]


@pytest.mark.parametrize(
    ("municipality", "ticked", "not_ticked", "blank"),
    [("0707", True, False, False), ("0101", False, False, False), ("0851", False, False, False)]
    + [(each, True, False, True) for each in sorted(NEIGHBOURS)],
)
def test_who_shares_an_opening(municipality, ticked, not_ticked, blank):
    assert len(NEIGHBOURS) == 11
    assert [is_shared(municipality, each) for each in (TRUE, FALSE, None)] == [ticked, not_ticked, blank]


@pytest.mark.parametrize(
    "text",
    [
        "Chauffør, ring 87 00 00 00",
        "ring 87-00-00-00",
        "ring 87000000",
        "8 7 0 0 0 0 0 0",
        "710585-1234",
        "skriv til inga@smedien.example",
        "se http://job.example",
    ],
)
def test_a_title_with_a_contact_or_a_number_is_cut_without_a_fault(hub, text):
    hub.send(order(titel=text))

    assert (hub.told("title"), hub.faults) == ([(None,)], [])
    assert text not in hub.everything_kept


@pytest.mark.parametrize("text", ["Svejser 7000000", "87 00  00 00 00", "Løn 1234567/8", "8700.0000", "Job nr. 12"])
def test_another_title_is_kept(text):
    assert title(text) == text


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"status": None}, ["R02 status"]),
        ({"status": "published", "disco": "?"}, ["R09 status"]),
        ({"status": "PublicationEnd"}, ["R09 status"]),
        ({"type": None, "disco": "?"}, ["R02 type"]),
        ({"enhed": None}, ["R02 enhed"]),
        ({"enhed": "Jobcenter"}, ["R09 enhed"]),
        ({"titel": None}, []),
        ({"titel": "M" * 100}, []),
        ({"titel": "M" * 101}, ["R10 titel"]),
        ({"titel": "Maler\u0000"}, ["R10 titel"]),
        ({"titel": "Maler\u007f"}, ["R10 titel"]),
        ({"titel": "Maler\u0080"}, []),
        ({"titel": 5}, ["R10 titel"]),
        ({"titel": ["Maler"]}, ["R10 titel"]),
        ({"disco": "7212"}, ["R09 disco"]),
        ({"disco": "11100"}, ["R09 disco"]),
        ({"disco": "http://data.europa.eu/esco/occupation/1"}, ["R09 disco"]),
        ({"disco": "777210"}, ["R09 disco"]),
        ({"disco": "011000"}, []),
        ({"disco": 721210}, ["R09 disco"]),
        ({"cvrNummer": None}, ["R02 cvrNummer"]),
        ({"cvrNummer": "DK90000020"}, ["R08 cvrNummer"]),
        ({"cvrNummer": "90000021"}, ["R08 cvrNummer"]),
        ({"pNummer": None}, ["R02 pNummer"]),
        ({"pNummer": "900000001"}, ["R08 pNummer"]),
        ({"arbejdsstedKommune": None}, ["R02 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": "Aarhus"}, ["R09 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": "100"}, ["R09 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": "101"}, []),
        ({"arbejdsstedKommune": "0860"}, []),
        ({"arbejdsstedKommune": "861"}, ["R09 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": "00707"}, ["R09 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": "1707"}, ["R09 arbejdsstedKommune"]),
        ({"arbejdsstedKommune": 707}, ["R09 arbejdsstedKommune"]),
        ({"antalStillinger": None}, ["R02 antalStillinger"]),
        ({"antalStillinger": "3"}, ["R08 antalStillinger"]),
        ({"antalStillinger": 2.5}, ["R08 antalStillinger"]),
        ({"antalStillinger": 2.0}, ["R08 antalStillinger"]),
        ({"antalStillinger": 0, "status": "Filled"}, ["R12 antalStillinger"]),
        ({"antalStillinger": 500}, []),
        ({"antalStillinger": 501}, ["R12 antalStillinger"]),
        ({"publiceretDato": None}, ["R02 publiceretDato"]),
        ({"publiceretDato": "02.06.2020"}, ["R06 publiceretDato"]),
        ({"publiceretDato": "9999-12-31"}, ["R12 publiceretDato"]),
        ({"publiceretDato": "2021-02-10", "ansoegningsfrist": None}, []),
        ({"publiceretDato": "2021-02-11", "ansoegningsfrist": None}, ["R12 publiceretDato"]),
        ({"ansoegningsfrist": "2020-02-09"}, ["R07 ansoegningsfrist"]),
        ({"ansoegningsfrist": "2020-02-10"}, []),
        ({"ansoegningsfrist": "9999-12-31"}, ["R12 ansoegningsfrist"]),
        ({"ansoegningsfrist": "2020-02-30"}, ["R06 ansoegningsfrist"]),
        ({"delesMedOmraade": "ja"}, ["R09 delesMedOmraade"]),
        ({"delesMedOmraade": 1}, ["R09 delesMedOmraade"]),
    ],
)
def test_checks(hub, change, faults):
    hub.send(order(**change))

    assert [f"{code} {column}" for code, _, column in hub.faults] == faults


def test_the_municipality_has_four_digits(hub):
    hub.send(order(arbejdsstedKommune="707"), order("JO-00000902"))
    assert hub.told("workplace_municipality") == [("0707",), ("0707",)]


@pytest.mark.parametrize("contacts", [[{"navn": "Inga Rask"}], {"navn": "Inga Rask"}, "Inga Rask", [["Inga Rask"]]])
def test_contact_persons_are_dropped_unread_in_any_form(hub, contacts):
    hub.send(order(kontakter=contacts), order("JO-00000902", kontakter=contacts, disco=""))

    assert hub.faults == [("R02", 2, "disco")]
    assert "Inga" not in hub.everything_kept


@pytest.mark.parametrize("key", ["cpr", "borger"])
def test_a_citizen_in_an_item_is_dropped_with_a_security_alarm_and_the_row_goes_on(hub, key):
    hub.send(order(**{key: "7105851234"}))

    assert (hub.counts, hub.faults, hub.outcome.security_alarm) == ({"accepted": 1}, [], True)
    assert "7105851234" not in hub.everything_kept
    hub.send(order(version=2, **{key: None}))
    assert hub.outcome.security_alarm is False


def test_a_citizen_raises_the_alarm_in_a_delivery_that_is_refused_for_its_faults_too(hub):
    hub.send(*(order(f"JO-{number:08}", disco="7", cpr="7105851234") for number in range(30)))

    assert (hub.verdict, hub.outcome.security_alarm) == ("refused", True)


def test_filled_then_open_again(hub):
    hub.send(order(status="Filled"))
    assert hub.send(order(version=2)).told("status") == [("PUBLISHED",)]


def test_the_same_opening_from_two_units_is_two_facts(hub):
    assert hub.send(order(), order("JO-00000902", enhed="UNGEINDSATS")).counts == {"accepted": 2}


def test_text_decoded_twice_is_told_and_kept_as_it_came(hub):
    hub.send(order(titel="Maler sÃ¸ges"))

    assert (hub.faults, hub.told("title")) == ([("N03", 1, "titel")], [("Maler sÃ¸ges",)])


@pytest.mark.parametrize(("rows", "verdict"), [(4, "accepted"), (5, "held")])
def test_five_texts_decoded_twice_hold_the_delivery(hub, rows, verdict):
    hub.send(*(order(f"JO-{number:08}", titel="sÃ¸ges") for number in range(rows)))

    assert hub.verdict == verdict
    assert [code for code, _, _ in hub.faults] == (["H07"] if verdict == "held" else ["N03"] * 4)
