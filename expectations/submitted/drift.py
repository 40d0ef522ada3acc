"""Drift: what should not have moved since the last submission, and did.

Not the population stability index: of two equal samples of 50 it averages 0.50, far above its usual
alarm of 0.25. Where patients can be told apart by key they are compared one by one.
Tolerances stand in `codelists/regression_tolerances.csv`.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from expectations.submitted.population import by_slip_factor
from expectations.suite import Expectations, Given, Tables, statistics_suite, tolerated
from registry.profile import (
    CORE_SET,
    VAS,
    Row,
    canonical_units,
    each,
    measured,
    row,
    said,
    share,
    statistics_of,
)
from registry.rules import Category, Severity

NOTE, QUERY, PLAUSIBILITY = Severity.NOTE, Severity.QUERY, Category.PLAUSIBILITY

FACTS = ("sex", "birth_year", "onset_date", "diagnosis_date", "subtype")
CODED = {
    "visits": ("visit_type", "ambulation"),
    "labs": ("analyte",),
    "serology": ("antibody", "assay", "interpretation"),
    "therapies": ("route", "intent", "stop_reason"),
    "events": ("event_type",),
}
SCALES = {**dict.fromkeys(VAS, 10.0), "haq_di": 3.0}


def statistics(given: Given) -> pd.DataFrame:
    """What moved between two deliveries; `shown` says before → now."""
    now, before = given.tables, given.previous or {}
    return statistics_of(
        row
        for needs, moved in (
            ({"patients"}, _recoded),
            (set[str](), partial(_missing, unsent=given.unsent)),
            ({"labs"}, _medians),
            ({"visits"}, _means),
            ({"labs"}, _new_units),
            ({"visits"}, _new_versions),
            ({"visits"}, _rewritten),
            (set[str](), _shifted),
        )
        if needs <= set(now) & set(before)
        for row in moved(now, before)
    )


def _recoded(now: Tables, before: Tables) -> Iterator[Row]:
    """Of the patients in both deliveries, those for whom a fact that stays is another now."""
    after, then = (
        side["patients"].drop_duplicates("patient_id").set_index("patient_id")
        for side in (now, before)
    )
    both = then.index.intersection(after.index).dropna()
    for column in FACTS:
        old, new = then[column].loc[both], after[column].loc[both]
        told = old.notna() & new.notna()
        yield share(("patients", column), "recoded_share", old[told] != new[told])


def _missing(now: Tables, before: Tables, unsent: Mapping[str, set[str]]) -> Iterator[Row]:
    """The share of blank cells of every column that was sent; reasons for blanks are not asked."""
    for name in [name for name in now if name in before]:
        sent = now[name].drop(columns=list(unsent.get(name, ())))
        blank = pd.DataFrame({"then": before[name].isna().mean(), "now": sent.isna().mean()})
        n = min(len(now[name]), len(before[name]))
        for column, old, new in each(blank.dropna()):
            if not column.endswith("_absent"):
                words = f"{said(old, '%')} → {said(new, '%')}"
                yield row((name, column), "missing_rise", new - old, n, unit="%", shown=words)


def _medians(now: Tables, before: Tables) -> Iterator[Row]:
    """Each analyte's median, now over before."""
    after, then = (
        measured(side["labs"]).groupby("analyte")["value"].agg(["median", "size"])
        for side in (now, before)
    )
    place, units = ("labs", "value"), canonical_units()
    for analyte, old, n_old, new, n_new in each(pd.concat([then, after], axis="columns").dropna()):
        words = f"{said(old, '')} → {said(new, units.get(analyte, ''))}"
        n = min(n_old, n_new)
        yield row(place, "median_ratio", new / old, n, unit="×", group=analyte, shown=words)


def _means(now: Tables, before: Tables) -> Iterator[Row]:
    """Means of the core set measures, as shares of their scales."""
    after, then = (_on_scale(side["visits"]) for side in (now, before))
    for column in CORE_SET:
        old, new = float(then[column].mean()), float(after[column].mean())
        n = int(min(then[column].count(), after[column].count()))
        words = f"{said(old, '%')} → {said(new, '%')}"
        yield row(("visits", column), "mean_shift", new - old, n, unit="%", shown=words)


