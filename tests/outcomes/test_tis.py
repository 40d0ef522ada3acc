"""The Total Improvement Score: every band edge of every measure, and exact arithmetic on every grid."""

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from registry.outcomes import tis, visit_outcomes
from tests.outcomes import reference
from tests.outcomes.cohorts import CUT, ILL, lab, patient, tables, therapy, visit

Array = np.ndarray[Any, Any]

# Just below the edge, on it, just above it: right-closed, so the first two belong to the band below.
EDGES = """
measure              | baseline | later | percent | score
physician_global_vas |     8.0  |  7.6  |     4   |   0
physician_global_vas |     8.0  |  7.5  |     5   |   0
physician_global_vas |     8.0  |  7.4  |     6   |   7.5
physician_global_vas |     8.0  |  6.6  |    14   |   7.5
physician_global_vas |     8.0  |  6.5  |    15   |   7.5
physician_global_vas |     8.0  |  6.4  |    16   |  15
physician_global_vas |     8.0  |  5.6  |    24   |  15
physician_global_vas |     8.0  |  5.5  |    25   |  15
physician_global_vas |     8.0  |  5.4  |    26   |  17.5
physician_global_vas |     8.0  |  4.1  |    39   |  17.5
physician_global_vas |     8.0  |  4.0  |    40   |  17.5
physician_global_vas |     8.0  |  3.9  |    41   |  20
physician_global_vas |     8.0  |  9.0  |   -10   |   0
patient_global_vas   |     6.3  |  5.9  |     4   |   0
patient_global_vas   |     6.3  |  5.8  |     5   |   0
patient_global_vas   |     6.3  |  5.7  |     6   |   2.5
patient_global_vas   |     6.3  |  4.8  |    15   |   2.5
patient_global_vas   |     6.3  |  4.7  |    16   |   5
patient_global_vas   |     6.3  |  3.8  |    25   |   5
patient_global_vas   |     6.3  |  3.7  |    26   |   7.5
patient_global_vas   |     6.3  |  2.3  |    40   |   7.5
patient_global_vas   |     6.3  |  2.2  |    41   |  10
extramuscular_vas    |     5.1  |  4.6  |     5   |   0
extramuscular_vas    |     5.1  |  4.5  |     6   |   7.5
extramuscular_vas    |     5.1  |  3.6  |    15   |   7.5
extramuscular_vas    |     5.1  |  3.5  |    16   |  12.5
extramuscular_vas    |     5.1  |  2.6  |    25   |  12.5
extramuscular_vas    |     5.1  |  2.5  |    26   |  15
extramuscular_vas    |     5.1  |  1.1  |    40   |  15
extramuscular_vas    |     5.1  |  1.0  |    41   |  20
haq_di               |     2.0  |  1.85 |     5   |   0
haq_di               |     2.0  |  1.82 |     6   |   5
haq_di               |     2.0  |  1.55 |    15   |   5
haq_di               |     2.0  |  1.52 |    16   |   7.5
haq_di               |     2.0  |  1.25 |    25   |   7.5
haq_di               |     2.0  |  1.22 |    26   |   7.5
haq_di               |     2.0  |  0.8  |    40   |   7.5
haq_di               |     2.0  |  0.77 |    41   |  10
mmt_score/150        |     90   |   93  |     2   |   0
mmt_score/150        |     90   |   94  | 2.666666667 | 10
mmt_score/150        |     90   |  105  |    10   |  10
mmt_score/150        |     90   |  106  | 10.666666667 | 20
mmt_score/150        |     90   |  120  |    20   |  20
mmt_score/150        |     90   |  121  | 20.666666667 | 27.5
mmt_score/150        |     90   |  135  |    30   |  27.5
mmt_score/150        |     90   |  136  | 30.666666667 | 32.5
mmt_score/150        |     90   |   80  | -6.666666667 | 0
mmt_score/80         |     50   |   51  |   1.25  |   0
mmt_score/80         |     50   |   52  |   2.5   |  10
mmt_score/80         |     50   |   58  |    10   |  10
mmt_score/80         |     50   |   59  |  11.25  |  20
mmt_score/80         |     50   |   66  |    20   |  20
mmt_score/80         |     50   |   74  |    30   |  27.5
mmt_score/80         |     50   |   75  |  31.25  |  32.5
mmt_score/260        |    150   |  155  | 1.923076923 | 0
mmt_score/260        |    150   |  176  |    10   |  10
mmt_score/260        |    150   |  202  |    20   |  20
mmt_score/260        |    150   |  228  |    30   |  27.5
mmt_score/260        |    150   |  229  | 30.384615385 | 32.5
ck                   |   3000   | 2850  |     5   |   0
ck                   |   3000   | 2849  | 5.033333333 | 2.5
ck                   |   3000   | 2550  |    15   |   2.5
ck                   |   3000   | 2549  | 15.033333333 | 5
ck                   |   3000   | 2250  |    25   |   5
ck                   |   3000   | 2249  | 25.033333333 | 7.5
ck                   |   3000   | 1800  |    40   |   7.5
ck                   |   3000   | 1799  | 40.033333333 | 7.5
aldolase             |   1200   | 1140  |     5   |   0
aldolase             |   1200   | 1139  | 5.083333333 | 2.5
aldolase             |   1200   | 1020  |    15   |   2.5
aldolase             |   1200   |  900  |    25   |   5
aldolase             |   1200   |  899  | 25.083333333 | 7.5
ldh                  |    600   |  570  |     5   |   0
ldh                  |    600   |  569  | 5.166666667 | 2.5
ast                  |    600   |  510  |    15   |   2.5
ast                  |    600   |  509  | 15.166666667 | 5
alt                  |    600   |  450  |    25   |   5
alt                  |    600   |  449  | 25.166666667 | 7.5
"""

ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in EDGES.strip().splitlines()[1:]]


