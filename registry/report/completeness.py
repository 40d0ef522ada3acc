"""How full each column of each table is, and how often a reason stands in place of a value."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.contract import Contract, TableSpec
from registry.submission import Submission

ABSENT = "_absent"  # the sibling that says why a column is blank


@dataclass(frozen=True)
class Filled:
    """One column: rows with a value, and blank rows with a reason. `name` is the centre's own."""

    name: str
    required: bool
    sent: bool
    rows: int
    filled: int
    reasons: int


@dataclass(frozen=True)
class TableFilled:
    """One table; `absent` is the reason why it was not read."""

    name: str
    rows: int
    columns: tuple[Filled, ...]
    absent: str | None


def completeness(submission: Submission, contract: Contract) -> list[TableFilled]:
    """Every table of the contract and every column, reasons counted with the column they excuse."""
    return [
        TableFilled(
            name,
            len(submission.tables.get(name, ())),
            tuple(_columns(submission, spec)) if name in submission.tables else (),
            submission.absent.get(name),
        )
        for name, spec in contract.items()
    ]


def _columns(submission: Submission, spec: TableSpec) -> list[Filled]:
    table = submission.tables[spec.name]
    own: Mapping[str, str] = submission.own_columns.get(spec.name, {})
    unsent = submission.unsent.get(spec.name, set())
    filled = table.notna()
    counts = filled.sum()
    columns = []
    for name, column in spec.columns.items():
        if name.removesuffix(ABSENT) in spec.columns and name.endswith(ABSENT):
            continue
        reason = name + ABSENT
        reasons = int((~filled[name] & filled[reason]).sum()) if reason in table else 0
        columns.append(
            Filled(
                own.get(name, name),
                column.required,
                name not in unsent,
                len(table),
                int(counts[name]),
                reasons,
            )
        )
    return columns