def _on_scale(visits: pd.DataFrame) -> pd.DataFrame:
    """Each measure from 0 to 1; what lies beyond its scale says nothing about the others."""
    scaled = pd.DataFrame({column: visits[column] / scale for column, scale in SCALES.items()})
    scaled["mmt_score"] = visits["mmt_score"] / visits["mmt_max"].astype("float64")
    return scaled.where((scaled >= 0) & (scaled <= 1))


def _new_units(now: Tables, before: Tables) -> Iterator[Row]:
    """Of the results of each analyte sent before, those in a unit not used for it before."""
    after, then = (side["labs"].dropna(subset=["analyte", "unit"]) for side in (now, before))
    after = after[after["analyte"].isin(then["analyte"].unique())]
    used = pd.MultiIndex.from_frame(then[["analyte", "unit"]].drop_duplicates())
    known = pd.MultiIndex.from_frame(after[["analyte", "unit"]]).isin(used)
    for analyte, is_new in pd.Series(~known, after.index).groupby(after["analyte"]):
        one = share(("labs", "unit"), "new_unit_share", is_new)
        yield {**one, "shown": f"{analyte}: {one['shown']}"}


def _new_versions(now: Tables, before: Tables) -> Iterator[Row]:
    """Of the manual muscle tests, those of a version (a maximum) not used before."""
    after, then = (side["visits"]["mmt_max"].dropna() for side in (now, before))
    if len(then):
        yield share(("visits", "mmt_max"), "new_unit_share", ~after.isin(then))


def _rewritten(now: Tables, before: Tables) -> Iterator[Row]:
    """Of the first visits known before, those whose measures are others now."""
    then = before["visits"].dropna(subset=["visit_id", "patient_id"])
    first = then.sort_values("visit_date").drop_duplicates("patient_id").set_index("visit_id")
    after = now["visits"].drop_duplicates("visit_id").set_index("visit_id")
    both = first.index.intersection(after.index)
    for column in CORE_SET:
        old, new = first[column].loc[both], after[column].loc[both]
        told = old.notna() & new.notna()
        yield share(("visits", column), "rewritten_share", old[told] != new[told])


def _shifted(now: Tables, before: Tables) -> Iterator[Row]:
    """Of each coded column, the code whose share moved furthest."""
    for name in [name for name in CODED if name in now and name in before]:
        for column in CODED[name]:
            after, then = now[name][column].dropna(), before[name][column].dropna()
            if n := min(len(after), len(then)):
                both = pd.DataFrame({"then": _shares(then), "now": _shares(after)}).fillna(0)
                moved = (both["now"] - both["then"]).abs().round(9).sort_index()
                code, furthest = str(moved.idxmax()), float(moved.max())
                words = f"{code}: " + " → ".join(said(share, "%") for share in both.loc[code].array)
                yield row((name, column), "code_shift", furthest, n, unit="%", shown=words)


def _shares(codes: pd.Series) -> pd.Series:
    """Code → its share of all."""
    return codes.value_counts(normalize=True)


drift = statistics_suite("drift", statistics, against_previous=True)


@drift.rule(
    "DRF-01",
    QUERY,
    PLAUSIBILITY,
    about="patients",
    on="patient_id",
    source="own proposal",
    en="A fact that does not change (sex, year of birth, onset, diagnosis, subtype) is another "
    "for many patients than in your last submission. Check whether a code list or the pseudonyms "
    "were mixed up.",
    de="Eine unveränderliche Angabe (Geschlecht, Geburtsjahr, Beginn, Diagnose, Subtyp) lautet "
    "bei vielen Personen anders als in Ihrer letzten Lieferung. Bitte prüfen, ob eine Codeliste "
    "oder die Pseudonyme vertauscht wurden.",
)
def are_the_people_they_were_before() -> Expectations:
    """One corrected birth year is care; a tenth of them is another export behind the same names."""
    return tolerated("DRF-01")


