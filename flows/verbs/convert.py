"""`registry template` and `registry convert`: from a centre's own files to a package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.terminal import REFUSED, console, one_of
from registry.errors import UserError
from registry.report.inert import visible

if TYPE_CHECKING:
    from registry.convert.build import Conversion
    from registry.convert.sheet import Watch

app = typer.Typer()


@app.command()
def template(
    output: Annotated[Path, typer.Option(help="Folder for the template.")],
    language: Annotated[str, typer.Option(help="en or de.")] = "en",
) -> None:
    """Write an Excel workbook, CSV headers and an empty package to fill in."""
    from registry.rules import LANGUAGES
    from registry.template import write_template
    from schemas.submitted import CONTRACT

    if language not in LANGUAGES:
        raise UserError(f"There is no template in {language}. The languages are en and de.")
    for path in write_template(output, language, CONTRACT):
        console().print(escape(str(path)), highlight=False)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="Folder of CSV files, a CSV or an Excel file.")],
    centre: Annotated[str, typer.Option(help="The centre's code, e.g. DE01.")],
    output: Annotated[Path, typer.Option(help="Folder for the package.")],
    data_cut: Annotated[
        str | None, typer.Option(help="Day up to which the data are complete, e.g. 2026-09-30.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or de.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of CSV files, e.g. cp850.")] = None,
    separator: Annotated[str | None, typer.Option(help="Of CSV files: ; , | or tab.")] = None,
    decimal: Annotated[str | None, typer.Option(help="Decimal sign: , or .")] = None,
    thousands: Annotated[str | None, typer.Option(help="Sign between thousands: . , or '")] = None,
    date_order: Annotated[
        str | None, typer.Option(help="What stands first in 01/02/2025: day or month.")
    ] = None,
    centres: Annotated[
        Path | None, typer.Option(help="Folder of centre mappings; the registry's unless given.")
    ] = None,
) -> None:
    """Convert CSV, Excel or a REDCap export to a package, by the centre's mapping.

    Ends with 0 all converted, 1 something was left out, 2 cells could not be converted, 3 no
    package was written, 4 internal error.
    """
    from flows import path
    from registry.convert.build import convert as convert_source
    from registry.convert.build import write_findings
    from registry.convert.sheet import Said
    from registry.convert.wording import say
    from registry.harmonise.mapping import CENTRES
    from schemas.submitted import CONTRACT

    one_of("--decimal", decimal, (",", "."))
    one_of("--thousands", thousands, (",", ".", "'", " "))
    one_of("--date-order", date_order, ("day", "month"))
    if decimal is not None and decimal == thousands:
        raise UserError("--decimal and --thousands cannot be the same sign.")
    said = Said(encoding, separator, decimal, thousands, date_order)
    with _progress() as watch:
        made = convert_source(
            source,
            centre,
            output,
            CONTRACT,
            data_cut=data_cut,
            language=language,
            said=said,
            centres=centres or CENTRES,
            watch=watch,
        )
    out, spoken = console(), made.language
    out.print(f"[bold]{escape(say(spoken, 'head', source=source, centre=centre))}[/bold]")
    _tell(out, made, spoken)
    if len(made.findings.rows):
        folder = output.with_name(f"{output.name}.conversion")
        write_findings(made.findings, folder)
        out.print(escape(say(spoken, "findings_written", path=folder / "findings.csv")))
    for question in made.questions:
        out.print(f"[red]{escape(question)}[/red]", highlight=False)
    if made.package is None:
        why = "asked" if made.questions else "refused"
        out.print(f"[bold red]{escape(say(spoken, why))}[/bold red]")
        raise typer.Exit(REFUSED)
    out.print(f"[bold]{escape(say(spoken, 'written', path=output))}[/bold]", highlight=False)
    raise typer.Exit(path.exit_code(made.findings))


def _tell(out: Console, made: "Conversion", language: str) -> None:
    """What was found out about every file, and what could not be converted."""
    from registry.report import terminal

    for place, facts in made.told:
        out.print(
            f"[bold]{escape(visible(place))}[/bold]: {escape('; '.join(facts))}", highlight=False
        )
    if len(made.findings.rows):
        terminal.show(out, made.findings, language, "convert_head")


@contextmanager
def _progress() -> "Iterator[Watch]":
    """A bar per file on standard error where somebody looks at it; nothing elsewhere."""
    from registry.convert.sheet import unwatched

    err = Console(stderr=True)
    if not err.is_terminal:
        yield unwatched
        return
    from rich.progress import Progress, TaskID

    with Progress(console=err, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def watch(file: str, share: float) -> None:
            if file not in tasks:
                tasks[file] = bar.add_task(escape(visible(file)), total=1.0)
            bar.update(tasks[file], completed=share)

        yield watch
