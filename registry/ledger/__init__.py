"""The registry's memory: submissions, lives of findings, answers, waivers, withdrawals, audit.

    ledger = open_ledger(store)                       SQLite in the store, or PostgreSQL by URL
    ledger.lives("DE01", submission)                  what became of each finding with it
    ledger.answer("DE01", answers, actor="centre DE01")
    ledger.queries("DE01", status="open")

Every change and its audit event are one transaction. The database holds no patient's id and no
value; lives of findings lie in a file beside the submission, written before the ledger tells of it.
"""

import getpass
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from registry import withdrawal
from registry.errors import UserError
from registry.findings import Findings
from registry.ledger import answers as answering
from registry.ledger import audit, database, submissions
from registry.ledger import lives as life
from registry.ledger.database import URL, engine_of, reading
from registry.ledger.tables import ANSWERS, STATUSES, SUBMISSIONS, WAIVERS, WITHDRAWN
from registry.rules import CATALOGUE, Home, Severity
from registry.store import Receipt, Store

LIVES = (
    *("identity", "rule_id", "table", "key", "patient_id", "column", "life", "status"),
    *("first_seen", "first_seen_at", "last_seen", "value_hash", "n_submissions"),
)
ACTOR = "REGISTRY_ACTOR"


def open_ledger(store: Path) -> "Ledger":
    """The ledger of a store: SQLite in it, or PostgreSQL where REGISTRY_LEDGER_URL names one.

    Its tables are made, or brought up to date, at first use. Raises LedgerOutdated where that is
    needed and this database user may not.
    """
    return _opened(store.resolve(), os.environ.get(URL))


@cache
def _opened(store: Path, url: str | None) -> "Ledger":
    return Ledger(Store(store), engine_of(store))


