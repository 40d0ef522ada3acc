"""Diagnosis: what a patient's classification owes to antibodies, CK, biopsy and exposures.

Rules about patients. "IMNM needs a biopsy", "anti-HMGCR needs a statin" and "CK must exceed 1000"
are contradicted by published patients: none of them is a rule here.
"""

import pandas as pd

from registry.codelists import codelist
from registry.doses import drug_of, is_immunotherapy
from registry.limits import limit
from registry.rules import Category, Severity
from registry.tables import look_up, once, when
from registry.units import to_canonical
from schemas.submitted.exposures import is_kind
from schemas.submitted.patients import Patients
from schemas.submitted.serology import IMNM_ANTIBODIES, is_positive

NOTE, QUERY, HOLD = Severity.NOTE, Severity.QUERY, Severity.HOLD
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
PLAUSIBILITY = Category.PLAUSIBILITY

ENMC = "224th ENMC workshop (doi:10.1016/j.nmd.2017.09.016)"

# Subtypes that rest on an antibody.
CLAIMED_BY = {"hmgcr": ["anti_hmgcr", "dual_positive"], "srp": ["anti_srp", "dual_positive"]}


# --- the code -----------------------------------------------------------------------------------


def _is_for_another_myositis(diagnosis_code: pd.Series) -> pd.Series:
    codes = codelist("diagnosis_codes").table
    return diagnosis_code.isin(codes.loc[codes["rule"] == "DX-08", "code"])


@Patients.rule(
    "DX-07",
    HOLD,
    CONFORMANCE,
    on="diagnosis_code diagnosis_code_system",
    expected="ORPHA:206569 | MONDO:0016098 | SNOMED:715863001 | ICD10:G72.4 | ICD10CM:G72.49",
    source="MONDO; Orphanet ORPHA:206569",
    en="The code is not one of IMNM in its code system. Correct the code or the system; "
    "necrotizing myositis (ORPHA:699702, MONDO:0979337) is another disease.",
    de="Der Kode steht in seinem Kodesystem nicht für die IMNM. Bitte Kode oder System "
    "berichtigen; die nekrotisierende Myositis (ORPHA:699702, MONDO:0979337) ist eine andere "
    "Krankheit.",
)
def has_a_code_of_imnm(patients: pd.DataFrame) -> pd.Series:
    """A near-homonym: an infection of the muscle would be published as an autoimmune disease."""
    codes = codelist("diagnosis_codes").table
    accepted = codes[codes["accepted"]].set_index("code")["code_system"]
    system = patients.diagnosis_code.map(accepted.to_dict())
    other = _is_for_another_myositis(patients.diagnosis_code)  # DX-08 speaks
    return when(~other, system == patients.diagnosis_code_system)


@Patients.rule(
    "DX-08",
    QUERY,
    CONFORMANCE,
    on="diagnosis_code",
    expected="≠ G72.41, M33.*",
    source="ICD-10-CM listing; ICD-10 WHO",
    en="The code stands for inclusion body myositis, dermatomyositis or polymyositis. Recode the "
    "diagnosis as IMNM, or leave the patient out.",
    de="Der Kode steht für Einschlusskörpermyositis, Dermatomyositis oder Polymyositis. Bitte die "
    "Diagnose als IMNM kodieren oder die Person nicht senden.",
)
def has_no_code_of_another_myositis(patients: pd.DataFrame) -> pd.Series:
    """M33.2 stood for IMNM before it had a code of its own, and stands for other diseases."""
    return ~_is_for_another_myositis(patients.diagnosis_code)


# --- from onset to diagnosis --------------------------------------------------------------------


@Patients.rule(
    "DX-10a",
    NOTE,
    PLAUSIBILITY,
    on="onset_date diagnosis_date",
    expected="diagnosis_date ≤ onset_date + 240 mo",
    source="Olmsted 2022 (doi:10.1002/mus.27504)",
    en="More than 20 years lie between onset and diagnosis. Check both dates; if they are right, "
    "nothing needs to be done.",
    de="Zwischen Symptombeginn und Diagnose liegen mehr als 20 Jahre. Bitte beide Daten prüfen; "
    "sind sie richtig, ist nichts zu tun.",
)
def is_diagnosed_within_twenty_years(patients: pd.DataFrame) -> pd.Series:
    """The longest published delay is 13 years; another myopathy may have come first."""
    months = int(limit("DX-10", "onset_to_diagnosis", "note_above"))
    return patients.diagnosis_date <= patients.onset_date + pd.DateOffset(months=months)


