"""The path: what happens to a submission, written once, in order. Knows no Prefect.

    receive → check_rows → check_whole → conclude                         one submission
    gather → derive → publishable → gate → publish                        one release

`registry check` walks the first three; `flows.ingest` and `flows.release` wrap each step as a task.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from registry import submission as receiving
from registry.findings import Breaches, Findings, as_findings, hold_back
from registry.package import open_package
from registry.report.files import read_files, write_files
from registry.rules import Severity, fingerprint
from registry.store import Receipt, Store
from registry.submission import Submission
from schemas import engine
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS

log = logging.getLogger(__name__)

Tables = dict[str, pd.DataFrame]


# --- one submission ---------------------------------------------------------------------------


def receive(package: Path) -> Submission:
    """Is this a submission, whole, and from this centre? Every doubt is a finding."""
    return receiving.receive(package, CONTRACT)


def check_rows(submission: Submission) -> Findings:
    """Is each row right? With the findings about the package itself."""
    asked = Asked(
        tables=submission.tables,
        contract=CONTRACT,
        latest=pd.Timestamp(submission.made_on),
        centre=submission.centre,
        absent=submission.absent,
        unsent=submission.unsent,
        unreadable=submission.unreadable,
    )
    breaches = Breaches()
    breaches.extend(submission.breaches)
    breaches.extend(engine.check_rows(MODELS, asked))
    return _findings(breaches, submission)


def check_whole(submission: Submission, previous: Submission | None) -> Findings:
    """Does the submission look like a registry's? Imports Great Expectations, which takes seconds."""
    from expectations.engine import check_whole as ask

    earlier = previous.tables if previous is not None else None
    return _findings(ask(submission.tables, earlier, submission.absent), submission)


def _findings(breaches: Breaches, submission: Submission) -> Findings:
    return as_findings(
        breaches,
        centre=submission.centre,
        contract=CONTRACT,
        tables=submission.tables,
        submitted=submission.submitted,
        own_columns=submission.own_columns,
    )


def about(submission: Submission) -> dict[str, str]:
    """Whose findings these are; no value of any patient."""
    return {
        "centre": submission.centre,
        "submission": submission.id,
        "language": submission.language,
        "data_cut": submission.data_cut.isoformat(),
    }


def keep(submission: Submission, store: Store) -> None:
    """The package goes into the store as it came, before anything is made of it."""
    store.keep(submission.package, submission.centre, submission.id)


def conclude(
    submission: Submission, findings: Findings, previous: Submission | None, store: Store
) -> Receipt:
    """Accepted or refused: findings first, the receipt last, so that a crash is simply done again."""
    write_files(findings, store.folder(submission.centre, submission.id), about(submission))
    receipt = Receipt(
        submission=submission.id,
        centre=submission.centre,
        status="refused" if findings.refused else "accepted",
        rule_set=fingerprint(),
        received_at=datetime.now(UTC).isoformat(timespec="seconds"),
        previous=previous.id if previous is not None else None,
        data_cut=submission.data_cut.isoformat(),
        language=submission.language,
        rows={name: len(table) for name, table in submission.tables.items()},
        counts={severity.value: n for severity, n in findings.counts().items()},
    )
    store.conclude(receipt)
    return receipt


def already_concluded(package: Path, store: Store) -> Receipt | None:
    """The receipt of the same content checked by the same rules, if there is one."""
    opened = open_package(package)
    receipt = store.receipt(opened.centre, receiving.submission_id(opened))
    return receipt if receipt is not None and receipt.rule_set == fingerprint() else None


def previous_of(submission: Submission, store: Store) -> Submission | None:
    """The accepted submission that this one follows; asked again later, still the same one."""
    accepted = store.accepted(submission.centre)
    if accepted is not None and accepted.submission == submission.id:
        accepted = store.receipt(submission.centre, accepted.previous or "")
    return receive(store.package(accepted)) if accepted is not None else None


def ingest(package: Path, store: Store) -> Receipt:
    """The whole path of one submission. The same content twice is one submission."""
    known = already_concluded(package, store)
    if known is not None:
        return known
    submission = receive(package)
    with store.one_at_a_time(submission.centre):
        keep(submission, store)
        previous = previous_of(submission, store)
        findings = check_rows(submission) + check_whole(submission, previous)
        return conclude(submission, findings, previous, store)


def exit_code(findings: Findings) -> int:
    """0 nothing found, 1 notes or queries, 2 rows held back, 3 refused."""
    if findings.gravest is None:
        return 0
    return {Severity.REFUSE: 3, Severity.HOLD: 2}.get(findings.gravest, 1)
