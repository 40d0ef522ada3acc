"""The TIS a centre computes itself: right, as a clean centre's is, and for some visits only."""

import numpy as np
import pandas as pd

from registry.outcomes.tis import RANGES, improvement, percent, score
from sample_data.chance import Floats, Rng
from sample_data.plan import Plan

CK_RANGE = 15  # × ULN
_CLEARLY_CK = 5  # × ULN at baseline, above which no other enzyme is more abnormal


def reported_tis(
    visits: pd.DataFrame, table: pd.DataFrame, labs: pd.DataFrame, plan: Plan, rng: Rng
) -> Floats:
    """TIS of the visits about six months into line 1, in half of them; NaN elsewhere.

    `visits` are the drawn visits, `table` the table made of them, row by row.
    """
    ck = labs[labs["analyte"].eq("ck")].dropna(subset="visit_id").set_index("visit_id")
    times_uln = (ck["value"] / ck["upper_limit_normal"]).reindex(table["visit_id"]).to_numpy()
    person, day = visits["person"].to_numpy(), visits["day"].to_numpy()
    since = day - plan.lines[person, 0]
    baselines = visits[(since >= -30) & (since <= 3)].drop_duplicates("person", keep="last")
    row = pd.Series(baselines.index, index=baselines["person"]).reindex(person)
    base = row.fillna(0).to_numpy(np.int64)
    scores = {
        measure: score(measure, percent(_fall(table[f"{measure}_vas"], base), RANGES[measure]))
        for measure in ("physician_global", "patient_global", "extramuscular")
    }
    scores["haq_di"] = score("haq_di", percent(_fall(table["haq_di"], base), RANGES["haq_di"]))
    gain = -_fall(table["mmt_score"], base)
    scores["mmt"] = score("mmt", percent(gain, table["mmt_max"].to_numpy(np.float64)))
    enzyme = percent(times_uln[base] - times_uln, CK_RANGE)
    scores["muscle_enzyme"] = score("muscle_enzyme", enzyme)
    due = (since >= 140) & (since <= 230) & (day < plan.lines[person, 1]) & row.notna().to_numpy()
    due &= (times_uln[base] > _CLEARLY_CK) & (rng.random(len(visits)) < 0.5)
    return np.where(due, improvement(scores)[0], np.nan)


def _fall(values: pd.Series, base: np.ndarray) -> Floats:
    measured = values.to_numpy(np.float64)
    return np.asarray(measured[base] - measured)
