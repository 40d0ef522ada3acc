"""The path: what happens to a submission, written once, in order. Knows no Prefect.

    receive → respect → keep → check_rows → check_whole → conclude        one submission
    gather → derive → publishable → gate → publish                        one release

`registry check` receives and checks. `ingest` and `cut_release` walk the whole: plainly, or with
every step wrapped by who calls them (`flows.ingest` and `flows.release` make tasks of them).
What only later steps need is imported there: `registry check` must answer at once.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

import pandas as pd

import schemas.rows
from registry import submission as receiving
from registry.convert.places import Source, places_of, sources
from registry.errors import UserError
from registry.files import writing
from registry.findings import Breaches, Findings, as_findings, hold_back
from registry.harmonise import centre_wide, harmonise, together
from registry.package import Package, open_package
from registry.report.files import read_files, write_files
from registry.rules import Severity, fingerprint
from registry.store import Receipt, Store
from registry.submission import Submission
from registry.version import code_version
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS

if TYPE_CHECKING:
    from registry.release import Passport

log = logging.getLogger(__name__)

Tables = dict[str, pd.DataFrame]

P = ParamSpec("P")
R = TypeVar("R")


class Steps(Protocol):
    """How a step is walked: gives, for a step, what is called in its place."""

    def __call__(self, step: Callable[P, R], /) -> Callable[P, R]: ...


def PLAIN(step: Callable[P, R], /) -> Callable[P, R]:
    """The step itself."""
    return step


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
    breaches.extend(schemas.rows.check_rows(MODELS, asked))
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


def write_report(
    findings: Findings,
    submission: Submission,
    folder: Path,
    language: str | None = None,
    lives: pd.DataFrame | None = None,
) -> Path:
    """report.html for people; `lives` says what became of each finding (registry.report.since)."""
    from registry.report import html

    return html.write_report(findings, submission, CONTRACT, folder, language, lives)


def respect(submission: Submission, store: Store) -> Submission:
    """Patients who withdrew, now or before, are gone before anything is kept."""
    from registry import withdrawal

    return withdrawal.respect(submission, store, CONTRACT)


def write_workbook(
    submission: Submission,
    findings: Findings,
    folder: Path,
    language: str | None = None,
    lives: pd.DataFrame | None = None,
) -> Path:
    """`workbook.xlsx` in `folder`: findings to answer, and the data with its bad cells marked.

    With `lives` it says what became of each finding and holds the answers that still stand.
    """
    from registry.report import workbook

    shown = workbook.Shown(
        findings=findings,
        about=about(submission),
        submitted=submission.submitted,
        language=language or submission.language,
        made_on=submission.made_on,
        sources=sources_of(submission),
        lives=lives,
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
    package, readable = submission.package, bool(submission.tables)
    store.ledger.received(submission.centre, submission.id, package.content_hash, readable)


def conclude(
    submission: Submission, findings: Findings, previous: Submission | None, store: Store
) -> Receipt:
    """Accepted or refused: findings and lives first, the ledger last; a crash is done again."""
    from registry.ledger import lives, now

    folder, ledger = store.folder(submission.centre, submission.id), store.ledger
    known = store.receipt(submission.centre, submission.id)
    at = known.received_at if known is not None else now()
    before = previous.id if previous is not None else None
    memory = ledger.memory(submission.centre, before)
    reached = lives.follow(memory, findings, submission.tables, CONTRACT, submission.id, at)
    standing = ledger.standing(reached, submission.centre, submission.id, at)
    is_untouched = previous is None and standing["status"].eq("open").all()
    told = None if is_untouched else standing  # then it reads as at home: nothing to compare with
    with writing(folder) as local:
        write_files(findings, local, about(submission))
        lives.write(reached, local)
        write_report(findings, submission, local, lives=told)
        write_workbook(submission, findings, local, lives=told)
    unwaived = findings.without(ledger.waived(submission.centre, submission.id, findings))
    receipt = Receipt(
        submission=submission.id,
        centre=submission.centre,
        status="refused" if unwaived.refused else "accepted",
        rule_set=fingerprint(),
        received_at=at,
        previous=before,
        data_cut=submission.data_cut.isoformat(),
        language=submission.language,
        rows={name: len(table) for name, table in submission.tables.items()},
        counts={severity.value: n for severity, n in findings.counts().items()},
    )
    return store.conclude(receipt)


def already_concluded(opened: Package, store: Store) -> Receipt | None:
    """The receipt of the same content, if it need not be checked again.

    It need be where the rules have changed since, or where it was refused and a waiver came into
    force. What was superseded stays superseded: an old package is never current again by itself.
    """
    receipt = store.receipt(opened.centre, receiving.submission_id(opened))
    if receipt is None or receipt.status == "superseded":
        return receipt
    is_waived = receipt.status == "refused" and store.ledger.has_waiver(receipt)
    return receipt if receipt.rule_set == fingerprint() and not is_waived else None


def previous_of(submission: Submission, store: Store) -> Submission | None:
    """The accepted submission that this one follows; asked again later, still the same one."""
    known = store.receipt(submission.centre, submission.id)
    if known is not None:
        accepted = store.receipt(submission.centre, known.previous or "")
    else:
        accepted = store.accepted(submission.centre)
    return receive(store.package(accepted)) if accepted is not None else None


def ingest(package: Path, store: Store, steps: Steps = PLAIN) -> Receipt:
    """The whole path of one submission. The same content twice is one submission."""
    finish_withdrawals(store, steps)
    opened = open_package(package)
    with store.one_at_a_time(opened.centre):
        receipt = already_concluded(opened, store) or _ingest(package, store, steps)
    finish_withdrawals(store, steps)
    return receipt


def _ingest(package: Path, store: Store, steps: Steps) -> Receipt:
    sent = steps(receive)(package)
    submission = steps(respect)(sent, store)
    if submission is not sent:
        known = already_concluded(submission.package, store)
        if known is not None and known.status != "refused":  # it may have been for its files
            return known
    steps(keep)(submission, store)
    previous = steps(previous_of)(submission, store)
    findings = steps(check_rows)(submission) + steps(check_whole)(submission, previous)
    return steps(conclude)(submission, findings, previous, store)


def exit_code(findings: Findings) -> int:
    """0 nothing found, 1 notes or queries, 2 rows held back, 3 refused."""
    if findings.gravest is None:
        return 0
    return {Severity.REFUSE: 3, Severity.HOLD: 2}.get(findings.gravest, 1)


# --- one release ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gathered:
    """Every centre's current state in the registry's terms.

    `held_back` counts rows held back, by (table, patient_id of the harmonised tables);
    `accounts` are rows submitted and held back, by centre_id and table; `open_findings` counts
    findings, by centre_id, table, rule_id and severity; `waivers` are those in force, and `waived`
    the findings (identities) that hold nothing back because one of them covers it.
    """

    receipts: tuple[Receipt, ...]
    tables: Tables
    held_back: pd.Series
    accounts: pd.DataFrame
    open_findings: pd.DataFrame
    waivers: pd.DataFrame
    waived: frozenset[str]

    @property
    def data_cut(self) -> dict[str, date]:
        return {r.centre: date.fromisoformat(r.data_cut) for r in self.receipts}


@dataclass(frozen=True)
class Cut:
    """What became of a release. `findings` are the gate's; a failed gate publishes nothing.

    Of a release made now, `rows` counts the tables' rows, `left_out` the patients by reason.
    """

    version: str | None
    folder: Path | None
    published: bool
    new: bool
    findings: Findings
    rows: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def gather(store: Store, of: Sequence[Receipt] | None = None) -> Gathered:
    """Newest accepted submission of every centre, held back and harmonised; or the ones given."""
    from registry.release.quality import account, in_force, open_findings

    receipts, harmonised, held, accounts, found, waivers = [], [], [], [], [], []
    identities: set[str] = set()
    for receipt in store.ledger.current() if of is None else of:
        submission = receive(store.package(receipt))
        findings = _findings_of(receipt, submission, store)
        waived = store.ledger.waived(receipt.centre, receipt.submission, findings)
        kept = hold_back(submission.tables, findings.without(waived), CONTRACT)
        receipts.append(receipt)
        identities.update(findings.rows.loc[waived, "identity"])
        known = store.ledger.waivers(receipt.centre)
        waivers.append(in_force(findings.rows[waived], known, receipt.centre))
        harmonised.append(harmonise(kept.tables, submission, CONTRACT))
        held.append(_count_held(kept.held, submission))
        accounts.append(account(submission.tables, kept.held, receipt.centre))
        found.append(open_findings(findings.without(waived), receipt.centre))
    if not receipts:
        raise UserError("No centre has an accepted submission yet: there is nothing to release.")
    return Gathered(
        tuple(receipts),
        together(harmonised),
        pd.concat(held),
        pd.concat(accounts, ignore_index=True),
        pd.concat(found, ignore_index=True),
        pd.concat(waivers, ignore_index=True),
        frozenset(identities),
    )


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
    from registry.outcomes import treatment_outcomes, visit_outcomes

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
    patch: bool = False,
) -> Cut:
    """An immutable release folder, then the pointer moves; a failed gate publishes nothing.

    It is the next release or, as a `patch`, the next of the latest one's data cut.
    """
    from registry import release
    from schemas.published import PUBLISHED

    rows = {name: len(table) for name, table in published.items()}
    if findings.gravest not in (None, Severity.NOTE):
        return Cut(None, None, False, False, findings, rows, left_out)
    passport = _passport(gathered, left_out)
    folder = release.write_release(store.published, published, PUBLISHED, passport, patch=patch)
    return Cut(folder.name, folder, True, True, findings, rows, left_out)


def already_published(gathered: Gathered, store: Store) -> Cut | None:
    """The latest release, if it was made of the same submissions by the same rules and code."""
    from registry import release

    wanted = release.fingerprint(_passport(gathered, {}))
    folder = release.same_as_latest(store.published, wanted)
    if folder is None:
        return None
    return Cut(folder.name, folder, published=True, new=False, findings=Findings.none())


def _passport(gathered: Gathered, left_out: dict[str, int]) -> "Passport":
    from registry.outcomes import ALGORITHM_VERSION
    from registry.release import Passport

    return Passport(
        submissions=[receipt.submission for receipt in gathered.receipts],
        waived=sorted(gathered.waived),
        data_cuts={centre: day.isoformat() for centre, day in gathered.data_cut.items()},
        rule_set=fingerprint(),
        code=code_version(),
        algorithm_version=ALGORITHM_VERSION,
        excluded={
            **{f"patients: {reason}": n for reason, n in left_out.items()},
            "rows held back": int(gathered.accounts["held_back"].sum()),
        },
        accounts=gathered.accounts,
        open_findings=gathered.open_findings,
        waivers=gathered.waivers,
    )


def cut_release(store: Store, steps: Steps = PLAIN, patch: bool = False) -> Cut:
    """The whole path of one release; as a patch it is the same data cut, mended."""
    finish_withdrawals(store, steps)
    with store.one_at_a_time("release"):
        gathered = steps(gather)(store)
        return already_published(gathered, store) or _cut(gathered, store, steps, patch)


def _cut(gathered: Gathered, store: Store, steps: Steps, patch: bool) -> Cut:
    outcomes = steps(derive)(gathered)
    tables, left_out = steps(publishable)(gathered, outcomes, store)
    return steps(publish)(gathered, tables, left_out, steps(gate)(tables), store, patch)


# --- withdrawal -------------------------------------------------------------------------------


def withdraw(
    store: Store, centre: str, patient: str, reason: str, actor: str, steps: Steps = PLAIN
) -> Cut | None:
    """A patient leaves the store for good; gives the release cut in place of the withdrawn ones.

    Raises UserError where the reason, which the audit keeps for ever, names the patient.
    """
    if patient in reason:
        raise UserError("The reason is kept for ever: leave the patient's id out of it.")
    store.ledger.withdraw(centre, [patient], reason, actor, again=True)
    return finish_withdrawals(store, steps)


def finish_withdrawals(store: Store, steps: Steps = PLAIN) -> Cut | None:
    """Whatever a withdrawal still has to do: here, and after a run that was killed."""
    from registry import withdrawal

    for centre in store.ledger.to_be_purged():
        with store.one_at_a_time(centre):
            withdrawal.purge(store, centre, CONTRACT)
    return _replace_releases(store, steps)


def _replace_releases(store: Store, steps: Steps) -> Cut | None:
    """Releases made of purged packages go; a patch of the latest takes its place, if it was one.

    The patch is made of the same submissions, without who withdrew, by the rules of today.
    """
    from registry.release import withdrawn

    purged, root = store.ledger.replaced_ids(), store.published
    if not purged or not withdrawn.made_of(root, purged):
        return None
    with store.one_at_a_time("release"):
        touched, latest, cut = withdrawn.made_of(root, purged), withdrawn.latest(root), None
        if latest in touched:
            used = withdrawn.submissions_of(root, latest)
            left = steps(gather)(store, store.ledger.left_of(used))
            cut = _cut(left, store, steps, patch=True)
        by = cut.version if cut is not None else withdrawn.latest(root)
        withdrawn.withdraw(root, touched, by)
        store.ledger.released(by, touched)
        return cut
