"""`branchespor status`, `explain`, `journal`, `verify`: what is held of a citizen, why, and whether it is right."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

import click

from branchespor.commands import options
from branchespor.commands.plain_words import plain_words
from branchespor.commands.who import who

if TYPE_CHECKING:
    from consumers.rules import Answer
    from consumers.stores.access import Identity, Reader
    from consumers.stores.database import Connection


# the keys of `branchespor evaluate`, in its order
_ORDER = (
    "state",
    "rule",
    "eligible_from",
    "expected_from",
    "target_groups",
    "conflict",
    "residence",
    "periods",
    "policy",
)


def _person(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return str(UUID(value))
    except ValueError:
        raise click.BadParameter("wants a person id (a UUID), as `branchespor person find` gives it") from None


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a bare day
    except ValueError:
        raise click.BadParameter("wants a day, YYYY-MM-DD") from None


def _moment(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    try:
        moment = None if value is None else datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if value is not None and (moment is None or moment.tzinfo is None):
        raise click.BadParameter("wants a moment with its zone, 2021-03-01T12:00:00Z")
    return moment


def _about_a_person(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--json", "as_json", is_flag=True, help="machine-readable"),
        click.option("--purpose", required=True, callback=plain_words, help="why it is read; stands in the access log"),
        click.argument("person", callback=_person),
    ):
        command = option(command)
    return command


def _at_a_time(command: Callable[..., None]) -> Callable[..., None]:
    known_at = click.option("--known-at", callback=_moment, help="by what was received until then; default: everything")
    return click.option("--on", callback=_day, help="day asked about; default: the business day")(known_at(command))


@click.command()
@_about_a_person
@_at_a_time
def status(person: str, purpose: str, as_json: bool, on: date | None, known_at: datetime | None) -> None:
    """Where a citizen stands, on the business day or another. Writes a line to the access log.

    Example: branchespor status 8c4e6c1e-… --purpose "meeting on Tuesday"
    """
    citizen = _citizen(person)
    if on is None and known_at is None:
        found = _stored(citizen.person, purpose)
    else:
        found = _answer(citizen.person, purpose, on, known_at).to_json()
        del found["explanation"]
    _show({**_named(citizen, person), **found}, as_json)


@click.command()
@_about_a_person
@_at_a_time
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="write the timeline as a picture too")
def explain(
    person: str, purpose: str, as_json: bool, on: date | None, known_at: datetime | None, svg: Path | None
) -> None:
    """Why a citizen stands there: the rules in words, with the facts they rest on. Writes a line to the access log.

    Example: branchespor explain 8c4e6c1e-… --on 2021-03-01 --purpose "question from the citizen" --svg citizen.svg
    """
    citizen = _citizen(person)
    if svg is not None:
        _draw(citizen, purpose, on, known_at, svg)
    found = _answer(citizen.person, purpose, on, known_at)
    if as_json:
        click.echo(json.dumps({**_named(citizen, person), **found.to_json()}, ensure_ascii=False))
        return
    click.echo(f"{found.on}: {found.state}" + (f", {found.rule} since {found.eligible_from}" if found.rule else ""))
    for reason in found.explanation:
        click.echo(f"\n{reason['da']}\n{reason['en']}\n  {reason['code']}: {len(reason['facts'])} facts")


@click.command()
@_about_a_person
@_at_a_time
def journal(person: str, purpose: str, as_json: bool, on: date | None, known_at: datetime | None) -> None:
    """What was announced of a citizen, in order, then what waits for another step. Writes to the access log.

    With --on what had been found by that day, with --known-at what had been announced by that moment: nothing that was
    announced is ever changed, so the journal reads as it read then. A citizen who was two persons has both journals in
    one: each line names the person it was announced under, whose number it bears.

    Example: branchespor journal 8c4e6c1e-… --purpose "complaint" --on 2021-03-01 --json
    """
    from branchespor.settings import load
    from consumers import policy_file
    from consumers.rules.detection import detect_in, timeline_of
    from consumers.stores import access

    policies = policy_file.load(load().policy_file)
    citizen = _citizen(person)
    with _reading() as conn:
        reader = _reader(purpose)
        journals = access.journal(conn, reader, citizen.person, on, known_at)
        facts = access.facts(conn, reader, citizen.person)
        day = on or access.business_day(conn)
    documents = {each: [line.document for line in lines] for each, lines in journals.items()}
    told, lines = citizen.citizens.told(citizen.person, documents), citizen.citizens.in_order(citizen.person, journals)
    waiting = [] if day is None else detect_in(told, timeline_of(facts, policies, known_at), day).held
    for line in lines:
        position, document = line.position, line.document
        if as_json:
            click.echo(json.dumps({"person": line.person, "number": position, **document}, ensure_ascii=False))
        else:
            extra = "".join(f"  {document[name]}" for name in ("rule", "reason") if document[name])
            late = (
                "" if document["detected_day"] == document["effective_day"] else f" (found {document['detected_day']})"
            )
            under = "" if line.person == citizen.person else f"  as {line.person}"
            click.echo(f"{position:>3}  {document['effective_day']}  {document['milestone']}{extra}{late}{under}")
    for held in waiting:
        if as_json:
            found = {"milestone": held.type, "effective_day": held.effective_day, held.reason: held.waits_for}
            click.echo(json.dumps({"person": citizen.person, "number": None, **found}, ensure_ascii=False))
        else:
            click.echo(f"  –  {held.effective_day}  {held.type}  waits for {held.waits_for}")
    if not lines and not waiting:
        click.echo("nothing was announced of this person", err=True)
        click.get_current_context().exit(1)


@click.command()
@options.as_json
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="processes side by side")
def verify(as_json: bool, workers: int) -> None:
    """Compare status and journal of everybody with the evaluation of all facts; exit 1 lists what differs.

    Example: branchespor verify
    """
    from branchespor.settings import load
    from branchespor.verifying import verify_everybody

    found = verify_everybody(load(), who(), workers)
    for person, field in found.differences:
        click.echo(json.dumps({"person": person, "field": field}) if as_json else f"{person}  {field}")
    day = found.day or "no business day has begun yet: nothing is evaluated"
    click.echo(f"{found.persons} persons, {day}: {len(found.differences)} differences", err=True)
    if found.differences:
        click.get_current_context().exit(1)


@click.command()
@options.as_json
def rebuild(as_json: bool) -> None:
    """Build everybody's status anew from all facts, beside the present one; compare, switch; announce nothing.

    Consumers go on meanwhile. What differed is listed. Exit code 0: done, 3: a service is away or the day changed.

    Example: branchespor rebuild
    """
    from branchespor.settings import load
    from consumers import policy_file, rebuilding
    from consumers.stores import everybody
    from consumers.stores.database import connect

    settings = load()
    policies = policy_file.load(settings.policy_file)
    with connect(settings.dsn("status"), "rebuild") as conn:
        day = everybody.business_day(conn)
        if day is None:
            click.echo("no business day has begun yet: nothing is evaluated", err=True)
            return
        everybody.log_check(conn, who(), "rebuild")
        persons = rebuilding.build(conn, day, policies)
        differences = rebuilding.switch(conn, day, policies)
    for person, field in differences:
        click.echo(json.dumps({"person": person, "field": field}) if as_json else f"{person}  {field}")
    click.echo(f"{persons} persons, {day}: {len(differences)} differences put right", err=True)


def _citizen(person: str) -> "Identity":
    """Who this person is now; said on standard error if that is another one, or if somebody is to look at it."""
    from consumers.stores import access

    with _reading() as conn:
        found = access.identity(conn, person)
    if found.since is not None:
        click.echo(f"{person} is one citizen with {found.person} since {found.since}: answered for both", err=True)
    if found.both_running:
        click.echo("both had a running course when they became one: look at the journal", err=True)
    return found


def _named(citizen: "Identity", asked_for: str) -> dict[str, str]:
    return {"person": citizen.person} | ({"asked_for": asked_for} if citizen.person != asked_for else {})


def _stored(person: str, purpose: str) -> dict[str, Any]:
    from consumers.stores import access

    with _reading() as conn:
        document, day = access.status(conn, _reader(purpose), person), access.business_day(conn)
    if document is None or day is None:
        _nothing_known()
    return {"on": day.isoformat()} | {name: document[name] for name in _ORDER}


def _answer(person: str, purpose: str, on: date | None, known_at: datetime | None) -> "Answer":
    from branchespor.settings import load
    from consumers import policy_file
    from consumers.rules import evaluate
    from consumers.stores import access

    policies = policy_file.load(load().policy_file)
    with _reading() as conn:
        facts, day = access.facts(conn, _reader(purpose), person), on or access.business_day(conn)
    if not facts:
        _nothing_known()
    if day is None:
        raise click.UsageError("no business day has begun yet: give one with --on")
    return evaluate(facts, day, known_at, policies)


def _draw(citizen: "Identity", purpose: str, on: date | None, known_at: datetime | None, file: Path) -> None:
    from branchespor.picture.timeline import picture
    from branchespor.settings import load
    from consumers import policy_file
    from consumers.stores import access
    from schemas.errors import WrongInput

    policies = policy_file.load(load().policy_file)
    with _reading() as conn:
        reader = _reader(purpose)
        facts = access.facts(conn, reader, citizen.person)
        journals = access.journal(conn, reader, citizen.person, on, known_at)
        day = on or access.business_day(conn)
    if not facts:
        _nothing_known()
    if day is None:
        raise click.UsageError("no business day has begun yet: give one with --on")
    journal = [line.document for line in citizen.citizens.in_order(citizen.person, journals)]
    drawn = picture(citizen.person, facts, journal, day, known_at, policies)
    try:
        file.write_bytes(drawn)
    except OSError as error:
        raise WrongInput(f"cannot write {file}: {error.strerror}") from None
    click.echo(f"timeline drawn: {file}", err=True)


def _nothing_known() -> NoReturn:
    click.echo("nothing is known of this person", err=True)
    click.get_current_context().exit(1)


def _show(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        if name != "periods":
            click.echo(
                f"{name:>14}  {', '.join(value) if isinstance(value, list) else '–' if value is None else value}"
            )
    for period in found["periods"]:
        end = f"{period['last_day']}, {period['end_reason']}" if period["last_day"] else "…"
        click.echo(f"{'period':>14}  {period['rule']} {period['first_day']} – {end}")


def _reading() -> "Connection":
    from branchespor.settings import load
    from consumers.stores.database import connect

    return connect(load().dsn("web_read"), "branchespor")


def _reader(purpose: str) -> "Reader":
    from consumers.stores.access import Reader

    return Reader(who(), purpose)
