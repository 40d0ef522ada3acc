"""The path: what happens to a submission, written once, in order. Knows no Prefect.

    receive → check_rows → check_whole → conclude                         one submission
    gather → derive → publishable → gate → publish                        one release

`registry check` walks the first three; `flows.ingest` and `flows.release` wrap each step as a task.
What only later steps need is imported there: `registry check` must answer at once.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from registry import submission as receiving
from registry.convert.places import Source, places_of, sources
from registry.errors import UserError
from registry.findings import Breaches, Findings, as_findings, hold_back
from registry.harmonise import centre_wide, harmonise, together
from registry.outcomes import ALGORITHM_VERSION, treatment_outcomes, visit_outcomes
from registry.package import open_package
from registry.report.files import read_files, write_files
from registry.rules import Severity, fingerprint
from registry.store import Receipt, Store
from registry.submission import Submission
from registry.version import code_version
from schemas import engine
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS

if TYPE_CHECKING:
    from registry.release import Passport

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
    """Does the submission look like a registry's? Great Expectations takes seconds to import."""
    from expectations.engine import check_whole as ask

    earlier = previous.tables if previous is not None else None
    return _findings(
        ask(submission.tables, earlier, submission.absent, submission.unsent), submission
    )


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


def write_workbook(submission: Submission, findings: Findings, folder: Path, language: str) -> Path:
    """`workbook.xlsx` in `folder`: findings to answer, and the data with its bad cells marked."""
    from registry.report import workbook

    shown = workbook.Shown(
        findings=findings,
        about=about(submission),
        submitted=submission.submitted,
        language=language,
        sources=sources_of(submission),
    )
    workbook.write_workbook(folder / "workbook.xlsx", shown)
    return folder / "workbook.xlsx"


def with_places(findings: Findings, submission: Submission, language: str) -> Findings:
    """For people at a terminal: each finding with its place in the file it was converted from."""
    known = sources_of(submission)
    if not known:
        return findings
    rows = findings.rows.assign(place=places_of(findings.rows, known, language))
    return Findings(rows, findings.coverage)


def sources_of(submission: Submission) -> dict[str, Source]:
    """Table → where its rows stood in the centre's own file, for tables `registry convert` made."""
    said = sources(submission.package.manifest)
    resources = {name: submission.mapping.resource(name) for name in submission.tables}
    return {name: said[own] for name, own in resources.items() if own in said}


def keep(submission: Submission, store: Store) -> None:
    """The package goes into the store as it came, before anything is made of it."""
    store.keep(submission.package, submission.centre, submission.id)


def conclude(
    submission: Submission, findings: Findings, previous: Submission | None, store: Store
) -> Receipt:
    """Accepted or refused: findings first, the receipt last, so that a crash is done again."""
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


# --- one release ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gathered:
    """Every centre's current state in the registry's terms.

    `held_back` counts rows held back, by (table, patient_id of the harmonised tables).
    """

    receipts: tuple[Receipt, ...]
    tables: Tables
    held_back: pd.Series

    @property
    def data_cut(self) -> dict[str, date]:
        return {r.centre: date.fromisoformat(r.data_cut) for r in self.receipts}


@dataclass(frozen=True)
class Cut:
    """What became of a release. `findings` are the gate's; a failed gate publishes nothing."""

    version: str | None
    folder: Path | None
    published: bool
    new: bool
    findings: Findings


def gather(store: Store) -> Gathered:
    """Newest accepted submission of every centre, held back and harmonised."""
    receipts, harmonised, held = [], [], []
    for centre in store.centres():
        receipt = store.accepted(centre)
        assert receipt is not None
        submission = receive(store.package(receipt))
        kept = hold_back(submission.tables, _findings_of(receipt, submission, store), CONTRACT)
        receipts.append(receipt)
        harmonised.append(harmonise(kept.tables, submission, CONTRACT))
        held.append(_count_held(kept.held, submission))
    if not receipts:
        raise UserError("No centre has an accepted submission yet: there is nothing to release.")
    return Gathered(tuple(receipts), together(harmonised), pd.concat(held))


