"""ungedatabasen: every rule, check and trap of its page, on deliveries of a few rows."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from branchespor.intake.pipeline import handle
from producers.decoders.ungedatabasen import partner_of
from producers.delivery import Delivery, Outcome
from producers.feeds import FEED_BY_NAME
from producers.memory import InMemory
from producers.vault import InMemoryVault
from schemas.facts import to_json
from schemas.feed_contracts import contract
from validation.rows import check_rows

NAMESPACE = "urn:ungedatabasen:haendelser:1.0"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
EVA, BO, IDA = "7403024117", "7508045231", "6307014410"  # born 2002, 2004, 2001
NINE = "2020-08-10T09:00:00+02:00"


def element(name: str, **values: str | None) -> str:
    inner = "".join(f"<{key}>{value}</{key}>" for key, value in values.items() if value is not None)
    return f"<{name}>{inner}</{name}>"


def event(number: str = "UH-00000101", at: str | None = NINE, person: str | None = EVA, **changed: str | None) -> str:
    values: dict[str, str | None] = {
        "HaendelseNummer": number,
        "Registreringstidspunkt": at,
        "CPRNr": person,
        "HaendelseType": "OPTAGET",
        "HaendelseDato": "2020-08-10",
        "UddannelseKode": "4443",
        "InstitutionNr": "907002",
        "UdelKode": "51",
    }
    return element("Haendelse", **values | changed)


def ready(number: str = "UH-00000105", at: str = NINE, person: str = EVA, **changed: str | None) -> str:
    values = {"HaendelseNummer": number, "Registreringstidspunkt": at, "CPRNr": person, "ErklaeretDato": "2020-08-10"}
    return element("ErklaeretParat", **values | changed)


def deletion(number: str = "UH-00000101", at: str = NINE, **more: str) -> str:
    return element("SletHaendelse", HaendelseNummer=number, Registreringstidspunkt=at, **more)


def head(rows: int, number: int = 412, until: str = "2020-08-11T04:00:00+02:00", **changed: str | None) -> str:
    values: dict[str, str | None] = {
        "KommuneNr": "0707",
        "LoebeNummer": f"{number:06d}",
        "FraTidspunkt": "2020-08-10T04:00:00+02:00",
        "TilTidspunkt": until,
        "AntalHaendelser": str(rows),
    }
    return element("Hoved", **values | changed)


def document(*rows: str, first: str | None = None, root: str = "HaendelseLeverance", end: str = "\n") -> str:
    return end.join(
        [f'<{root} xmlns="{NAMESPACE}">', head(len(rows)) if first is None else first, *rows, f"</{root}>", ""]
    )


class Register:
    """The register's deliveries in order, on an empty ledger; rows stand on lines 3, 4 and on."""

    def __init__(self) -> None:
        self.memory, self.vault, self.number = InMemory(), InMemoryVault(), 412

    def sends(
        self,
        *rows: str,
        until: str = "2020-08-11T04:00:00+02:00",
        content: str | bytes | None = None,
        name: str | None = None,
        number: int | None = None,
        **more: Any,
    ) -> Outcome:
        number, self.number = number or self.number, self.number + 1
        if content is None:
            content = document(*rows, first=head(len(rows), number, until))
        data = content if isinstance(content, bytes) else content.encode()
        delivery = Delivery(
            feed="ungedatabasen",
            partner="stil",
            file_name=name or f"UDB_0707_{number:06d}_{until[:10].replace('-', '')}.xml",
            data=data,
            sha256=hashlib.sha256(data).hexdigest(),
            received_at=datetime(2020, 8, 11, 5, tzinfo=UTC),
        )
        return handle(delivery, self.memory, self.vault, check_rows, **more)

    def later(self, *rows: str, day: int = 12, **more: Any) -> Outcome:
        return self.sends(*rows, until=f"2020-08-{day:02d}T04:00:00+02:00", **more)


def sent(*rows: str) -> Outcome:
    return Register().sends(*rows)


def faults(outcome: Outcome) -> list[tuple[str, int | None, str | None]]:
    listed: Sequence[dict[str, Any]] = outcome.receipt["faults"]  # type: ignore[assignment]
    return [(fault["code"], fault["line"], fault["column"]) for fault in listed]


def counts(outcome: Outcome) -> dict[str, int]:
    found: dict[str, int] = outcome.receipt["counts"]  # type: ignore[assignment]
    return {name: count for name, count in found.items() if count}


def said(outcome: Outcome) -> list[tuple[int, str, str | None, bool]]:
    """Line, moment, day, withdrawn."""
    facts = [(each.line, to_json(each.fact)) for each in outcome.facts]
    return [(line, fact["recorded_at"], fact["day"], fact["withdrawn"]) for line, fact in facts]  # type: ignore[misc]


