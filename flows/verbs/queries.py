"""`registry queries`, `waive`, `approve`, `audit verify`: what is open, and who decided what."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.terminal import console, one_of
from flows.verbs import KnownStore
from registry.errors import UserError
from registry.report.inert import visible

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(no_args_is_help=True)
audit = typer.Typer(no_args_is_help=True, help="Who did what, and whether the record is whole.")
app.add_typer(audit, name="audit")

AUDIT_BROKEN = 3
STATUSES = ("open", "answered", "waived", "verified", "closed")

QUERY = "identity centre submission rule_id table key column life status n_submissions who why"
WAIVER = "id centre rule_id identity submission state expires proposed_by approved_by reason"

Actor = Annotated[str | None, typer.Option(help="Who decides; whoever runs this unless given.")]


@app.command()
def queries(
    store: KnownStore,
    centre: Annotated[str | None, typer.Option(help="One centre, e.g. DE01.")] = None,
    status: Annotated[str | None, typer.Option(help=f"One of {', '.join(STATUSES)}.")] = None,
) -> None:
    """List what holds rows back at each centre, and the waivers.

    Rows of a centre's accepted submission, and why a newer one was refused. No values.
    """
    import expectations.submitted  # noqa: F401
    import schemas.submitted  # noqa: F401  (both declare the rules: a changed rule reopens)
    from registry.ledger import open_ledger

    ledger = open_ledger(store)
    one_of("--status", status, STATUSES)
    if centre is not None and not ledger.receipts(centre):
        raise UserError(f"The store has no submission of {centre}.")
    found = ledger.queries(centre, status)
    _print(f"{len(found)} queries", found, QUERY)
    waivers = ledger.waivers(centre)
    _print(f"{len(waivers)} waivers", waivers, WAIVER)


@app.command()
def waive(
    store: KnownStore,
    centre: Annotated[str, typer.Option(help="Whose finding it is, e.g. DE01.")],
    rule: Annotated[str, typer.Option(help="The rule that is waived, e.g. VOL-01.")],
    reason: Annotated[str, typer.Option(help="Why the finding is no mistake.")],
    submission: Annotated[
        str | None, typer.Option(help="Of this submission as a whole (VOL-01 and its like).")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="Of this one finding, as `registry queries` names it.")
    ] = None,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; a year from now.")
    ] = None,
    actor: Actor = None,
) -> None:
    """Propose a waiver; it holds once the registry team has approved it."""
    import expectations.submitted  # noqa: F401
    import schemas.submitted  # noqa: F401  (both declare the rules)
    from registry.ledger import open_ledger, whoever_runs_this

    number = open_ledger(store).waive(
        centre,
        rule,
        reason,
        actor or whoever_runs_this(),
        submission=submission,
        identity=identity,
        expires=expires.date() if expires else None,
    )
    console().print(f"Waiver {number} is proposed. `registry approve {number}` puts it into force.")


@app.command()
def approve(
    waiver: Annotated[int, typer.Argument(help="Its number, as `registry queries` shows it.")],
    store: KnownStore,
    actor: Actor = None,
) -> None:
    """Put a proposed waiver into force."""
    from registry.ledger import open_ledger, whoever_runs_this

    open_ledger(store).approve(waiver, actor or whoever_runs_this())
    console().print(f"Waiver {waiver} is in force.")


@audit.command()
def verify(store: KnownStore) -> None:
    """Find any event of the audit that was edited, removed or reordered.

    Ends with 0 where the audit is whole, 3 where it is not.
    """
    from registry.ledger import open_ledger

    faults = open_ledger(store).audit_faults()
    for fault in faults:
        console().print(f"[red]{fault}[/red]")
    if faults:
        raise typer.Exit(AUDIT_BROKEN)
    console().print("The audit is whole.")


def _print(head: str, rows: "pd.DataFrame", columns: str) -> None:
    """A line each, whole whatever the width: `DE01 · TX-02 · therapies · – · …`."""
    out = console()
    out.print(f"[bold]{head}[/bold]" + (f" ({columns.replace(' ', ' · ')})" if len(rows) else ""))
    for row in rows[columns.split()].itertuples(index=False):
        said = (visible(str(cell)) if cell == cell else "–" for cell in row)
        out.print("  " + escape(" · ".join(said)), highlight=False)