def _findings_of(receipt: Receipt, submission: Submission, store: Store) -> Findings:
    """As they were found; found anew where the rules have changed since."""
    if receipt.rule_set == fingerprint():
        return read_files(store.folder(receipt.centre, receipt.submission))
    log.warning("submission %s was checked by other rules and is checked again", receipt.submission)
    return check_rows(submission)


def _count_held(held: pd.DataFrame, submission: Submission) -> pd.Series:
    """Rows held back by (table, patient_id), in the harmonised tables' patient ids."""
    of_patient = [
        pd.DataFrame(
            {
                "table": name,
                "patient_id": centre_wide(
                    submission.tables[str(name)]["patient_id"].loc[rows["row"]], submission.centre
                ),
            }
        )
        for name, rows in held.groupby("table")
    ]
    if not of_patient:
        return pd.Series([], index=pd.MultiIndex.from_arrays([[], []]), dtype="int64")
    return pd.concat(of_patient).groupby(["table", "patient_id"]).size()


def derive(gathered: Gathered) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What happened to the patients: (visit_outcomes, treatment_outcomes)."""
    facts = (gathered.tables, gathered.data_cut, gathered.held_back)
    visits = visit_outcomes(*facts)
    return visits, treatment_outcomes(*facts, visits=visits)


def publishable(
    gathered: Gathered, outcomes: tuple[pd.DataFrame, pd.DataFrame], store: Store
) -> tuple[Tables, dict[str, int]]:
    """(the tables analysts get, patients left out by reason)."""
    from registry import release
    from schemas.published import PUBLISHED

    return release.publishable(gathered.tables, *outcomes, store.release_key(), PUBLISHED)


def gate(published: Tables) -> Findings:
    """Does the release look right? Anything graver than a note, and nothing is published."""
    from expectations.engine import check_release
    from schemas.published import PUBLISHED, check_published

    breaches = check_published(published)
    breaches.extend(check_release(published))
    return as_findings(
        breaches,
        centre="registry",
        contract=PUBLISHED,
        tables=published,
        submitted=published,
        own_columns={},
    )


def publish(
    gathered: Gathered,
    published: Tables,
    left_out: dict[str, int],
    findings: Findings,
    store: Store,
) -> Cut:
    """An immutable release folder, then the pointer moves; a failed gate publishes nothing."""
    from registry import release
    from schemas.published import PUBLISHED

    if findings.gravest not in (None, Severity.NOTE):
        return Cut(None, None, published=False, new=False, findings=findings)
    passport = _passport(gathered, left_out)
    folder = release.write_release(store.published, published, PUBLISHED, passport)
    return Cut(folder.name, folder, published=True, new=True, findings=findings)


def already_published(gathered: Gathered, store: Store) -> Cut | None:
    """The latest release, if it was made of the same submissions by the same rules and code."""
    from registry import release

    wanted = release.fingerprint(_passport(gathered, {}))
    folder = release.same_as_latest(store.published, wanted)
    if folder is None:
        return None
    return Cut(folder.name, folder, published=True, new=False, findings=Findings.none())


def _passport(gathered: Gathered, left_out: dict[str, int]) -> "Passport":
    from registry.release import Passport

    return Passport(
        submissions=[receipt.submission for receipt in gathered.receipts],
        data_cuts={centre: day.isoformat() for centre, day in gathered.data_cut.items()},
        rule_set=fingerprint(),
        code=code_version(),
        algorithm_version=ALGORITHM_VERSION,
        excluded={
            **{f"patients: {reason}": n for reason, n in left_out.items()},
            "rows held back": int(gathered.held_back.sum()),
        },
    )


def cut_release(store: Store) -> Cut:
    """The whole path of one release."""
    with store.one_at_a_time("release"):
        gathered = gather(store)
        current = already_published(gathered, store)
        if current is not None:
            return current
        tables, left_out = publishable(gathered, derive(gathered), store)
        return publish(gathered, tables, left_out, gate(tables), store)