def test_an_event_in_the_words_of_the_facts() -> None:
    (each,) = sent(event()).facts
    fact = to_json(each.fact)

    assert fact["record_key"] == f"UH-00000101/{fact['person']}"
    assert {name: fact[name] for name in fact.keys() - {"fact_id", "person", "record_key", "received_at"}} == {
        "kind": "YouthEducation",
        "source": "ungedatabasen:stil",
        "recorded_at": "2020-08-10T07:00:00.000Z",
        "withdrawn": False,
        "education": "4443",
        "event": "ENROLLED",
        "day": "2020-08-10",
        "institution": "907002",
        "programme": "51",
    }
    assert each.line == 3


def test_a_young_person_declared_ready() -> None:
    (each,) = sent(ready(KommuneNr="0707")).facts

    assert to_json(each.fact)["kind"] == "DeclaredReady"
    assert to_json(each.fact)["day"] == "2020-08-10"


@pytest.mark.parametrize(
    ("kind", "word", "education", "institution"),
    [
        ("VEJLEDNING", "YOUTH_GUIDANCE_HELD", False, False),
        ("ANSOEGT", "EDUCATION_APPLIED", True, False),
        ("OPTAGET", "ENROLLED", True, True),
        ("FRAFALDSTRUET", "DROPOUT_RISK", True, True),
        ("LAEREPLADS", "PLACE_AGREED", True, False),
        ("AFBRUDT", "INTERRUPTED", True, True),
        ("FULDFOERT", "COMPLETED", True, True),
        ("FRITIDSJOB", "LEISURE_JOB", False, False),
        ("ERHVERVSPRAKTIK", "LEISURE_JOB", False, False),
    ],
)
def test_each_type_has_its_word_and_what_it_requires(kind: str, word: str, education: bool, institution: bool) -> None:
    whole = sent(event(HaendelseType=kind))
    bare = sent(event(HaendelseType=kind, UddannelseKode=None, InstitutionNr=None, UdelKode=None))
    missing = [name for name, needed in (("UddannelseKode", education), ("InstitutionNr", institution)) if needed]

    assert [to_json(each.fact)["event"] for each in whole.facts] == [word]
    assert faults(bare) == [("R02", 3, name) for name in missing]
    if not missing:
        fact = to_json(bare.facts[0].fact)
        assert (fact["education"], fact["institution"], fact["programme"]) == (None, None, None)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        pytest.param(event(UdelKode=None), [], id="gymnasium-has-no-udel"),
        pytest.param(event(KommuneNr="0707"), [], id="ours"),
        pytest.param(event(KommuneNr="0706"), [("R16", "KommuneNr")], id="of-elsewhere"),
        pytest.param(event(KommuneNr="707"), [("R16", "KommuneNr")], id="three-digits"),
        pytest.param(event(""), [("R02", "HaendelseNummer")], id="no-number"),
        pytest.param(event("UH-101"), [("R10", "HaendelseNummer")], id="short-number"),
        pytest.param(event("UH-٠٠٠٠٠١٠١"), [("R10", "HaendelseNummer")], id="arabic-digits"),
        pytest.param(event("U" * 201), [("R10", "HaendelseNummer")], id="201-characters"),
        pytest.param(event(at=None), [("R02", "Registreringstidspunkt")], id="no-moment"),
        pytest.param(event(at="2020-08-10 09:00:00"), [("R06", "Registreringstidspunkt")], id="no-T"),
        pytest.param(event(at="2020-08-10T24:00:00Z"), [("R06", "Registreringstidspunkt")], id="24-hours"),
        pytest.param(event(at="2020-02-30T09:00:00"), [("R06", "Registreringstidspunkt")], id="no-such-day"),
        pytest.param(event(at="2020-08-10T09:00Z"), [("R06", "Registreringstidspunkt")], id="no-seconds"),
        pytest.param(
            event(at="2020-08-10T09:00:00+0200"), [("R06", "Registreringstidspunkt")], id="offset-of-4-digits"
        ),
        pytest.param(event(at="2020-03-29T02:30:00"), [("R14", "Registreringstidspunkt")], id="skipped"),
        pytest.param(event(at="2019-10-27T02:30:00"), [("R14", "Registreringstidspunkt")], id="double"),
        pytest.param(event(at="2019-10-27T02:30:00+01:00"), [], id="double-with-offset"),
        pytest.param(event(at="1899-12-31T09:00:00Z"), [("R12", "Registreringstidspunkt")], id="before-1900"),
        pytest.param(event(at="2020-08-11T04:00:00+02:00"), [], id="with-the-delivery"),
        pytest.param(
            event(at="2020-08-11T02:00:00.001Z"), [("R12", "Registreringstidspunkt")], id="after-the-delivery"
        ),
        pytest.param(event(at="2019-08-11T02:00:00Z"), [], id="a-late-row"),
        pytest.param(event(person=None), [("R02", "CPRNr")], id="no-person"),
        pytest.param(event(person="740302411"), [("R03", "CPRNr")], id="nine-digits"),
        pytest.param(event(person="740302XX17"), [("R04", "CPRNr")], id="letters"),
        pytest.param(event(person="1403024117"), [("R05", "CPRNr")], id="not-synthetic"),
        pytest.param(event(HaendelseType="Optaget"), [("R09", "HaendelseType")], id="not-in-capitals"),
        pytest.param(event(HaendelseType="FULDFØRT"), [("R09", "HaendelseType")], id="danish-letter"),
        pytest.param(event(HaendelseType=None), [("R02", "HaendelseType")], id="no-type"),
        pytest.param(event(HaendelseDato=None), [("R02", "HaendelseDato")], id="no-day"),
        pytest.param(event(HaendelseDato="12-08-2020"), [("R06", "HaendelseDato")], id="another-form"),
        pytest.param(event(HaendelseDato="2020-02-30"), [("R06", "HaendelseDato")], id="no-day-of-the-calendar"),
        pytest.param(event(HaendelseDato="2020-08-10T00:00:00"), [("R06", "HaendelseDato")], id="a-moment-is-no-day"),
        pytest.param(event(HaendelseDato="2020-08-10+02:00"), [], id="day-with-offset"),
        pytest.param(event(HaendelseDato="2020-08-10Z"), [], id="day-with-z"),
        pytest.param(event(HaendelseDato="1899-12-31"), [("R12", "HaendelseDato")], id="day-before-1900"),
        pytest.param(event(HaendelseDato="2021-08-12"), [], id="366-days-ahead"),
        pytest.param(event(HaendelseDato="2021-08-13"), [("R12", "HaendelseDato")], id="367-days-ahead"),
        pytest.param(ready(ErklaeretDato="2021-08-13"), [("R12", "ErklaeretDato")], id="ready-367-days-ahead"),
        pytest.param(ready(ErklaeretDato=None), [("R02", "ErklaeretDato")], id="ready-without-day"),
        pytest.param(ready(KommuneNr="0751"), [("R16", "KommuneNr")], id="ready-elsewhere"),
        pytest.param(event(UddannelseKode="44430"), [("R09", "UddannelseKode")], id="five-digits"),
        pytest.param(event(InstitutionNr="90700"), [("R09", "InstitutionNr")], id="five-digits-of-institution"),
        pytest.param(event(UdelKode="55"), [("R09", "UdelKode")], id="unknown-udel"),
        pytest.param(event(UdelKode="x" * 200_000), [("R10", "UdelKode")], id="200-kB"),
        pytest.param(event(UdelKode="5\n1"), [("R09", "UdelKode")], id="line-end-inside"),
        pytest.param(deletion("UH-1"), [("R10", "HaendelseNummer")], id="deletion-without-form"),
        pytest.param(deletion(at=""), [("R02", "Registreringstidspunkt")], id="deletion-without-moment"),
        pytest.param(
            event("x", "x", "x", KommuneNr="x", HaendelseType="x", HaendelseDato="x", UddannelseKode="x", UdelKode="x"),
            [
                ("R10", "HaendelseNummer"),
                ("R06", "Registreringstidspunkt"),
                ("R03", "CPRNr"),
                ("R16", "KommuneNr"),
                ("R09", "HaendelseType"),
                ("R06", "HaendelseDato"),
                ("R09", "UddannelseKode"),
                ("R09", "UdelKode"),
            ],
            id="all-of-them",
        ),
        pytest.param(
            event().replace("</UdelKode>", "</UdelKode><CPRNr>x</CPRNr>"), [("R01", None)], id="an-element-twice"
        ),
        pytest.param(event(UdelKode="<x/>51", HaendelseType="x"), [("R01", None)], id="an-element-in-a-value"),
        pytest.param(event(UdelKode='<y xmlns="">51</y>'), [("R01", None)], id="a-foreign-element-in-a-value"),
    ],
)
def test_a_row_has_these_faults(row: str, found: list[tuple[str, str | None]]) -> None:
    outcome = sent(event("UH-00000999", person=IDA), row)

    assert [each[::2] for each in faults(outcome) if each[1] is not None and each[1] >= 4] == found


