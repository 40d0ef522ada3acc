"""`registry answers`: a workbook that a centre has answered and sent back."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.terminal import console
from flows.verbs import StoreFolder
from registry.errors import UserError
from registry.report.inert import visible

if TYPE_CHECKING:
    import pandas as pd

    from registry.store import Receipt, Store

app = typer.Typer()

SOME_TOLD = 1
LONGEST = 400  # characters of a told problem


@app.command()
def answers(
    workbook: Annotated[Path, typer.Argument(help="The workbook.xlsx that came back.")],
    store: StoreFolder,
    actor: Annotated[str | None, typer.Option(help="Who answered; the centre if not said.")] = None,
) -> None:
    """Read a returned workbook's answers into the registry's memory, finding by finding.

    Ends with 0 all read, 1 some rows were not read or settle nothing, 3 nothing could be read,
    4 internal error.
    """
    import expectations.submitted  # noqa: F401
    import schemas.submitted  # noqa: F401  (both declare the rules: has one changed since?)
    from registry.report.answers import known, read_answers
    from registry.report.files import read_files
    from registry.store import Store

    out = console()
    read = read_answers(workbook)
    receipt = _receipt(Store(store), read.about)
    findings = read_files(Store(store).folder(receipt.centre, receipt.submission))
    read = known(read, findings.rows, receipt.centre)
    for problem in read.problems:
        out.print(f"[yellow]{escape(visible(problem, LONGEST))}[/yellow]", highlight=False)
    new = _take_down(store, receipt.centre, read.rows, actor or f"centre {receipt.centre}")
    given = read.rows["answer"].value_counts().sort_index()
    counts = ", ".join(f"{n} {answer}" for answer, n in given.items()) or "none"
    out.print(f"Answers of {receipt.centre} read: {counts}. New among them: {new}.")
    raise typer.Exit(SOME_TOLD if read.problems else 0)


def _receipt(store: "Store", about: dict[str, str]) -> "Receipt":
    """The submission that the workbook is about; what a workbook says is not believed as a path."""
    centre, submission = about.get("centre", ""), about.get("submission", "")
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}-[0-9a-f]{16}", submission) or centre != submission[:4]:
        raise UserError("The workbook does not say which submission it is about. Nothing was read.")
    receipt = store.receipt(centre, submission) or store.accepted(centre)
    if receipt is None:
        raise UserError(f"The registry has no submission of {centre}. Nothing was read.")
    return receipt


def _take_down(store: Path, centre: str, rows: "pd.DataFrame", actor: str) -> int:
    """Into the ledger; how many answers were new."""
    from registry.ledger import open_ledger

    given = ["identity", "answer", "comment", "value_hash", "rule_version"]
    return open_ledger(store).answer(centre, rows[given], actor)
