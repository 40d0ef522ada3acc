"""Planted defects of the whole of FR01, and the delivery before it.

A whole breaks by many rows, so these planters touch many patients: those at the end of the list,
whom no planter of a row's defect has taken. What FR01 always was like (completeness, population) is
so in the delivery before as well; what has changed since (volume, drift) is planted only there, and
FR01 itself stays as it is.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sample_data.columns import Tables
from sample_data.defects import PLANTS, Cohort, plants

BEFORE: dict[str, Callable[[Cohort], None]] = {}


def changed_since(rule_id: str) -> Callable[[Callable[[Cohort], None]], None]:
    """Register the planter of a defect that shows between two deliveries: it edits the former."""

    def register(planter: Callable[[Cohort], None]) -> None:
        BEFORE[rule_id] = planter

    return register


def delivery_before(clean: Tables) -> Tables:
    """FR01's delivery before the one with the defects, from the same clean tables."""
    cohort = Cohort({name: table.copy() for name, table in clean.items()})
    for rule_id in sorted(rule_id for rule_id in PLANTS if rule_id[:4] in ("CMP-", "POP-")):
        PLANTS[rule_id](cohort)
    for planter in BEFORE.values():
        planter(cohort)
    return {
        name: table.set_axis(pd.RangeIndex(1, len(table) + 1))
        for name, table in cohort.tables.items()
    }


# --- whom and what ----------------------------------------------------------------------------


def _last(cohort: Cohort, share: float, skip: float = 0) -> pd.Series:
    """Patients nobody has taken: the last `share` of all patients, after `skip` from the end."""
    people = cohort.tables["patients"]["patient_id"]
    size, left_out = round(share * len(people)), round(skip * len(people))
    chosen = people.iloc[len(people) - left_out - size : len(people) - left_out]
    return chosen[~chosen.isin(cohort.taken)]


def _of(cohort: Cohort, table: str, patients: pd.Series, **facts: object) -> pd.Series:
    """Which rows of a table belong to `patients` and have `facts`."""
    data = cohort.tables[table]
    chosen = data["patient_id"].isin(patients)
    for column, fact in facts.items():
        chosen &= data[column].eq(fact).fillna(False)  # type: ignore[arg-type]
    return chosen.astype(bool)


def _set(cohort: Cohort, table: str, rows: pd.Series, **facts: object) -> None:
    """Set columns of the chosen rows: a value, a Series, or None for blank."""
    cohort.tables[table] = cohort.tables[table].assign(
        **{c: cohort.tables[table][c].mask(rows, fact) for c, fact in facts.items()}
    )


def _days_since_baseline(cohort: Cohort) -> pd.Series:
    """Of each visit, days since the patient's first."""
    visits = cohort.tables["visits"]
    first = visits.groupby("patient_id")["visit_date"].transform("min")
    return (visits["visit_date"] - first).dt.days


def _everyone(cohort: Cohort) -> pd.Series:
    return _last(cohort, 1)


# --- completeness -----------------------------------------------------------------------------


@plants("CMP-01")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "patients", _last(cohort, 0.15))
    _set(cohort, "patients", rows, contact_for_research=None)


@plants("CMP-02")
def _(cohort: Cohort) -> None:
    """After the first year, of which each visit is asked by a rule of its own."""
    late = _days_since_baseline(cohort) > 430
    rows = _of(cohort, "visits", _last(cohort, 0.35)) & late
    _set(cohort, "visits", rows, patient_global_vas=None, patient_global_vas_absent=None)


@plants("CMP-03")
def _(cohort: Cohort) -> None:
    index = cohort.tables["visits"].index
    most = pd.Series(index % 5 < 3, index)
    _set(cohort, "visits", most, rash_dm_typical="not_assessed")


@plants("CMP-04")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "labs", _last(cohort, 0.2), analyte="aldolase")
    _set(cohort, "labs", rows, upper_limit_normal=None)


@plants("CMP-05")
def _(cohort: Cohort) -> None:
    _set(cohort, "serology", _of(cohort, "serology", _last(cohort, 0.2)), kit=None)


@plants("CMP-06")
def _(cohort: Cohort) -> None:
    _set(cohort, "therapies", _of(cohort, "therapies", _last(cohort, 0.3)), intent=None)


@plants("CMP-07")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "therapies", _last(cohort, 0.42), stop_reason="planned_end")
    _set(cohort, "therapies", rows, stop_reason="other")


@plants("CMP-08")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "visits", _last(cohort, 0.12), visit_type="baseline")
    _set(cohort, "visits", rows, visit_type="scheduled")


@plants("CMP-09")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "visits", _last(cohort, 0.18, skip=0.12), visit_type="baseline")
    _set(cohort, "visits", rows, extramuscular_vas=None, extramuscular_vas_absent="not_done")


@plants("CMP-10")
def _(cohort: Cohort) -> None:
    """All but some at the head of the list, whom other planters need as they are."""
    rows = _of(cohort, "patients", _last(cohort, 0.6), vital_status="lost_to_follow_up")
    _set(cohort, "patients", rows, vital_status="alive")


