"""`registry …`: the path by hand.

Engines are imported inside the verbs that need them: a site manager's `registry check` must answer
at once, and neither Prefect nor Great Expectations may stand in its way.
"""

import gc
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as RichTable

from flows.terminal import INTERNAL_ERROR, busy, console, say
from flows.verbs import answers, convert, ingest, queries, releases, withdraw
from registry.errors import UserError, place_of
from registry.intake import reading
from registry.intake.limits import PREFIX, Limits
from registry.report.wording import number, phrase

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check, ingest and publish treatment data of immune-mediated necrotizing myopathy.",
)

for verbs in (ingest, convert, answers, queries, withdraw, releases):
    app.add_typer(verbs.app)

Language = Annotated[str | None, typer.Option(help="en or de; the package's own unless given.")]


@app.command()
def check(
    package: Annotated[Path, typer.Argument(help="Folder or zip with datapackage.json.")],
    language: Language = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for report, workbook, JSON, Parquet, CSV, JUnit and SARIF."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="Package to compare with; PACKAGE.previous beside it, if it is there."),
    ] = None,
) -> None:
    """Check a package here, sending nothing anywhere.

    Ends with 0 nothing found, 1 notes or queries, 2 rows held back, 3 refused, 4 internal error.
    """
    gc.disable()  # a short run that only adds: collecting costs it a sixth of its time
    reading.start_ahead(Limits.of_environment())  # it gets ready while this process imports
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
    terminal.show(out, path.with_places(of_rows, submission, spoken), spoken, "rows_head")
    gc.enable()
    sys.stdout.flush()  # row findings are read while the suites' engine is still being loaded
    with busy(phrase(spoken, "waiting_whole")):
        whole = path.check_whole(submission, _previous(package, previous))
    terminal.show(out, path.with_places(whole, submission, spoken), spoken, "whole_head")
    findings = of_rows + whole
    terminal.verdict(out, findings, spoken)
    if output is not None:
        write_files(findings, output, path.about(submission))
        path.write_report(findings, submission, output, spoken)
        with busy(phrase(spoken, "writing_workbook")):
            path.write_workbook(submission, findings, output, spoken)
        out.print(phrase(spoken, "written", folder=escape(str(output))))
    raise typer.Exit(path.exit_code(findings))


def _previous(package: Path, previous: Path | None) -> Any:
    from flows import path

    beside = package.with_name(package.name.removesuffix(".zip") + ".previous")
    earlier = previous or (beside if beside.exists() else None)
    return path.receive(earlier) if earlier is not None else None


@app.command()
def rules(
    rule_id: Annotated[str | None, typer.Argument(help="One rule, e.g. TX-02.")] = None,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """List the rules, or tell everything about one."""
    from flows import catalogue

    catalogue.show_rules(console(), rule_id, language)


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="One table, e.g. labs.")] = None,
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """List the tables a centre sends, or every column of one."""
    from flows import catalogue

    catalogue.show_tables(console(), name, language)


@app.command()
def limits() -> None:
    """List how much of anything a package may have, and why."""
    table = RichTable("limit", "at most", "why")
    for line in Limits.of_environment().lines:
        overrides = "" if line.usual is None else f" (usually {line.usual})"
        table.add_row(line.name, line.limit + overrides, line.why)
    out = console()
    out.print(table)
    out.print(f"{PREFIX}ROWS=5000000 in the environment overrides the limit of rows.")


def main() -> None:
    """Entry point: an error meant for a person is a sentence; of any other only type and place."""
    to_stderr = logging.StreamHandler()
    to_stderr.setLevel(logging.WARNING)  # whatever level the engines give their own loggers
    logging.basicConfig(handlers=[to_stderr], format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=True)
    except UserError as error:
        raise SystemExit(say(error)) from None
    except Exception as error:
        console(stderr=True).print(f"[red]Internal error: {escape(place_of(error))}[/red]")
        raise SystemExit(INTERNAL_ERROR) from None


if __name__ == "__main__":
    main()
