"""IMACS improvement and worsening of each visit row, against its baseline and its best response."""

import numpy as np

from registry.outcomes import imacs, tis
from registry.outcomes.core_set import CoreSet, State
from registry.outcomes.keys import Flags, Floats, Ints
from registry.outcomes.response import Response

TIS_STEP = 2.5


def changes(former: State, later: State) -> dict[str, imacs.Change]:
    """Relative change of the six measures; MMT of another version counts as missing."""
    then, now = former.measures, later.measures
    found = {measure: imacs.fall(then[measure], now[measure]) for measure in tis.RANGES}
    mmt = np.where(former.mmt_max == later.mmt_max, now["mmt"], np.nan)
    found["mmt"] = imacs.rise(then["mmt"], mmt)
    found["muscle_enzyme"] = imacs.Change(
        imacs.relative_fall(former.enzyme.low, later.enzyme.high),
        imacs.relative_fall(former.enzyme.high, later.enzyme.low),
    )
    return found


def worsened(former: State, later: State) -> tuple[Flags, Flags]:
    """(certainly, possibly) worse after IMACS."""
    then, now = former.measures, later.measures
    physician = now["physician_global"] - then["physician_global"]
    extramuscular = now["extramuscular"] - then["extramuscular"]
    return imacs.worsened(changes(former, later), physician, extramuscular)


def relapsed(core: CoreSet, response: Response, line: Ints) -> tuple[Flags, Flags]:
    """(certainly, possibly) worse after IMACS than at the best response so far in the line.

    Relapse is worsening after a response, so it is not measured from the baseline: a patient back
    where the line began has relapsed. Possible at every visit before a response: not at risk.
    """
    best = best_response(response.tis, response.category >= 1, line)
    late = np.flatnonzero(best >= 0)
    certain, possible = np.zeros(len(best), dtype=bool), np.ones(len(best), dtype=bool)
    certain[late], possible[late] = worsened(core.later.at(best[late]), core.later.at(late))
    return certain, possible


def best_response(score: Floats, responded: Flags, line: Ints) -> Ints:
    """Place of the highest TIS among the line's earlier responses, the latest of equals; or -1.

    Rows are sorted by line and date; `responded` are those with at least a minimal response.
    """
    place = np.arange(len(score))
    steps = np.where(responded, np.nan_to_num(score) / TIS_STEP, 0.0).astype(np.int64)
    # Line, TIS and place in one number: its running maximum is the best response so far.
    best = np.maximum.accumulate((line << 40) + (steps << 33) + np.where(steps > 0, place, 0))
    best = np.r_[-1, best[:-1]][: len(best)]
    in_line = (best >= line << 40) & ((best >> 33) & 127 > 0)
    return np.where(in_line, best & (2**33 - 1), -1)
