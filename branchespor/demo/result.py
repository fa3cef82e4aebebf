"""The result of the demonstration: deliveries, citizens, who is covered and why, one story, what partners were told."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from branchespor.demo.timeline import LEGEND, draw
from branchespor.hub import wiring
from branchespor.picture.lanes import lanes_of, marks_of
from branchespor.settings import Settings
from branchespor.views import feed_table
from consumers import policy_file
from consumers.rules import evaluate
from consumers.rules.detection import timeline_of
from producers.stores import ledger_view

_STATES = ("ELIGIBLE", "SUSPENDED", "NOT_ELIGIBLE")
_RULES = {
    "R1a": "insured, six months of unemployment reached",
    "R1b": "insured, over six months unemployed before: from the first day",
    "R2a": "cash assistance, three months reached",
    "R2b": "cash assistance, over six months unemployed before: from the first day",
    "R3": "moved to arbejdsmarkedsparat from another group",
    "R4": "integration period",
    "R5": "young, declared ready for the labour market",
}
_ODD_ONES_SHOWN = 10
_MILESTONES_SHOWN = 12
_STORY = """
SELECT s.person::text FROM core.status s JOIN core.milestone m USING (person)
 WHERE s.document->>'state' = 'ELIGIBLE'
   AND EXISTS (SELECT 1 FROM core.fact f WHERE f.person = s.person AND f.kind = 'EmploymentSpell')
 GROUP BY s.person ORDER BY count(DISTINCT m.type) DESC, count(*) DESC, s.person LIMIT 1
