"""`voice-gateway ...`: what an operator types."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import flows as stories
from flows import networks
from flows.facts import MINUTES, SECONDS
from voice_gateway import (
    climbing_commands,
    clock,
    diagrams,
    estimates,
    house_file,
    log_lines,
    on_call,
    settings,
    tickets,
)
from voice_gateway import who as who_is_rung
from voice_gateway.command_line import PlainSpoken, Stop, number_typed, open_house, printable
from voice_gateway.contact_commands import contacts
from voice_gateway.doctor import CHECKS, Patient, Seams, chart, examine
from voice_gateway.identity_commands import chain, person
from voice_gateway.mention_commands import mentions
from voice_gateway.networks.purse import for_x
from voice_gateway.provision import Outcome, Provisioning, shown
from voice_gateway.reasons_command import reasons
from voice_gateway.refusals import CarrierError, Unknown, Unreached
from voice_gateway.share_command import share
from voice_gateway.staff_commands import away, back, vouch, zone
from voice_gateway.store import (
    blocks,
    furnish,
    listening,
    look_up,
    migrate,
    outbox,
    provisions,
    saying,
    schema,
    sending,
)

if TYPE_CHECKING:
    from voice_gateway.carrier import Carrier

STUCK_AFTER = 2 * MINUTES
LONGEST_REASON = 200
LONGEST_TICKET = 12
CARRIER_OF_THE_DEMO = "http://127.0.0.1:8010"


@click.group(cls=PlainSpoken, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A contact centre that a company runs itself."""