@pytest.mark.parametrize(
    ("person", "on", "young"),
    [
        pytest.param("7403024117", "2017-03-13", False, id="14-the-day-before"),
        pytest.param("7403024117", "2017-03-14", True, id="15-on-the-birthday"),
        pytest.param("7208901720", "2020-08-11", True, id="29-the-day-before"),
        pytest.param("7208901720", "2020-08-12", False, id="30-on-the-birthday"),
        pytest.param("8902004021", "2015-02-28", False, id="leap-day-not-yet"),
        pytest.param("8902004021", "2015-03-01", True, id="leap-day-on-the-first-of-march"),
    ],
)
def test_the_register_tells_of_15_to_29_only_and_nothing_else_is_kept(person: str, on: str, young: bool) -> None:
    register = Register()
    found = register.sends(event(person=person, HaendelseDato=on), ready(person=person, ErklaeretDato=on))

    assert faults(found) == ([] if young else [("R12", 3, "CPRNr"), ("R12", 4, "CPRNr")])
    assert [each.raw for each in found.rejected] == ([] if young else ["", ""])


def test_age_is_looked_at_where_number_and_day_are_without_fault() -> None:
    old = "7208901720"

    assert faults(sent(event(person=old, HaendelseDato="2021-08-13"))) == [("R12", 3, "HaendelseDato")]
    assert faults(sent(event(person=old, HaendelseDato="x"))) == [("R06", 3, "HaendelseDato")]