@plants("CMP-11")
def _(cohort: Cohort) -> None:
    year = _days_since_baseline(cohort).between(300, 425)
    rows = _of(cohort, "visits", _last(cohort, 0.42)) & year
    _set(cohort, "visits", rows, haq_di=None, haq_di_absent="not_done")


@plants("CMP-12")
def _(cohort: Cohort) -> None:
    """Of patients whose subtype does not hang on the result."""
    patients = cohort.tables["patients"]["patient_id"]
    hmgcr = patients[_of(cohort, "patients", _last(cohort, 0.42), subtype="anti_hmgcr")]
    rows = _of(cohort, "serology", hmgcr, antibody="srp")
    blank = dict.fromkeys(("value", "value_comparator", "interpretation"))
    _set(cohort, "serology", rows, **blank, interpretation_absent="not_done")


# --- population -------------------------------------------------------------------------------


@plants("POP-01")
def _(cohort: Cohort) -> None:
    """Too few seronegative: the others count as not classified.

    Left are those whose own defect is about being seronegative, and some for planters to come.
    """
    patients, biopsies = cohort.tables["patients"], cohort.tables["biopsies"]
    serology = cohort.tables["serology"]
    tests = serology[serology["antibody"].isin(["hmgcr", "srp"])]
    negative = tests["patient_id"][tests["interpretation"].eq("negative")].value_counts()
    biopsied = biopsies["patient_id"][biopsies["imnm_features"].eq("present")]
    who = patients["patient_id"]
    typical = who.isin(biopsied) & who.isin(negative.index[negative > 1])
    rows = patients["subtype"].eq("seronegative") & typical
    spared = who[rows & ~who.isin(cohort.taken)].iloc[:6]
    _set(cohort, "patients", rows & ~who.isin(spared), subtype="unclassified")


@plants("POP-02")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "patients", _last(cohort, 0.4), sex="female")
    _set(cohort, "patients", rows, sex="male")


@plants("POP-03")
def _(cohort: Cohort) -> None:
    """First CK values too low, as where the untreated ones were left behind."""
    labs = cohort.tables["labs"]
    ck = labs[_of(cohort, "labs", _everyone(cohort), analyte="ck") & labs["value"].notna()]
    first = ck.sort_values("collected_date", kind="stable").drop_duplicates("patient_id").index
    high = pd.Series(labs.index.isin(first), labs.index) & (labs["value"] > 2300)
    _set(cohort, "labs", high, value=2300 - labs.index.to_series() % 300)


@plants("POP-04")
def _(cohort: Cohort) -> None:
    """Nobody with anti-HMGCR without a statin: those who had none were not asked, but assumed."""
    patients, exposures = cohort.tables["patients"], cohort.tables["exposures"]
    unexposed = patients[
        patients["subtype"].eq("anti_hmgcr")
        & patients["onset_date"].notna()
        & ~patients["patient_id"].isin(exposures["patient_id"])
    ]
    like = exposures[exposures["agent"].eq("simvastatin")].iloc[[0] * len(unexposed)]
    ends = unexposed["onset_date"] - pd.Timedelta(days=30).as_unit("s")
    assumed = like.set_axis(unexposed.index).assign(
        exposure_id=unexposed["patient_id"] + "-X90",
        patient_id=unexposed["patient_id"],
        start_date=ends - pd.Timedelta(days=700).as_unit("s"),
        stop_date=ends,
    )
    _append(cohort, "exposures", assumed)


@plants("POP-05")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "visits", _everyone(cohort))
    whole = np.ceil(cohort.tables["visits"]["extramuscular_vas"])
    _set(cohort, "visits", rows, extramuscular_vas=whole)


@plants("POP-06")
def _(cohort: Cohort) -> None:
    """Eight in a hundred die within one year."""
    patients = cohort.tables["patients"]
    latest = patients["last_contact_date"].dt.year.eq(2026)
    alive = patients[_of(cohort, "patients", _everyone(cohort), vital_status="alive") & latest]
    dying = alive["patient_id"].iloc[-round(0.08 * len(patients)) :]
    rows = _of(cohort, "patients", dying)
    last = patients["last_contact_date"]
    _set(cohort, "patients", rows, vital_status="dead", death_date=last, death_cause="infection")
    running = _of(cohort, "therapies", dying) & cohort.tables["therapies"]["stop_date"].isna()
    ends = cohort.tables["therapies"]["patient_id"].map(last.set_axis(patients["patient_id"]))
    _set(cohort, "therapies", running, stop_date=ends, stop_reason="death")


@plants("POP-07")
def _(cohort: Cohort) -> None:
    """Troponin I in ng/mL, the column says; in ng/L, the numbers say."""
    exact = cohort.tables["labs"]["value_comparator"].eq("=")
    _times(cohort, _of(cohort, "labs", _everyone(cohort), analyte="troponin_i") & exact, 1000)


