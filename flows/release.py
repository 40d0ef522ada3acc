"""One release as a Prefect flow: newest accepted submission of every centre → published tables."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import path
from flows.steps import Tasks, quiet
from registry.store import Store

steps = Tasks(
    {path.gather: 2, path.derive: 0, path.publishable: 0, path.gate: 0, path.publish: 2},
)


@flow(name="release", validate_parameters=False, persist_result=False)
@quiet
def release(store: Path) -> path.Cut:
    """Cut a release, unless the latest one was made of the same submissions by the same rules.

    Raises UserError where no centre has an accepted submission or another release is being cut.
    """
    cut = path.cut_release(Store(store), steps)
    if cut.new or not cut.published:
        _tell(cut)
    return cut


def _tell(cut: path.Cut) -> None:
    """A Markdown artifact with counts, never values."""
    lines = [
        f"## Release {cut.version}" if cut.published else "## No release: the gate is shut",
        "",
        "| table | rows |",
        "|---|---:|",
        *(f"| {name} | {n:,} |" for name, n in cut.rows.items()),
        "",
        "| patients left out | patients |",
        "|---|---:|",
        *(f"| {reason} | {n:,} |" for reason, n in cut.left_out.items()),
        "",
        "| rule of the gate | findings |",
        "|---|---:|",
        *(f"| {rule} | {n:,} |" for rule, n in cut.findings.rows["rule_id"].value_counts().items()),
    ]
    create_markdown_artifact("\n".join(lines), key="release")