def test_facts_of_somebody_who_grew_older_stay() -> None:
    register = Register()
    register.sends(event(person="7208901720"))
    outcome = register.later(deletion(at="2020-08-11T12:00:00Z"), day=13)

    assert said(outcome) == [(3, "2020-08-11T12:00:00.000Z", "2020-08-10", True)]


PREFIXED = document(event()).replace("<", "<u:").replace("<u:/", "</u:").replace("xmlns=", "xmlns:u=")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(document(event()), id="plain"),
        pytest.param(PREFIXED, id="prefix"),
        pytest.param(document(event(UddannelseKode="<![CDATA[4443]]>")), id="cdata"),
        pytest.param(document(event(UddannelseKode="44<!-- x -->4<?p i?>3")), id="comments-inside"),
        pytest.param(document(f"<!-- <Haendelse/> -->{event()}"), id="comments-around"),
        pytest.param(document(event(UddannelseKode="4443<!-- -->", person=" \t\n7403024117\u00a0\r\n")), id="trimmed"),
        pytest.param(document(event().replace("<Haendelse>", '<Haendelse a="1" b="x">')), id="attributes"),
        pytest.param('<?xml version="1.0" encoding="utf-8"?>' + document(event()), id="declared"),
        pytest.param("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>" + document(event()), id="single-quotes"),
        pytest.param(document(event(UddannelseKode="&#52;44&#x33;")), id="character-references"),
        pytest.param(document(event()).replace("><", ">\n<"), id="a-line-each"),
        pytest.param(
            document(event()).replace("xmlns=", f'{XSI} xsi:schemaLocation="urn:x http://h.example/x" xmlns='),
            id="schema-location-is-not-followed",
        ),
    ],
)
def test_the_same_is_read_however_it_is_written(content: str) -> None:
    outcome = Register().sends(content=content)
    (each,) = outcome.facts
    fact = to_json(each.fact)

    assert faults(outcome) == []
    assert (fact["education"], fact["event"], fact["recorded_at"]) == ("4443", "ENROLLED", "2020-08-10T07:00:00.000Z")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('<UdelKode xsi:nil="true"/>', None),
        ('<UdelKode xsi:nil="1">51</UdelKode>', None),
        ('<UdelKode xsi:nil="false">51</UdelKode>', "51"),
        ("<UdelKode/>", None),
        ("<UdelKode> \n </UdelKode>", None),
    ],
)
def test_nil_and_empty_are_blank(value: str, found: str | None) -> None:
    row = event(UdelKode=None).replace("</Haendelse>", f"{value}</Haendelse>")
    content = document(row).replace("xmlns=", f"{XSI} xmlns=")

    assert to_json(Register().sends(content=content).facts[0].fact)["programme"] == found


def test_unknown_elements_are_noticed_and_never_kept() -> None:
    secret = "<Bemaerkning>secret</Bemaerkning>"
    register = Register()
    rows = [
        event().replace("</Haendelse>", f"{secret}<x xmlns=''><CPRNr>1</CPRNr></x></Haendelse>"),
        ready().replace("<CPRNr>", "<HaendelseDato>x</HaendelseDato><CPRNr>"),
        f"{secret}\n<Ny><Haendelse/></Ny>",
        deletion("UH-00000105", "2020-08-10T10:00:00Z", CPRNr="secret"),
        event("x").replace("</Haendelse>", f"{secret}</Haendelse>"),
    ]
    first = head(4).replace("</Hoved>", f"\n{secret}</Hoved>")
    outcome = register.sends(content=document(*rows, first=first))

    assert faults(outcome) == [("R10", 9, "HaendelseNummer"), *[("N04", line, None) for line in (3, 4, 5, 6, 7, 8)]]
    assert counts(outcome) == {"rows": 4, "accepted": 3, "rejected": 1}
    assert "secret" not in repr(register.memory.all()) + repr(outcome)


