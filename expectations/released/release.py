"""All published tables together, and centre beside centre."""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations.submitted.population import ENOUGH, by_slip_factor
from expectations.suite import Expectations, Given, Tables, between, statistics_suite
from registry.profile import Row, among, each, row, said, share, statistics_of
from registry.rules import Category, Home, Severity

REFUSE, QUERY = Severity.REFUSE, Severity.QUERY
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

# What no release is without; the other tables may be empty.
NEVER_EMPTY = ("patients", "visits", "labs", "therapies", "visit_outcomes", "treatment_outcomes")
PROVENANCE = ("centre_id", "submission_id", "source_row")
CALENDAR_DATE = r"^\d{4}-\d{2}-\d{2}"
LONGEST_DAYS = 10_957  # 30 years; days counted from 1970 are more for every date since 2000
FEWEST_CENTRES = 3  # the odd one out needs two others who agree


def statistics(given: Given) -> pd.DataFrame:
    """One row per statistic of the published tables, or of one centre in them."""
    published = given.tables
    return statistics_of(
        [
            *_rows(published),
            *(one for name, table in published.items() for one in _of_table(name, table)),
            *_strangers(published),
            *_centres_with_outcomes(published),
            *_centre_to_other_centres(published),
        ]
    )


def _rows(published: Tables) -> Iterator[Row]:
    for name in NEVER_EMPTY:
        n = len(published.get(name, ()))
        yield row((name, ""), "rows", n, 1, shown=str(n))


def _of_table(name: str, table: pd.DataFrame) -> Iterator[Row]:
    columns = [str(column) for column in table]
    dates = [column for column in columns if _holds_dates(table[column])]
    yield row((name, ""), "calendar_dates", len(dates), 1, shown=", ".join(dates))
    for column in [column for column in columns if column.endswith("_day")]:
        latest = table[column].max()
        if pd.notna(latest):
            yield row((name, column), "latest_day", float(latest), 1, unit="d")
    if len(table):
        told = table.reindex(columns=list(PROVENANCE)).notna().all(axis="columns")
        yield share((name, "submission_id"), "traced_share", told)


def _holds_dates(values: pd.Series) -> bool:
    """A column of dates, of that name, or of text in which any value begins with one."""
    if values.dtype.kind == "M" or str(values.name).endswith("_date"):
        return True
    if not isinstance(values.dtype, pd.StringDtype):
        return False
    return bool(pc.any(pc.match_substring_regex(pa.array(values), CALENDAR_DATE)).as_py())


def _strangers(published: Tables) -> Iterator[Row]:
    """Rows whose patient, or visit, is not published."""
    for key, parent in (("patient_id", "patients"), ("visit_id", "visits")):
        if parent not in published:
            continue
        for name in [name for name in published if name != parent and key in published[name]]:
            named = published[name][key].dropna()
            unknown = ~among(named, published[parent][key])
            one = share((name, key), "strangers", unknown)
            yield {**one, "value": float(unknown.sum())}


def _centres_with_outcomes(published: Tables) -> Iterator[Row]:
    """Of each centre's patients with a visit, those with an outcome."""
    if not {"patients", "visits", "visit_outcomes"} <= set(published):
        return
    patients = published["patients"]
    seen = patients[among(patients["patient_id"], published["visits"]["patient_id"])]
    known = among(seen["patient_id"], published["visit_outcomes"]["patient_id"])
    for centre, with_outcome in known.groupby(seen["centre_id"]):
        one = share(("visit_outcomes", "patient_id"), "with_outcomes", with_outcome)
        yield {**one, "shown": f"{centre}: {one['shown']}"}


def _centre_to_other_centres(published: Tables) -> Iterator[Row]:
    """Each centre's median of an analyte over the median of the other centres' medians."""
    if "labs" not in published:
        return
    labs = published["labs"]
    of_centre = labs.groupby(["analyte", "centre_id"])["value"].agg(["median", "count"])
    of_centre = of_centre[(of_centre["count"] >= ENOUGH) & (of_centre["median"] > 0)]
    for (analyte, centre), median, n in each(of_centre):
        others = of_centre.loc[analyte, "median"].drop(centre)
        if len(others) + 1 >= FEWEST_CENTRES:
            ratio = median / others.median()
            words = f"{centre}: {said(ratio, '×')} (n = {n})"
            place, name = ("labs", "value"), "centre_to_other_centres"
            yield row(place, name, ratio, n, unit="×", group=analyte, shown=words)


release = statistics_suite("release", statistics, Home.RELEASE)