@main.command()
@click.option("--check", is_flag=True, help="Only look; exit status 1 when the database is not up to date.")
def release(check: bool) -> None:
    """Bring the database to the shape that this version needs."""
    with open_house() as house:
        before = schema.found(house.store)
        if before == schema.head():
            click.echo(f"the database is at {before}, as it should be")
        elif check:
            raise click.ClickException(str(schema.misfit(before)))
        else:
            migrate.upgrade(house.store)
            click.echo(f"the database was at {before or 'nothing'} and has been brought to {schema.head()}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def load(file: Path, dry_run: bool) -> None:
    """Load the house, its numbers, hours, people and contacts from FILE.

    The same file again changes nothing, and prints nothing. The house heeds what was loaded within
    half a minute. A dry run also tells what the rules for climbing would have caught.
    """
    wanted = house_file.read(file)
    with open_house(at_head=True) as house:
        digest = partial(tickets.code_digest, house.settings.secret_key.get_secret_value())
        with house.store.transaction() as memory:
            changes = furnish.furnish(memory, wanted, clock.now(), digest, dry_run=dry_run)
            changes += estimates.of_file(memory, wanted.escalation, clock.now()) if dry_run else []
        troubles = [] if dry_run else on_call.look(house.store, clock.now())
    for line in [*changes, *troubles]:
        click.echo(line)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.option("--blocked", is_flag=True, help="Instead: what was not sent, because what we knew by then was against it.")
def owed(as_json: bool, blocked: bool) -> None:
    """Show what is due, waiting, claimed and stuck, and what climbs. Exit status 1 when anything is stuck, or nobody takes it."""
    if blocked:
        _not_sent(as_json)
        return
    with open_house(at_head=True) as house, house.store.reading() as memory:
        now = clock.now()
        patience = STUCK_AFTER * house.settings.clock_speed
        orders = [_order(row, now, patience) for row in outbox.stuck(memory, now)]
        climbs = climbing_commands.under_way(memory)
        silent = [f"{each.name}: {each.problem}" for each in listening.all_of_them(memory) if each.problem]
        purse = for_x(house.store, house.settings)
        if house.settings.x_consumer_key and purse.is_used_up:
            silent.append(f"x: {purse.used_up(now)}")
    stuck = sum(order["state"] == "stuck" for order in orders)
    if as_json:
        click.echo(json.dumps({"at": now.isoformat(), "stuck": stuck, "owed": orders, "networks": silent, "climbs": climbs}, indent=1))
    else:
        for line in _table(orders):
            click.echo(line)
        for line in climbing_commands.lines(climbs):
            click.echo(line)
        click.echo(f"{len(orders)} owed, {stuck} stuck" if orders else f"nothing {'else ' if climbs else ''}is owed")
        for line in dict.fromkeys(silent):
            click.echo(line)
    if stuck or any(each["alarmed_at"] for each in climbs):
        click.get_current_context().exit(1)


def _not_sent(as_json: bool) -> None:
    """What the house would have said, and why it did not."""
    with open_house(at_head=True) as house, house.store.reading() as memory:
        texts = [(row.ordered_at, row.case_id, row.role, row.not_sent, row.body) for row in sending.not_sent(memory)]
        posts = [(row.heard_at, row.case_id, f"customer on {networks.of(row.network).told}", row.problem, row.words)
                 for row in saying.not_said(memory)]
    found = [{"case": f"T{case_id}", "ordered_at": at.isoformat(timespec="seconds"), "to": to, "why": why,
              "words": log_lines.masked(printable(words))} for at, case_id, to, why, words in sorted([*texts, *posts], reverse=True)]
    if as_json:
        click.echo(json.dumps({"not_sent": found}, indent=1))
    else:
        for each in found:
            click.echo(f"{each['case']}  {each['ordered_at']}  to the {each['to']}: {each['why']}  \"{each['words']}\"")
        click.echo(f"{len(found)} not sent" if found else "nothing was held back")


def _order(row: Any, now: datetime, patience: timedelta) -> dict[str, Any]:
    """One line of the outbox, in words and numbers that need no database."""
    late = now - row.due_at
    claimed = row.claimed_at is not None and now - row.claimed_at < outbox.LEASE
    state = "stuck" if late > patience else "claimed" if claimed else "due" if late >= timedelta(0) else "waiting"
    return {
        "id": row.id, "what": f"{row.kind} {row.turn or ''}".strip(), "case": f"T{row.case_id}", "state": state,
        "due_at": row.due_at.isoformat(), "overdue_seconds": round(late.total_seconds(), 1),
        "claimed_by": row.claimed_by if row.claimed_at else None,
        "claimed_seconds": round((now - row.claimed_at).total_seconds(), 1) if row.claimed_at else None,
        "attempts": row.attempts, "last_result": log_lines.masked(printable(row.result or "")),
    }


def _table(orders: Iterable[dict[str, Any]]) -> Iterable[str]:
    rows = [("WHAT", "CASE", "STATE", "DUE", "CLAIMED", "ATTEMPTS", "LAST RESULT")]
    rows += [
        (each["what"], each["case"], each["state"], _when(each["overdue_seconds"]), _claim(each),
         str(each["attempts"]), each["last_result"])
        for each in orders
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if len(rows) > 1:
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _when(overdue: float) -> str:
    return f"overdue by {_span(overdue)}" if overdue >= 0 else f"in {_span(-overdue)}"


def _claim(order: dict[str, Any]) -> str:
    if order["claimed_by"] is None:
        return ""
    return f"by {order['claimed_by']} since {_span(order['claimed_seconds'])}"


def _span(seconds: float) -> str:
    """A length of time in its two largest units: `2 h 5 min`."""
    left = timedelta(seconds=round(seconds))
    parts = []
    for unit, name in ((timedelta(days=1), "d"), (60 * MINUTES, "h"), (MINUTES, "min"), (SECONDS, "s")):
        count, left = divmod(left, unit)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2]) or "0 s"