def test_a_cleaned_number_is_noticed_and_a_row_with_a_fault_is_not() -> None:
    outcome = sent(event(person="740302-4117"), event("UH-1", person="740302-4117"))

    assert faults(outcome) == [("R10", 4, "HaendelseNummer"), ("N02", 3, "CPRNr")]


def test_the_line_is_that_of_the_start_tag() -> None:
    outcome = Register().sends(content=document(event().replace("<Haendelse>", "<Haendelse\n\na='1'\n>"), event("x")))

    assert [each.line for each in outcome.facts] == [3]
    assert faults(outcome) == [("R10", 7, "HaendelseNummer")]


def test_rows_that_share_a_line_are_told_apart() -> None:
    rows = [
        event(),
        event("x"),
        event("UH-00000102"),
        event("UH-00000102", HaendelseDato="2020-08-09"),
        event(),
        "<Ny/>",
    ]
    register = Register()
    outcome = register.sends(content=document(*rows, first=head(5), end=""))

    assert faults(outcome) == [
        ("R10", 1, "HaendelseNummer"),
        ("R11", 1, "HaendelseNummer"),
        ("R11", 1, "HaendelseNummer"),
        ("N04", 1, None),
        ("N01", 1, "HaendelseNummer"),
    ]
    assert counts(outcome) == {"rows": 5, "accepted": 1, "duplicate": 1, "rejected": 3}
    assert len({each.line for each in outcome.rejected}) == 3
    assert [each.line for each in outcome.facts] == [1]


def test_a_deletion_that_waited_on_a_shared_line_is_settled_as_itself() -> None:
    register = Register()
    waiting = register.sends(content=document(event(), deletion("UH-00000102", "2020-08-10T12:00:00Z"), end=""))
    outcome = register.later(event("UH-00000102"))

    assert faults(waiting) == [("R15", 1, "HaendelseNummer")]
    assert [(each.line, each.fact.withdrawn) for each in outcome.facts] == [(1, True), (3, False)]
    assert [(each.line, each.verdict) for each in outcome.settled] == [(2, "accepted")]


def test_a_byte_order_mark_is_noticed() -> None:
    assert faults(Register().sends(content="\ufeff" + document(event()))) == [("N05", 1, None)]


def test_a_delivery_without_rows_is_accepted() -> None:
    outcome = sent()

    assert (outcome.receipt["verdict"], counts(outcome)) == ("accepted", {})
    assert outcome.receipt["period"] == {"from": "2020-08-10", "to": "2020-08-11"}
    assert outcome.receipt["sequence"] == 412


BOMB = '<!DOCTYPE x [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n]>\n'
XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
ONE = document(event())


