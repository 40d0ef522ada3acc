"""`registry release`, `releases`, `diff`: cut one, list them, compare two."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.terminal import REFUSED, console
from flows.verbs import StoreFolder

if TYPE_CHECKING:
    import pandas as pd

    from flows.path import Cut

app = typer.Typer()


@app.command()
def release(
    store: StoreFolder,
    patch: Annotated[
        bool, typer.Option("--patch", help="The same data cut, mended: YYYY.N.patch.")
    ] = False,
) -> None:
    """Cut a release of every centre's newest accepted submission, unless the latest is that.

    Ends with 0 when a release is there, 3 when the gate is shut or nothing is accepted yet.
    """
    from flows import path
    from registry.store import Store

    cut = path.cut_release(Store(store), patch=patch)
    tell_release(console(), cut)
    raise typer.Exit(0 if cut.published else REFUSED)


def tell_release(out: Console, cut: "Cut") -> None:
    """Which release there is now, or what shut the gate."""
    if not cut.published:
        broken = ", ".join(cut.findings.rows["rule_id"].unique())
        out.print(f"[red]No release: the gate is shut by {broken}. The last release stays.[/red]")
        return
    made = "is new" if cut.new else "stands: it was made of the same submissions, rules and code"
    out.print(f"Release [bold]{cut.version}[/bold] {made}: {escape(str(cut.folder))}")


@app.command()
def releases(store: StoreFolder) -> None:
    """List the releases: which to use (active), superseded, withdrawn."""
    from registry.release import releases as every
    from registry.store import Store

    table = Table("release", "status", "created (UTC)", "patients", "submissions", "note")
    for one in every(Store(store).published):
        note = f"replaced by {one.replaced_by}" if one.replaced_by else ""
        if not note and one.supersedes:
            note = f"supersedes {one.supersedes}"
        table.add_row(
            one.version,
            one.status,
            one.created[:16].replace("T", " "),
            "" if one.patients is None else str(one.patients),
            str(one.submissions),
            note,
        )
    console().print(table if table.row_count else "There is no release yet.")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help="The earlier release, e.g. 2026.1.0.")],
    b: Annotated[str, typer.Argument(help="The later one.")],
    store: StoreFolder,
    output: Annotated[Path | None, typer.Option(help="Parquet by patient and row.")] = None,
) -> None:
    """Compare two releases by patient, table and field: counts here, rows with --output, no values.

    Who is in A and no longer in B is counted and not named.
    """
    from registry.release import open_release
    from registry.release.changes import compare
    from registry.store import Store

    root = Store(store).published
    before, after = open_release(root, a), open_release(root, b)
    log, changes = compare(before, after)
    Console(soft_wrap=True, markup=False, highlight=False).print(log, end="")
    if output is not None:
        _write(changes, output)


def _write(changes: "pd.DataFrame", output: Path) -> None:
    from registry.release.changes import as_arrow
    from registry.release.parquet import write

    write(as_arrow(changes), output, {})
