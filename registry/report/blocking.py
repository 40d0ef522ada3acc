"""What blocks a centre now: rows held back, with their denominators."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from registry.contract import Contract
from registry.findings import HeldBack
from registry.submission import Submission


@dataclass(frozen=True)
class TableHeld:
    """Of one table: rows sent, held for a finding of their own, held with another row.

    `absent` is the reason why a table was not read; then nothing can be counted.
    """

    name: str
    rows: int
    own: int
    hanging: int
    absent: str | None = None

    @property
    def held(self) -> int:
        return self.own + self.hanging


def held_by_table(
    submission: Submission, kept: HeldBack, contract: Contract
) -> tuple[list[TableHeld], TableHeld]:
    """(every table that was sent or had to be, all of them together)."""
    counts = _counts(kept.held)
    unreadable = {name for name, why in submission.absent.items() if why != "table_not_sent"}
    tables = [
        TableHeld(
            name,
            len(submission.tables.get(name, ())),
            counts.get((name, False), 0),
            counts.get((name, True), 0),
            submission.absent.get(name),
        )
        for name, spec in contract.items()
        if name in submission.tables or spec.required or name in unreadable
    ]
    rows, own, hanging = (
        sum(getattr(table, of) for table in tables) for of in ("rows", "own", "hanging")
    )
    return tables, TableHeld("", rows, own, hanging)


def _counts(held: pd.DataFrame) -> Mapping[tuple[str, bool], int]:
    """(table, hangs from another) → rows."""
    hangs = held["because_of"].notna().rename("hangs")
    sizes = held.groupby(["table", hangs]).size().reset_index(name="rows")
    return {(table, hanging): rows for table, hanging, rows in sizes.itertuples(index=False)}
