"""Patients: one row per patient. With labs and visits the 16 ERDRI common data elements.

What a patient's classification owes to other tables stands in `diagnosis.py`.
"""

import pandas as pd

from registry.codelists import codelist
from registry.consent import is_covered
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import all_filled, when
from schemas.engine import Date, Table, Text, Whole, YesNo, column
from schemas.standing import STAND_INS

NOTE, QUERY, HOLD = Severity.NOTE, Severity.QUERY, Severity.HOLD
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

ERDRI = "JRC/ERDRI common data elements"


class Patients(Table):
    """One row per patient: who they are, what they have, how they are, and what they consent to."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient, stable between submissions; no hospital number, no initials.",
        "Pseudonym der Person, gleich in jeder Lieferung; nie Krankenhausnummer oder Initialen.",
        key=True,
    )
    sex: Text = column("Sex at birth.", "Geschlecht bei Geburt.", codes="sex")
    birth_year: Whole = column("Year of birth.", "Geburtsjahr.", unit="a", at_least=1900)
    onset_date: Date = column(
        "Day of the first symptom; the first of the month where only the month is known.",
        "Tag des ersten Symptoms; der Monatserste, wenn nur der Monat bekannt ist.",
    )
    diagnosis_date: Date = column(
        "Day on which IMNM was diagnosed.", "Tag, an dem die IMNM diagnostiziert wurde."
    )
    first_contact_date: Date = column(
        "Day of the first contact with the specialised centre.",
        "Tag des ersten Kontakts mit dem spezialisierten Zentrum.",
    )
    last_contact_date: Date = column(
        "Last day on which the patient's status was known.",
        "Letzter Tag, an dem der Zustand der Person bekannt war.",
    )
    subtype: Text = column(
        "Subtype by antibody, after the 224th ENMC workshop; unclassified until both are tested.",
        "Subtyp nach Antikörper, 224. ENMC-Workshop; nicht klassifiziert, bis beide getestet sind.",
        codes="subtypes",
    )
    diagnosis_code_system: Text = column(
        "Code system of the diagnosis code.",
        "Kodesystem des Diagnosekodes.",
        codes="diagnosis_code_systems",
    )
    diagnosis_code: Text = column(
        "Diagnosis code without its prefix, e.g. 206569 for ORPHA:206569.",
        "Diagnosekode ohne Präfix, z. B. 206569 für ORPHA:206569.",
        codes="diagnosis_codes",
    )
    vital_status: Text = column(
        "Status on the day of the last contact.",
        "Status am Tag des letzten Kontakts.",
        codes="vital_status",
    )
    death_date: Date = column(
        "Day of death; blank unless dead.", "Todestag; leer, solange die Person lebt."
    )
    death_cause: Text = column("Cause of death.", "Todesursache.", codes="death_causes")
    consent_status: Text = column(
        "Consent to the reuse of the data, as it stands today.",
        "Einwilligung in die Nachnutzung der Daten, nach heutigem Stand.",
        codes="consent_status",
        required=True,
    )
    consent_scope: Text = column(
        "What the data may be used for.",
        "Wofür die Daten verwendet werden dürfen.",
        codes="consent_scopes",
    )
    consent_date: Date = column(
        "Day on which the consent, or its withdrawal, was signed.",
        "Tag, an dem Einwilligung oder Widerruf unterschrieben wurde.",
    )
    contact_for_research: YesNo = column(
        "Whether the patient agrees to be contacted for research.",
        "Ob die Person für Forschung kontaktiert werden darf.",
    )
    biosample: YesNo = column(
        "Whether a biological sample is stored.", "Ob eine Bioprobe eingelagert ist."
    )
    biobank_link: Text = column(
        "The sample's identifier in its biobank.", "Kennung der Probe in ihrer Biobank."
    )


# --- known at all -------------------------------------------------------------------------------


@Patients.rule(
    "PAT-01",
    QUERY,
    COMPLETENESS,
    on="patient_id",
    shows="sex birth_year",
    expected="sex, birth_year ≠ ∅",
    source=ERDRI,
    en="The patient's sex or year of birth is missing. Fill in both; undetermined is an answer.",
    de="Geschlecht oder Geburtsjahr der Person fehlt. Bitte beides nachtragen; unbestimmt ist "
    "eine gültige Angabe.",
)
def has_a_sex_and_a_year_of_birth(patients: pd.DataFrame) -> pd.Series:
    """Limits of normal depend on sex, and the thresholds of the response score on age at onset."""
    return all_filled(patients, "sex", "birth_year")


@Patients.rule(
    "PAT-09",
    QUERY,
    COMPLETENESS,
    on="patient_id",
    shows="onset_date diagnosis_date first_contact_date",
    expected="onset_date, diagnosis_date, first_contact_date ≠ ∅",
    source=ERDRI,
    en="The date of onset, of diagnosis or of the first contact is missing. Fill it in; where "
    "only the month is known, give its first day.",
    de="Das Datum von Symptombeginn, Diagnose oder Erstkontakt fehlt. Bitte nachtragen; ist nur "
    "der Monat bekannt, gilt dessen erster Tag.",
)
def has_dates_of_onset_diagnosis_and_first_contact(patients: pd.DataFrame) -> pd.Series:
    """Disease duration and delay of diagnosis are counted from them, and they differ by years."""
    return all_filled(patients, "onset_date", "diagnosis_date", "first_contact_date")


@Patients.rule(
    "PAT-10",
    QUERY,
    COMPLETENESS,
    on="patient_id",
    shows="diagnosis_code_system diagnosis_code subtype",
    expected="subtype, diagnosis_code_system, diagnosis_code ≠ ∅",
    source=ERDRI,
    en="The diagnosis code, its code system or the subtype is missing. Fill it in; a patient not "
    "yet classified has the subtype unclassified.",
    de="Diagnosekode, Kodesystem oder Subtyp fehlt. Bitte nachtragen; wer noch nicht "
    "klassifiziert ist, hat den Subtyp unclassified.",
)
def has_a_coded_diagnosis_and_a_subtype(patients: pd.DataFrame) -> pd.Series:
    """Without a code nobody outside the centre knows which disease was meant."""
    return all_filled(patients, "subtype", "diagnosis_code_system", "diagnosis_code")


@Patients.rule(
    "PAT-11",
    QUERY,
    COMPLETENESS,
    on="patient_id",
    shows="vital_status last_contact_date",
    expected="vital_status, last_contact_date ≠ ∅",
    source=ERDRI,
    en="The vital status or the date of the last contact is missing. Fill in both.",
    de="Vitalstatus oder Datum des letzten Kontakts fehlt. Bitte beides nachtragen.",
)
def has_a_status_and_a_last_contact(patients: pd.DataFrame) -> pd.Series:
    """Every time to an event is censored on the last day on which the status was known."""
    return all_filled(patients, "vital_status", "last_contact_date")


@Patients.rule(
    "PAT-12",
    QUERY,
    COMPLETENESS,
    on="consent_status",
    shows="consent_date",
    expected="consent_date ≠ ∅",
    source=f"{ERDRI}; GDPR Article 7(1)",
    en="The consent has no date. Fill in the day on which it was signed, or withdrawn.",
    de="Die Einwilligung hat kein Datum. Bitte den Tag der Unterschrift oder des Widerrufs "
    "nachtragen.",
)
def has_a_date_of_consent(patients: pd.DataFrame) -> pd.Series:
    """A consent that cannot be dated cannot be shown to have come before the submission."""
    return when(is_covered(patients), patients.consent_date.notna())


# --- in order of time ---------------------------------------------------------------------------


def _days(*columns: tuple[pd.DataFrame, str]) -> pd.Series:
    """Days of several tables, by patient_id; SUB-05 reports stand-ins where they stand."""
    days: pd.Series = pd.concat([table.set_index("patient_id")[name] for table, name in columns])
    return days[~days.isin(STAND_INS)]


def _first(patients: pd.DataFrame, days: pd.Series) -> pd.Series:
    """The first of each patient's days; blank where there is none."""
    return days.groupby(level=0).min().reindex(patients["patient_id"]).set_axis(patients.index)


