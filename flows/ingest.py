"""One submission as a Prefect flow: receive, check, report, accepted or refused."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import path
from flows.release import steps as of_release
from flows.steps import Tasks, quiet
from registry.report.wording import SEVERITY
from registry.store import Receipt, Store

steps = Tasks(
    {
        path.receive: 2,
        path.respect: 2,
        path.keep: 2,
        path.previous_of: 2,
        path.check_rows: 0,
        path.check_whole: 0,
        path.conclude: 2,
    },
    of_release,  # a withdrawal replaces releases
)


@flow(name="ingest", validate_parameters=False, persist_result=False)
@quiet
def ingest(package: Path, store: Path) -> Receipt:
    """Walk the path of one submission. The same content twice is one submission.

    Raises UserError where there is no package at the path or the store stays busy.
    """
    receipt = path.ingest(package, Store(store), steps)
    _tell(receipt)
    return receipt


def _tell(receipt: Receipt) -> None:
    """A Markdown artifact with counts, never values."""
    name = receipt.centre or "unknown"
    lines = [
        f"## {name}: {receipt.status}",
        f"Submission `{receipt.submission}`, data up to {receipt.data_cut}.",
        f"Rule set `{receipt.rule_set}`.",
        "",
        "| consequence | findings |",
        "|---|---:|",
        *(f"| {SEVERITY['en'][s]} | {receipt.counts[s.value]:,} |" for s in SEVERITY["en"]),
        "",
        "| table | rows |",
        "|---|---:|",
        *(f"| {table} | {rows:,} |" for table, rows in receipt.rows.items()),
    ]
    create_markdown_artifact("\n".join(lines), key=f"centre-{name.lower()}")
