"""The Total Improvement Score of the 2016 ACR/EULAR response criteria.

Source: Aggarwal et al., Ann Rheum Dis 2017;76:792-801, doi:10.1136/annrheumdis-2017-211400; score
table and thresholds as printed in PMC5577002, table 3. Ranges of the enzymes, and that the change
is taken of the range and not of the baseline, are from memory: see the dossier, section 10.

Bands are right-closed: exactly 5 % belongs to the band below. In binary floating point 1.1 - 0.6 of
10 cm is 5.000000000000001 %, so percentages are rounded to nine decimals before they are banded.
The finest grid that is submitted (HAQ-DI in sevenths against eighths) steps by more than 0.5 %, and
what the arithmetic adds is below 1e-11 %: the rounding restores every edge and moves nothing else.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from registry.codelists import table
from registry.outcomes.keys import Flags, Floats, Ints

# Measure → the name its bands stand under: the contract's column where there is one.
MEASURES = {
    "physician_global": "physician_global_vas",
    "patient_global": "patient_global_vas",
    "mmt": "mmt_score",
    "haq_di": "haq_di",
    "muscle_enzyme": "muscle_enzyme",
    "extramuscular": "extramuscular_vas",
}

# Full range of the instruments with a fixed one: 10-cm visual analogue scales, HAQ-DI 0-3. That of
# MMT is the maximum of the version used; those of the enzymes stand in codelists/analytes.csv.
RANGES = {"physician_global": 10.0, "patient_global": 10.0, "extramuscular": 10.0, "haq_di": 3.0}

GROUPS = ("adult", "juvenile")
CATEGORIES = ("none", "minimal", "moderate", "major")
MAXIMUM = 100.0

ADULT_FROM_YEARS = 18

# Why a row has no TIS, gravest first: the first that applies is given.
REASONS = {
    "no_baseline_visit": "No visit from 30 days before to 3 days after the start of the line.",
    "baseline_visit": "The visit is the baseline itself.",
    "physician_global_missing_at_baseline": "Physician global missing at baseline.",
    "physician_global_missing_at_visit": "Physician global missing at this visit.",
    "mmt_missing_at_baseline": "MMT or its maximum missing at baseline.",
    "mmt_missing_at_visit": "MMT or its maximum missing at this visit.",
    "mmt_version_changed": "MMT of another version (another maximum) than at baseline.",
    "patient_global_missing_at_baseline": "Patient global missing at baseline.",
    "patient_global_missing_at_visit": "Patient global missing at this visit.",
    "haq_di_missing_at_baseline": "HAQ-DI missing at baseline.",
    "haq_di_missing_at_visit": "HAQ-DI missing at this visit.",
    "extramuscular_missing_at_baseline": "Extramuscular activity missing at baseline.",
    "extramuscular_missing_at_visit": "Extramuscular activity missing at this visit.",
    "muscle_enzyme_missing_at_baseline": "No enzyme with its ULN within 14 days of the baseline.",
    "muscle_enzyme_missing_at_visit": "The baseline's enzyme was not measured near this visit.",
    "muscle_enzyme_censored": "Results given as < or > leave the enzyme or its band undecided.",
}


@cache
def _bands(measure: str) -> tuple[Floats, Floats]:
    """Upper edges (closed) of all bands but the last, and the scores of all bands."""
    bands = table("tis_bands")
    bands = bands.sort_values("above_percent", na_position="first")
    rows = bands[bands["measure"] == MEASURES[measure]]
    return rows["above_percent"].to_numpy()[1:], rows["score"].to_numpy()


def percent(fall: Floats, full_range: Floats | float) -> Floats:
    """Absolute percent change: `fall` / range × 100, rounded to nine decimals (see the module)."""
    return np.round(fall / full_range * 100.0, 9)


def score(measure: str, percent_change: Floats) -> Floats:
    """Score of one measure for its absolute percent change (+ is improvement); NaN stays NaN."""
    edges, scores = _bands(measure)
    banded = scores[np.searchsorted(edges, percent_change, side="left")]
    return np.where(np.isnan(percent_change), np.nan, banded)


def interval_score(measure: str, low: Floats, high: Floats) -> Floats:
    """Score of a change that lies between two percentages: NaN unless both ends score the same."""
    lowest = score(measure, low)
    return np.where(lowest == score(measure, high), lowest, np.nan)


def improvement(scores: Mapping[str, Floats]) -> tuple[Floats, Floats, Ints]:
    """(TIS, partial TIS, number of measures scored) from the scores of the six measures.

    The TIS needs all six; the partial sum needs physician global and MMT, and stands only where the
    TIS does not. Both 0-100 in steps of 2.5; NaN where not given.
    """
    scored = {measure: ~np.isnan(values) for measure, values in scores.items()}
    counted = sum((flags.astype(np.int64) for flags in scored.values()), start=np.int64(0))
    total = sum(np.where(scored[m], scores[m], 0.0) for m in scores)
    complete = counted == len(MEASURES)
    partly = scored["physician_global"] & scored["mmt"] & ~complete
    return (
        np.where(complete, total, np.nan),
        np.where(partly, total, np.nan),
        np.asarray(counted, dtype=np.int64),
    )


def response_group(onset_year: Floats, birth_year: Floats) -> Ints:
    """0 adult (onset at 18 or later), 1 juvenile, -1 unknown.

    Only the year of birth is known: adult when onset year - birth year is at least 18, so somebody
    who falls ill in the year of the eighteenth birthday counts as adult.
    """
    age = onset_year - birth_year
    return np.where(np.isnan(age), -1, (age < ADULT_FROM_YEARS).astype(np.int64))


def thresholds() -> Floats:
    """Lowest TIS of minimal, moderate, major response: one row per group of GROUPS."""
    groups = table("tis_thresholds").set_index("group")
    return groups.loc[list(GROUPS), list(CATEGORIES[1:])].to_numpy()


def category(score_: Floats, group: Ints) -> Ints:
    """Position in CATEGORIES; -1 where the TIS or the group is unknown.

    Adult: minimal 20, moderate 40, major 60; juvenile: 30, 45, 70; each at or above.
    """
    lowest = thresholds()[group]
    reached = sum((score_ >= lowest[:, level]).astype(np.int64) for level in range(lowest.shape[1]))
    return np.where(np.isnan(score_) | (group < 0), -1, reached)


def first_reason(applies: Mapping[str, Flags], rows: int) -> NDArray[np.int64]:
    """Position in REASONS of the first reason that applies; -1 where none does."""
    found = np.full(rows, -1, dtype=np.int64)
    for position, code in reversed(list(enumerate(REASONS))):
        if code in applies:
            found[applies[code]] = position
    return found
