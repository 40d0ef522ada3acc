"""What holds for every cohort: order, independence, units, and the limits of the score."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.outcomes import therapy_lines, treatment_outcomes, visit_outcomes
from registry.outcomes.episodes import drugs
from tests.outcomes.cohorts import CUT, ILL, Tables, lab, random_tables, tables, therapy, visit

seeds = st.integers(0, 10**6)
few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

vas = st.none() | st.integers(0, 100).map(lambda tenths: tenths / 10)
states = st.fixed_dictionaries(
    {
        "physician_global_vas": vas,
        "patient_global_vas": vas,
        "extramuscular_vas": vas,
        "mmt_score": st.none() | st.integers(0, 80).map(float),
        "mmt_max": st.sampled_from([80, 80, 80, 150]),
        "haq_di": st.none() | st.integers(0, 24).map(lambda eighths: eighths / 8),
    }
)
results = st.tuples(
    st.sampled_from(["ck", "aldolase", "ldh"]),
    st.integers(1, 20000),
    st.sampled_from([None, "=", "<", "<=", ">=", ">"]),
)


def shuffled(t: Tables, seed: int) -> Tables:
    return {name: table.sample(frac=1, random_state=seed) for name, table in t.items()}


@few
@given(seeds, seeds)
def test_the_order_of_rows_never_matters(seed: int, order: int) -> None:
    t = random_tables(seed)
    for derive in (visit_outcomes, treatment_outcomes):
        pd.testing.assert_frame_equal(derive(shuffled(t, order % 2**32), CUT), derive(t, CUT))
    lines = therapy_lines(t["therapies"])
    pd.testing.assert_frame_equal(therapy_lines(shuffled(t, order)["therapies"]), lines)


@few
@given(seeds, seeds)
def test_patients_are_independent(one: int, other: int) -> None:
    first, second = random_tables(one, 2, "A"), random_tables(other, 2, "B")
    together = {name: pd.concat([second[name], first[name]]) for name in first}
    for derive in (visit_outcomes, treatment_outcomes):
        apart = pd.concat([derive(first, CUT), derive(second, CUT)], ignore_index=True)
        both = derive(together, CUT).reset_index(drop=True)
        pd.testing.assert_frame_equal(both, apart)


@few
@given(seeds)
def test_value_and_limit_in_another_unit_change_nothing(seed: int) -> None:
    t = random_tables(seed)
    per_minute = t["labs"].assign(
        value=t["labs"]["value"] / 60, upper_limit_normal=t["labs"]["upper_limit_normal"] / 60
    )
    other = visit_outcomes({**t, "labs": per_minute}, CUT)
    pd.testing.assert_frame_equal(other, visit_outcomes(t, CUT), rtol=0, atol=1e-7)


@few
@given(seeds)
def test_a_score_is_a_multiple_of_two_and_a_half_no_higher_than_its_ceiling(seed: int) -> None:
    found = visit_outcomes(random_tables(seed), CUT)
    for column in ("tis", "tis_partial"):
        scored = found[found[column].notna()]
        assert (scored[column] % 2.5 == 0).all()
        assert scored[column].between(0, 100).all()
        assert (scored[column] <= scored["tis_attainable"]).all()


@few
@given(seeds)
def test_a_row_has_a_score_or_a_reason_and_never_a_part_beside_a_score(seed: int) -> None:
    found = visit_outcomes(random_tables(seed), CUT)
    assert (found["tis"].notna() != found["tis_reason"].notna()).all()
    assert not (found["tis"].notna() & found["tis_partial"].notna()).any()
    assert (
        found["tis"].notna() == found["n_measures"].eq(6) & found["tis_reason"].ne("baseline_visit")
    ).all()
    parts = found[[c for c in found if c.startswith("tis_") and c[4:] in MEASURES]]
    assert (parts.sum(axis=1).where(found["tis"].notna()).dropna() == found["tis"].dropna()).all()


MEASURES = ("physician_global", "patient_global", "mmt", "haq_di", "muscle_enzyme", "extramuscular")


@given(states, states, st.lists(results, max_size=3), st.lists(results, max_size=3))
@settings(deadline=None, max_examples=60)
def test_a_version_of_the_mmt_of_its_own_gives_a_reason_and_no_score(
    then: dict[str, float],
    now: dict[str, float],
    before: list,
    after: list,  # type: ignore[type-arg]
) -> None:
    labs = [
        lab(on, value, analyte, value_comparator=sign)
        for on, results in ((0, before), (90, after))
        for analyte, value, sign in results
    ]
    t = tables([visit(0, then), visit(90, now)], labs, [therapy("prednisone", 0)])
    row = visit_outcomes(t, CUT).iloc[1]
    if then["mmt_max"] != now["mmt_max"]:
        assert np.isnan(row["tis"])
        assert np.isnan(row["tis_partial"])
        assert "mmt" in row["tis_reason"] or "physician_global" in row["tis_reason"]


@given(
    st.lists(results, min_size=1, max_size=4), st.lists(st.integers(0, 90), min_size=4, max_size=4)
)
@settings(deadline=None, max_examples=60)
def test_a_censored_result_never_says_what_its_true_value_could_contradict(
    sent: list,
    truths: list[int],  # type: ignore[type-arg]
) -> None:
    """Whatever lies behind < or >, what was derived from the sign is derived from the value too."""
    visits, drug = [visit(0), visit(90, {**ILL, "mmt_score": 79.0})], [therapy("prednisone", 0)]
    days = (0, 90, 1, 91)[: len(sent)]
    censored, true = [], []
    for on, (analyte, value, sign), by in zip(days, sent, truths, strict=False):
        behind = {"<": -by - 1, "<=": -by, ">": by + 1, ">=": by}.get(str(sign), 0)
        censored.append(lab(on, value, analyte, value_comparator=sign))
        true.append(lab(on, max(value + behind, 0), analyte))
    said = visit_outcomes(tables(visits, censored, drug), CUT)
    is_so = visit_outcomes(tables(visits, true, drug), CUT)
    certain = ["ck_times_uln", "ck_normal", "ck_response", "imacs_doi", "imacs_worsening", "tis"]
    for column in certain:
        known = said[column].notna()
        assert said.loc[known, column].tolist() == is_so.loc[known, column].tolist()


@few
@given(
    st.lists(
        st.tuples(st.sampled_from(drugs().codes), st.integers(0, 900), st.integers(0, 400)),
        max_size=20,
    )
)
def test_every_drug_of_the_list_can_run_beside_every_other(
    episodes: list[tuple[str, int, int]],
) -> None:
    rows = [
        therapy(drug, start, start + days, prednisone_mg_day=5.0) for drug, start, days in episodes
    ]
    found = visit_outcomes(tables([visit(450)], [], rows), CUT)
    immunotherapies = set(np.array(drugs().codes)[drugs().is_immunotherapy])
    running = {d for d, start, days in episodes if start <= 450 <= start + days} & immunotherapies
    assert set(found["therapies_running"]) <= {"+".join(sorted(running)) or "none"}
