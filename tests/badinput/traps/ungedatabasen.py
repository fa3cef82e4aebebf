"""The traps of the page ungedatabasen, each as the deliveries that make it, in order."""

from collections.abc import Mapping

from tests.badinput.trap_feeds import Files

_SPACE = "urn:ungedatabasen:haendelser:1.0"
_NIGHTS = ("2020-08-10T04:00:00+02:00", "2020-08-11T04:00:00+02:00", "2020-08-12T04:00:00+02:00")
_NAMES = ("UDB_0707_000412_20200811.xml", "UDB_0707_000413_20200812.xml")


def event(
    number: int,
    *,
    kind: str = "OPTAGET",
    person: str = "7403024117",
    at: str = "2020-08-10T09:12:33+02:00",
    day: str = "2020-08-17",
    rest: str = "<UdelKode>51</UdelKode>",
) -> str:
    """One event of an education."""
    return (
        f"<Haendelse><HaendelseNummer>UH-{number:08}</HaendelseNummer><Registreringstidspunkt>{at}"
        f"</Registreringstidspunkt><CPRNr>{person}</CPRNr><HaendelseType>{kind}</HaendelseType>"
        f"<HaendelseDato>{day}</HaendelseDato><UddannelseKode>4443</UddannelseKode>"
        f"<InstitutionNr>907002</InstitutionNr>{rest}</Haendelse>"
    )


def deletion(number: int, at: str) -> str:
    """The deletion of one."""
    return (
        f"<SletHaendelse><HaendelseNummer>UH-{number:08}</HaendelseNummer>"
        f"<Registreringstidspunkt>{at}</Registreringstidspunkt></SletHaendelse>"
    )


def file(*rows: str, night: int = 0, doctype: str = "") -> tuple[str, bytes]:
    """The delivery of one night, a row on each line from line 4."""
    head = (
        f"<Hoved><KommuneNr>0707</KommuneNr><LoebeNummer>{412 + night:06}</LoebeNummer><FraTidspunkt>{_NIGHTS[night]}"
        f"</FraTidspunkt><TilTidspunkt>{_NIGHTS[night + 1]}</TilTidspunkt>"
        f"<AntalHaendelser>{len(rows)}</AntalHaendelser></Hoved>"
    )
    lines = [
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}',
        f'<HaendelseLeverance xmlns="{_SPACE}">',
        head,
        *rows,
        "</HaendelseLeverance>",
    ]
    return _NAMES[night], "\n".join(lines).encode()


_ONE, _NEXT = file(event(101)), file(event(102), night=1)
TRAPS: Mapping[str, Files] = {
    "a DOCTYPE that would become gigabytes": [
        file(event(101), doctype='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>')
    ],
    "codes in other letters": [file(event(101, kind="FULDFØRT"), event(102, kind="Optaget"))],
    "another prefix, CDATA, comments, new elements": [
        (
            _ONE[0],
            _ONE[1]
            .decode()
            .replace("xmlns=", "xmlns:u=")
            .replace("<", "<u:")
            .replace("<u:/", "</u:")
            .replace("<u:?", "<?")
            .replace(">OPTAGET<", "><![CDATA[OPTAGET]]><!-- x --><")
            .replace("</u:Haendelse>", "<u:Nyt>x</u:Nyt></u:Haendelse>")
            .encode(),
        )
    ],
    "half past two on the night when clocks go back": [
        file(event(101, at="2019-10-27T02:30:00"), event(102, at="2019-10-27T02:30:00+01:00"))
    ],
    "a date with an offset, and a date with a time": [
        file(event(101, day="2020-08-10+02:00"), event(102, day="2020-08-10T00:00:00"))
    ],
    "created and corrected on one day": [
        file(event(101), event(101, at="2020-08-10T15:00:00+02:00", day="2020-08-18"))
    ],
    "the newest rows come first": [file(event(101, at="2020-08-10T15:00:00+02:00", day="2020-08-18"), event(101))],
    "the person number is corrected": [
        _ONE,
        file(event(101, person="7002911188", at="2020-08-11T09:00:00+02:00"), night=1),
    ],
    "a deletion comes before its event": [
        file(deletion(101, "2020-08-10T18:00:00+02:00")),
        file(event(101), night=1),
    ],
    "thirty on the day of the event, and the day before": [
        # Born on 10 August 1990: 29 until the day before.
        file(event(101, person="7008904321", day="2020-08-10"), event(102, person="7008904321", day="2020-08-09"))
    ],
    "an admission next summer, and one beyond a year": [
        file(event(101, day="2021-08-12"), event(102, person="7002911188", day="2021-08-13"))
    ],
    "gymnasium without a programme": [file(event(101, rest=""))],
    "cut": [(_ONE[0], _ONE[1][:-60])],
    "a row and a delivery for another municipality": [
        file(event(101, rest="<KommuneNr>0751</KommuneNr>")),
        (_NEXT[0].replace("0707", "0751"), _NEXT[1].replace(b"0707", b"0751")),
    ],
}