def nested(depth: int) -> str:
    """An unknown element under the root that reaches this depth, each level on a line of its own from line 4."""
    return document(event(), "<a>\n" * (depth - 1) + "</a>" * (depth - 1), first=head(1))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b" \n", ("F01", None, None), id="blank"),
        pytest.param(b"%PDF-1.4", ("F02", None, None), id="pdf"),
        pytest.param(ONE.encode("utf-16"), ("F02", None, None), id="utf-16"),
        pytest.param('<?xml version="1.0" encoding="ISO-8859-1"?>\n' + ONE, ("F03", 1, None), id="declared-otherwise"),
        pytest.param(ONE.encode().replace(b"OPTAGET", b"\xd8"), ("F03", 3, None), id="not-utf-8"),
        pytest.param("a;b;c\n", ("F05", 1, None), id="no-xml"),
        pytest.param(ONE[:-10], ("F05", 4, None), id="cut"),
        pytest.param(ONE.replace("</CPRNr>", "</CPRnr>"), ("F05", 3, None), id="tags-do-not-match"),
        pytest.param(ONE.replace("OPTAGET", "&ukendt;"), ("F05", 3, None), id="an-entity-nobody-knows"),
        pytest.param(ONE.replace("<CPRNr>", "<q:CPRNr>").replace("</CPRNr>", "</q:CPRNr>"), ("F05", 3, None)),
        pytest.param(ONE + "<x/>", ("F05", 5, None), id="two-roots"),
        pytest.param(ONE.replace("OPTAGET", "OPT\x01"), ("F05", 3, None), id="control-character"),
        pytest.param(BOMB + ONE, ("F11", 1, None), id="entities"),
        pytest.param(
            "<?xml version='1.0'?>\r\n<!-- <!DOCTYPE a> -->\r\n" + BOMB + ONE, ("F11", 3, None), id="line-of-doctype"
        ),
        pytest.param('<!DOCTYPE x SYSTEM "http://h.example/x.dtd">' + ONE, ("F11", 1, None), id="external-dtd"),
        pytest.param(f"<!DOCTYPE\nHaendelseLeverance\n>\n{ONE}", ("F11", 1, None), id="doctype-over-lines"),
        pytest.param(BOMB + ONE[:-30], ("F11", 1, None), id="doctype-before-the-cut"),
        pytest.param(
            document(event(), f'<xi:include {XI} href="file:///etc/passwd"/>'), ("F11", 4, None), id="xinclude"
        ),
        pytest.param(nested(33), ("F11", 35, None), id="33-deep"),
        pytest.param(nested(100_000), ("F11", 35, None), id="100000-deep"),
        pytest.param(document(event(), root="Andet"), ("F04", 1, None), id="another-root"),
        pytest.param("\n" + ONE.replace(":1.0", ":2.0"), ("F04", 2, None), id="another-namespace"),
        pytest.param(ONE.replace(":1.0", ":1.0\u00a0x"), ("F04", 1, None), id="a-longer-namespace"),
        pytest.param(ONE.replace(":1.0", ":1.0&#10;Hoved"), ("F04", 1, None), id="a-namespace-with-a-line-end"),
        pytest.param(document(event(), head(1), first=""), ("F04", 1, None), id="head-not-first"),
        pytest.param(document(event(), first=""), ("F04", 1, None), id="no-head"),
        pytest.param(document(first=""), ("F04", 1, None), id="nothing-in-it"),
        pytest.param(document(first=head(0, KommuneNr=None)), ("F04", 2, "KommuneNr"), id="head-without-municipality"),
        pytest.param(document(first=head(0, LoebeNummer="412")), ("F04", 2, "LoebeNummer"), id="number-of-3-digits"),
        pytest.param(
            document(first=head(0, FraTidspunkt="2020-08-10T04:00:00", TilTidspunkt="x")),
            ("F04", 2, "FraTidspunkt"),
            id="head-needs-offsets-and-the-first-is-named",
        ),
        pytest.param(document(first=head(0, AntalHaendelser="")), ("F04", 2, "AntalHaendelser"), id="no-count"),
        pytest.param(document(first=head(0, AntalHaendelser="0" * 8)), ("F04", 2, "AntalHaendelser"), id="long-count"),
        pytest.param(
            document(first=head(0).replace("</Hoved>", "<TilTidspunkt>x</TilTidspunkt></Hoved>")),
            ("F04", 2, "TilTidspunkt"),
            id="head-twice",
        ),
        pytest.param(document(first=head(0, KommuneNr="<x/>0707")), ("F04", 2, "KommuneNr"), id="an-element-in-head"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(content: str | bytes, fault: tuple[str, int | None, str | None]) -> None:
    outcome = Register().sends(content=content)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("refused", [fault])
    assert (counts(outcome), outcome.trouble) == ({}, None)


def test_32_deep_is_read() -> None:
    assert faults(Register().sends(content=nested(32))) == [("N04", 4, None)]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        pytest.param(document(event(), first=head(2)), None, "F06", id="count-differs"),
        pytest.param(ONE, "UDB_0707_412_20200811.xml", "F07", id="another-name"),
        pytest.param(ONE, "UDB_0706_000412_20200811.xml", "F07", id="another-municipality"),
        pytest.param(ONE, "UDB_0707_000413_20200811.xml", "F07", id="another-number"),
        pytest.param(ONE, "UDB_0707_000412_20200810.xml", "F07", id="another-date"),
        pytest.param(
            document(event(), first=head(1, until="2020-08-10T22:30:00Z")),
            "UDB_0707_000412_20200810.xml",
            "F07",
            id="the-date-is-danish",
        ),
        pytest.param(
            document(event(), first=head(1, FraTidspunkt="2020-08-11T02:00:00Z")), None, "F09", id="from-is-until"
        ),
    ],
)
def test_a_file_that_is_not_as_agreed_is_refused(content: str, name: str | None, code: str) -> None:
    outcome = Register().sends(content=content, name=name)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("refused", [(code, None, None)])
    assert counts(outcome) == {"rows": 1, "rejected": 1}
    assert outcome.receipt["sequence"] == 412


