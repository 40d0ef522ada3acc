"""`registry …`: the path by hand.

Engines are imported inside the verbs that need them: a site manager's `registry check` must answer
at once, and neither Prefect nor Great Expectations may stand in its way.
"""

import logging
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from registry.errors import StepFailed, UserError, place_of
from registry.report.wording import SEVERITY, number, phrase

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check, ingest and publish treatment data of immune-mediated necrotizing myopathy.",
)

REFUSED, INTERNAL_ERROR = 3, 4

Language = Annotated[str | None, typer.Option(help="en or de; the package's own unless given.")]


def console(stderr: bool = False) -> Console:
    """Plain and wide where nobody looks at a terminal: files and pipes get whole lines."""
    made = Console(stderr=stderr, soft_wrap=True)
    return made


@app.command()
def check(
    package: Annotated[Path, typer.Argument(help="Folder or zip with datapackage.json.")],
    language: Language = None,
    output: Annotated[Path | None, typer.Option(help="Folder for JSON and Parquet.")] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="Earlier package to compare with; PACKAGE.previous beside it if it is there."),
    ] = None,
) -> None:
    """Check a package here, sending nothing anywhere.

    Ends with 0 nothing found, 1 notes or queries, 2 rows held back, 3 refused, 4 internal error.
    """
    from flows import path
    from registry.report import terminal
    from registry.report.files import write_files
    from registry.rules import fingerprint

    out = console()
    submission = path.receive(package)
    spoken = language or submission.language
    rows = sum(len(table) for table in submission.tables.values())
    head = [
        phrase(spoken, "submission") + f" {submission.id}",
        phrase(spoken, "data_cut", day=submission.data_cut),
        phrase(spoken, "rows_checked", rows=number(spoken, rows), tables=len(submission.tables)),
        phrase(spoken, "rule_set", fingerprint=fingerprint()),
    ]
    out.print(f"[bold]{escape(' · '.join(head))}[/bold]")
    of_rows = path.check_rows(submission)
    terminal.show(out, of_rows, spoken, "rows_head")
    if out.is_terminal:
        with out.status(phrase(spoken, "waiting_whole")):
            whole = path.check_whole(submission, _previous(package, previous))
    else:
        sys.stdout.flush()
        whole = path.check_whole(submission, _previous(package, previous))
    terminal.show(out, whole, spoken, "whole_head")
    findings = of_rows + whole
    terminal.verdict(out, findings, spoken)
    if output is not None:
        write_files(findings, output, path.about(submission))
        out.print(phrase(spoken, "written", folder=escape(str(output))))
    raise typer.Exit(path.exit_code(findings))


def _previous(package: Path, previous: Path | None) -> Any:
    from flows import path

    beside = package.with_name(package.name.removesuffix(".zip") + ".previous")
    earlier = previous or (beside if beside.exists() else None)
    return path.receive(earlier) if earlier is not None else None


@app.command()
def run(
    packages: Annotated[list[Path], typer.Argument(help="Packages of any number of centres.")],
    store: Annotated[Path, typer.Option(help="Folder of submissions and releases.")],
) -> None:
    """The main job: ingest every package, then cut a release and say where it is."""
    import flows.settings  # noqa: F401  (before Prefect: it reads its settings when imported)

    err = console(stderr=True)
    if err.is_terminal:
        with err.status("Starting Prefect …"):
            from flows.ingest import ingest_all
            from flows.release import release
    else:
        from flows.ingest import ingest_all
        from flows.release import release
    out = console()
    receipts = ingest_all(packages, store)
    table = RichTable("centre", "submission", "status", *(SEVERITY["en"][s] for s in SEVERITY["en"]))
    for receipt in receipts:
        counts = [number("en", receipt.counts[severity.value]) for severity in SEVERITY["en"]]
        table.add_row(receipt.centre, receipt.submission, receipt.status, *counts)
    out.print(table)
    cut = release(store)
    out.print(cut.summary)
    raise typer.Exit(0 if cut.published else 3)


@app.command()
def rules(
    rule_id: Annotated[str | None, typer.Argument(help="One rule, e.g. TX-02; all unless given.")] = None,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """List the rules, or tell everything about one."""
    from flows import catalogue

    catalogue.show_rules(console(), rule_id, language)


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="One table, e.g. labs; all unless given.")] = None,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """List the tables a centre sends, or every column of one."""
    from flows import catalogue

    catalogue.show_tables(console(), name, language)


def main() -> None:
    """Entry point: an error meant for a person is a sentence; of any other only type and place."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=True)
    except UserError as error:
        console(stderr=True).print(f"[red]{escape(str(error))}[/red]")
        raise SystemExit(INTERNAL_ERROR if isinstance(error, StepFailed) else REFUSED) from None
    except Exception as error:
        console(stderr=True).print(f"[red]Internal error: {escape(place_of(error))}[/red]")
        raise SystemExit(INTERNAL_ERROR) from None


if __name__ == "__main__":
    main()
