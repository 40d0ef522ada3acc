"""Builders: harmonised tables from a few words, with the oddity as the only argument."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

CUT = pd.Timestamp("2024-12-31").date()

COLUMNS: dict[str, dict[str, str]] = {
    "patients": {
        "patient_id": "str", "centre_id": "str", "birth_year": "Int64", "onset_date": "datetime64[s]",
        "last_contact_date": "datetime64[s]", "vital_status": "str", "death_date": "datetime64[s]",
    },
    "visits": {
        "visit_id": "str", "patient_id": "str", "visit_date": "datetime64[s]",
        "physician_global_vas": "float64", "patient_global_vas": "float64", "mmt_score": "float64",
        "mmt_max": "Int64", "haq_di": "float64", "extramuscular_vas": "float64",
        "remission_reported": "boolean", "tis_reported": "float64",
    },
    "labs": {
        "lab_id": "str", "patient_id": "str", "collected_date": "datetime64[s]", "analyte": "str",
        "value": "float64", "value_comparator": "str", "upper_limit_normal": "float64",
    },
    "therapies": {
        "therapy_id": "str", "patient_id": "str", "drug": "str", "drug_class": "str",
        "frequency": "str", "start_date": "datetime64[s]", "stop_date": "datetime64[s]",
        "line": "Int64", "intent": "str", "stop_reason": "str", "prednisone_mg_day": "float64",
    },
}  # fmt: skip

Row = dict[str, Any]
Tables = dict[str, pd.DataFrame]

ILL: Row = {
    "physician_global_vas": 7.0,
    "patient_global_vas": 6.0,
    "mmt_score": 56.0,
    "mmt_max": 80,
    "haq_di": 1.5,
    "extramuscular_vas": 5.0,
}
WELL: Row = {
    "physician_global_vas": 0.0,
    "patient_global_vas": 0.0,
    "mmt_score": 80.0,
    "mmt_max": 80,
    "haq_di": 0.0,
    "extramuscular_vas": 0.0,
}


def day(number: int | None) -> pd.Timestamp | None:
    """Day 0 is 2020-01-01."""
    return None if number is None else pd.Timestamp("2020-01-01") + pd.Timedelta(days=number)


def patient(patient_id: str = "P1", **facts: Any) -> Row:
    """An adult, ill since day -60, alive."""
    usual = {
        "centre_id": "DE01",
        "birth_year": 1960,
        "onset_date": day(-60),
        "vital_status": "alive",
    }
    return {"patient_id": patient_id, **usual, **facts}


def visit(on: int, state: Row = ILL, patient_id: str = "P1", **facts: Any) -> Row:
    visit_id = f"{patient_id}-{on}"
    return {
        "visit_id": visit_id, "patient_id": patient_id, "visit_date": day(on), **state, **facts,
    }  # fmt: skip


def lab(on: int, value: float, analyte: str = "ck", patient_id: str = "P1", **facts: Any) -> Row:
    """A result with an ULN of 200."""
    usual = {"analyte": analyte, "upper_limit_normal": 200.0}
    return {"patient_id": patient_id, "collected_date": day(on), "value": value, **usual, **facts}


def therapy(
    drug: str | None,
    start: int | None,
    stop: int | None = None,
    patient_id: str = "P1",
    **facts: Any,
) -> Row:
    """An episode; prednisone at 40 mg unless `prednisone_mg_day` says otherwise."""
    dose = {"prednisone_mg_day": 40.0} if drug == "prednisone" else {}
    dates = {"start_date": day(start), "stop_date": day(stop)}
    return {"patient_id": patient_id, "drug": drug, "frequency": "daily", **dates, **dose, **facts}


def tables(
    visits: list[Row] = [],  # noqa: B006 read only
    labs: list[Row] = [],  # noqa: B006
    therapies: list[Row] = [],  # noqa: B006
    patients: list[Row] | None = None,
) -> Tables:
    """The four tables in the registry's types; one adult patient unless said otherwise."""
    rows: Mapping[str, list[Row]] = {
        "patients": [patient()] if patients is None else patients,
        "visits": visits,
        "labs": labs,
        "therapies": therapies,
    }
    return {name: _table(name, listed) for name, listed in rows.items()}