def now() -> str:
    """UTC, ISO 8601, to the microsecond: two events of one second keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def whoever_runs_this() -> str:
    """REGISTRY_ACTOR, or the name this process runs under."""
    try:
        return os.environ.get(ACTOR) or getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return f"uid {os.getuid()}"


@dataclass(frozen=True)
class Ledger:
    """What is known of one store. Methods that change something name the actor in the audit."""

    store: Store
    engine: sa.Engine

    def one_at_a_time(self, name: str, timeout: float) -> AbstractContextManager[None]:
        """The lock of this name, in PostgreSQL. Raises StoreBusy after `timeout` seconds."""
        return database.one_at_a_time(self.engine, name, timeout)

    # --- submissions ------------------------------------------------------------------------

    def received(self, centre: str, submission: str, content_hash: str, readable: bool) -> None:
        """A package is in the store; from now on it cannot be lost."""
        with self.engine.begin() as db:
            if submissions.add(db, submission, centre, content_hash)["status"]:
                return
            at, actor = now(), whoever_runs_this()
            submissions.set_status(db, submission, "received", at, actor)
            self._audit(db, at, actor, "receive", submission, after=content_hash)
            if readable:
                submissions.set_status(db, submission, "readable", at, actor)

    def has(self, submission: str) -> bool:
        """Whether the ledger has ever heard of a submission."""
        with reading(self.engine) as db:
            return submissions.find(db, submission) is not None

    def conclude(self, receipt: Receipt) -> Receipt:
        """Accepted, refused or superseded, with the receipt, in one transaction."""
        with self.engine.begin() as db:
            row = submissions.add(db, receipt.submission, receipt.centre, receipt.submission)
            before = submissions.current(db, receipt.centre)
            status, why = submissions.outcome(db, receipt)
            at, actor, name = now(), whoever_runs_this(), receipt.submission
            submissions.set_status(db, name, "checked", at, actor)
            if status == submissions.ACCEPTED and before is not None and before["id"] != name:
                by = f"by {name}"
                submissions.set_status(db, before["id"], submissions.SUPERSEDED, at, actor, by)
            submissions.set_status(db, name, status, at, actor, why)
            concluded = replace(receipt, status=status)
            submissions.write_receipt(db, concluded)
            state = audit.digest(asdict(concluded))
            self._audit(db, at, actor, status, name, row["content_hash"], state, why)
        return concluded

    def receipt(self, centre: str, submission: str) -> Receipt | None:
        """The newest receipt of a submission, or of what a withdrawal has left of it."""
        with reading(self.engine) as db:
            mine = SUBMISSIONS.c.id == submissions.resolve(db, submission)
            found = submissions.receipts(db, mine & (SUBMISSIONS.c.centre == centre))
        return found[0] if found else None

    def accepted(self, centre: str) -> Receipt | None:
        """The receipt of the centre's accepted submission."""
        with reading(self.engine) as db:
            is_current = SUBMISSIONS.c.status == submissions.ACCEPTED
            found = submissions.receipts(db, is_current & (SUBMISSIONS.c.centre == centre))
        return found[0] if found else None

    def centres(self) -> list[str]:
        """Every centre with an accepted submission."""
        return [receipt.centre for receipt in self.current()]

    def current(self) -> list[Receipt]:
        """The receipt of every centre's accepted submission, by centre."""
        with reading(self.engine) as db:
            return submissions.receipts(db, SUBMISSIONS.c.status == submissions.ACCEPTED)

    def left_of(self, used: Iterable[str]) -> list[Receipt]:
        """The receipts of these submissions, or of what withdrawals have left of them."""
        with reading(self.engine) as db:
            left = [submissions.resolve(db, submission) for submission in used]
            return submissions.receipts(db, SUBMISSIONS.c.id.in_(left))

    def receipts(self, centre: str) -> list[Receipt]:
        """The newest receipt of each of the centre's submissions, in the order they came."""
        with reading(self.engine) as db:
            return submissions.receipts(db, SUBMISSIONS.c.centre == centre)

    def history(self, submission: str) -> pd.DataFrame:
        """Every status of a submission: status, at, actor, why."""
        with reading(self.engine) as db:
            rows = answering.frame_of(db, STATUSES, STATUSES.c.submission == submission)
        return rows.sort_values("seq", ignore_index=True)[["status", "at", "actor", "why"]]

    # --- findings ---------------------------------------------------------------------------

    def lives(self, centre: str, submission: str) -> pd.DataFrame:
        """The findings of a submission, and those resolved or gone with it: columns `LIVES`."""
        return self._standing(centre, submission)[list(LIVES)]

    def memory(self, centre: str, submission: str | None) -> pd.DataFrame:
        """All lives up to a submission, in `lives.SCHEMA`; empty where there is none."""
        if submission is None:
            return life.none()
        with reading(self.engine) as db:
            submission = submissions.resolve(db, submission)
        return life.read(self.store.folder(centre, submission))

    def _standing(self, centre: str, submission: str) -> pd.DataFrame:
        receipt = self.receipt(centre, submission)
        if receipt is None:
            raise UserError(f"{centre} has no submission {submission} that was checked to the end.")
        lives = self.memory(centre, submission)
        return self.standing(lives, centre, receipt.submission, receipt.received_at)

    def standing(self, lives: pd.DataFrame, centre: str, submission: str, at: str) -> pd.DataFrame:
        """Lives told with a submission received `at`, and where answers and waivers leave each."""
        told = lives[lives["told"]].reset_index(drop=True)
        with reading(self.engine) as db:
            given = answering.latest(db, centre)
            waivers = answering.waivers_of(db, centre, _today())
        return told.join(answering.standing(told, given, waivers, submission, at))

    def queries(self, centre: str | None = None, status: str | None = None) -> pd.DataFrame:
        """What holds something back: of each centre's accepted submission every HOLD and QUERY,
        and why a newer submission was refused.

        Columns: centre, submission, `LIVES`, severity, who, when, why.
        """
        told = [rows for name in self._centres(centre) for rows in self._asked(name)]
        columns = ["centre", "submission", *LIVES, "severity", "who", "when", "why"]
        if not told:
            return pd.DataFrame(columns=columns, dtype="str")
        every = pd.concat(told, ignore_index=True)[columns]
        return every if status is None else every[every["status"] == status].reset_index(drop=True)

    def _centres(self, centre: str | None) -> list[str]:
        if centre is not None:
            return [centre]
        with reading(self.engine) as db:
            found = db.execute(sa.select(SUBMISSIONS.c.centre).distinct()).scalars()
            return sorted(found)

    def _asked(self, centre: str) -> Iterator[pd.DataFrame]:
        receipts = self.receipts(centre)
        wanted = [(r, (Severity.HOLD, Severity.QUERY)) for r in receipts if r.status == "accepted"]
        if receipts and receipts[-1].status == submissions.REFUSED:
            wanted.append((receipts[-1], (Severity.REFUSE,)))  # type: ignore[arg-type]
        for receipt, severities in wanted:
            lives = self._standing(centre, receipt.submission)
            asked = lives[lives["severity"].isin([severity.value for severity in severities])]
            yield asked.assign(centre=centre, submission=receipt.submission)

    def answer(self, centre: str, answers: pd.DataFrame, actor: str) -> int:
        """Take a centre's answers down; gives how many were new.

        `answers` has identity, answer (corrected, confirmed, cannot_be_determined, not_applicable),
        comment, value_hash and rule_version. A QUERY confirmed becomes a proposed waiver. Raises
        WrongAnswer, and takes nothing down, where one answer is not understood.
        """
        known = [self.memory(centre, r.submission) for r in self.receipts(centre)]
        lives = pd.concat([life.none(), *known]).drop_duplicates("identity", keep="last")
        given = answering.checked(answers, lives, centre)
        with self.engine.begin() as db:
            at = now()
            new = answering.record(db, given, centre, actor, at)
            if len(new):
                state = audit.digest(new.astype("str").to_dict("records"))
                kinds = new["answer"].value_counts().sort_index()
                why = ", ".join(f"{n} {kind}" for kind, n in kinds.items())
                self._audit(db, at, actor, "answer", f"queries of {centre}", None, state, why)
        return len(new)

    # --- waivers ----------------------------------------------------------------------------

    def waive(
        self,
        centre: str,
        rule_id: str,
        reason: str,
        actor: str,
        *,
        identity: str | None = None,
        submission: str | None = None,
        expires: date | None = None,
    ) -> int:
        """Propose a waiver and give its number: of one finding, or of a rule in one submission.

        One finding can be waived where its rule queries or notes; a whole submission where the rule
        asks how it looks as a whole (VOL-01 …). Raises UserError for anything else.
        """
        rule = CATALOGUE.get(rule_id)
        if rule is None:
            raise UserError(f"There is no rule {rule_id}.")
        if (identity is None) == (submission is None):
            raise UserError("A waiver is of one finding or of one submission: name one of them.")
        at = now()
        row = {
            "centre": centre,
            "rule_id": rule_id,
            "rule_version": rule.version,
            "reason": reason,
            "expires": expires.isoformat() if expires else answering.year_after(at),
            "proposed_by": actor,
            "proposed_at": at,
        }
        if identity is not None:
            if rule.severity.value not in answering.WAIVABLE:
                raise UserError(f"{rule_id} is not waived: the row has to be corrected.")
            row |= {"identity": identity, "value_hash": self._value_hash(centre, rule_id, identity)}
        else:
            if rule.home is not Home.WHOLE:
                raise UserError(f"{rule_id} is about rows: waive its findings one by one.")
            receipt = self.receipt(centre, submission or "")
            if receipt is None:
                raise UserError(f"{centre} has no submission {submission}.")
            row |= {"submission": receipt.submission}
        with self.engine.begin() as db:
            made = db.execute(sa.insert(WAIVERS).values(**row)).inserted_primary_key
            assert made is not None
            number = int(made[0])
            state = audit.digest(row)
            self._audit(db, at, actor, "propose waiver", f"waiver {number}", None, state)
        return number

    def _value_hash(self, centre: str, rule_id: str, identity: str) -> str:
        for receipt in reversed(self.receipts(centre)):
            lives = self.memory(centre, receipt.submission)
            found = lives[(lives["identity"] == identity) & (lives["rule_id"] == rule_id)]
            if len(found):
                return str(found["value_hash"].iloc[0])
        raise UserError(f"{centre} has no finding {identity} of {rule_id}.")

    def approve(self, waiver: int, actor: str) -> None:
        """The registry team puts a proposed waiver into force."""
        with self.engine.begin() as db:
            mine = WAIVERS.c.id == waiver
            row = db.execute(sa.select(WAIVERS).where(mine)).mappings().first()
            if row is None:
                raise UserError(f"There is no waiver {waiver}. `registry queries` lists them.")
            if row["approved_at"] is not None:
                return
            at = now()
            new = {"approved_by": actor, "approved_at": at}
            db.execute(sa.update(WAIVERS).where(mine).values(**new))
            before, after = audit.digest(dict(row)), audit.digest({**row, **new})
            self._audit(db, at, actor, "approve waiver", f"waiver {waiver}", before, after)

    def waivers(self, centre: str | None = None) -> pd.DataFrame:
        """Every waiver, with its `state`: proposed, in_force or expired."""
        with reading(self.engine) as db:
            return answering.waivers_of(db, centre, _today())

    def waived(self, centre: str, submission: str, findings: Findings) -> pd.Series:
        """For each finding of a submission whether a waiver in force covers it today."""
        versions = answering.versions_today(findings.rows)
        rows = findings.rows.assign(rule_version=versions)
        return answering.waived(rows, self.waivers(centre), submission)

    def has_waiver(self, receipt: Receipt) -> bool:
        """Whether a waiver of the submission as a whole came into force since it was concluded."""
        waivers = self.waivers(receipt.centre)
        mine = (waivers["submission"] == receipt.submission) & (waivers["state"] == "in_force")
        with reading(self.engine) as db:
            of_submission = STATUSES.c.submission == receipt.submission
            concluded = db.execute(sa.select(sa.func.max(STATUSES.c.at)).where(of_submission))
            return bool((waivers.loc[mine, "approved_at"] > concluded.scalar()).any())

    # --- withdrawals ------------------------------------------------------------------------

    def withdraw(
        self,
        centre: str,
        patients: Iterable[str],
        reason: str,
        actor: str | None = None,
        again: bool = False,
    ) -> bool:
        """Put patients on the list of those who withdrew; gives whether something is to be purged.

        A patient who is on it already is not purged anew, unless `again` says so.
        """
        asked = pd.Series(sorted(patients), dtype="str")
        hashes = withdrawal.keyed(centre, asked, self.store.key("withdrawal"))
        at, actor, listed = now(), actor or whoever_runs_this(), False
        with self.engine.begin() as db:
            for patient in hashes:
                mine = WITHDRAWN.c.patient == patient
                known = db.execute(sa.select(WITHDRAWN).where(mine)).first()
                if known is not None and not again:
                    continue
                if known is None:
                    row = {"patient": patient, "centre": centre, "since": at}
                    db.execute(sa.insert(WITHDRAWN).values(**row))
                else:
                    db.execute(sa.update(WITHDRAWN).where(mine).values(purged_at=None))
                what = f"a patient of {centre}, {patient[:16]}"
                self._audit(db, at, actor, "withdraw", what, reason=reason)
                listed = True
        return listed

    def withdrawn(self, centre: str, patients: pd.Series) -> set[str]:
        """Which of these patients of a centre withdrew."""
        with reading(self.engine) as db:
            of_centre = sa.select(WITHDRAWN.c.patient).where(WITHDRAWN.c.centre == centre)
            listed = set(db.execute(of_centre).scalars())
        if not listed:
            return set()
        hashes = withdrawal.keyed(centre, patients, self.store.key("withdrawal"))
        return set(patients[hashes.isin(listed)])

    def to_be_purged(self) -> list[str]:
        """Centres of patients who withdrew and may still be in the store."""
        with reading(self.engine) as db:
            open_ = sa.select(WITHDRAWN.c.centre).where(WITHDRAWN.c.purged_at.is_(None))
            return sorted(set(db.execute(open_).scalars()))

    def forget(self, centre: str, identities: pd.Series, patients: Iterable[str]) -> None:
        """Remove answers and waivers of these findings, and words that name one of the patients."""
        with self.engine.begin() as db:
            removed = sum(
                db.execute(sa.delete(table).where(table.c.identity.in_(list(some)))).rowcount
                for table in (ANSWERS, WAIVERS)
                for some in np.array_split(identities, len(identities) // 500 + 1)
            )
            for patient in patients:
                for words in (ANSWERS.c.comment, WAIVERS.c.reason):
                    named = words.contains(patient, autoescape=True)
                    db.execute(sa.update(words.table).where(named).values({words: "(removed)"}))
            if removed:
                what = f"answers and waivers of {centre}"
                self._audit(db, now(), whoever_runs_this(), "forget", what, reason=f"{removed}")

    def replaced(
        self,
        old: tuple[str, str],
        new: tuple[str, str],
        centre: str,
        rows: dict[str, int] | None = None,
        counts: dict[str, int] | None = None,
    ) -> None:
        """A package was purged: (id, content hash) of it and of what is left. Twice is once.

        `rows` and `counts` are those of the new receipt, where the old one had one.
        """
        at, actor = now(), whoever_runs_this()
        with self.engine.begin() as db:
            row = submissions.add(db, old[0], centre, old[1])
            if old[0] == new[0] or row["replaced_by"] is not None:
                return
            submissions.replace(db, row, *new, at, actor)
            found = submissions.receipts(db, SUBMISSIONS.c.id == old[0])
            if found and counts is not None:
                left = replace(found[0], submission=new[0], rows=rows or {}, counts=counts)
                submissions.write_receipt(db, left)
            self._audit(db, at, actor, "purge", old[0], old[1], new[1], f"now {new[0]}")

    def resolve(self, submission: str) -> str:
        """The submission itself, or what a withdrawal has left of it."""
        with reading(self.engine) as db:
            return submissions.resolve(db, submission)

    def replaced_ids(self) -> set[str]:
        """Every submission whose package was purged: nothing may be left that was made of it."""
        with reading(self.engine) as db:
            gone = sa.select(SUBMISSIONS.c.id).where(SUBMISSIONS.c.replaced_by.is_not(None))
            return set(db.execute(gone).scalars())

    def purged(self, centre: str) -> None:
        """The centre's folders are purged; now the database's own files, then the list says so."""
        database.forget(self.engine)
        with self.engine.begin() as db:
            mine = (WITHDRAWN.c.centre == centre) & WITHDRAWN.c.purged_at.is_(None)
            db.execute(sa.update(WITHDRAWN).where(mine).values(purged_at=now()))
            self._audit(db, now(), whoever_runs_this(), "purged", f"submissions of {centre}")

    def released(self, version: str | None, withdrawn: Iterable[str]) -> None:
        """Releases were withdrawn, and this one took their place (None: the gate is shut)."""
        with self.engine.begin() as db:
            for old in withdrawn:
                facts = (now(), whoever_runs_this(), "withdraw release", old)
                self._audit(db, *facts, reason=f"replaced by {version or 'none yet'}")

    # --- audit ------------------------------------------------------------------------------

    def _audit(
        self,
        db: sa.Connection,
        at: str,
        actor: str,
        action: str,
        object: str,
        before: str | None = None,
        after: str | None = None,
        reason: str | None = None,
    ) -> None:
        facts = {"at": at, "actor": actor, "action": action, "object": object}
        facts |= {"before": before, "after": after, "reason": reason}  # type: ignore[dict-item]
        audit.append(db, self.store.key("audit"), **facts)

    def audit_faults(self) -> list[str]:
        """What is wrong with the audit; empty where it is whole."""
        with reading(self.engine) as db:
            return list(audit.faults(db, self.store.key("audit")))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
