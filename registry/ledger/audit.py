"""The audit: who did what to which object, when and why; never a value, never a patient's id.

Every event carries the hash of itself and of the event before, so an edited, removed or reordered
row breaks the chain. What a chain cannot show, rows removed at its end or a chain made anew, the
head shows: it names the last event under a seal (HMAC) whose key never enters the database.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from registry.ledger.tables import AUDIT, AUDIT_HEAD, STATUSES

FIRST = "0" * 64  # stands for the hash of the event before the first
_APPENDING = 4_017_302  # any number: the lock of whoever adds an event on PostgreSQL
FIELDS = ("seq", "at", "actor", "action", "object", "before", "after", "reason")


def append(db: sa.Connection, key: bytes, **event: str | None) -> None:
    """Add an event (`FIELDS` but for seq) in the transaction of what it tells of."""
    if db.dialect.name == "postgresql":  # one end, one writer; on SQLite there is only one anyway
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_APPENDING)))
    head = db.execute(sa.select(AUDIT_HEAD)).mappings().first()
    seq, before = (head["seq"] + 1, head["hash"]) if head is not None else (1, FIRST)
    row = {**dict.fromkeys(FIELDS), **event, "seq": seq}
    digest = _hash(row, before)
    db.execute(sa.insert(AUDIT).values(**row, hash=digest))
    new = {"seq": seq, "hash": digest, "seal": _seal(seq, digest, key)}
    if head is None:
        db.execute(sa.insert(AUDIT_HEAD).values(id=1, **new))
    else:
        db.execute(sa.update(AUDIT_HEAD).values(**new))


def faults(db: sa.Connection, key: bytes) -> Iterator[str]:
    """What is wrong with the audit, event by event; nothing where it is whole."""
    expected, before = 1, FIRST
    for row in db.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings():
        if row["seq"] != expected:
            yield f"event {expected} is missing"
        if row["hash"] != _hash(row, before):
            yield f"event {row['seq']} was changed, moved, or does not follow the one before it"
        expected, before = row["seq"] + 1, row["hash"]
    head = db.execute(sa.select(AUDIT_HEAD)).mappings().first()
    if head is None:
        if db.execute(sa.select(STATUSES.c.seq).limit(1)).first() is not None:
            yield "the head, which names the last event, is missing"
    elif not hmac.compare_digest(head["seal"], _seal(head["seq"], head["hash"], key)):
        yield "the head was changed, or sealed with another key"
    elif (head["seq"], head["hash"]) != (expected - 1, before):
        yield f"the head names event {head['seq']} as the last, the audit ends with {expected - 1}"


def digest(content: Any) -> str:
    """SHA-256 of a state, for `before` and `after`: tells that it changed, not what it was."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(row: Any, before: str) -> str:
    return digest([before, *(row[name] for name in FIELDS)])


def _seal(seq: int, last: str, key: bytes) -> str:
    return hmac.digest(key, f"{seq}\x1f{last}".encode(), hashlib.sha256).hex()