def _last(patients: pd.DataFrame, days: pd.Series) -> pd.Series:
    return days.groupby(level=0).max().reindex(patients["patient_id"]).set_axis(patients.index)


@Patients.rule(
    "PAT-03",
    QUERY,
    PLAUSIBILITY,
    on="last_contact_date first_contact_date diagnosis_date",
    expected="first_contact_date, diagnosis_date ≤ last_contact_date",
    source="Olmsted 2022 (doi:10.1002/mus.27504)",
    en="The last contact lies before the first contact or the diagnosis. Check the three dates.",
    de="Der letzte Kontakt liegt vor dem Erstkontakt oder der Diagnose. Bitte die drei Daten "
    "prüfen.",
)
def is_last_seen_no_earlier_than_diagnosed(patients: pd.DataFrame) -> pd.Series:
    """Follow-up would be negative. Onset may precede the first contact by years."""
    last = patients.last_contact_date
    return (patients.first_contact_date <= last) & (patients.diagnosis_date <= last)


@Patients.rule(
    "PAT-14",
    QUERY,
    PLAUSIBILITY,
    on="last_contact_date",
    expected="max(visit_date) ≤ last_contact_date",
    source="own proposal",
    en="A visit is dated after the patient's last contact. Move the last contact to the latest "
    "day on which the status was known, or correct the date of the visit.",
    de="Eine Visite liegt nach dem letzten Kontakt der Person. Bitte den letzten Kontakt auf den "
    "spätesten Tag setzen, an dem der Zustand bekannt war, oder das Datum der Visite berichtigen.",
)
def is_last_seen_no_earlier_than_at_the_last_visit(
    patients: pd.DataFrame, visits: pd.DataFrame
) -> pd.Series:
    """The patient would be lost to follow-up while still being seen. After death: PAT-05."""
    last_visit = _last(patients, _days((visits, "visit_date")))
    in_life = last_visit.notna() & ~(last_visit > patients.death_date)
    follows = ~(patients.last_contact_date < patients.diagnosis_date)
    return when(in_life & follows, last_visit <= patients.last_contact_date)