@plants("POP-08")
def _(cohort: Cohort) -> None:
    """One year of CRP: ten times too high, as mg/L taken for mg/dL and converted."""
    labs = cohort.tables["labs"]
    year = labs["collected_date"].dt.year.eq(2021) & labs["value_comparator"].eq("=")
    _times(cohort, labs["analyte"].eq("crp") & year & (labs["value"] < 59), 10)


def _times(cohort: Cohort, rows: pd.Series, factor: float) -> None:
    _set(cohort, "labs", rows, value=(cohort.tables["labs"]["value"] * factor).round(6))


@plants("POP-09")
def _(cohort: Cohort) -> None:
    labs = cohort.tables["labs"]
    rows = _of(cohort, "labs", _last(cohort, 0.42), analyte="ck") & (labs["value"] >= 1000)
    _set(cohort, "labs", rows, value=(labs["value"] / 100).round() * 100)


@plants("POP-10")
def _(cohort: Cohort) -> None:
    days = cohort.tables["organ_findings"]["assessed_date"]
    first = days.dt.to_period("M").dt.to_timestamp().astype(days.dtype)
    rows = _of(cohort, "organ_findings", _last(cohort, 0.3))
    _set(cohort, "organ_findings", rows, assessed_date=first)


# --- drift and volume: what was otherwise in the delivery before --------------------------------


@changed_since("DRF-01")
def _(cohort: Cohort) -> None:
    rows = _of(cohort, "patients", _last(cohort, 0.2))
    _set(cohort, "patients", rows, birth_year=cohort.tables["patients"]["birth_year"] - 1)


@changed_since("DRF-02")
def _(cohort: Cohort) -> None:
    """The link to the biobank, which half of the patients have lost since."""
    patients = cohort.tables["patients"]
    links = "BB-" + patients["patient_id"]
    _set(cohort, "patients", patients["biobank_link"].isna(), biobank_link=links, biosample=True)


@changed_since("DRF-03")
def _(cohort: Cohort) -> None:
    _times(cohort, _of(cohort, "labs", _everyone(cohort), analyte="troponin_t"), 0.001)


@changed_since("DRF-04")
def _(cohort: Cohort) -> None:
    visits = cohort.tables["visits"]
    higher = (visits["patient_global_vas"] + 2).round(1).clip(upper=10)
    later = _of(cohort, "visits", _everyone(cohort)) & (_days_since_baseline(cohort) > 0)
    _set(cohort, "visits", later, patient_global_vas=higher)


@changed_since("DRF-05")
def _(cohort: Cohort) -> None:
    """CRP in mg/dL, numbers and limits alike."""
    labs = cohort.tables["labs"]
    numbers = ["value", "upper_limit_normal", "lower_limit_normal"]
    tenth = {name: (labs[name] / 10).round(6) for name in numbers}
    _set(cohort, "labs", labs["analyte"].eq("crp"), unit="mg/dL", **tenth)


@changed_since("DRF-06")
def _(cohort: Cohort) -> None:
    """The first extramuscular rating of some, a millimetre lower."""
    lower = (cohort.tables["visits"]["extramuscular_vas"] - 0.1).round(1).clip(lower=0)
    first = _of(cohort, "visits", _last(cohort, 0.3)) & _days_since_baseline(cohort).eq(0)
    _set(cohort, "visits", first, extramuscular_vas=lower)


@changed_since("DRF-07")
def _(cohort: Cohort) -> None:
    """Most of what is called maintenance now was called induction before."""
    rows = _of(cohort, "therapies", _last(cohort, 0.8), intent="maintenance")
    _set(cohort, "therapies", rows, intent="induction")


@changed_since("VOL-01")
def _(cohort: Cohort) -> None:
    """Patients who are not sent any more, with all their rows."""
    gone = _last(cohort, 0.15)
    for name, table in cohort.tables.items():
        rows = table[table["patient_id"].isin(gone)]
        ids = [str(c) for c in rows if str(c).endswith("_id") and c != "centre_id"]
        _append(cohort, name, rows.assign(**{c: "X" + rows[c] for c in ids}))


@changed_since("VOL-02")
def _(cohort: Cohort) -> None:
    findings = cohort.tables["organ_findings"]  # FR01's events do not arrive at all
    more = findings.iloc[::10]
    _append(cohort, "organ_findings", more.assign(finding_id=more["finding_id"] + "-X"))


@changed_since("VOL-03")
def _(cohort: Cohort) -> None:
    """A second visit three days after every tenth that another one follows."""
    visits = cohort.tables["visits"]
    another = visits["patient_id"].eq(visits["patient_id"].shift(-1))
    more = visits[another & visits["visit_type"].eq("scheduled")].iloc[::10]
    later = more["visit_date"] + pd.Timedelta(days=3).as_unit("s")
    again = more.assign(visit_id=more["visit_id"] + "-X", visit_date=later)
    unasked = again.assign(haq_di=np.nan, haq_di_absent="not_done")  # else a copied answer
    _append(cohort, "visits", unasked)


def _append(cohort: Cohort, table: str, more: pd.DataFrame) -> None:
    cohort.tables[table] = pd.concat([cohort.tables[table], more], ignore_index=True)
