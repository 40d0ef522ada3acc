"""Improvement and worsening after IMACS, from relative changes of the six core set measures.

Improvement: Rider et al. 2004 (definition of improvement, DOI). Worsening: Oddis et al. 2005. Both
from memory, domain dossier 3.2. A change is relative to the former value, + is improvement:
100 × (1 - later / former) %, for MMT 100 × (later / former - 1) %. From 0 any rise is without
bound: a patient who was free of activity and falls ill again is worse by more than any percentage.

A measure is an interval of change, from a censored enzyme or, where it is missing, unbounded. The
answer is given only where no value in the intervals could make it another.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from registry.outcomes.keys import Flags, Floats, Ints

IMPROVED_PERCENT, IMPROVED_MEASURES = 20.0, 3
DOI_WORSE_PERCENT, DOI_WORSE_MEASURES = 25.0, 2
WORSE_PERCENT, WORSE_MEASURES = 30.0, 3
MMT_WORSE_PERCENT = 20.0
WORSE_CM = 2.0


@dataclass(frozen=True)
class Change:
    """Relative changes in percent, each from `low` to `high`; NaN where a value is missing."""

    low: Floats
    high: Floats

    def at_least(self, limit: float) -> tuple[Flags, Flags]:
        """(certainly, possibly) improved by `limit` percent or more."""
        return self.low >= limit, ~(self.high < limit)

    def at_most(self, limit: float) -> tuple[Flags, Flags]:
        """(certainly, possibly) changed to `limit` percent or less."""
        return self.high <= limit, ~(self.low > limit)


def relative_fall(former: Floats, later: Floats) -> Floats:
    """100 × (1 - later / former), to nine decimals; 0 from 0 to 0, -infinity from 0 to more."""
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = np.round(100.0 * (1.0 - later / former), 9)
    return np.where((former == 0) & (later == 0), 0.0, fall)


def fall(former: Floats, later: Floats) -> Change:
    """Change of a measure in which less is better."""
    change = relative_fall(former, later)
    return Change(change, change)


def rise(former: Floats, later: Floats) -> Change:
    """Change of a measure in which more is better."""
    change = -relative_fall(former, later)
    return Change(change, change)


def _count(answers: list[tuple[Flags, Flags]]) -> tuple[Ints, Ints]:
    """(how many certainly do, how many possibly do)"""
    certain: Ints = np.count_nonzero([answer[0] for answer in answers], axis=0)
    possible: Ints = np.count_nonzero([answer[1] for answer in answers], axis=0)
    return certain, possible


def improved(changes: Mapping[str, Change]) -> tuple[Flags, Flags]:
    """(certainly, possibly) ≥ 3 of 6 improved by ≥ 20 %, ≤ 2 worse by ≥ 25 %, MMT none of these."""
    better, may_be_better = _count([c.at_least(IMPROVED_PERCENT) for c in changes.values()])
    worse, may_be_worse = _count([c.at_most(-DOI_WORSE_PERCENT) for c in changes.values()])
    mmt_worse, mmt_may_be_worse = changes["mmt"].at_most(-DOI_WORSE_PERCENT)
    certain = (better >= IMPROVED_MEASURES) & (may_be_worse <= DOI_WORSE_MEASURES)
    possible = (may_be_better >= IMPROVED_MEASURES) & (worse <= DOI_WORSE_MEASURES)
    return certain & ~mmt_may_be_worse, possible & ~mmt_worse


def worsened(
    changes: Mapping[str, Change], physician_rise_cm: Floats, extramuscular_rise_cm: Floats
) -> tuple[Flags, Flags]:
    """(certainly, possibly) worse: physician global by ≥ 2 cm with MMT by ≥ 20 %; or extramuscular
    activity by ≥ 2 cm; or any 3 of 6 by ≥ 30 %."""
    worse, may_be_worse = _count([c.at_most(-WORSE_PERCENT) for c in changes.values()])
    mmt, may_be_mmt = changes["mmt"].at_most(-MMT_WORSE_PERCENT)
    physician, may_be_physician = _risen(physician_rise_cm)
    extramuscular, may_be_extramuscular = _risen(extramuscular_rise_cm)
    certain = (physician & mmt) | extramuscular | (worse >= WORSE_MEASURES)
    possible = (may_be_physician & may_be_mmt) | may_be_extramuscular
    return certain, possible | (may_be_worse >= WORSE_MEASURES)


def _risen(by_cm: Floats) -> tuple[Flags, Flags]:
    by_cm = np.round(by_cm, 9)
    return by_cm >= WORSE_CM, ~(by_cm < WORSE_CM)