def _table(name: str, rows: list[Row]) -> pd.DataFrame:
    key = {"labs": "lab_id", "therapies": "therapy_id"}.get(name)
    if key:
        rows = [{key: f"{name}-{number}", **row} for number, row in enumerate(rows)]
    types = COLUMNS[name]
    assert all(set(row) <= set(types) for row in rows), "a builder wrote an unknown column"
    cells = {column: [row.get(column) for row in rows] for column in types}
    table = pd.DataFrame({c: pd.Series(v, dtype=_plain(types[c])) for c, v in cells.items()})
    return table.astype(types).set_axis(pd.RangeIndex(1, len(rows) + 1))


def _plain(dtype: str) -> str:
    return "datetime64[s]" if dtype.startswith("datetime") else dtype


def plain(values: pd.Series) -> list[Any]:
    """A column as a list, None where blank."""
    return [None if pd.isna(value) else value for value in values]


def held_back(table: str, *patient_ids: str) -> pd.Series:
    """One row of a table held back for each patient."""
    index = pd.MultiIndex.from_product([[table], patient_ids], names=["table", "patient_id"])
    return pd.Series(1, index=index)


def random_tables(seed: int, patients: int = 6, prefix: str = "P") -> Tables:
    """Random cohorts, crowded in time, with every gap and oddity that can pass the checks.

    Every other patient is cared for well: treated from day 0, seen on schedule, with laboratory.
    """
    rng = np.random.default_rng(seed)
    rows: dict[str, list[Row]] = {"patients": [], "visits": [], "labs": [], "therapies": []}
    for number in range(patients):
        who, blank = f"{prefix}{number}", float(rng.choice([0.02, 0.1]))
        schedule = np.array([-2, *np.arange(0, 1100, int(rng.choice([45, 91, 182, 365])))])
        on_schedule = schedule + rng.integers(-4, 5, len(schedule))
        at_random = rng.integers(-60, 1500, int(rng.integers(0, 14)))
        well_cared = number % 2 == 0
        days = on_schedule if well_cared else at_random
        lab_days = days if well_cared else rng.integers(-60, 1500, int(rng.integers(0, 60)))
        rows["patients"].append(_random_patient(rng, who, blank))
        rows["visits"] += _random_visits(rng, who, days, blank)
        rows["labs"] += _random_labs(rng, who, np.repeat(lab_days, 3), blank)
        rows["therapies"] += _random_therapies(rng, who, well_cared, blank)
    return {name: _table(name, listed) for name, listed in rows.items()}


def maybe(rng: np.random.Generator, value: Any, blank: float = 0.1) -> Any:
    return None if rng.random() < blank else value


def _random_patient(rng: np.random.Generator, who: str, blank: float) -> Row:
    status = rng.choice(["alive", "dead", "lost_to_follow_up", "opted_out"])
    last = int(rng.integers(300, 1700))
    return patient(
        who,
        centre_id=str(rng.choice(["DE01", "SE01"])),
        birth_year=maybe(rng, int(rng.choice([1950, 1980, 2001, 2002, 2003, 2010])), blank),
        onset_date=maybe(rng, day(int(rng.integers(-400, 10))), blank),
        vital_status=str(status),
        last_contact_date=maybe(rng, day(last)),
        death_date=maybe(rng, day(last)) if status == "dead" else None,
    )