@Patients.rule(
    "PAT-06",
    QUERY,
    PLAUSIBILITY,
    on="vital_status",
    expected="vital_status = dead ⇔ death_date ≠ ∅",
    source=ERDRI,
    en="The vital status and the date of death contradict each other. Give the date of death of a "
    "patient who is dead, and none of one who is alive.",
    de="Vitalstatus und Todestag widersprechen sich. Bitte bei Verstorbenen den Todestag angeben "
    "und bei Lebenden keinen.",
)
def has_a_date_of_death_only_when_dead(patients: pd.DataFrame) -> pd.Series:
    """Survival needs both; a death learnt of after the loss to follow-up may keep its status."""
    dead, dated = patients.vital_status.eq("dead"), patients.death_date.notna()
    return when(dead | patients.vital_status.eq("alive"), dead == dated)


@Patients.rule(
    "PAT-13",
    QUERY,
    PLAUSIBILITY,
    on="death_date last_contact_date",
    expected="last_contact_date ≤ death_date",
    source=ERDRI,
    en="The last contact lies after the patient's death. Check both dates.",
    de="Der letzte Kontakt liegt nach dem Tod der Person. Bitte beide Daten prüfen.",
)
def is_last_seen_no_later_than_death(patients: pd.DataFrame) -> pd.Series:
    """One of the two ends survival, and they must not differ in this direction."""
    return patients.last_contact_date <= patients.death_date


@Patients.rule(
    "PAT-05",
    QUERY,
    PLAUSIBILITY,
    on="death_date",
    expected="visit_date, collected_date, sample_date, start_date, stop_date ≤ death_date",
    source="OHDSI DataQualityDashboard, plausibleBeforeDeath",
    en="A visit, laboratory result, antibody result or therapy is dated after the patient's "
    "death. Correct its date or the date of death.",
    de="Eine Visite, ein Laborwert, ein Antikörperbefund oder eine Therapie liegt nach dem Tod "
    "der Person. Bitte dieses Datum oder den Todestag berichtigen.",
)
def is_not_seen_after_death(
    patients: pd.DataFrame,
    visits: pd.DataFrame,
    labs: pd.DataFrame,
    serology: pd.DataFrame,
    therapies: pd.DataFrame,
) -> pd.Series:
    """Often two patients mixed up. Biopsies are not asked: a muscle is taken at autopsy too."""
    days = _days(
        (visits, "visit_date"),
        (labs, "collected_date"),
        (serology, "sample_date"),
        (therapies, "start_date"),
        (therapies, "stop_date"),
    )
    last = _last(patients, days)
    agrees = ~(patients.last_contact_date > patients.death_date)  # else PAT-13 speaks
    return when(last.notna() & agrees, last <= patients.death_date)


