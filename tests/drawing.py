"""Small tables drawn as text: the examples of the rules, in tests and on the rules' pages.

    therapies
    start_date | stop_date  | !
    2024-01-01 | 2024-02-01 |
    2024-03-01 | 2024-02-01 | x

The first line names the table; a blank line ends it. A dot is a blank cell. Rows marked `x` in the
column `!` break the rule. A column `*` repeats its row so many times (patient_id `P` becomes P1, P2 …).
"""

from dataclasses import dataclass

import pandas as pd

from registry.contract import Contract, Kind
from registry.tables import PANDAS


@dataclass(frozen=True)
class Drawn:
    """Tables in the contract's types, blank in columns not drawn, and the rows marked as broken."""

    tables: dict[str, pd.DataFrame]
    broken: dict[str, list[int]]


@dataclass(frozen=True)
class Example:
    """One rule's drawn example: one that holds (nothing marked) and one that breaks.

    `previous` is the centre's last submission, where a rule compares with it.
    """

    holds: str
    breaks: str
    previous: str = ""


EXAMPLES: dict[str, Example] = {}


def example(rule_id: str, *, holds: str, breaks: str, previous: str = "") -> None:
    """Draw a rule. An example that holds must be *asked*: at least one row, none of them broken."""
    if rule_id in EXAMPLES:
        raise ValueError(f"{rule_id} is drawn twice.")
    EXAMPLES[rule_id] = Example(holds, breaks, previous)


@dataclass(frozen=True)
class Cell:
    """A standing rule's example: the same cell as it should be and as it breaks; None is blank."""

    table: str
    column: str
    holds: str
    breaks: str | None


CELLS: dict[str, Cell] = {}


def cell(rule_id: str, table: str, column: str, *, holds: str, breaks: str | None) -> None:
    """Show a rule that every column can break."""
    if rule_id in CELLS:
        raise ValueError(f"{rule_id} is shown twice.")
    CELLS[rule_id] = Cell(table, column, holds, breaks)


def draw(text: str, contract: Contract) -> Drawn:
    """Parse drawn tables."""
    tables, broken = {}, {}
    for block in text.strip().split("\n\n"):
        name, header, *lines = (line.strip() for line in block.strip().splitlines())
        names = [cell.strip() for cell in header.split("|")]
        cells = pd.DataFrame(
            [[c.strip() for c in line.split("|")] for line in lines], columns=names
        )
        cells = _repeated(cells)
        marks = cells.pop("!") if "!" in cells else pd.Series("", index=cells.index)
        columns = contract[name].columns
        drawn = {c: _typed(cells[c], columns[c].kind) for c in cells}
        blank = {
            c.name: pd.Series(None, index=cells.index, dtype=PANDAS[c.kind])
            for c in columns.values()
            if c.name not in drawn
        }
        tables[name] = pd.DataFrame({**drawn, **blank}, index=cells.index)
        broken[name] = list(marks.index[marks == "x"])
    return Drawn(tables, broken)


def _repeated(cells: pd.DataFrame) -> pd.DataFrame:
    if "*" not in cells:
        return cells.set_axis(range(1, len(cells) + 1))
    times = cells.pop("*").astype(int)
    cells = cells.loc[cells.index.repeat(times)].set_axis(range(1, int(times.sum()) + 1))
    for key in [name for name in cells if name.endswith("_id") and name != "centre_id"]:
        cells[key] = cells[key] + cells.groupby(key).cumcount().add(1).astype(str)
    return cells


def _typed(cells: pd.Series, kind: Kind) -> pd.Series:
    text = cells.mask(cells.isin(["", "."]))
    if kind is Kind.DATE:
        return pd.to_datetime(text, format="%Y-%m-%d").astype(PANDAS[kind])
    if kind is Kind.YES_NO:
        return text.map({"true": True, "false": False}).astype(PANDAS[kind])
    if kind is Kind.WHOLE:
        return pd.to_numeric(text).astype(PANDAS[kind])
    return text.astype(PANDAS[kind])
