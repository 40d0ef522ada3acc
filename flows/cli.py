"""`registry …`: the path by hand.

Engines are imported inside the verbs that need them: a site manager's `registry check` must answer
at once, and neither Prefect nor Great Expectations may stand in its way.
"""

import gc
import logging
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from flows.verbs import StoreFolder, answers, convert, queries, releases, withdraw
from registry.errors import StepFailed, UserError, place_of
from registry.intake import reading
from registry.intake.limits import PREFIX, Limits
from registry.report.wording import SEVERITY, number, phrase

if TYPE_CHECKING:
    from flows.path import Cut
    from registry.store import Receipt

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Check, ingest and publish treatment data of immune-mediated necrotizing myopathy.",
)

for verbs in (convert, answers, queries, withdraw, releases):
    app.add_typer(verbs.app)

REFUSED, INTERNAL_ERROR = 3, 4

Language = Annotated[str | None, typer.Option(help="en or de; the package's own unless given.")]


def console(stderr: bool = False) -> Console:
    """Plain and wide where nobody looks at a terminal: files and pipes get whole lines."""
    return Console(stderr=stderr, soft_wrap=True)


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
    with _busy(phrase(spoken, "waiting_whole")):
        whole = path.check_whole(submission, _previous(package, previous))
    terminal.show(out, path.with_places(whole, submission, spoken), spoken, "whole_head")
    findings = of_rows + whole
    terminal.verdict(out, findings, spoken)
    if output is not None:
        write_files(findings, output, path.about(submission))
        path.write_report(findings, submission, output, spoken)
        with _busy(phrase(spoken, "writing_workbook")):
            path.write_workbook(submission, findings, output, spoken)
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
    store: StoreFolder,
) -> None:
    """The main job, as Prefect flows: ingest every package, cut a release, say where it is.

    Ends with 0 when a release is there, 3 when there is none, 4 when a step crashed; a refused
    package is an answer, not an error, and does not keep the others from the release.
    """
    with _busy("Starting Prefect …"):
        from flows.ingest import ingest
        from flows.release import release
    receipts, crashed = [], False
    for package in packages:
        with _busy(f"{package.name}: receiving, checking …"):
            try:
                receipts.append(ingest(package, store))
            except UserError as error:
                crashed = crashed or isinstance(error, StepFailed)
                _say(error)
    out = console()
    _tell_receipts(out, receipts, store)
    with _busy("Cutting a release …"):
        cut = release(store)
    _tell_release(out, cut)
    raise typer.Exit(INTERNAL_ERROR if crashed else 0 if cut.published else REFUSED)


def _busy(text: str) -> AbstractContextManager[Any]:
    """A moving sign on standard error where somebody looks at it; nothing elsewhere."""
    err = console(stderr=True)
    return err.status(escape(text)) if err.is_terminal else nullcontext()


def _tell_receipts(out: Console, receipts: "list[Receipt]", store: Path) -> None:
    """Findings per centre, by consequence, and where each centre's own report lies."""
    from registry.store import Store

    names = SEVERITY["en"]
    table = RichTable("centre", "status", "rows", *names.values())
    for receipt in receipts:
        counts = [number("en", receipt.counts[severity.value]) for severity in names]
        rows = number("en", sum(receipt.rows.values()))
        table.add_row(receipt.centre or "?", receipt.status, rows, *counts)
    out.print(table)
    for receipt in receipts:
        folder = Store(store).folder(receipt.centre, receipt.submission)
        files = f"{folder / 'report.html'} and workbook.xlsx (rule set {receipt.rule_set})"
        out.print(escape(f"Report of {receipt.centre or '?'}: {files}"))


def _tell_release(out: Console, cut: "Cut") -> None:
    if not cut.published:
        broken = ", ".join(cut.findings.rows["rule_id"].unique())
        out.print(f"[red]No release: the gate is shut by {broken}. The last release stays.[/red]")
        return
    made = "is new" if cut.new else "stands: it was made of the same submissions, rules and code"
    out.print(f"Release [bold]{cut.version}[/bold] {made}: {escape(str(cut.folder))}")


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


def _say(error: UserError) -> None:
    """Its sentence, in which a path may have signs that a terminal would act upon."""
    from registry.report.inert import visible

    console(stderr=True).print(f"[red]{escape(visible(str(error), 2000))}[/red]")


def main() -> None:
    """Entry point: an error meant for a person is a sentence; of any other only type and place."""
    to_stderr = logging.StreamHandler()
    to_stderr.setLevel(logging.WARNING)  # whatever level the engines give their own loggers
    logging.basicConfig(handlers=[to_stderr], format="%(levelname)s %(name)s: %(message)s")
    try:
        app(standalone_mode=True)
    except UserError as error:
        _say(error)
        raise SystemExit(INTERNAL_ERROR if isinstance(error, StepFailed) else REFUSED) from None
    except Exception as error:
        console(stderr=True).print(f"[red]Internal error: {escape(place_of(error))}[/red]")
        raise SystemExit(INTERNAL_ERROR) from None


if __name__ == "__main__":
    main()
