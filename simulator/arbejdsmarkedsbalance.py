"""What the labour-market agency publishes: the balance of each half-year (partners/arbejdsmarkedsbalance.md)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random

from simulator.citizen import Citizen, Window
from simulator.companies import COMPANIES
from simulator.sending import Verdict
from simulator.served import Served, utc

PARTNER = "star"
COLUMNS = ("Periode", "Område", "DISCO", "Stillingsbetegnelse", "Kategori", "Beskæftigede", "Ledighed (pct.)")
AREAS = ("RAR Østjylland", "RAR Nordjylland", "Hele landet")
EXTENSIVE, LAST_EXTENSIVE = "Omfattende mangel på arbejdskraft", "2020H2"
SHORTAGE, PARADOX, GOOD = "Mangel på arbejdskraft", "Paradoksproblemer", "Gode jobmuligheder"
LESS_GOOD = "Mindre gode jobmuligheder"
# Occupations nobody of the company service looks for.
OTHERS = (
    ("222110", "Sygeplejerske"),
    ("234200", "Pædagog"),
    ("522310", "Butiksassistent"),
    ("411000", "Kontorassistent"),
    ("751220", "Bager"),
    ("741110", "Elektriker"),
    ("711520", "Bygningssnedker"),
    ("911210", "Hotelrengøring"),
)
Row = list[str | int | None]


def agency(citizens: Sequence[Citizen], seed: int, window: Window) -> Served:
    """The balances of all half-years that reach into the window, one a pull; one of them is put right in March.

    The citizens have no part in it.
    """
    rng = Random(f"{seed}/arbejdsmarkedsbalance")
    titles = [*((company.disco, company.title) for company in COMPANIES), *OTHERS]
    moods = {(area, disco): rng.randrange(5) for area in AREAS for disco, _ in titles}
    published: list[tuple[str, int, datetime, list[Row], Verdict]] = []
    for period, registered in _half_years(window):
        rows = [row for area in AREAS for row in _rows(rng, period, area, titles, moods)]
        wrong = rng.random() < 0.4 or not published
        # A row with a fault keeps what was said of its occupation.
        planted: list[Row] = [[period, AREAS[0], "7212", "Svejser", SHORTAGE, "1.034", "2,1"]] if wrong else []
        published.append((period, 1, registered, [*rows, *planted], "accepted_with_faults" if wrong else "accepted"))
        again = registered + timedelta(days=70)
        if again.month == 3 and again.date() <= window.last_day:
            right = _put_right(period, rows)
            published.append((period, 2, again, right, "accepted"))
    details: dict[str, list[Mapping[str, object]]] = {}
    for pull, (period, version, _, rows, _) in enumerate(published, start=1):
        body = {"columns": list(COLUMNS), "rows": rows}
        details.setdefault(period, []).append({"version": version, "seen_from": pull, "body": body})
    return Served(
        feed="arbejdsmarkedsbalance",
        partner=PARTNER,
        ends=list(range(1, len(published) + 1)),
        events=[_publication(period, version, registered) for period, version, registered, _, _ in published],
        details=details,
        verdicts=[verdict for *_, verdict in published],
        last_days=[registered.date() for _, _, registered, _, _ in published],
    )


def _half_years(window: Window) -> Iterator[tuple[str, datetime]]:
    """Half-years that reach into the window, with the moment of publication: ten days before they begin."""
    for year in range(window.first_day.year, window.last_day.year + 1):
        for number, first, last in (
            (1, date(year, 1, 1), date(year, 6, 30)),
            (2, date(year, 7, 1), date(year, 12, 31)),
        ):
            registered = datetime.combine(first - timedelta(days=10), datetime.min.time()).replace(hour=10)
            if last >= window.first_day and registered.date() <= window.last_day:
                yield f"{year}H{number}", registered


def _rows(
    rng: Random, period: str, area: str, titles: Sequence[tuple[str, str]], moods: dict[tuple[str, str], int]
) -> Iterator[Row]:
    for disco, title in titles:
        mood = moods[area, disco] = min(4, max(0, moods[area, disco] + rng.choice((-1, 0, 0, 0, 1))))
        scale = (EXTENSIVE if period <= LAST_EXTENSIVE else SHORTAGE, SHORTAGE, PARADOX, GOOD, LESS_GOOD)
        category = None if rng.random() < 0.05 else scale[mood]
        employed = rng.choice((f"{rng.randint(1, 9)}.{rng.randint(0, 999):03d}", rng.randint(40, 900), ".."))
        yield [period, area, disco, title, category, employed, f"{rng.randint(0, 12)},{rng.randint(0, 9)}"]


def _put_right(period: str, rows: Sequence[Row]) -> list[Row]:
    """The second version: one occupation is not judged any more, another better than was said."""
    right = [list(row) for row in rows]
    judged = [row for row in right if row[1] == AREAS[0] and row[4] is not None]
    judged[0][4] = None
    judged[1][4] = GOOD if judged[1][4] != GOOD else LESS_GOOD
    return right


def _publication(period: str, version: int, registered: datetime) -> Mapping[str, object]:
    return {
        "id": f"AMB01-{period}",
        "version": version,
        "aendring": 1 if version == 1 else 2,
        "registreret": utc(registered),
        "periode": period,
    }
