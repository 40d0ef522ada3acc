"""One submission as a Prefect flow: receive, check, report, accepted or refused."""

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows import path
from flows.steps import quiet, step
from registry.report.wording import SEVERITY
from registry.store import Receipt, Store

receive = step(path.receive, retries=2)
keep = step(path.keep, retries=2)
previous_of = step(path.previous_of, retries=2)
check_rows = step(path.check_rows)
check_whole = step(path.check_whole)
conclude = step(path.conclude, retries=2)


@flow(name="ingest", validate_parameters=False, persist_result=False)
@quiet
def ingest(package: Path, store: Path) -> Receipt:
    """Walk the path of one submission. The same content twice is one submission.

    Raises UserError where there is no package at the path or the store stays busy.
    """
    kept = Store(store)
    known = path.already_concluded(package, kept)
    if known is not None:
        return known
    submission = receive(package)
    with kept.one_at_a_time(submission.centre):
        keep(submission, kept)
        previous = previous_of(submission, kept)
        findings = check_rows(submission) + check_whole(submission, previous)
        receipt = conclude(submission, findings, previous, kept)
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
