"""One release as a Prefect flow: newest accepted submission of every centre → published tables."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import path
from flows.steps import quiet, step
from registry.store import Store

gather = step(path.gather, retries=2)
derive = step(path.derive)
publishable = step(path.publishable)
gate = step(path.gate)
publish = step(path.publish, retries=2)


@flow(name="release", validate_parameters=False, persist_result=False)
@quiet
def release(store: Path) -> path.Cut:
    """Cut a release, unless the latest one was made of the same submissions by the same rules.

    Raises UserError where no centre has an accepted submission or another release is being cut.
    """
    kept = Store(store)
    with kept.one_at_a_time("release"):
        gathered = gather(kept)
        current = path.already_published(gathered, kept)
        if current is not None:
            return current
        outcomes = derive(gathered)
        tables, left_out = publishable(gathered, outcomes, kept)
        findings = gate(tables)
        cut = publish(gathered, tables, left_out, findings, kept)
    _tell(cut, {name: len(table) for name, table in tables.items()}, left_out)
    return cut


def _tell(cut: path.Cut, rows: dict[str, int], left_out: dict[str, int]) -> None:
    """A Markdown artifact with counts, never values."""
    lines = [
        f"## Release {cut.version}" if cut.published else "## No release: the gate is shut",
        "",
        "| table | rows |",
        "|---|---:|",
        *(f"| {name} | {n:,} |" for name, n in rows.items()),
        "",
        "| patients left out | patients |",
        "|---|---:|",
        *(f"| {reason} | {n:,} |" for reason, n in left_out.items()),
        "",
        "| rule of the gate | findings |",
        "|---|---:|",
        *(f"| {rule} | {n:,} |" for rule, n in cut.findings.rows["rule_id"].value_counts().items()),
    ]
    create_markdown_artifact("\n".join(lines), key="release")
