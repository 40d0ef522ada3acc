"""A centre's own patients over time: CK and response, as the registry derives them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from registry.contract import Contract
from registry.harmonise import harmonise
from registry.outcomes import treatment_outcomes, visit_outcomes
from registry.submission import Submission

DAYS_PER_MONTH = 30.4375
MONTHS_PER_STEP = 3  # medians are taken at months 0, 3, 6 …
FEWEST = 5  # curves behind a median: of fewer it is somebody's own
LONGEST = 60  # months; later visits are left out
LEAST = 0.01  # × ULN: below it a logarithm tells nothing


@dataclass(frozen=True)
class Course:
    """One measure over time.

    `points`: curve (number of the thin line it belongs to), month, value; in that order.
    `median`: month, value, n (curves behind it); steps with fewer than FEWEST are left out.
    """

    points: pd.DataFrame
    median: pd.DataFrame

    @property
    def n(self) -> int:
        return int(self.points["curve"].nunique())


def courses(
    kept: Mapping[str, pd.DataFrame], submission: Submission, contract: Contract
) -> dict[str, Course]:
    """CK from the first line's start (one curve a patient), TIS in the first and later lines.

    `kept` are the tables without the rows held back. Keys: ck (× ULN), tis_first, tis_later
    (0–100). Line 0, statin withdrawal alone, is no first treatment line but opens the CK course.
    """
    tables = harmonise(kept, submission, contract)
    visits = visit_outcomes(tables, submission.data_cut)
    lines = treatment_outcomes(tables, submission.data_cut, visits=visits)
    starts = lines[["patient_id", "line", "days_to_start"]]
    visits = visits.merge(starts, on=["patient_id", "line"], validate="many_to_one")
    of_patient = visits.groupby("patient_id").ngroup()
    of_line = visits.groupby(["patient_id", "line"]).ngroup()
    in_line = visits["days_from_line_start"]
    line = visits["line"]
    return {
        "ck": _course(
            of_patient, in_line + visits["days_to_start"], visits["ck_times_uln"], ratio=True
        ),
        "tis_first": _course(of_line, in_line, visits["tis"].where(line == 1)),
        "tis_later": _course(of_line, in_line, visits["tis"].where(line > 1)),
    }


def _course(curve: pd.Series, day: pd.Series, value: pd.Series, *, ratio: bool = False) -> Course:
    """A visit that closes one line and opens the next counts once. `ratio`: of a log scale."""
    month = (day.astype("float64") / DAYS_PER_MONTH).round(2)
    points = pd.DataFrame({"curve": curve, "month": month, "value": value}).dropna()
    points = points[points["month"] <= LONGEST].drop_duplicates(["curve", "month"])
    points = points.sort_values(["curve", "month"], ignore_index=True)
    return Course(points, _median(points, ratio))


def _median(points: pd.DataFrame, ratio: bool) -> pd.DataFrame:
    """At every step the median of the curves that reach across it, each read between its visits.

    Of the visits of a step alone it would be that of whoever came off schedule: mostly flares.
    """
    value = np.log(points["value"].clip(lower=LEAST)) if ratio else points["value"]
    now = points.assign(value=value)
    then = now.shift(-1)
    spans = now.assign(until=then["month"], to=then["value"])[now["curve"] == then["curve"]]
    at = pd.DataFrame({"step": np.arange(0, LONGEST + 1, MONTHS_PER_STEP)})
    across = at.merge(spans, how="cross").query("month <= step < until")
    share = (across["step"] - across["month"]) / (across["until"] - across["month"])
    read = across.assign(value=across["value"] + share * (across["to"] - across["value"]))
    counted = read.groupby("step")["value"].agg(value="median", n="size")
    of_step: pd.DataFrame = counted[counted["n"] >= FEWEST].rename_axis("month").reset_index()
    if ratio:
        of_step["value"] = np.exp(of_step["value"])
    return of_step
