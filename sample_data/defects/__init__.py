"""FR01 breaks every rule exactly once: one small planter per rule, each with a patient of its own.

@plants("TX-10")
def _(cohort: Cohort) -> None:
    therapy = cohort.first("therapies", cohort.patient(), drug="methotrexate")
    cohort.change("therapies", therapy, stop_date="2015-01-01")
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

PLANTS: dict[str, Callable[["Cohort"], None]] = {}


def plants(rule_id: str) -> Callable[[Callable[["Cohort"], None]], None]:
    """Register the planter of a rule's defect."""

    def register(planter: Callable[["Cohort"], None]) -> None:
        if rule_id in PLANTS:
            raise ValueError(f"{rule_id} is planted twice.")
        PLANTS[rule_id] = planter

    return register


@dataclass
class Cohort:
    """A clean centre's tables, edited in place; every planter takes patients nobody else takes."""

    tables: dict[str, pd.DataFrame]
    taken: set[str] = field(default_factory=set)

    def patient(self, **facts: object) -> str:
        """A patient not taken yet whose columns equal `facts`, e.g. subtype="anti_hmgcr"."""
        patients = self.tables["patients"]
        for column, fact in facts.items():
            patients = patients[patients[column] == fact]
        free = patients[~patients["patient_id"].isin(self.taken)]
        if free.empty:
            raise LookupError(f"no free patient with {facts}")
        patient = str(free["patient_id"].iloc[0])
        self.taken.add(patient)
        return patient

    def patient_where(self, table: str, **facts: object) -> str:
        """A patient not taken yet who has a row in `table` whose columns equal `facts`."""
        rows = self.rows(table, **facts)
        free = rows[~rows["patient_id"].isin(self.taken)]
        if free.empty:
            raise LookupError(f"no free patient with {table} {facts}")
        return self.patient(patient_id=free["patient_id"].iloc[0])

    def rows(self, table: str, patient: str | None = None, **facts: object) -> pd.DataFrame:
        rows = self.tables[table]
        if patient is not None:
            rows = rows[rows["patient_id"] == patient]
        for column, fact in facts.items():
            rows = rows[rows[column] == fact]
        return rows

    def first(self, table: str, patient: str, **facts: object) -> int:
        """Index label of the patient's first row that has `facts`."""
        return int(self.rows(table, patient, **facts).index[0])

    def last(self, table: str, patient: str, **facts: object) -> int:
        return int(self.rows(table, patient, **facts).index[-1])

    def change(self, table: str, row: int, **facts: object) -> None:
        """Set cells of one row; dates are given as ISO text or Timestamp, None is blank."""
        data = self.tables[table]
        for column, fact in facts.items():
            is_date = data[column].dtype.kind == "M"
            data.loc[row, column] = pd.Timestamp(fact) if is_date and fact is not None else fact  # type: ignore[arg-type]

    def add(self, table: str, like: int, **facts: object) -> int:
        """A copy of row `like` with `facts` changed and, unless given, a new key; its label."""
        data = self.tables[table]
        label = int(data.index.max()) + 1
        copy = data.loc[[like]].set_axis([label])
        self.tables[table] = pd.concat([data, copy])
        key = next(name for name in data if name.endswith("_id") and name != "centre_id")
        self.change(table, label, **{key: f"{data.loc[like, key]}-{label}", **facts})
        return label

    def drop(self, table: str, patient: str, **facts: object) -> None:
        rows = self.rows(table, patient, **facts)
        self.tables[table] = self.tables[table].drop(rows.index)


def plant_all(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with every registered defect planted, rows renumbered from 1."""
    cohort = Cohort({name: table.copy() for name, table in tables.items()})
    for rule_id in sorted(PLANTS):
        PLANTS[rule_id](cohort)
    return {name: table.set_axis(range(1, len(table) + 1)) for name, table in cohort.tables.items()}