@release.rule(
    "REL-07",
    REFUSE,
    COMPLETENESS,
    about="every table",
    tables="patients",
    source="own proposal",
    en="A table of the release is empty. Find the step that lost its rows and cut again.",
    de="Eine Tabelle der Freigabe ist leer. Bitte den Schritt suchen, der ihre Zeilen verloren "
    "hat, und die Freigabe neu erstellen.",
)
def has_rows_in_every_main_table() -> Expectations:
    """An empty table breaks no other rule, as there is no row to break one."""
    return [between("rows", 1, None, fewest=1)]


@release.rule(
    "REL-08",
    REFUSE,
    CONFORMANCE,
    about="every table",
    tables="patients",
    expected="…_day",
    source="publication rules of the registry: days from the index day, never dates",
    en="A published column holds calendar dates. Publish days from the patient's index day "
    "instead.",
    de="Eine veröffentlichte Spalte enthält Kalenderdaten. Bitte stattdessen Tage ab dem Indextag "
    "der Person veröffentlichen.",
)
def holds_no_calendar_dates() -> Expectations:
    """The dates of three visits identify a person in a hospital's appointment book."""
    return [between("calendar_dates", None, 0, fewest=1)]


@release.rule(
    "REL-09",
    REFUSE,
    CONFORMANCE,
    about="every table",
    tables="patients",
    source="OHDSI DataQualityDashboard, isForeignKey",
    en="Published rows belong to patients or visits that are not published. Leave out all rows of "
    "a patient together, and cut again.",
    de="Veröffentlichte Zeilen gehören zu Personen oder Visiten, die nicht veröffentlicht werden. "
    "Bitte alle Zeilen einer Person gemeinsam weglassen und die Freigabe neu erstellen.",
)
def holds_rows_of_its_own_patients_only() -> Expectations:
    """A patient who withdrew must be gone from every table, outcomes included."""
    return [between("strangers", None, 0, fewest=1)]


@release.rule(
    "REL-10",
    QUERY,
    COMPLETENESS,
    about="visit_outcomes",
    tables="visit_outcomes patients visits",
    source="own proposal",
    en="Most patients of a centre have visits but no outcome. Check the centre's mapping: "
    "therapies or visits may not have been understood.",
    de="Die meisten Personen eines Zentrums haben Visiten, aber kein Ergebnis. Bitte die "
    "Zuordnung des Zentrums prüfen; Therapien oder Visiten wurden vielleicht nicht verstanden.",
)
def has_outcomes_of_every_centre() -> Expectations:
    """A centre lost on the way to the outcomes is missed by no rule about rows."""
    return [between("with_outcomes", 0.5, None, fewest=10)]


@release.rule(
    "REL-11",
    QUERY,
    PLAUSIBILITY,
    about="labs",
    tables="labs patients",
    source="1 µkat/L = 60 U/L by definition; own proposal",
    en="A centre's results of an analyte differ from all other centres' by the factor between two "
    "units. Check the unit in the centre's mapping, and that it was converted once.",
    de="Die Ergebnisse eines Laborwerts unterscheiden sich in einem Zentrum von allen anderen um "
    "den Faktor zwischen zwei Einheiten. Bitte die Einheit in der Zuordnung des Zentrums prüfen "
    "und ob genau einmal umgerechnet wurde.",
)
def measures_every_analyte_in_one_unit() -> Expectations:
    """Within one centre a slip of all results looks like its own normal."""
    return by_slip_factor("centre_to_other_centres")


@release.rule(
    "REL-12",
    REFUSE,
    PLAUSIBILITY,
    about="every table",
    tables="patients",
    source="publication rules of the registry: days from the index day, never dates",
    en="A published day lies more than 30 years after the index day. Check that days are counted "
    "from the patient's own index day and not from a fixed date.",
    de="Ein veröffentlichter Tag liegt über 30 Jahre nach dem Indextag. Bitte prüfen, ob die Tage "
    "ab dem Indextag der Person und nicht ab einem festen Datum gezählt sind.",
)
def counts_days_from_each_patients_own_index_day() -> Expectations:
    """Days since 1970 are calendar dates in disguise."""
    return [between("latest_day", None, LONGEST_DAYS, fewest=1)]


@release.rule(
    "REL-13",
    REFUSE,
    COMPLETENESS,
    about="every table",
    tables="patients",
    source="own proposal",
    en="Published rows do not say which submission and row they come from. Carry centre_id, "
    "submission_id and source_row through every step.",
    de="Veröffentlichte Zeilen sagen nicht, aus welcher Lieferung und Zeile sie stammen. Bitte "
    "centre_id, submission_id und source_row durch jeden Schritt mitführen.",
)
def traces_every_row_to_a_submission() -> Expectations:
    """Without it a correction, or a withdrawal, cannot find what to change."""
    return [between("traced_share", 1, None, fewest=1)]