@drift.rule(
    "DRF-02",
    NOTE,
    PLAUSIBILITY,
    about="every table",
    tables="patients",
    source="own proposal",
    en="A column has far more blank cells than in your last submission. Check whether the export "
    "still reads the right field.",
    de="Eine Spalte hat weit mehr leere Zellen als in Ihrer letzten Lieferung. Bitte prüfen, ob "
    "der Export noch das richtige Feld liest.",
)
def fill_the_columns_they_filled_before() -> Expectations:
    """A renamed field in the source empties a column without an error anywhere."""
    return tolerated("DRF-02")


@drift.rule(
    "DRF-03",
    QUERY,
    PLAUSIBILITY,
    about="labs",
    on="value",
    source="1 µkat/L = 60 U/L by definition; own proposal",
    en="The results of an analyte moved since your last submission by the factor between two "
    "units. Check whether the export changed the unit of the numbers, but not the unit it states.",
    de="Die Ergebnisse eines Laborwerts haben sich seit Ihrer letzten Lieferung um den Faktor "
    "zwischen zwei Einheiten verschoben. Bitte prüfen, ob der Export die Einheit der Zahlen "
    "geändert hat, nicht aber die angegebene Einheit.",
)
def measure_each_analyte_on_the_scale_of_before() -> Expectations:
    """A cohort's median does not move sixtyfold in a year; the unit of its numbers may."""
    return by_slip_factor("median_ratio")


@drift.rule(
    "DRF-04",
    NOTE,
    PLAUSIBILITY,
    about="visits",
    on=" ".join(CORE_SET),
    source="own proposal",
    en="The mean of a core set measure moved by more than a tenth of its scale since your last "
    "submission. Check the direction of the scale, its unit and its version.",
    de="Der Mittelwert eines Maßes des Core Sets hat sich seit Ihrer letzten Lieferung um mehr "
    "als ein Zehntel der Skala verschoben. Bitte Richtung, Einheit und Fassung der Skala prüfen.",
)
def rate_patients_on_the_scales_of_before() -> Expectations:
    """The past is resent each time: a mean of all visits moves slowly, a turned scale does not."""
    return tolerated("DRF-04")


@drift.rule(
    "DRF-05",
    NOTE,
    PLAUSIBILITY,
    about="every table",
    tables="patients",
    source="own proposal",
    en="Results are in a unit, or strength is on a version of the muscle test, that you did not "
    "use before. Confirm the change; numbers and limits of normal must have changed with it.",
    de="Ergebnisse stehen in einer Einheit, oder die Muskelkraft in einer Testfassung, die Sie "
    "bisher nicht verwendet haben. Bitte den Wechsel bestätigen; Werte und Normgrenzen müssen "
    "mitgewechselt haben.",
)
def keep_to_the_units_and_versions_of_before() -> Expectations:
    """Between two versions of the muscle test no response can be computed."""
    return tolerated("DRF-05")


@drift.rule(
    "DRF-06",
    QUERY,
    PLAUSIBILITY,
    about="visits",
    on=" ".join(CORE_SET),
    source="own proposal",
    en="A measure of the core set at the first visit is another for many patients than in your "
    "last submission. Check whether the export reads another visit or another field; if the "
    "values were corrected, tell the registry why.",
    de="Ein Maß des Core Sets bei der ersten Visite lautet bei vielen Personen anders als in Ihrer "
    "letzten Lieferung. Bitte prüfen, ob der Export eine andere Visite oder ein anderes Feld "
    "liest; wurden die Werte berichtigt, sagen Sie dem Register, warum.",
)
def keep_the_baseline_they_had_before() -> Expectations:
    """Every response is counted from the baseline: rewriting it rewrites the outcomes."""
    return tolerated("DRF-06")


@drift.rule(
    "DRF-07",
    NOTE,
    PLAUSIBILITY,
    about="every table",
    tables="patients",
    source="own proposal",
    en="The share of a code moved by far more than one delivery can explain. Check whether codes "
    "were mixed up or a part of the export is missing.",
    de="Der Anteil eines Codes hat sich weit stärker verschoben, als eine Lieferung erklären kann. "
    "Bitte prüfen, ob Codes vertauscht wurden oder ein Teil des Exports fehlt.",
)
def use_their_codes_in_the_shares_of_before() -> Expectations:
    """The past is resent each time: shares move slowly, a changed mapping moves them at once."""
    return tolerated("DRF-07")
