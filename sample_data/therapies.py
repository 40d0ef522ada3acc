"""The table of therapies: every drug of every plan, as known at the last contact."""

import numpy as np
import pandas as pd

from registry.codelists import codelist
from sample_data.centres import Centre
from sample_data.chance import NEVER, Rng, as_dates, year_of
from sample_data.plan import Plan
from sample_data.regimens import (
    glucocorticoids,
    immunoglobulins,
    immunosuppressants,
    rescues,
    withdrawals,
)


def therapies_table(people: pd.DataFrame, plan: Plan, centre: Centre, rng: Rng) -> pd.DataFrame:
    """The table `therapies`, by person and first day; keeps `person` and `stop` beside."""
    parts = [
        withdrawals(people),
        *glucocorticoids(people, plan, centre, rng),
        *immunosuppressants(people, plan, rng),
        *immunoglobulins(people, plan, rng),
        *rescues(people, plan),
    ]
    rows = _within_observation(pd.concat(parts, ignore_index=True), people)
    rows = rows.sort_values(["person", "start", "drug"], kind="stable", ignore_index=True)
    person, start = rows["person"].to_numpy(), rows["start"].to_numpy()
    line = (plan.lines[person] <= start[:, None]).sum(axis=1)
    rows["line"] = np.where(rows["drug"].eq("statin_withdrawal"), 0, np.maximum(line, 1))
    rows["patient_id"] = people["patient_id"].to_numpy()[person]
    rows["start_date"], rows["stop_date"] = as_dates(rows["start"]), as_dates(rows["stop"])
    return _some_by_atc(rows, rng)


def _within_observation(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """As known at last contact: what runs then is open, or ended by death."""
    last = people["last"].to_numpy()[rows["person"]]
    dead = people["vital_status"].eq("dead").to_numpy()[rows["person"]]
    runs = rows["stop"].to_numpy() > last
    return rows.assign(
        stop=np.where(runs, np.where(dead, last, NEVER), rows["stop"]),
        stop_reason=rows["stop_reason"].mask(runs).mask(runs & dead, "death"),
    )[(rows["start"] <= last) & (rows["start"] <= rows["stop"])]


def _some_by_atc(rows: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Half of the rituximab and one row in 25 carry an ATC code in place of `drug`; some have both.

    Rituximab was L01XC02 in the 2021 index and is L01FA01 in that of 2026.
    """
    drugs = codelist("drugs").table.set_index("code")["atc"]
    atc = rows["drug"].map(drugs)
    old = rows["drug"].eq("rituximab") & (year_of(rows["start"].to_numpy()) < 2023)
    chance = np.where(rows["drug"].eq("rituximab"), 0.5, 0.04)
    coded = atc.notna() & (rng.random(len(rows)) < chance)
    version = pd.Series(np.where(old, "2021", "2026"), index=rows.index)
    return rows.assign(
        drug=rows["drug"].mask(coded & (rng.random(len(rows)) < 0.8)),
        atc=atc.mask(old, "L01XC02").where(coded),
        atc_version=version.where(coded),
    )
