"""The Total Improvement Score of each visit row against its line's baseline."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from registry.outcomes import columns, enzymes, tis
from registry.outcomes.core_set import VISIT_COLUMNS, CoreSet
from registry.outcomes.keys import Flags, Floats, Ints
from registry.outcomes.visit_rows import VisitRows


@dataclass(frozen=True)
class Response:
    """TIS and category (position in tis.CATEGORIES, -1 unknown) per visit row, and all columns."""

    tis: Floats
    category: Ints
    columns: pd.DataFrame


@dataclass(frozen=True)
class Scores:
    """Per measure the percent change (NaN where not exact), its score, and the baseline's ceiling.

    `undecided`: the enzyme is measured, but a censored result leaves its band open.
    """

    percent: dict[str, Floats]
    score: dict[str, Floats]
    ceiling: dict[str, Floats]
    undecided: Flags


def response(core: CoreSet, rows: VisitRows, group: Ints) -> Response:
    """TIS where all six measures are scored, else the partial sum, else the reason.

    At the baseline itself there is no change to score: its row tells what the baseline holds
    (`n_measures`) and allows (`tis_attainable`). `group` is a position in tis.GROUPS, or -1.
    """
    scores = _scores(core)
    later = ~rows.is_baseline
    score = {m: np.where(later, scores.score[m], np.nan) for m in tis.MEASURES}
    total, partial, counted = tis.improvement(score)
    recorded = np.sum([~np.isnan(most) for most in scores.ceiling.values()], axis=0, dtype=np.int64)
    category = tis.category(total, group)
    reason = tis.first_reason(_reasons(core, rows, scores), len(total))
    table = {
        "response_group": columns.text(group, tis.GROUPS),
        "tis": total,
        "tis_category": columns.text(category, tis.CATEGORIES),
        "tis_partial": partial,
        "tis_attainable": _attainable(scores.ceiling, score, rows.is_baseline),
        "n_measures": columns.whole(np.where(later, counted, recorded)),
        "tis_reason": columns.text(np.where(np.isnan(total), reason, -1), tuple(tis.REASONS)),
    }
    for measure in tis.MEASURES:
        table[f"tis_{measure}"] = score[measure]
        table[f"change_percent_{measure}"] = np.where(later, scores.percent[measure], np.nan)
    return Response(total, category, pd.DataFrame(table))


def _scores(core: CoreSet) -> Scores:
    then, now = core.former.measures, core.later.measures
    percent, most = {}, {}
    for measure, full_range in tis.RANGES.items():
        percent[measure] = tis.percent(then[measure] - now[measure], full_range)
        most[measure] = tis.percent(then[measure], full_range)
    maximum = core.former.mmt_max
    same_version = np.where(core.later.mmt_max == maximum, maximum, np.nan)
    percent["mmt"] = tis.percent(now["mmt"] - then["mmt"], same_version)
    most["mmt"] = tis.percent(maximum - then["mmt"], maximum)
    low, high = enzymes.change(core.former.enzyme, core.later.enzyme, core.enzyme_range)
    percent["muscle_enzyme"] = np.where(low == high, low, np.nan)
    most["muscle_enzyme"] = tis.percent(core.former.enzyme.high, core.enzyme_range)
    score = {measure: tis.score(measure, values) for measure, values in percent.items()}
    score["muscle_enzyme"] = tis.interval_score("muscle_enzyme", low, high)
    return Scores(
        percent=percent,
        score=score,
        ceiling={measure: tis.score(measure, values) for measure, values in most.items()},
        undecided=~np.isnan(low) & np.isnan(score["muscle_enzyme"]),
    )


def _attainable(ceiling: dict[str, Floats], score: dict[str, Floats], baseline: Flags) -> Floats:
    """The highest score the baseline allows, over the measures that the TIS or its part is made of.

    At the baseline over those recorded there. Extramuscular activity 0 at baseline costs 20 points.
    """
    counted = {measure: baseline | ~np.isnan(score[measure]) for measure in score}
    total = sum(np.where(counted[m], np.nan_to_num(ceiling[m]), 0.0) for m in score)
    return np.where(counted["physician_global"] & counted["mmt"], total, np.nan)


def _reasons(core: CoreSet, rows: VisitRows, scores: Scores) -> dict[str, Flags]:
    """For every code of tis.REASONS the rows to which it applies."""
    then, now = core.former, core.later
    applies = {"no_baseline_visit": rows.baseline < 0, "baseline_visit": rows.is_baseline}
    for measure in VISIT_COLUMNS:
        applies[f"{measure}_missing_at_baseline"] = np.isnan(then.measures[measure])
        applies[f"{measure}_missing_at_visit"] = np.isnan(now.measures[measure])
    applies["mmt_version_changed"] = then.mmt_max != now.mmt_max
    applies["muscle_enzyme_missing_at_baseline"] = core.enzyme == enzymes.NO_ENZYME
    applies["muscle_enzyme_missing_at_visit"] = (core.enzyme >= 0) & ~now.enzyme.known
    applies["muscle_enzyme_censored"] = (core.enzyme == enzymes.UNDECIDED) | scores.undecided
    return applies