@pytest.mark.parametrize(("measure", "baseline", "later", "percent", "score"), ROWS)
def test_every_band_is_closed_at_its_upper_edge(
    measure: str, baseline: str, later: str, percent: str, score: str
) -> None:
    name, _, maximum = measure.partition("/")
    labs = [lab(0, float(baseline), name), lab(90, float(later), name)]
    states: list[dict[str, Any]] = [ILL, ILL]
    if name in ILL:
        known = {"mmt_max": int(maximum)} if maximum else {}
        states = [{**ILL, **known, name: float(value)} for value in (baseline, later)]
        labs = []
    rows = [visit(0, states[0]), visit(90, states[1])]

    found = visit_outcomes(tables(rows, labs, [therapy("prednisone", 0)]), CUT).iloc[1]

    column = {own: measure for measure, own in tis.MEASURES.items()}.get(name, "muscle_enzyme")
    assert found[f"change_percent_{column}"] == float(percent)
    assert found[f"tis_{column}"] == float(score)


# --- exact arithmetic -----------------------------------------------------------------------------


def exact_scores(measure: str, fall: list[Fraction], full_range: int) -> list[float]:
    return [reference.score(measure, f * 100 / full_range) for f in fall]


def test_twenty_six_pairs_on_the_tenth_grid_would_flip_in_binary_and_none_does() -> None:
    pairs = list(product(range(101), repeat=2))
    then, now = (np.array(side) / 10 for side in zip(*pairs, strict=True))
    exact = exact_scores("physician_global", [Fraction(a - b, 10) for a, b in pairs], 10)

    naive = tis.score("physician_global", (then - now) / 10 * 100)
    found = tis.score("physician_global", tis.percent(then - now, 10))

    assert (naive != exact).sum() == 26
    assert (found == exact).all()


@pytest.mark.parametrize("measure", ["patient_global", "extramuscular"])
def test_the_tenth_grid_is_exact_for_every_visual_analogue_scale(measure: str) -> None:
    pairs = list(product(range(101), repeat=2))
    then, now = (np.array(side) / 10 for side in zip(*pairs, strict=True))
    found = tis.score(measure, tis.percent(then - now, 10))
    assert (found == exact_scores(measure, [Fraction(a - b, 10) for a, b in pairs], 10)).all()


