"""The ledger's tables as they are now; how they came to be so is in `migrations/`.

No patient's id and no value stands in any of them: findings lie beside their package, in files that
a withdrawal rewrites. What people wrote (a comment, a reason) does, and is forgotten with the
patient it is about. Times are UTC, ISO 8601, as text: both databases order and compare them alike.
"""

import sqlalchemy as sa

METADATA = sa.MetaData()

SUBMISSIONS = sa.Table(
    "submissions",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("centre", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("came", sa.Integer, nullable=False),  # in this order submissions were first received
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("replaced_by", sa.Text),  # the same package without patients who withdrew
    sa.Index(
        "one_accepted_per_centre",
        "centre",
        unique=True,
        sqlite_where=sa.text("status = 'accepted'"),
        postgresql_where=sa.text("status = 'accepted'"),
    ),
)

STATUSES = sa.Table(
    "statuses",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("why", sa.Text),
)

RECEIPTS = sa.Table(
    "receipts",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("submission", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
    sa.Column("rule_set", sa.Text, nullable=False),
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Column("previous", sa.Text),
    sa.Column("data_cut", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
)

ANSWERS = sa.Table(
    "answers",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("centre", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("value_hash", sa.Text),
    sa.Column("rule_version", sa.Text),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)

WAIVERS = sa.Table(
    "waivers",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("centre", sa.Text, nullable=False),
    sa.Column("rule_id", sa.Text, nullable=False),
    sa.Column("rule_version", sa.Text, nullable=False),
    sa.Column("identity", sa.Text),  # of one finding …
    sa.Column("value_hash", sa.Text),
    sa.Column("submission", sa.Text),  # … or of every finding of the rule in one submission
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("expires", sa.Text, nullable=False),  # a day; in force up to and including it
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("approved_at", sa.Text),
)

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("hash", sa.Text, nullable=False),
)

AUDIT_HEAD = sa.Table(
    "audit_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("seal", sa.Text, nullable=False),
)

WITHDRAWN = sa.Table(
    "withdrawn",
    METADATA,
    sa.Column("patient", sa.Text, primary_key=True),  # HMAC of centre and patient_id
    sa.Column("centre", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("purged_at", sa.Text),  # null while the purge has not been done to the end
)

APPEND_ONLY = ("statuses", "receipts", "audit")  # by triggers, and by grants on PostgreSQL
