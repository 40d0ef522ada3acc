"""`registry withdraw`: a patient leaves the store for good."""

from typing import Annotated

import typer
from rich.markup import escape

from flows.terminal import console
from flows.verbs import KnownStore
from flows.verbs.queries import Actor

app = typer.Typer(no_args_is_help=True)


@app.command()
def withdraw(
    store: KnownStore,
    centre: Annotated[str, typer.Option(help="The patient's centre, e.g. DE01.")],
    patient: Annotated[str, typer.Option(help="The pseudonym the centre uses.")],
    reason: Annotated[str, typer.Option(help="Why, without the patient's id: it is kept.")],
    actor: Actor = None,
) -> None:
    """Remove a patient from every submission, finding, report and release, and keep them out.

    The releases that may hold the patient are withdrawn and a patch takes the latest one's place.
    A run cut short is finished by any later run.
    """
    from flows import path
    from registry.ledger import whoever_runs_this
    from registry.store import Store

    ledger, out = Store(store).ledger, console()
    before = ledger.replaced_ids()
    cut = path.withdraw(Store(store), centre, patient, reason, actor or whoever_runs_this())
    if ledger.replaced_ids() == before:
        out.print(
            f"[yellow]No submission of {escape(centre)} held this patient[/yellow]: if one should "
            "have, check the centre and the pseudonym. A patient so called will not come in."
        )
    else:
        out.print(f"The patient is purged from {escape(centre)} and will not come in again.")
    if cut is not None and cut.published:
        out.print(f"Release [bold]{cut.version}[/bold] replaces the withdrawn ones.")
    elif cut is not None:
        out.print("[red]The withdrawn releases have no successor yet: its gate is shut.[/red]")
    out.print("Backups and copies outside of the store are for you to delete.")
