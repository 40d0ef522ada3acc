"""Real patients contradict tidy rules: none of these may be held back (outcomes, last section)."""

import pandas as pd

from registry.rules import CATALOGUE, Severity
from registry.tables import PANDAS, empty
from schemas.rows import check_rows
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS
from tests.drawing import draw

A_PATIENT = {
    "centre_id": "DE01",
    "patient_id": "P1",
    "sex": "female",
    "birth_year": 1960,
    "onset_date": "2020-01-10",
    "diagnosis_date": "2020-04-20",
    "first_contact_date": "2020-04-01",
    "last_contact_date": "2024-01-01",
    "subtype": "anti_hmgcr",
    "diagnosis_code_system": "ORPHA",
    "diagnosis_code": "206569",
    "vital_status": "alive",
    "consent_status": "granted",
    "consent_date": "2020-04-01",
}

ANTI_HMGCR = """
    serology
    serology_id | patient_id | sample_date | antibody | assay     | kit | value | unit | cutoff | interpretation
    S1          | P1         | 2020-04-02  | hmgcr    | elisa     | A   | 150   | U/mL | 20     | strong_positive
    S2          | P1         | 2020-04-02  | srp      | line_blot | B   | 2     | {SI} | 11     | negative
"""

CK = """
    labs
    lab_id | patient_id | collected_date | analyte | value | unit | upper_limit_normal
    L1     | P1         | 2020-04-01     | ck      | 6400  | U/L  | 170
"""


def broken(*drawn: str, **facts: object) -> dict[str, Severity]:
    """Rules that one patient with these facts breaks; tables that are not drawn are sent empty."""
    tables = {name: empty(spec) for name, spec in CONTRACT.items()}
    tables["patients"] = pd.DataFrame([{**A_PATIENT, **facts}], index=[1])
    for name, table in draw("\n".join(drawn), CONTRACT).tables.items():
        tables[name] = table.assign(centre_id="DE01")
    tables = {name: complete(name, table) for name, table in tables.items()}
    asked = Asked(tables, CONTRACT, pd.Timestamp("2026-06-30"), centre="DE01")
    answer = check_rows(MODELS, asked)
    assert not [covered for covered in answer.coverage if covered["could_not_run"]]
    ids = sorted({str(rows["rule_id"].iloc[0]) for rows in answer.rows})
    return {rule_id: CATALOGUE[rule_id].severity for rule_id in ids}


def complete(name: str, table: pd.DataFrame) -> pd.DataFrame:
    columns = CONTRACT[name].columns
    types = {column.name: PANDAS[column.kind] for column in columns.values()}
    return table.reindex(columns=list(columns)).astype(types)


def test_seropositive_without_a_biopsy_or_a_statin() -> None:
    """DX-04, TX-27: 38 of 75 had a biopsy; from none to 87 % had taken a statin."""
    assert broken(ANTI_HMGCR, CK) == {}


A_BIOPSY = """
    biopsies
    biopsy_id | patient_id | biopsy_date | necrosis | c5b9_sarcolemmal | mhc1_sarcolemmal | imnm_features
    B1        | P1         | 2020-04-05  | present  | absent           | absent           | absent
"""


def test_seropositive_with_a_biopsy_that_shows_nothing_typical() -> None:
    """BX-04: sarcolemmal C5b-9 is found in 68 % of the seropositive."""
    assert broken(ANTI_HMGCR, CK, A_BIOPSY) == {}


def test_a_child() -> None:
    assert broken(ANTI_HMGCR, CK, birth_year=2017) == {}


def test_a_delay_of_thirteen_years() -> None:
    assert broken(ANTI_HMGCR, CK, onset_date="2007-04-20") == {}


def test_a_patient_who_ends_the_collection_but_lets_the_data_be_kept() -> None:
    facts = {"vital_status": "opted_out", "consent_status": "withdrawn_no_further_collection"}

    assert broken(ANTI_HMGCR, CK, **facts) == {}


def test_a_ck_below_a_thousand_is_no_more_than_a_note() -> None:
    assert broken(ANTI_HMGCR, CK.replace("6400", "420 ")) == {"DX-06": Severity.NOTE}


def test_antibody_negative_turning_positive_is_no_more_than_a_note() -> None:
    """Both results stay: serology is a dated list."""
    earlier = "S3 | P1 | 2019-12-01 | hmgcr | elisa | A | 3 | U/mL | 20 | negative"

    assert broken(ANTI_HMGCR.rstrip() + "\n    " + earlier + "\n", CK) == {"SER-08": Severity.NOTE}


def test_a_dual_positive_patient_is_asked_about_and_never_refused() -> None:
    dual = ANTI_HMGCR.replace(
        "2     | {SI} | 11     | negative", "80 | {SI} | 11 | strong_positive"
    )

    assert broken(dual, CK, subtype="dual_positive") == {"SER-03": Severity.QUERY}


def test_what_speaks_against_the_patients_above_is_found() -> None:
    """The tests above mean something: without its antibody the same patient is asked about."""
    assert broken(ANTI_HMGCR, CK, subtype="anti_srp") == {"DX-02": Severity.QUERY}
