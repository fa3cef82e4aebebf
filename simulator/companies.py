"""Invented companies: CVR numbers that satisfy modulus 11, units, and the occupations they look for."""

from collections.abc import Sequence
from dataclasses import dataclass

WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
SIZES = ("2-4", "5-9", "10-19", "20-49", "50-99", "100-199")


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company with one unit; `disco` six digits, `branchespor` the sector track it belongs to."""

    name: str
    cvr: str
    unit: str
    municipality: str
    branchespor: str
    disco: str
    title: str


def cvr_numbers(count: int) -> list[str]:
    """The first `count` numbers from 90000000 on that satisfy modulus 11."""
    found: list[str] = []
    number = 90_000_000
    while len(found) < count:
        if sum(weight * int(digit) for weight, digit in zip(WEIGHTS, f"{number}", strict=True)) % 11 == 0:
            found.append(f"{number}")
        number += 1
    return found


_PLACES = (
    ("Kattegat Smedje", "0707", "IND", "721210", "Svejser"),
    ("Grenaa Maskinfabrik", "0707", "IND", "722310", "CNC-operatør"),
    ("Djurs Byg", "0707", "BYG", "711510", "Tømrer"),
    ("Norddjurs Murerforretning", "0707", "BYG", "711210", "Murer"),
    ("Plejecenter Havblik", "0707", "SOSU", "532210", "Social- og sundhedshjælper"),
    ("Hjemmeplejen Djursland", "0706", "SOSU", "532220", "Hjemmehjælper"),
    ("Kystens Lager", "0707", "TRL", "933390", "Lager- og logistikmedarbejder"),
    ("Vognmand Anholt", "0730", "TRL", "833200", "Lastbilchauffør"),
    ("Strandhotellet", "0706", "HRT", "513110", "Tjener"),
    ("Kroen ved Fjorden", "0707", "HRT", "512000", "Kok"),
    ("Rene Linjer", "0751", "REN", "911220", "Rengøringsassistent"),
    ("Djurs Anlægsgartner", "0707", "GRO", "611310", "Anlægsgartner"),
)


def _companies() -> Sequence[Company]:
    numbers = cvr_numbers(len(_PLACES))
    return tuple(
        Company(
            name=name,
            cvr=cvr,
            unit=f"{9_000_000_011 + 11 * index}",
            municipality=municipality,
            branchespor=branchespor,
            disco=disco,
            title=title,
        )
        for index, ((name, municipality, branchespor, disco, title), cvr) in enumerate(
            zip(_PLACES, numbers, strict=True)
        )
    )


COMPANIES = _companies()