@Patients.rule(
    "DX-10b",
    QUERY,
    PLAUSIBILITY,
    on="onset_date diagnosis_date",
    expected="onset_date ≤ diagnosis_date",
    source="Olmsted 2022 (doi:10.1002/mus.27504)",
    en="The diagnosis lies before the onset. Check both dates, or confirm a diagnosis made before "
    "the first symptom.",
    de="Die Diagnose liegt vor dem Symptombeginn. Bitte beide Daten prüfen oder eine Diagnose vor "
    "dem ersten Symptom bestätigen.",
)
def is_diagnosed_after_the_onset(patients: pd.DataFrame) -> pd.Series:
    """A raised CK may be found by chance years ahead, but mostly day and month are swapped."""
    months = int(limit("DX-10", "onset_to_diagnosis", "query_below"))
    return patients.onset_date + pd.DateOffset(months=months) <= patients.diagnosis_date


# --- antibodies ---------------------------------------------------------------------------------


def _has(
    patients: pd.DataFrame, serology: pd.DataFrame, antibody: str, finding: pd.Series
) -> pd.Series:
    """Whether a patient has a row for the antibody that is true of `finding`."""
    rows = serology[serology["antibody"].eq(antibody) & finding]
    return patients["patient_id"].isin(rows["patient_id"])


def _claims(patients: pd.DataFrame, antibody: str) -> pd.Series:
    return patients["subtype"].isin(CLAIMED_BY[antibody])


@Patients.rule(
    "DX-02",
    QUERY,
    PLAUSIBILITY,
    on="subtype",
    expected="anti_hmgcr ⇒ hmgcr positive; anti_srp ⇒ srp positive",
    source=ENMC,
    en="The subtype rests on an antibody without a positive result. Send the result, also one of "
    "another laboratory, or correct the subtype.",
    de="Der Subtyp beruht auf einem Antikörper ohne positiven Befund. Bitte den Befund senden, "
    "auch den eines anderen Labors, oder den Subtyp berichtigen.",
)
def has_a_positive_result_for_its_antibody(
    patients: pd.DataFrame, serology: pd.DataFrame
) -> pd.Series:
    """The antibody defines the subtype, and with it prognosis and treatment."""
    claims = pd.DataFrame({name: _claims(patients, name) for name in IMNM_ANTIBODIES})
    found = {
        name: _has(patients, serology, name, is_positive(serology)) for name in IMNM_ANTIBODIES
    }
    proven = (~claims | pd.DataFrame(found)).all(axis="columns")
    return when(claims.any(axis="columns"), proven)


@Patients.rule(
    "DX-03",
    QUERY,
    PLAUSIBILITY,
    on="subtype",
    expected="seronegative ⇒ hmgcr, srp negative",
    source=f"{ENMC}; Lim 2018; Ma 2021 (doi:10.3389/fneur.2021.670784)",
    en="The patient is called antibody-negative, but anti-HMGCR and anti-SRP are not both tested "
    "and negative. Send both results; until both are known the subtype is unclassified.",
    de="Die Person gilt als antikörpernegativ, doch sind Anti-HMGCR und Anti-SRP nicht beide "
    "getestet und negativ. Bitte beide Befunde senden; bis dahin ist der Subtyp unclassified.",
)
def is_negative_for_both_antibodies_if_seronegative(
    patients: pd.DataFrame, serology: pd.DataFrame
) -> pd.Series:
    """In one cohort 9 of 64 had been tested for one of the two only: not tested is not negative."""
    negative, positive = serology.interpretation.eq("negative"), is_positive(serology)
    settled = [
        _has(patients, serology, name, negative) & ~_has(patients, serology, name, positive)
        for name in IMNM_ANTIBODIES
    ]
    return when(patients.subtype.eq("seronegative"), settled[0] & settled[1])


@Patients.rule(
    "DX-11",
    QUERY,
    PLAUSIBILITY,
    on="subtype",
    expected="seronegative ⇒ imnm_features = present",
    source=ENMC,
    en="Antibody-negative IMNM has no biopsy with features of IMNM. Send the biopsy, or correct "
    "the subtype.",
    de="Zur antikörpernegativen IMNM fehlt eine Biopsie mit Merkmalen der IMNM. Bitte die Biopsie "
    "senden oder den Subtyp berichtigen.",
)
def has_a_biopsy_with_features_of_imnm_if_seronegative(
    patients: pd.DataFrame, biopsies: pd.DataFrame
) -> pd.Series:
    """Without an antibody only the muscle tells it from other myopathies; with one it need not."""
    typical = biopsies.patient_id[biopsies.imnm_features.eq("present")]
    return when(patients.subtype.eq("seronegative"), patients.patient_id.isin(typical))