@main.command()
@click.argument("number")
@click.option("--why", required=True, help="The reason, for colleagues; the caller does not hear it.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How long.")
def block(number: str, why: str, days: int) -> None:
    """Refuse calls and requests from NUMBER.

    Only for some time: numbers pass from one person to another. Whoever shall stay out for good is
    marked as blocked in the house file.
    """
    reason = printable(" ".join(why.split()))
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Stop(f"--why must have 1 to {LONGEST_REASON} characters")
    with open_house(at_head=True) as house, house.store.transaction() as memory:
        known, now = number_typed(number), clock.now()
        if look_up.is_ours(memory, known):
            raise Stop(f"{known} is a number of the house, or of somebody of it: it cannot be blocked")
        until = now + timedelta(days=days)
        before = blocks.block(memory, known, reason, until, now)
    click.echo(f"{known} is {'still ' if before else ''}blocked until {until:%Y-%m-%d}: {reason}")


@main.command()
@click.argument("number")
def unblock(number: str) -> None:
    """Let NUMBER through again."""
    with open_house(at_head=True) as house, house.store.transaction() as memory:
        known, now = number_typed(number), clock.now()
        before = blocks.unblock(memory, known, now)
        still = look_up.is_blocked(memory, known, now)
    click.echo(f"{known} {'is blocked no more' if before else 'was not blocked'}")
    if still:
        raise Stop("its contact is blocked in the house file: change it there and load it")


@main.command()
def blocked() -> None:
    """Show who is blocked, why, and until when."""
    with open_house(at_head=True) as house, house.store.reading() as memory:
        found = blocks.blocks(memory, clock.now())
    for each in found:
        until = f"until {each.until:%Y-%m-%d}" if each.until else "without end"
        why = f"contact {each.contact}, in the house file" if each.contact else each.why
        click.echo(f"{each.number}  {until}  {why}".rstrip())
    if not found:
        click.echo("nobody is blocked")


@main.command()
@click.option("--number", help="Only this number of the house.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--rollback", is_flag=True, help="Put back what was there before the last change of ours.")
@click.option("--force", is_flag=True, help="Also change a number that leads to another application.")
def provision(number: str | None, dry_run: bool, rollback: bool, force: bool) -> None:
    """Let the numbers of the house lead to us, at the carrier.

    What each had before is kept. Exit status 1 when something could not be done.
    """
    with open_house(at_head=True) as house:
        with house.store.reading() as memory:
            ours = provisions.numbers(memory)
        if not ours:
            raise Stop("the house has no numbers: load a house file first")
        chosen = [number_typed(number)] if number else ours
        if chosen[0] not in ours:
            raise Stop(f"{chosen[0]} is not a number of the house; it has {', '.join(ours)}")
        work = Provisioning(house.store, carrier_of(house.settings), house.settings.public_base_url,
                            dry_run=dry_run, force=force)
        try:
            outcomes = list(_told(work.put_back(chosen) if rollback else work.bring(chosen)))
        except (CarrierError, Unknown, Unreached) as error:
            raise click.ClickException(f"the carrier was asked for its numbers, nothing was changed: {error}") from error
    if dry_run and any(each.changes and not each.trouble for each in outcomes):
        click.echo("nothing was changed: this was a dry run")
    if any(each.trouble for each in outcomes):
        click.get_current_context().exit(1)