def test_a_file_over_the_agreed_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from producers.decoders import ungedatabasen

    monkeypatch.setattr(ungedatabasen, "_FILE", replace(contract("ungedatabasen").own.file, most_rows=1))
    outcome = sent(event(), event("UH-00000102"))

    assert (faults(outcome), counts(outcome)) == ([("F08", None, None)], {})


def test_a_file_for_another_municipality_is_held() -> None:
    first = head(1, KommuneNr="0706")
    outcome = Register().sends(content=document(event("x"), first=first), name="UDB_0706_000412_20200811.xml")

    assert (outcome.receipt["verdict"], faults(outcome)) == ("held", [("H04", None, None)])
    assert counts(outcome) == {"rows": 1, "waiting": 1}
    assert outcome.security_alarm


def test_numbers_count_by_one() -> None:
    register = Register()
    register.sends(event(), number=412)
    gap = register.sends(event("UH-00000102"), number=414)
    back = register.sends(event("UH-00000103"), number=413)
    on = register.sends(event("UH-00000104"), number=415)

    assert [faults(each) for each in (gap, back, on)] == [[("H03", None, None)], [("F12", None, None)], []]


def test_a_flood_of_rows_is_held_by_the_frame() -> None:
    register = Register()
    for day in range(11, 16):
        register.later(event(f"UH-{day:08d}"), day=day)
    rows = [event(f"UH-{number:08d}") for number in range(1000, 1060)]

    assert faults(register.later(*rows, day=16)) == [("H01", None, None)]


def test_created_and_corrected_the_same_day_are_two_versions_whatever_their_order() -> None:
    outcome = sent(
        event(at="2020-08-10T15:00:00", HaendelseDato="2020-08-20"), event(at="2020-08-10T14:00:00.5006Z"), event()
    )

    assert said(outcome) == [
        (3, "2020-08-10T13:00:00.000Z", "2020-08-20", False),
        (4, "2020-08-10T14:00:00.500Z", "2020-08-10", False),
        (5, "2020-08-10T07:00:00.000Z", "2020-08-10", False),
    ]
    assert counts(outcome) == {"rows": 3, "accepted": 3}


def test_what_is_told_again_is_unchanged_whatever_its_time() -> None:
    register = Register()
    register.sends(event())
    outcome = register.later(event(at="2020-08-09T09:00:00Z"), event(at="2020-08-11T09:00:00Z", KommuneNr="0707"))

    assert (counts(outcome), outcome.facts) == ({"rows": 2, "unchanged": 2}, [])


@pytest.mark.parametrize("at", [NINE, "2020-08-10T06:59:59.999Z"])
def test_other_content_that_is_not_later_is_rejected(at: str) -> None:
    register = Register()
    register.sends(event())
    outcome = register.later(event(at=at, HaendelseDato="2020-08-11"))

    assert faults(outcome) == [("R07", 3, "Registreringstidspunkt")]


def test_a_corrected_number_withdraws_for_one_and_is_new_for_the_other() -> None:
    register = Register()
    before = register.sends(event())
    outcome = register.later(event(at="2020-08-11T09:00:00Z", person=BO))
    facts = [to_json(each.fact) for each in (*before.facts, *outcome.facts)]

    assert said(outcome) == [
        (3, "2020-08-11T09:00:00.000Z", "2020-08-10", True),
        (3, "2020-08-11T09:00:00.000Z", "2020-08-10", False),
    ]
    assert facts[0]["person"] == facts[1]["person"] != facts[2]["person"]
    assert counts(outcome) == {"rows": 1, "accepted": 1}


def test_a_number_known_as_the_other_kind_is_a_conflict() -> None:
    register = Register()
    within = register.sends(ready("UH-00000101"), event(at="2020-08-10T10:00:00Z"))
    later = register.later(event(at="2020-08-11T10:00:00Z"))

    assert faults(within) == [("R11", 4, "HaendelseNummer")]
    assert faults(later) == [("R11", 3, "HaendelseNummer")]


def test_the_same_number_and_time_are_a_repeat_or_a_conflict() -> None:
    same_instant = "2020-08-10T07:00:00Z"
    repeat = sent(event(), event(at=same_instant, person="740302-4117", HaendelseDato="2020-08-10Z", KommuneNr="0707"))
    conflict = sent(event(), event(at=same_instant, UdelKode="52"), event())
    with_deletion = sent(event(), deletion())

    assert faults(repeat) == [("N01", 4, "HaendelseNummer"), ("N02", 4, "CPRNr")]
    assert counts(repeat) == {"rows": 2, "accepted": 1, "duplicate": 1}
    assert faults(conflict) == [("R11", line, "HaendelseNummer") for line in (3, 4, 5)]
    assert faults(with_deletion) == [("R11", line, "HaendelseNummer") for line in (3, 4)]