@Patients.rule(
    "SER-03",
    QUERY,
    PLAUSIBILITY,
    on="subtype",
    expected="¬ (hmgcr positive ∧ srp positive)",
    source="Kassardjian 2015 (doi:10.1001/jamaneurol.2015.1207); Watanabe 2016 "
    "(doi:10.1136/jnnp-2016-313166); Betteridge 2019 (doi:10.1016/j.jaut.2019.04.001)",
    en="Anti-HMGCR and anti-SRP are both positive. Confirm both results, best by "
    "immunoprecipitation; such patients exist and are then published.",
    de="Anti-HMGCR und Anti-SRP sind beide positiv. Bitte beide Befunde bestätigen, am besten "
    "durch Immunpräzipitation; solche Personen gibt es, und sie werden dann veröffentlicht.",
)
def is_not_positive_for_both_antibodies(
    patients: pd.DataFrame, serology: pd.DataFrame
) -> pd.Series:
    """Two dual-positive patients are published; most others are false positives of a blot."""
    hmgcr, srp = (_has(patients, serology, name, is_positive(serology)) for name in IMNM_ANTIBODIES)
    return when(hmgcr | srp, ~(hmgcr & srp))


@Patients.rule(
    "SER-11",
    QUERY,
    COMPLETENESS,
    on="subtype",
    expected="hmgcr, srp: interpretation | interpretation_absent",
    source=ENMC,
    en="Nothing says whether anti-HMGCR and anti-SRP were both sought. Send the missing result, "
    "or a row with the reason why there is none.",
    de="Es fehlt die Angabe, ob Anti-HMGCR und Anti-SRP beide gesucht wurden. Bitte den fehlenden "
    "Befund senden oder eine Zeile mit dem Grund, warum es keinen gibt.",
)
def has_an_answer_for_both_antibodies(patients: pd.DataFrame, serology: pd.DataFrame) -> pd.Series:
    """An antibody nobody looked for reads like a negative one. Its own antibody: DX-02, DX-03."""
    says = serology.interpretation.notna() | serology.interpretation_absent.notna()
    answered = [
        _claims(patients, name) | _has(patients, serology, name, says) for name in IMNM_ANTIBODIES
    ]
    return when(patients.subtype.ne("seronegative"), answered[0] & answered[1])


@Patients.rule(
    "SER-07",
    NOTE,
    PLAUSIBILITY,
    on="diagnosis_date subtype",
    expected="diagnosis_date − 24 mo ≤ sample_date ≤ diagnosis_date + 6 mo",
    source="own proposal",
    en="No positive result of the patient's antibody was sampled between 24 months before and 6 "
    "months after the diagnosis. Send that result if there is one, or check the dates.",
    de="Kein positiver Befund des Antikörpers stammt aus der Zeit von 24 Monaten vor bis 6 Monate "
    "nach der Diagnose. Bitte diesen Befund senden, falls es ihn gibt, oder die Daten prüfen.",
)
def was_tested_near_the_diagnosis(patients: pd.DataFrame, serology: pd.DataFrame) -> pd.Series:
    """After rituximab, plasma exchange or immunoglobulin an antibody may come or go falsely."""
    subtype = look_up(serology.patient_id, patients, "subtype")
    own = pd.Series(False, index=serology.index)
    for name, subtypes in CLAIMED_BY.items():
        own |= serology.antibody.eq(name) & subtype.isin(subtypes)
    classifying = serology[own & is_positive(serology) & serology.sample_date.notna()]
    diagnosis = look_up(classifying.patient_id, patients, "diagnosis_date")
    window = "classifying_sample_after_diagnosis"
    earliest, latest = (
        diagnosis + pd.DateOffset(months=int(limit("SER-07", window, grade)))
        for grade in ("note_below", "note_above")
    )
    near = classifying[classifying.sample_date.between(earliest, latest)]
    asked = patients.patient_id.isin(classifying.patient_id)
    return when(asked, patients.patient_id.isin(near.patient_id))


# --- muscle enzyme ------------------------------------------------------------------------------