@Patients.rule(
    "PAT-07",
    HOLD,
    PLAUSIBILITY,
    on="birth_year",
    expected="birth_year ≤ year(min(first_contact_date, visit_date, …, start_date))",
    source="OHDSI DataQualityDashboard, plausibleAfterBirth",
    en="The first contact, a visit, a result or a therapy is dated before the patient's year of "
    "birth. Correct that date or the year of birth.",
    de="Der Erstkontakt, eine Visite, ein Befund oder eine Therapie liegt vor dem Geburtsjahr der "
    "Person. Bitte dieses Datum oder das Geburtsjahr berichtigen.",
)
def is_not_seen_before_birth(
    patients: pd.DataFrame,
    visits: pd.DataFrame,
    labs: pd.DataFrame,
    serology: pd.DataFrame,
    therapies: pd.DataFrame,
) -> pd.Series:
    """Nobody is ill before birth: a wrong century, or another person's row. Onset: PAT-04."""
    days = _days(
        (patients, "first_contact_date"),
        (visits, "visit_date"),
        (labs, "collected_date"),
        (serology, "sample_date"),
        (therapies, "start_date"),
    )
    first = _first(patients, days)
    return when(first.notna(), first.dt.year >= patients.birth_year)


# --- age at onset -------------------------------------------------------------------------------

SIDES = ("below", "above")
AGES = "case report; PMC4459046; Shelly 2020 (PMC7713997 T1)"


def _age_at_onset(patients: pd.DataFrame) -> pd.Series:
    """Calendar years from birth to onset; of the birth only the year is known."""
    age: pd.Series = patients["onset_date"].dt.year - patients["birth_year"]
    return age


def _is_possible_age(age: pd.Series) -> pd.Series:
    youngest, oldest = (limit("PAT-04", "age_at_onset", f"hold_{side}") for side in SIDES)
    return age.between(youngest, oldest)


@Patients.rule(
    "PAT-04a",
    NOTE,
    PLAUSIBILITY,
    on="birth_year onset_date",
    expected="3 ≤ year(onset_date) − birth_year ≤ 90",
    source=AGES,
    en="The age at onset is outside the published range of 3 to 90 years. Correct the year of "
    "birth or the onset if one is wrong; otherwise nothing needs to be done.",
    de="Das Alter bei Symptombeginn liegt außerhalb der veröffentlichten Spanne von 3 bis 90 "
    "Jahren. Bitte Geburtsjahr oder Beginn berichtigen, falls eines falsch ist; sonst ist nichts "
    "zu tun.",
)
def falls_ill_at_a_published_age(patients: pd.DataFrame) -> pd.Series:
    """Children have IMNM too: the youngest published was three."""
    age = _age_at_onset(patients)
    youngest, oldest = (limit("PAT-04", "age_at_onset", f"note_{side}") for side in SIDES)
    return when(_is_possible_age(age), age.between(youngest, oldest))


@Patients.rule(
    "PAT-04c",
    HOLD,
    PLAUSIBILITY,
    on="birth_year onset_date",
    expected="0 ≤ year(onset_date) − birth_year ≤ 110",
    source=AGES,
    en="The onset lies before birth, or the patient would have been older than 110 years. Correct "
    "the year of birth or the date of onset.",
    de="Der Symptombeginn liegt vor der Geburt, oder die Person wäre älter als 110 Jahre gewesen. "
    "Bitte Geburtsjahr oder Symptombeginn berichtigen.",
)
def falls_ill_at_a_possible_age(patients: pd.DataFrame) -> pd.Series:
    """Mostly a wrong century, or the birth year of a relative."""
    return _is_possible_age(_age_at_onset(patients))


# --- consent ------------------------------------------------------------------------------------


@Patients.rule(
    "PAT-08",
    HOLD,
    CONFORMANCE,
    on="consent_status",
    shows="consent_status consent_scope",
    expected="consent_status, consent_scope ⊇ release",
    source=ERDRI,
    en="The patient's consent does not cover the use of the data, and nothing of this patient is "
    "published. Correct status and scope if there is a consent; leave out patients who asked for "
    "deletion.",
    de="Die Einwilligung der Person deckt die Nutzung der Daten nicht, und nichts von ihr wird "
    "veröffentlicht. Bitte Status und Umfang berichtigen, wenn eine Einwilligung vorliegt; "
    "Personen, die eine Löschung verlangt haben, nicht mehr senden.",
)
def consents_to_the_use_of_the_data(patients: pd.DataFrame) -> pd.Series:
    """Unknown is not yes. Who only ends the collection lets what is there be used."""
    scope = patients.consent_scope
    readable = scope.isna() | scope.isin(codelist("consent_scopes").codes)  # else COL-03 speaks
    return when(readable, is_covered(patients))
