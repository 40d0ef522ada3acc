"""The IMACS core set of each visit beside that of the baseline it is compared with."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from registry.outcomes import enzymes, tis
from registry.outcomes.cohort import Cohort
from registry.outcomes.enzymes import TimesULN
from registry.outcomes.keys import Floats, Ints, take
from registry.outcomes.visit_rows import VisitRows

# What a visit itself holds of the core set; the enzyme comes from the laboratory.
VISIT_COLUMNS = {m: name for m, name in tis.MEASURES.items() if m != "muscle_enzyme"}


@dataclass(frozen=True)
class State:
    """The core set on one occasion per entry, NaN where missing."""

    measures: dict[str, Floats]  # those of VISIT_COLUMNS
    mmt_max: Floats
    enzyme: TimesULN  # of the line's enzyme

    def at(self, places: Ints) -> "State":
        """The states at these places."""
        measures = {measure: values[places] for measure, values in self.measures.items()}
        return State(measures, self.mmt_max[places], self.enzyme.at(places))


@dataclass(frozen=True)
class CoreSet:
    """`measures`, `mmt_max` and `ck` have one entry per visit, all else one per visit row.

    `enzyme` is a position in `enzymes.enzymes()`, NO_ENZYME or UNDECIDED.
    """

    measures: dict[str, Floats]
    mmt_max: Floats
    ck: TimesULN
    former: State
    later: State
    enzyme: Ints
    ck_baseline: TimesULN

    @property
    def enzyme_range(self) -> Floats:
        """Full range of the line's enzyme in × ULN; NaN where there is none."""
        return take(enzymes.enzymes()[1], np.maximum(self.enzyme, -1), np.nan)


def read_core_set(cohort: Cohort, labs: pd.DataFrame, rows: VisitRows) -> CoreSet:
    """Measures of the visits and the enzyme most abnormal at each line's baseline.

    An MMT without the maximum of its version is no MMT: 70 may be of 80 or of 150.
    """
    visits = cohort.visit
    maximum = cohort.visit_column("mmt_max")
    measures = {measure: cohort.visit_column(name) for measure, name in VISIT_COLUMNS.items()}
    measures["mmt"] = np.where(np.isnan(maximum), np.nan, measures["mmt"])
    results = enzymes.read_results(labs, cohort.people)
    who, when = (take(of, rows.baseline_of_line, -1) for of in (visits.patient, visits.day))
    every = range(len(enzymes.enzymes()[0]))
    found = [results.near(np.full_like(who, enzyme), who, when) for enzyme in every]
    chosen = enzymes.most_abnormal(found)
    enzyme = chosen[rows.line]
    at_visit = results.near(enzyme, visits.patient[rows.visit], visits.day[rows.visit])
    return CoreSet(
        measures=measures,
        mmt_max=maximum,
        ck=results.near(np.zeros_like(visits.patient), visits.patient, visits.day),
        former=_state(measures, maximum, rows.baseline, enzymes.pick(found, chosen).at(rows.line)),
        later=_state(measures, maximum, rows.visit, at_visit),
        enzyme=enzyme,
        ck_baseline=found[0].at(rows.line),
    )


def _state(measures: dict[str, Floats], maximum: Floats, at: Ints, enzyme: TimesULN) -> State:
    found = {measure: take(values, at, np.nan) for measure, values in measures.items()}
    return State(found, take(maximum, at, np.nan), enzyme)