def test_haq_di_is_exact_in_eighths_sevenths_and_sixths() -> None:
    grid = sorted({Fraction(n, parts) for parts in (8, 7, 6) for n in range(3 * parts + 1)})
    pairs = list(product(grid, repeat=2))
    then, now = (np.array([float(value) for value in side]) for side in zip(*pairs, strict=True))
    found = tis.score("haq_di", tis.percent(then - now, 3))
    assert (found == exact_scores("haq_di", [a - b for a, b in pairs], 3)).all()


@pytest.mark.parametrize("maximum", [80, 150, 260])
def test_mmt_is_exact_in_half_points(maximum: int) -> None:
    gains = range(-2 * maximum, 2 * maximum + 1)
    found = tis.score("mmt", tis.percent(np.array(gains) / 2, maximum))
    assert (found == exact_scores("mmt", [Fraction(g, 2) for g in gains], maximum)).all()


def test_all_41_multiples_of_two_and_a_half_can_be_reached() -> None:
    sums = {sum(scores) for scores in product(*reference.SCORES.values())}
    assert sums == {2.5 * step for step in range(41)}


def test_the_reviewed_tables_are_those_of_the_definition() -> None:
    middle = {"mmt": np.array([1.0, 5, 15, 25, 50])}
    for measure, scores in reference.SCORES.items():
        inside = middle.get(measure, np.array([3.0, 10, 20, 30, 60]))
        assert tuple(tis.score(measure, inside)) == scores
    assert tis.thresholds().tolist() == [[20, 40, 60], [30, 45, 70]]


# --- what the score is made of --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth_year", "tis_score", "category"),
    [
        (2001, 17.5, "none"),
        (2001, 20, "minimal"),
        (2001, 37.5, "minimal"),
        (2001, 40, "moderate"),
        (2001, 57.5, "moderate"),
        (2001, 60, "major"),
        (2002, 27.5, "none"),
        (2002, 30, "minimal"),
        (2002, 42.5, "minimal"),
        (2002, 45, "moderate"),
        (2002, 67.5, "moderate"),
        (2002, 70, "major"),
    ],
)
def test_adults_from_eighteen_years_and_children_have_thresholds_of_their_own(
    birth_year: int, tis_score: float, category: str
) -> None:
    group = tis.response_group(np.array([2019.0]), np.array([float(birth_year)]))
    found = tis.category(np.array([float(tis_score)]), group)
    assert tis.CATEGORIES[found[0]] == category


def test_a_child_that_improves_as_an_adult_does_has_not_the_same_response() -> None:
    rows = [visit(0), visit(90, {**ILL, "physician_global_vas": 2.0, "patient_global_vas": 5.0})]
    labs = [lab(0, 3000), lab(90, 3000)]
    adult, child = (
        visit_outcomes(
            tables(rows, labs, [therapy("prednisone", 0)], [patient(birth_year=year)]), CUT
        ).iloc[1]
        for year in (1960, 2010)
    )
    assert (adult["tis"], adult["response_group"], adult["tis_category"]) == (
        22.5,
        "adult",
        "minimal",
    )
    assert (child["tis"], child["response_group"], child["tis_category"]) == (
        22.5,
        "juvenile",
        "none",
    )


def test_the_ceiling_is_what_the_baseline_leaves_to_gain() -> None:
    """Extramuscular activity 0 costs 20 points, physician global 3 cm another 2.5."""
    start = {**ILL, "physician_global_vas": 3.0, "extramuscular_vas": 0.0}
    t = tables([visit(0, start)], [lab(0, 8000)], [therapy("prednisone", 0)])
    found = visit_outcomes(t, CUT).iloc[0]
    assert found["tis_attainable"] == 17.5 + 10 + 27.5 + 10 + 7.5 + 0
