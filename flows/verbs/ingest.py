"""`registry run`, and `registry ingest`, its first half: packages in, a release out."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.terminal import INTERNAL_ERROR, REFUSED, busy, console, say
from flows.verbs import StoreFolder
from flows.verbs.releases import tell_release
from registry.errors import UserError
from registry.report.wording import SEVERITY, number

if TYPE_CHECKING:
    from registry.store import Receipt

app = typer.Typer(no_args_is_help=True)


@app.command()
def run(
    packages: Annotated[list[Path], typer.Argument(help="Packages of any number of centres.")],
    store: StoreFolder,
    at_once: Annotated[
        int | None,
        typer.Option(min=1, help="Packages side by side; unless given, one for every four."),
    ] = None,
) -> None:
    """The main job, as Prefect flows: ingest every package, cut a release, say where it is.

    Ends with 0 when a release is there, 3 when there is none, 4 when a step crashed; a refused
    package is an answer, not an error, and does not keep the others from the release.
    """
    with busy("Starting Prefect …"):
        from flows import many
        from flows.release import release
    at_once = at_once or many.processes_for(len(packages))
    receipts, crashed = [], False
    taken = many.take_in(packages, store, at_once)
    for package in packages:
        with busy(f"{package.name}: receiving, checking …"):
            what = next(taken)
        if isinstance(what, UserError):
            crashed |= say(what) == INTERNAL_ERROR
        else:
            receipts.append(what)
    out = console()
    tell_receipts(out, receipts, store)
    with busy("Cutting a release …"):
        cut = release(store)
    tell_release(out, cut)
    raise typer.Exit(INTERNAL_ERROR if crashed else 0 if cut.published else REFUSED)


@app.command()
def ingest(
    package: Annotated[Path, typer.Argument(help="Folder or zip with datapackage.json.")],
    store: StoreFolder,
    as_json: Annotated[bool, typer.Option("--json", help="The receipt, for a program.")] = False,
) -> None:
    """Take one package in, as a Prefect flow; releases are cut by `registry release`.

    Ends with 0 accepted, 3 refused, 4 when a step crashed.
    """
    with busy("Starting Prefect …"):
        from flows import ingest as flow
    with busy(f"{package.name}: receiving, checking …"):
        receipt = flow.ingest(package, store)
    if as_json:
        print(json.dumps(asdict(receipt)))
    else:
        tell_receipts(console(), [receipt], store)
    raise typer.Exit(REFUSED if receipt.status == "refused" else 0)


def tell_receipts(out: Console, receipts: "list[Receipt]", store: Path) -> None:
    """Findings per centre, by consequence, and where each centre's own report lies."""
    from registry.store import Store

    names = SEVERITY["en"]
    table = Table("centre", "status", "rows", *names.values())
    for receipt in receipts:
        counts = [number("en", receipt.counts[severity.value]) for severity in names]
        rows = number("en", sum(receipt.rows.values()))
        table.add_row(receipt.centre or "?", receipt.status, rows, *counts)
    out.print(table)
    for receipt in receipts:
        folder = Store(store).folder(receipt.centre, receipt.submission)
        files = f"{folder / 'report.html'} and workbook.xlsx (rule set {receipt.rule_set})"
        out.print(escape(f"Report of {receipt.centre or '?'}: {files}"))