def test_a_row_with_a_fault_takes_no_part() -> None:
    assert faults(sent(event(), event(UdelKode="55"))) == [("R09", 4, "UdelKode")]


def test_a_deletion_withdraws_and_a_later_row_is_a_version_again() -> None:
    register = Register()
    register.sends(event(), deletion(at="2020-08-10T12:00:00Z"))
    again = register.later(deletion(at="2020-08-11T12:00:00Z"), event(at="2020-08-10T11:00:00Z"))
    back = register.later(event(at="2020-08-12T12:00:00Z"), day=13)

    assert counts(again) == {"rows": 2, "unchanged": 1, "rejected": 1}
    assert faults(again) == [("R07", 4, "Registreringstidspunkt")]
    assert said(back) == [(3, "2020-08-12T12:00:00.000Z", "2020-08-10", False)]


def test_a_deletion_that_is_not_later_is_rejected() -> None:
    register = Register()
    register.sends(event())

    assert faults(register.later(deletion())) == [("R07", 3, "Registreringstidspunkt")]


def test_a_deletion_before_its_event_waits_and_withdraws_it() -> None:
    register = Register()
    waiting = register.sends(deletion(at="2020-08-10T12:00:00Z"), event(at="2020-08-10T13:00:00Z", person=BO))
    fresh = Register()
    fresh.sends(deletion(at="2020-08-10T12:00:00Z"))
    outcome = fresh.later(event(), event(at="2020-08-11T13:00:00Z", HaendelseDato="2020-08-20"))

    assert faults(waiting) == [("R15", 3, "HaendelseNummer")]
    assert counts(waiting) == {"rows": 2, "accepted": 1, "waiting": 1}
    assert sorted((each.delivery, each.line, each.fact.withdrawn) for each in outcome.facts) == [
        ("UDB_0707_000412_20200811.xml", 3, True),
        ("UDB_0707_000413_20200812.xml", 3, False),
        ("UDB_0707_000413_20200812.xml", 4, False),
    ]
    withdrawn = next(to_json(each.fact) for each in outcome.facts if each.fact.withdrawn)
    assert (withdrawn["recorded_at"], withdrawn["event"]) == ("2020-08-10T12:00:00.000Z", "ENROLLED")
    assert [(each.delivery, each.line, each.verdict) for each in outcome.settled] == [
        ("UDB_0707_000412_20200811.xml", 3, "accepted")
    ]


def test_rows_later_than_a_waiting_deletion_are_published_as_they_are() -> None:
    register = Register()
    register.sends(deletion(at="2020-08-10T12:00:00Z"))
    later = register.later(event(at="2020-08-11T13:00:00Z"))
    same = register.later(event(at="2020-08-10T11:00:00Z"), day=13)
    other = register.later(event(at="2020-08-10T11:00:00Z", UdelKode="52"), day=14)

    assert (said(later), later.settled) == ([(3, "2020-08-11T13:00:00.000Z", "2020-08-10", False)], [])
    assert (counts(same), same.settled) == ({"rows": 1, "unchanged": 1}, [])
    assert (faults(other), other.settled) == ([("R07", 3, "Registreringstidspunkt")], [])


@pytest.mark.parametrize(("day", "released"), [(21, True), (22, False)])
def test_a_deletion_waits_ten_days(day: int, released: bool) -> None:
    register = Register()
    register.sends(deletion(at="2020-08-10T12:00:00Z"))
    outcome = register.later(event(), day=day)

    assert [each.verdict for each in outcome.settled] == ["accepted" if released else "rejected"]
    assert [fault.code for each in outcome.settled for fault in each.faults] == ([] if released else ["R15"])
    assert sorted(each.fact.withdrawn for each in outcome.facts) == ([False, True] if released else [False])


def test_contradicting_events_are_all_kept_and_silence_means_nothing() -> None:
    register = Register()
    register.sends(event(HaendelseType="AFBRUDT"), event("UH-00000102", HaendelseType="FULDFOERT"))
    outcome = register.later()

    assert not outcome.facts


def test_outside_synthetic_mode_day_plus_60_is_a_replacement_number() -> None:
    assert faults(Register().sends(event(), synthetic=False)) == [("R04", 3, "CPRNr")]


def test_alone_nothing_rests_on_earlier_deliveries() -> None:
    outcome = Register().sends(deletion(), alone=True)

    assert (outcome.receipt["verdict"], faults(outcome)) == ("accepted", [])


def test_the_check_of_one_file_needs_no_partner_and_the_table_knows_the_order() -> None:
    feed = FEED_BY_NAME["ungedatabasen"]

    assert partner_of("whatever.xml", b"") == "stil"
    assert feed.order_of("UDB_0707_000412_20200811.xml") == (412,)