@once
def _highest_untreated(
    patients: pd.DataFrame, labs: pd.DataFrame, therapies: pd.DataFrame
) -> pd.DataFrame:
    """Highest CK of each patient up to the diagnosis and before any immunotherapy.

    Columns `units_per_litre` and `times_uln`; blank where there is none.
    """
    ck = labs[labs["analyte"].eq("ck") & labs["value"].notna()]
    drugs = therapies[is_immunotherapy(drug_of(therapies))]
    treated = drugs.groupby("patient_id")["start_date"].min().reindex(ck["patient_id"])
    diagnosed = look_up(ck["patient_id"], patients, "diagnosis_date")
    early = ck["collected_date"] <= diagnosed
    early &= ~(ck["collected_date"] > treated.set_axis(ck.index))
    ck = ck[early]
    ck = ck.assign(
        units_per_litre=to_canonical(ck["value"], ck["analyte"], ck["unit"]),
        times_uln=ck["value"] / ck["upper_limit_normal"],
    )
    highest = ck.groupby("patient_id")[["units_per_litre", "times_uln"]].max()
    return highest.reindex(patients["patient_id"]).set_axis(patients.index)


@Patients.rule(
    "DX-05",
    QUERY,
    PLAUSIBILITY,
    on="diagnosis_date",
    expected="max(CK) > upper_limit_normal",
    source=f"{ENMC}; PMC4459046; PMC9114810 T4",
    en="No CK up to the diagnosis and before treatment is above normal. Send the raised result, "
    "check its date and limit, or confirm that CK was normal.",
    de="Kein CK-Wert bis zur Diagnose und vor der Behandlung ist erhöht. Bitte den erhöhten Wert "
    "senden, Datum und Referenzgrenze prüfen oder bestätigen, dass die CK normal war.",
)
def has_a_raised_ck_before_treatment(
    patients: pd.DataFrame, labs: pd.DataFrame, therapies: pd.DataFrame
) -> pd.Series:
    """A normal CK is published in anti-HMGCR myopathy, but a missing first result is commoner."""
    times_uln = _highest_untreated(patients, labs, therapies)["times_uln"]
    return when(times_uln.notna(), times_uln > 1)


@Patients.rule(
    "DX-06",
    NOTE,
    PLAUSIBILITY,
    on="diagnosis_date",
    expected="max(CK) ≥ 1000 U/L",
    source="Shelly 2020 (PMC7713997 T1); Chow 2024 (doi:10.1016/j.semarthrit.2024.152522)",
    en="CK before treatment is below 1000 U/L. Check value, unit and date; if they are right, "
    "nothing needs to be done.",
    de="Die CK vor der Behandlung liegt unter 1000 U/L. Bitte Wert, Einheit und Datum prüfen; "
    "sind sie richtig, ist nichts zu tun.",
)
def presents_with_a_ck_of_a_thousand(
    patients: pd.DataFrame, labs: pd.DataFrame, therapies: pd.DataFrame
) -> pd.Series:
    """All 38 of one cohort were above, but 385 and 420 U/L are published: no more than a note."""
    highest = _highest_untreated(patients, labs, therapies)
    number, raised = highest["units_per_litre"], ~(highest["times_uln"] <= 1)  # else DX-05 speaks
    return when(number.notna() & raised, number >= limit("DX-06", "untreated_ck", "note_below"))


# --- what else it may be ------------------------------------------------------------------------


@Patients.rule(
    "CA-02",
    QUERY,
    PLAUSIBILITY,
    on="onset_date",
    expected="checkpoint_inhibitor: start_date > onset_date",
    source="Shelly 2020 (PMC7713997 T1); consensus definitions of checkpoint-inhibitor myopathy",
    en="A checkpoint inhibitor was given before the onset. Confirm that this is IMNM and not a "
    "myopathy caused by the checkpoint inhibitor, or leave the patient out.",
    de="Vor dem Symptombeginn wurde ein Checkpoint-Inhibitor gegeben. Bitte bestätigen, dass es "
    "sich um eine IMNM und nicht um eine Checkpoint-Inhibitor-Myopathie handelt, oder die Person "
    "nicht senden.",
)
def had_no_checkpoint_inhibitor_before_the_onset(
    patients: pd.DataFrame, exposures: pd.DataFrame
) -> pd.Series:
    """Another disease: median CK 686 against 6456 U/L, and eye muscles affected in 42 %."""
    given = exposures[is_kind(exposures, "checkpoint_inhibitor") & exposures.start_date.notna()]
    onset = look_up(given.patient_id, patients, "onset_date")
    before = given.patient_id[given.start_date <= onset]
    return ~patients.patient_id.isin(before)