def _told(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The same outcomes, each told as soon as it is known."""
    for each in outcomes:
        click.echo(f"{each.number}  {each.note}".rstrip())
        width = max((len(change.field) for change in each.changes), default=0)
        for change in each.changes:
            click.echo(f"  {change.field.ljust(width)}  {shown(change.old)}  →  {shown(change.new)}")
        if each.trouble:
            click.echo(f"  {each.trouble}")
        yield each


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look whether the house is fit to go live, and say what to do. Changes nothing.

    Exit status 0 when all is well, 1 with warnings, 2 with errors.
    """
    found = []
    width = max(len(check.name) for check in CHECKS)
    with Patient(Seams(carrier_of)) as patient:
        for name, finding in examine(patient):
            found.append((name, finding))
            for line in [] if as_json else chart.lines(name, finding, width):
                click.echo(line)
    findings = [finding for _, finding in found]
    click.echo(json.dumps(chart.for_programs(found), indent=1) if as_json else chart.total(findings))
    ctx.exit(chart.exit_status(findings))


def carrier_of(chosen: settings.Settings) -> Carrier:
    """The line to the carrier. Its library is large: only the commands that need it load it."""
    carrier: Carrier = importlib.import_module("voice_gateway.carrier").Carrier(chosen)
    return carrier


@main.command()
@click.option("--case", "case", metavar="T12", help="For this case.")
@click.option("--skill", default="", help="For a call that needs this skill.")
@click.option("--language", default="", help="For a call in this language.")
@click.option("--urgent", is_flag=True, help="For a call that is important.")
@click.option("--on-call", "schedule", default="", metavar="SCHEDULE", help="Who is on call in this schedule.")
@click.option("--at", metavar="TIME", help="At another moment: 2026-12-24T09:00, or 09:00 today.")
@click.option("--gaps", is_flag=True, help="Also when nobody works, in the two weeks after it.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
@click.pass_context
def who(ctx: click.Context, /, case: str | None, at: str | None, as_json: bool, **asked: Any) -> None:
    """Show who would be rung, in order, and why each other would not. Rings nobody.

    Exit status 1 when it is nobody, or when there is a gap in which somebody should be there.
    """
    with open_house(at_head=True) as house, house.store.reading() as memory:
        now = clock.now()
        moment = who_is_rung.moment(at, house.turns.house(memory), now) if at else now
        found = who_is_rung.answer(memory, house.store.tickets, who_is_rung.Asked(moment, now, _case_number(case), **asked))
    for line in [json.dumps(found.for_programs(), indent=1)] if as_json else found.lines():
        click.echo(line)
    ctx.exit(1 if found.bad_gaps or not found.rung else 0)


def _case_number(ticket: str | None) -> int | None:
    """The number of a ticket such as T12."""
    digits = (ticket or "").upper().removeprefix("T")
    if ticket is not None and not (digits.isascii() and digits.isdigit() and len(digits) < LONGEST_TICKET):
        raise Stop(f'"{printable(ticket)}" is not a ticket such as T12')
    return int(digits) if digits else None


@main.command()
@click.argument("name", required=False)
def flows(name: str | None) -> None:
    """Show the stories as diagrams: all of them as a page, or NAME as plain Mermaid."""
    known = stories.flows()
    if name is None:
        click.echo(diagrams.page(), nl=False)
    elif name in known:
        click.echo(diagrams.draw(known[name]), nl=False)
    else:
        raise Stop(f'no flow is called "{name}"{house_file.did_you_mean(name, known)}\nThere are: {", ".join(known)}')


@main.command()
@click.argument("number")
@click.option("--carrier", envvar="TWILIO_API_BASE_URL", default=CARRIER_OF_THE_DEMO, show_default=True,
              show_envvar=True, help="Where the sandbox carrier is.")
def phone(number: str, carrier: str) -> None:
    """Be the telephone with this NUMBER, at the sandbox carrier, in this terminal."""
    _become("voice_gateway.sandbox.terminal", [carrier, number])


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[--story] [--keep DIR] [--port N]")
def demo(arguments: tuple[str, ...]) -> None:
    """Run everything on this machine, with a telephone company of its own."""
    _become("voice_gateway.demo", arguments)


def _become(module: str, arguments: Sequence[str]) -> None:
    """Go on as another program of ours: production knows neither the sandbox nor the demo."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - our own Python, no shell


main.add_command(person)
main.add_command(chain)
main.add_command(climbing_commands.escalate)
main.add_command(contacts)
main.add_command(mentions)
main.add_command(share)
main.add_command(reasons)
main.add_command(away)
main.add_command(back)
main.add_command(zone)
main.add_command(vouch)