def _random_visits(
    rng: np.random.Generator, who: str, days: np.ndarray[Any, Any], blank: float
) -> list[Row]:
    """Ill at first; some patients well from a day on, some of these ill again later."""
    well_from, well_until = rng.choice([120, 400, 9999]), rng.choice([500, 800, 9999])
    maximum = int(rng.choice([80, 150, 260]))
    visits = []
    for number, on in enumerate(days):
        well = well_from < on < well_until and rng.random() < 0.95
        scale, weakest = (0.0, 0.975) if well else (1.0, 0.4)
        mmt_max = int(rng.choice([80, 150])) if rng.random() < blank / 2 else maximum
        score = float(rng.integers(int(np.ceil(weakest * mmt_max)), mmt_max + 1))
        haq = scale * int(rng.integers(0, 18)) / int(rng.choice([8, 7, 6]))
        visits.append(
            {
                "visit_id": f"{who}-v{rng.integers(1000)}-{number}",
                "patient_id": who,
                "visit_date": day(int(on)),
                "physician_global_vas": maybe(rng, scale * rng.integers(0, 101) / 10, blank),
                "patient_global_vas": maybe(rng, scale * rng.integers(0, 101) / 10, blank),
                "mmt_score": maybe(rng, score, blank),
                "mmt_max": maybe(rng, mmt_max, blank / 3),
                "haq_di": maybe(rng, haq, blank),
                "extramuscular_vas": maybe(rng, scale * rng.integers(0, 61) / 10, blank),
                "remission_reported": maybe(rng, bool(rng.random() < 0.3)),
                "tis_reported": maybe(rng, float(rng.choice([0, 20, 57.5, 100])), 0.7),
            }
        )
    return visits


def _random_labs(
    rng: np.random.Generator, who: str, days: np.ndarray[Any, Any], blank: float
) -> list[Row]:
    well_from = rng.choice([100, 300, 9999])
    analytes = ["ck", "ck", "ck", "ck", "aldolase", "ldh", "ast", "alt", "crp"]
    labs = []
    for on in days + rng.integers(-16, 17, len(days)) * (rng.random(len(days)) < 0.5):
        limit = float(rng.choice([150, 200, 300]))
        well = on > well_from and rng.random() < 0.9
        times = float(rng.choice([0.25, 0.5, 0.9, 1] if well else [1, 1.5, 2, 4, 4.75, 10, 40]))
        labs.append(
            {
                "patient_id": who,
                "collected_date": day(int(on)),
                "analyte": str(rng.choice(analytes)),
                "value": maybe(rng, times * limit, blank / 2),
                "value_comparator": maybe(rng, str(rng.choice(["<", "<=", "=", ">=", ">"])), 0.9),
                "upper_limit_normal": maybe(rng, limit, blank / 2),
            }
        )
    return labs


DRUGS = (
    "prednisone", "prednisone", "prednisone", "methylprednisolone", "methotrexate", "azathioprine",
    "mycophenolate", "ivig", "scig", "rituximab", "folic_acid", "statin_withdrawal", "plasma_exchange",
)  # fmt: skip


def _random_therapies(
    rng: np.random.Generator, who: str, well_cared: bool, blank: float
) -> list[Row]:
    episodes = []
    for number in range(int(rng.integers(2 if well_cared else 0, 9))):
        first = well_cared and number < 2
        start = 0 if first else int(rng.integers(-20, 900))
        length = int(rng.choice([0, 1, 5, 30, 59, 60, 61, 90, 200, 400]))
        drug = ("prednisone", "methotrexate")[number] if first else str(rng.choice(DRUGS))
        steroid = drug in ("prednisone", "methylprednisolone")
        dose = maybe(rng, float(rng.choice([2.5, 5, 7.5, 10, 40, 100 / 3])), blank / 2)
        intents = ["induction", "maintenance", "maintenance", "rescue", "other_disease"]
        reasons = ["inefficacy", "toxicity", "patient_wish", "planned_end", "remission", "death"]
        episodes.append(
            {
                "patient_id": who,
                "drug": maybe(rng, drug, blank / 10),
                "frequency": str(rng.choice(["daily", "daily", "weekly", "once"])),
                "start_date": maybe(rng, day(start), blank / 10),
                "stop_date": maybe(rng, day(start + length), 0.25),
                "line": maybe(rng, int(rng.choice([0, 1, 1, 1, 2, 3])), 0.2),
                "intent": maybe(rng, str(rng.choice(intents))),
                "stop_reason": maybe(rng, str(rng.choice(reasons)), 0.3),
                "prednisone_mg_day": dose if steroid else None,
            }
        )
    return episodes
