"""The published outcomes, asked by a second engine: a schema can be skipped without a word."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.codelists import table
from registry.profile import each
from registry.rules import Category, Home, Severity

REFUSE, CONFORMANCE = Severity.REFUSE, Category.CONFORMANCE
TIS = "2016 ACR/EULAR response criteria (doi:10.1136/annrheumdis-2017-211400)"
LEVELS = ("none", "minimal", "moderate", "major")

visit_outcomes = table_suite("visit_outcomes", Home.RELEASE, fewest=1)
treatment_outcomes = table_suite("treatment_outcomes", Home.RELEASE, fewest=1)


@visit_outcomes.rule(
    "REL-01",
    REFUSE,
    CONFORMANCE,
    on="tis",
    expected="0, 2.5, 5 … 100",
    source=TIS,
    en="Published scores are no multiples of 2.5 from 0 to 100. Mend the derivation and cut again.",
    de="Veröffentlichte Punktwerte sind keine Vielfachen von 2,5 zwischen 0 und 100. Bitte die "
    "Ableitung berichtigen und die Freigabe neu erstellen.",
)
def hold_scores_that_can_be_reached() -> Expectations:
    """The scores of the six measures add up to 41 values and to nothing between them."""
    steps = [2.5 * step for step in range(41)]
    return [
        gx.ExpectColumnValuesToBeInSet(column=column, value_set=steps)
        for column in ("tis", "tis_partial", "tis_attainable")
    ]


@visit_outcomes.rule(
    "REL-02",
    REFUSE,
    CONFORMANCE,
    on="tis tis_attainable",
    expected="tis ≤ tis_attainable",
    source=TIS,
    en="Published scores exceed what their baseline allows. Mend the baselines and cut again.",
    de="Veröffentlichte Punktwerte übersteigen, was ihre Baseline zulässt. Bitte die Baselines "
    "berichtigen und die Freigabe neu erstellen.",
)
def score_no_higher_than_their_baseline_allows() -> Expectations:
    """Improvement cannot exceed what there was to improve."""
    return [
        gx.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="tis_attainable",
            column_B=score,
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        )
        for score in ("tis", "tis_partial")
    ]


@visit_outcomes.rule(
    "REL-03",
    REFUSE,
    CONFORMANCE,
    on="tis tis_category response_group",
    expected="adult 20 40 60, juvenile 30 45 70",
    source=TIS,
    en="Published categories do not follow from the scores. Mend the thresholds or the groups and "
    "cut again.",
    de="Veröffentlichte Kategorien folgen nicht aus den Punktwerten. Bitte Schwellen oder Gruppen "
    "berichtigen und die Freigabe neu erstellen.",
)
def have_the_category_of_their_score() -> Expectations:
    """Trials quote categories, and a child needs more points for the same one."""
    return [
        gx.ExpectColumnValuesToBeBetween(
            column="tis",
            min_value=low,
            max_value=high,
            strict_max=high is not None,
            row_condition=(gx.Column("response_group") == group)
            & (gx.Column("tis_category") == level),
        )
        for _, group, *edges in each(table("tis_thresholds")[["group", *LEVELS[1:]]])
        for level, low, high in zip(LEVELS, (0.0, *edges), (*edges, None), strict=True)
    ]


@visit_outcomes.rule(
    "REL-04",
    REFUSE,
    CONFORMANCE,
    on="tis tis_reason n_measures",
    expected="tis ⇔ n_measures = 6; else tis_reason",
    source=TIS,
    en="Published scores rest on fewer than six measures, or are blank without a reason. Mend the "
    "derivation and cut again.",
    de="Veröffentlichte Punktwerte beruhen auf weniger als sechs Maßen oder fehlen ohne Grund. "
    "Bitte die Ableitung berichtigen und die Freigabe neu erstellen.",
)
def are_of_six_measures_or_say_why_not() -> Expectations:
    """A partial score read as a full one makes every treatment look worse than it is."""
    scored = gx.Column("tis").is_not_null()
    return [
        gx.ExpectColumnValuesToBeInSet(column="n_measures", value_set=[6], row_condition=scored),
        gx.ExpectColumnValuesToBeNull(column="tis_partial", row_condition=scored),
        gx.ExpectColumnValuesToBeNull(column="tis_reason", row_condition=scored),
        gx.ExpectColumnValuesToNotBeNull(
            column="tis_reason", row_condition=gx.Column("tis").is_null()
        ),
    ]


@visit_outcomes.rule(
    "REL-05",
    REFUSE,
    CONFORMANCE,
    on="patient_id visit_id line",
    expected="patient_id, visit_id, line: 1 ×",
    source="own proposal",
    en="Published visits stand twice in one line of therapy. Find the step that doubles them and "
    "cut again.",
    de="Veröffentlichte Visiten stehen doppelt in einer Therapielinie. Bitte den Schritt suchen, "
    "der sie verdoppelt, und die Freigabe neu erstellen.",
)
def stand_once_in_each_line() -> Expectations:
    """A visit may end one line and begin the next, but counts once in each."""
    return [gx.ExpectCompoundColumnsToBeUnique(column_list=["patient_id", "visit_id", "line"])]


@treatment_outcomes.rule(
    "REL-06",
    REFUSE,
    CONFORMANCE,
    on="patient_id line",
    expected="patient_id, line: 1 ×",
    source="own proposal",
    en="Published lines of therapy stand twice. Find the step that doubles them and cut again.",
    de="Veröffentlichte Therapielinien stehen doppelt. Bitte den Schritt suchen, der sie "
    "verdoppelt, und die Freigabe neu erstellen.",
)
def stand_once_for_each_patient() -> Expectations:
    """Joined on its key, a line that stands twice counts its patient twice."""
    return [gx.ExpectCompoundColumnsToBeUnique(column_list=["patient_id", "line"])]
