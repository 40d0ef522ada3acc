"""The course of a patient's therapies: one after another, and against onset, contact and death."""

import pandas as pd

from registry.doses import drug_class_of, drug_of, is_immunotherapy, prednisone_mg_day
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import look_up, when
from schemas.submitted.therapies import Therapies

QUERY, NOTE = Severity.QUERY, Severity.NOTE
PLAUSIBILITY = Category.PLAUSIBILITY

OPEN_END = pd.Timestamp("9999-12-31")
# Seldom given before IMNM is known; glucocorticoids often are, for what was taken for polymyositis.
GIVEN_LATE = ["biologic", "immunoglobulin", "plasma_exchange", "cell_therapy"]

STEP_OF = ["patient_id", "drug"]


@Therapies.rule(
    "TX-09",
    QUERY,
    PLAUSIBILITY,
    on="start_date route",
    group="patient_id drug route",
    expected="stop_date ≤ start_date",
    source="own proposal",
    en="The episode starts while an earlier one of the same drug and route still runs. Give the "
    "earlier one its last day, or enter both as one episode with the dose of the day.",
    de="Die Episode beginnt, während eine frühere mit demselben Wirkstoff und Weg noch läuft. "
    "Bitte der früheren ihren letzten Tag geben oder beide als eine Episode mit der Dosis des "
    "Tages eintragen.",
)
def starts_when_the_earlier_episode_has_ended(therapies: pd.DataFrame) -> pd.Series:
    """Two doses at a time count twice; usually the last day of the earlier dose was forgotten."""
    rows = therapies.assign(drug=drug_of(therapies)).sort_values("start_date", kind="stable")
    same = [rows.patient_id, rows.drug, rows.route]
    last_day = rows.stop_date.fillna(rows.start_date.where(rows.frequency.eq("once"), OPEN_END))
    end = last_day.groupby(same).cummax().groupby(same).shift()
    return when(rows.drug.notna(), end.isna() | (rows.start_date >= end)).reindex(therapies.index)


@Therapies.rule(
    "TX-28",
    QUERY,
    PLAUSIBILITY,
    on="line start_date",
    group="patient_id line",
    expected="start(line n) ≤ start(line n+1)",
    source="own proposal",
    en="The line of therapy starts after a higher line. Number the lines in the order in which "
    "they were started.",
    de="Die Therapielinie beginnt nach einer höheren Linie. Bitte die Linien in der Reihenfolge "
    "ihres Beginns zählen.",
)
def starts_its_line_after_the_lower_lines(therapies: pd.DataFrame) -> pd.Series:
    """Outcomes are counted per line; asked of the first episode of each line only."""
    rows = therapies[["patient_id", "line", "start_date"]].dropna()
    firsts = rows.sort_values(["start_date", "line"]).drop_duplicates(["patient_id", "line"])
    highest = firsts.groupby("patient_id")["line"].cummax()
    return (firsts["line"] == highest).reindex(therapies.index)


# --- glucocorticoids, step by step ---------------------------------------------------------------


