"""What became of every submission: its history, its receipts, and which one is current.

    received → readable → checked → accepted | refused | superseded
                                    accepted → superseded | withdrawn

A centre has one accepted submission at a time: the database refuses a second. A submission that was
superseded stays so: sent again, it does not become current again, whatever the rules say by then.
"""

from typing import Any

import sqlalchemy as sa

from registry.ledger.tables import RECEIPTS, STATUSES, SUBMISSIONS
from registry.store import Receipt

ACCEPTED, REFUSED, SUPERSEDED, WITHDRAWN = "accepted", "refused", "superseded", "withdrawn"
OVER = (SUPERSEDED, WITHDRAWN)  # nothing becomes of these any more

Row = sa.RowMapping


def find(db: sa.Connection, submission: str) -> Row | None:
    """The row of a submission; None where the ledger has never heard of it."""
    chosen = sa.select(SUBMISSIONS).where(SUBMISSIONS.c.id == submission)
    return db.execute(chosen).mappings().first()


def current(db: sa.Connection, centre: str) -> Row | None:
    """The row of the centre's accepted submission."""
    is_current = (SUBMISSIONS.c.centre == centre) & (SUBMISSIONS.c.status == ACCEPTED)
    return db.execute(sa.select(SUBMISSIONS).where(is_current)).mappings().first()


def add(
    db: sa.Connection, submission: str, centre: str, content_hash: str, came: int | None = None
) -> Row:
    """The row of a submission, made if need be; unless given, it came after all others."""
    known = find(db, submission)
    if known is not None:
        return known
    if came is None:
        of_centre = sa.select(sa.func.max(SUBMISSIONS.c.came)).where(SUBMISSIONS.c.centre == centre)
        came = (db.execute(of_centre).scalar() or 0) + 1
    row = {"id": submission, "centre": centre, "content_hash": content_hash, "came": came}
    db.execute(sa.insert(SUBMISSIONS).values(**row, status=""))
    made = find(db, submission)
    assert made is not None
    return made


def set_status(
    db: sa.Connection, submission: str, status: str, at: str, actor: str, why: str | None = None
) -> None:
    """The submission's status from now on, kept in its history."""
    mine = SUBMISSIONS.c.id == submission
    db.execute(sa.update(SUBMISSIONS).where(mine).values(status=status))
    entry = {"submission": submission, "status": status, "at": at, "actor": actor, "why": why}
    db.execute(sa.insert(STATUSES).values(**entry))


def outcome(db: sa.Connection, receipt: Receipt) -> tuple[str, str | None]:
    """(what a checked submission becomes, why where it is not what its findings say)."""
    row, now = find(db, receipt.submission), current(db, receipt.centre)
    assert row is not None
    if row["status"] in OVER:
        return row["status"], None
    if receipt.status != ACCEPTED or now is None or now["id"] == row["id"]:
        return receipt.status, None
    if now["came"] > row["came"]:
        return SUPERSEDED, f"came before {now['id']}, which is accepted"
    return ACCEPTED, None


def write_receipt(db: sa.Connection, receipt: Receipt) -> None:
    facts = {c.name: getattr(receipt, c.name) for c in RECEIPTS.columns if c.name != "seq"}
    db.execute(sa.insert(RECEIPTS).values(**facts))


def receipts(db: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[Receipt]:
    """The newest receipt of every chosen submission, in the order they came."""
    newest = sa.select(sa.func.max(RECEIPTS.c.seq)).group_by(RECEIPTS.c.submission)
    rows = db.execute(
        sa.select(RECEIPTS, SUBMISSIONS.c.centre, SUBMISSIONS.c.status)
        .join(SUBMISSIONS, SUBMISSIONS.c.id == RECEIPTS.c.submission)
        .where(RECEIPTS.c.seq.in_(newest) & chosen)
        .order_by(SUBMISSIONS.c.centre, SUBMISSIONS.c.came, RECEIPTS.c.seq)
    ).mappings()
    return [_receipt(row) for row in rows]


def _receipt(row: Row) -> Receipt:
    facts: dict[str, Any] = {name: row[name] for name in row if name != "seq"}
    return Receipt(**facts)


def resolve(db: sa.Connection, submission: str) -> str:
    """The submission itself, or what it was replaced by when a patient withdrew."""
    row = find(db, submission)
    while row is not None and row["replaced_by"] is not None:
        submission = row["replaced_by"]
        row = find(db, submission)
    return submission


def replace(db: sa.Connection, old: Row, new: str, content_hash: str, at: str, actor: str) -> None:
    """A package was purged: it is withdrawn, and what is left of it takes its place.

    Where what is left is a submission of its own already, it keeps its status, unless the purged
    one was the centre's current state.
    """
    known = add(db, new, old["centre"], content_hash, came=old["came"])
    mine = SUBMISSIONS.c.id == old["id"]
    set_status(db, old["id"], WITHDRAWN, at, actor, f"purged; now {new}")
    db.execute(sa.update(SUBMISSIONS).where(mine).values(replaced_by=new))
    if old["status"] == ACCEPTED or (old["status"] and not known["status"]):
        set_status(db, new, old["status"], at, actor, f"is what is left of {old['id']}")