"""


def fingerprint(settings: Settings) -> dict[str, Any]:
    """What a second run must leave as it is: counts of everything lasting, and a hash over all status and journal."""
    with wiring.database(settings, "intake") as conn:
        deliveries = [
            (row["delivery_id"], row["state"], row["verdict"], row["facts"]) for row in ledger_view.deliveries(conn)
        ]
    with wiring.database(settings, "status") as conn:
        facts = conn.execute("SELECT fact_id::text FROM core.fact ORDER BY 1").fetchall()
        status = conn.execute("SELECT person::text, document FROM core.status ORDER BY 1").fetchall()
        journal = conn.execute("SELECT milestone_id::text, document FROM core.milestone ORDER BY 1").fetchall()
    with wiring.database(settings, "partners") as conn:
        told = conn.execute("SELECT event_id::text FROM core.told ORDER BY 1").fetchall()
    text = json.dumps([sorted(deliveries), facts, status, journal, told], sort_keys=True, default=str)
    return {
        "deliveries": len(deliveries),
        "facts": len(facts),
        "citizens": sum("merged_into" not in document for _, document in status),
        "milestones": len(journal),
        "partner events": len(told),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def parts(settings: Settings) -> list[RenderableType]:
    """Everything to be shown, in order."""
    with wiring.database(settings, "intake") as conn:
        deliveries = ledger_view.deliveries(conn)
    with wiring.database(settings, "status") as conn:
        day: date = _one(conn, "SELECT day FROM core.business_day")
        states = conn.execute("SELECT document FROM core.status WHERE NOT document ? 'merged_into'").fetchall()
        milestones = conn.execute("SELECT type, count(*) FROM core.milestone GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
        story = conn.execute(_STORY).fetchone()
        shown: list[RenderableType] = [
            _titled("1  Deliveries, by feed and partner", feed_table(deliveries)),
            _titled("   Not accepted as they came", _odd_ones(deliveries)),
            _titled(f"2  Citizens by target group and state, on {day}", _groups([row[0] for row in states])),
            _titled("3  Covered by a branchespor, by rule", _rules([row[0] for row in states])),
            _titled("4  Milestones found", _pairs([(row[0], row[1]) for row in milestones])),
        ]
        if story is not None:
            person = str(story[0])
            facts = [row[0] for row in conn.execute("SELECT record FROM core.fact WHERE person = %s", (person,))]
            journal = conn.execute(
                "SELECT document FROM core.milestone WHERE person = %s ORDER BY position", (person,)
            ).fetchall()
            story_of = _story(settings, person, facts, [row[0] for row in journal], day)
            shown.append(_titled("5  One citizen's story", story_of))
    with wiring.database(settings, "partners") as conn:
        told = conn.execute("SELECT partner, type, count(*) FROM core.told GROUP BY 1, 2 ORDER BY 1, 2").fetchall()
        shown.append(_titled("6  What each partner was told", _told(told)))
    shown.append(_titled("7  Where to look next", _next(settings)))
    return shown


def _one(conn: ledger_view.Connection, query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    if row is None:
        raise LookupError("the table of the business day is empty")
    return row[0]


def _titled(title: str, body: RenderableType) -> RenderableType:
    return Group(Text(f"\n{title}", style="bold"), Padding(body, (0, 0, 0, 3)))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, name in enumerate(columns):
        table.add_column(name, justify="left" if number == 0 else "right")
    return table


def _pairs(rows: Sequence[tuple[str, int]]) -> Table:
    table = _table("milestone", "count")
    for name, number in rows:
        table.add_row(name, str(number))
    return table


def _odd_ones(deliveries: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    odd = [row for row in deliveries if row["verdict"] in ("refused", "held")]
    for row in odd[:_ODD_ONES_SHOWN]:
        table.add_row(row["verdict"], row["feed"], row["file_name"], " ".join(row["codes"]))
    if len(odd) > _ODD_ONES_SHOWN:
        table.add_row("…", f"{len(odd) - _ODD_ONES_SHOWN} more: branchespor quarantine list")
    return table


def _groups(documents: Sequence[Mapping[str, Any]]) -> Table:
    counts: Counter[tuple[str, str]] = Counter()
    for document in documents:
        groups = document["target_groups"] or ["(in no group today)"]
        counts[" + ".join(groups), document["state"]] += 1
    table = _table("target group", "covered", "paused", "not covered", "citizens")
    names = sorted({name for name, _ in counts}, key=lambda name: -sum(counts[name, state] for state in _STATES))
    for name in names:
        numbers = [counts[name, state] for state in _STATES]
        table.add_row(name, *map(str, numbers), str(sum(numbers)))
    totals = [sum(number for (_, of), number in counts.items() if of == state) for state in _STATES]
    table.add_section()
    table.add_row("all", *map(str, totals), str(sum(totals)), style="bold")
    return table


def _rules(documents: Sequence[Mapping[str, Any]]) -> Table:
    counts = Counter(document["rule"] for document in documents if document["rule"] is not None)
    table = _table("rule", "citizens", "")
    table.columns[2].justify = "left"
    for rule, why in _RULES.items():
        table.add_row(rule, str(counts.get(rule, 0)), why)
    return table


def _story(
    settings: Settings, person: str, facts: Sequence[Mapping[str, Any]], journal: Sequence[Mapping[str, Any]], day: date
) -> RenderableType:
    policies = policy_file.load(settings.policy_file)
    answer = evaluate(facts, day, None, policies).to_json()
    first, stop = (day - relativedelta(years=2)).toordinal(), day.toordinal() + 1
    lanes = lanes_of(timeline_of(facts, policies), first, stop)
    told = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("milestone", "effective", "detected"):
        told.add_column(name)
    for each in journal[-_MILESTONES_SHOWN:]:
        told.add_row(each["milestone"], each["effective_day"], each["detected_day"])
    why = Text("\n".join(f"• {each['da']}" for each in answer["explanation"]))
    head = f"{person}   {answer['state']} from {answer['eligible_from']} by {answer['rule']}"
    body = Group(
        Text(head, style="bold"),
        Text("\n".join(draw(lanes, marks_of(journal), first, stop)), no_wrap=True),
        Text(LEGEND, style="dim"),
        Text("\nHvorfor"),
        why,
        Text(""),
        told,
        Text(f'\nbranchespor explain {person} --purpose "demo" --svg borger.svg', style="dim"),
    )
    return Panel(body, expand=False)


def _told(rows: Sequence[tuple[Any, ...]]) -> Table:
    table = _table("partner", "events", "of which")
    table.columns[2].justify = "left"
    by_partner: dict[str, dict[str, int]] = {}
    for partner, type_, number in rows:
        by_partner.setdefault(partner, {})[type_] = number
    for partner, types in by_partner.items():
        words = ", ".join(f"{number} {type_}" for type_, number in types.items())
        table.add_row(partner, str(sum(types.values())), words)
    return table


def _next(settings: Settings) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_header=False)
    airflow = f"http://{settings.host}:{settings.port('airflow')}"
    registry = f"http://{settings.host}:{settings.port('registry')}/apis/ccompat/v7/subjects"
    table.add_row("Airflow", f"{airflow}  (admin; password in {settings.secrets / 'airflow_admin'})")
    table.add_row("schema registry", f"{registry}  (reader; password in {settings.secrets / 'registry_reader'})")
    table.add_row("topics", "branchespor topics diff")
    table.add_row(
        "ledger, receipts", "branchespor deliveries; branchespor receipt ID --danish; branchespor quarantine list"
    )
    table.add_row("proof", "branchespor reconcile; branchespor verify")
    table.add_row("stop", "branchespor down   (data stay; --wipe removes them)")
    return table