def _glucocorticoid_steps(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """Oral episodes of each glucocorticoid in their order; `mg` is prednisone equivalents a day."""
    steps = therapies.assign(drug=drug_of(therapies), mg=prednisone_mg_day(therapies, visits))
    columns = ["patient_id", "drug", "start_date", "stop_date", "stop_reason", "mg"]
    steps = steps.loc[steps["route"].eq("po") & steps["mg"].notna(), columns]
    return steps.sort_values("start_date", kind="stable")


def _near_a_flare(steps: pd.DataFrame, visits: pd.DataFrame) -> pd.Series:
    """Whether a visit of the patient reports a flare near the step's start."""
    flares = visits[visits["flare_reported"].fillna(False) | visits["visit_type"].eq("flare")]
    known = flares[["patient_id", "visit_date"]].dropna().sort_values("visit_date")
    found = pd.merge_asof(
        steps[["patient_id", "start_date"]],
        known,
        left_on="start_date",
        right_on="visit_date",
        by="patient_id",
        direction="nearest",
        tolerance=pd.Timedelta(days=limit("TX-35", "days_to_flare", "query_above")),
    )
    return found["visit_date"].notna().set_axis(steps.index)


@Therapies.rule(
    "TX-08",
    QUERY,
    PLAUSIBILITY,
    on="dose start_date",
    group="patient_id drug route",
    expected="≥ 50 %",
    source="own proposal; BSR 2022 (keac115): taper from about six weeks",
    en="The glucocorticoid falls by more than half within a week, from 40 mg prednisone or more, "
    "and nobody says why. Correct the dose or the days, or give the reason the earlier dose ended.",
    de="Das Glukokortikoid fällt innerhalb einer Woche um mehr als die Hälfte, von mindestens 40 "
    "mg Prednison, und niemand sagt warum. Bitte Dosis oder Tage berichtigen oder angeben, warum "
    "die frühere Dosis endete.",
)
def does_not_drop_a_high_glucocorticoid_dose_without_a_reason(
    therapies: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """A fall from 60 to 6 mg overnight is more often a lost digit than a taper."""
    steps = _glucocorticoid_steps(therapies, visits)
    before = steps.groupby(STEP_OF).shift()
    gap = (steps.start_date - before.stop_date.fillna(steps.start_date)).dt.days
    high = before.mg >= limit("TX-08", "prednisone_mg_per_day_before", "query_above")
    sudden = gap <= limit("TX-08", "days_between_doses", "query_below")
    half = before.mg * limit("TX-08", "share_of_dose_left", "query_below")
    return when(high & sudden & before.stop_reason.isna(), steps.mg >= half).reindex(
        therapies.index
    )


@Therapies.rule(
    "TX-35",
    QUERY,
    PLAUSIBILITY,
    on="dose start_date",
    group="patient_id drug route",
    source="own proposal",
    en="The glucocorticoid was at 0 mg and is now higher than before, and no visit reports a "
    "flare. Check the doses, or report the flare at its visit.",
    de="Das Glukokortikoid stand auf 0 mg und ist nun höher als zuvor, und keine Visite meldet "
    "einen Schub. Bitte die Dosen prüfen oder den Schub bei der Visite melden.",
)
def resumes_a_glucocorticoid_at_a_higher_dose_after_a_flare_only(
    therapies: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """An undocumented relapse is lost to every outcome; a stray 0 mg is a hole in the exposure."""
    steps = _glucocorticoid_steps(therapies, visits)
    doses = steps.groupby(STEP_OF)["mg"]
    zero, before = doses.shift() == 0, doses.shift(2)
    rises = zero & (before > 0) & (steps.mg > before)
    return when(rises, _near_a_flare(steps, visits)).reindex(therapies.index)


# --- against the patient's dates -----------------------------------------------------------------


@Therapies.rule(
    "TX-11a",
    NOTE,
    PLAUSIBILITY,
    on="start_date",
    expected="diagnosis_date - 90 d ≤ start_date",
    source="own proposal",
    en="The drug was given more than 90 days before IMNM was diagnosed. If it was for another "
    "disease, set the intent to other_disease; otherwise check both dates.",
    de="Das Mittel wurde mehr als 90 Tage vor der Diagnose der IMNM gegeben. Galt es einer anderen "
    "Erkrankung, bitte intent auf other_disease setzen, sonst beide Daten prüfen.",
)
def comes_not_long_before_the_diagnosis(
    therapies: pd.DataFrame, patients: pd.DataFrame
) -> pd.Series:
    """Rituximab or plasma exchange long before the diagnosis was meant for something else."""
    diagnosis = look_up(therapies.patient_id, patients, "diagnosis_date")
    onset = look_up(therapies.patient_id, patients, "onset_date")
    late = drug_class_of(drug_of(therapies)).isin(GIVEN_LATE) & therapies.intent.ne("other_disease")
    asked = late & diagnosis.notna() & ~(therapies.start_date < onset)
    earliest = diagnosis - pd.Timedelta(days=limit("TX-11", "days_before_diagnosis", "note_above"))
    return when(asked, therapies.start_date >= earliest)


@Therapies.rule(
    "TX-11b",
    QUERY,
    PLAUSIBILITY,
    on="start_date",
    expected="onset_date ≤ start_date",
    source="own proposal",
    en="The immunotherapy starts before the first symptoms of IMNM. If it was for another disease, "
    "set the intent to other_disease; otherwise check the start and the onset.",
    de="Die Immuntherapie beginnt vor den ersten Beschwerden der IMNM. Galt sie einer anderen "
    "Erkrankung, bitte intent auf other_disease setzen, sonst Beginn und Symptombeginn prüfen.",
)
def comes_no_earlier_than_the_first_symptoms(
    therapies: pd.DataFrame, patients: pd.DataFrame
) -> pd.Series:
    """What was given for another disease must not count as a line of treatment of IMNM."""
    onset = look_up(therapies.patient_id, patients, "onset_date")
    born = look_up(therapies.patient_id, patients, "birth_year")
    unborn = therapies.start_date.dt.year < born  # a slip of the year, and PAT-07's business
    asked = is_immunotherapy(drug_of(therapies)) & therapies.intent.ne("other_disease")
    return when(asked & onset.notna() & ~unborn.fillna(False), therapies.start_date >= onset)


@Therapies.rule(
    "TX-34",
    QUERY,
    PLAUSIBILITY,
    on="start_date",
    shows="start_date stop_date",
    expected="≤ last_contact_date",
    source="OHDSI DataQualityDashboard; own proposal",
    en="The therapy starts or stops after the patient was last seen or heard of. Bring the last "
    "contact up to date, or correct the day.",
    de="Die Therapie beginnt oder endet nach dem letzten Kontakt mit der Person. Bitte den letzten "
    "Kontakt nachtragen oder den Tag berichtigen.",
)
def is_known_from_a_contact_with_the_patient(
    therapies: pd.DataFrame, patients: pd.DataFrame
) -> pd.Series:
    """A planned end is not an end; follow-up time would be longer than observation."""
    last_contact = look_up(therapies.patient_id, patients, "last_contact_date")
    died = look_up(therapies.patient_id, patients, "death_date").notna()  # then PAT-05 asks
    last_day = therapies.stop_date.fillna(therapies.start_date)
    in_order = ~(last_day < therapies.start_date)  # else TX-10 has spoken
    return when(last_contact.notna() & ~died & in_order, last_day <= last_contact)


@Therapies.rule(
    "TX-41",
    QUERY,
    PLAUSIBILITY,
    on="stop_reason",
    expected="vital_status = dead",
    source="own proposal",
    en="The therapy ended with the patient's death, but the patient is not recorded as dead. "
    "Correct the reason, or the vital status.",
    de="Die Therapie endete mit dem Tod, doch die Person ist nicht als verstorben verzeichnet. "
    "Bitte den Grund oder den Vitalstatus berichtigen.",
)
def ends_by_death_only_if_the_patient_died(
    therapies: pd.DataFrame, patients: pd.DataFrame
) -> pd.Series:
    """A missed death biases every survival and every response that is counted to its end."""
    status = look_up(therapies.patient_id, patients, "vital_status")
    return when(therapies.stop_reason.eq("death") & status.notna(), status == "dead")


@Therapies.rule(
    "TX-30",
    NOTE,
    PLAUSIBILITY,
    on="start_date",
    expected="methotrexate + folic_acid",
    source="Toronto Myositis Centre sheets 2026",
    compares_patients=True,
    en="No folic acid is recorded for a patient who takes methotrexate. Add it if it was given; it "
    "makes methotrexate easier to bear.",
    de="Zu Methotrexat ist keine Folsäure verzeichnet. Bitte nachtragen, falls sie gegeben wurde; "
    "sie macht Methotrexat verträglicher.",
)
def comes_with_folic_acid_when_it_is_methotrexate(therapies: pd.DataFrame) -> pd.Series:
    """A reminder, once a patient. A centre that records folic acid for nobody is not asked."""
    drug = drug_of(therapies)
    methotrexate = therapies[drug == "methotrexate"].sort_values("start_date", kind="stable")
    first = methotrexate.drop_duplicates("patient_id").index
    with_folic_acid = therapies.patient_id[drug == "folic_acid"]
    asked = therapies.index.isin(first) & (len(with_folic_acid) > 0)
    return when(pd.Series(asked, therapies.index), therapies.patient_id.isin(with_folic_acid))
