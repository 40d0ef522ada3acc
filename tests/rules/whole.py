"""Drawn examples of the rules about a submission, or a release, as a whole.

Nothing is marked: a whole breaks once or not at all. What holds lies exactly on the limit.
"""

from tests.drawing import example


def rows(line: str, *numbers: int) -> str:
    """The line once for each number, where `*` cannot say that two rows belong to one patient."""
    return "\n".join(f"        {line.format(n=n)}" for n in numbers)


# --- completeness -----------------------------------------------------------------------------

example(
    "CMP-01",
    holds="""
        patients
        patient_id | contact_for_research | *
        P          | false                | 9
        P          | .                    | 1
    """,
    breaks="""
        patients
        patient_id | contact_for_research | *
        P          | true                 | 8
        P          | .                    | 2
    """,
)

example(
    "CMP-02",
    holds="""
        visits
        visit_id | haq_di | haq_di_absent | *
        V        | 1.5    | .             | 9
        V        | .      | .             | 1
        V        | .      | not_done      | 5
    """,
    breaks="""
        visits
        visit_id | haq_di | haq_di_absent | *
        V        | 1.5    | .             | 8
        V        | .      | .             | 2
        V        | .      | not_done      | 5
    """,
)

example(
    "CMP-03",
    holds="""
        visits
        visit_id | dysphagia    | *
        V        | present      | 1
        V        | absent       | 4
        V        | not_assessed | 5
    """,
    breaks="""
        visits
        visit_id | dysphagia    | *
        V        | present      | 1
        V        | absent       | 3
        V        | not_assessed | 6
    """,
)

example(
    "CMP-04",
    holds="""
        labs
        lab_id | analyte  | value | upper_limit_normal | *
        L      | ck       | 500   | 200                | 19
        L      | ck       | 500   | .                  | 1
        L      | aldolase | 9     | .                  | 9
        L      | crp      | 5     | .                  | 20
    """,
    breaks="""
        labs
        lab_id | analyte | value | upper_limit_normal | *
        L      | ck      | 500   | 200                | 18
        L      | ck      | 500   | .                  | 2
        L      | ldh     | 300   | 240                | 20
    """,
)

example(
    "CMP-05",
    holds="""
        serology
        serology_id | value | kit            | *
        S           | 42    | HMGCR-IgG-CLIA | 9
        S           | 42    | .              | 1
        S           | .     | .              | 5
    """,
    breaks="""
        serology
        serology_id | value | kit            | *
        S           | 42    | HMGCR-IgG-CLIA | 8
        S           | 42    | .              | 2
    """,
)

example(
    "CMP-06",
    holds="""
        therapies
        therapy_id | intent    | *
        T          | induction | 8
        T          | .         | 2
    """,
    breaks="""
        therapies
        therapy_id | intent    | *
        T          | induction | 7
        T          | .         | 3
    """,
)

example(
    "CMP-07",
    holds="""
        therapies
        therapy_id | stop_reason | *
        T          | remission   | 7
        T          | other       | 3
        T          | .           | 9
    """,
    breaks="""
        therapies
        therapy_id | stop_reason | *
        T          | inefficacy  | 6
        T          | other       | 4
    """,
)

example(
    "CMP-08",
    holds="""
        patients
        patient_id | *
        P          | 10

        visits
        patient_id | visit_date | visit_type | *
        P          | 2020-01-01 | baseline   | 9
        P          | 2020-01-01 | scheduled  | 1
    """,
    breaks="""
        patients
        patient_id | *
        P          | 10

        visits
        patient_id | visit_date | visit_type | *
        P          | 2020-01-01 | baseline   | 8
        P          | 2020-01-01 | scheduled  | 1
    """,
)

example(
    "CMP-09",
    holds="""
        patients
        patient_id | *
        P          | 20

        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | *
        P          | 2020-01-01 | baseline   | 5.2                  | 4.8                | 61        | 1.5    | 0                 | 17
        P          | 2020-01-01 | baseline   | 5.2                  | 4.8                | 61        | .      | 0                 | 3
    """,
    breaks="""
        patients
        patient_id | *
        P          | 20

        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | *
        P          | 2020-01-01 | baseline   | 5.2                  | 4.8                | 61        | 1.5    | 0                 | 16
        P          | 2020-01-01 | baseline   | 5.2                  | 4.8                | 61        | .      | 0                 | 4
    """,
)

example(
    "CMP-10",
    holds="""
        patients
        patient_id | vital_status      | last_contact_date | *
        P          | alive             | 2026-06-30        | 19
        P          | alive             | 2020-06-30        | 1
        P          | lost_to_follow_up | 2020-06-30        | 2
    """,
    breaks="""
        patients
        patient_id | vital_status | last_contact_date | *
        P          | alive        | 2026-06-30        | 18
        P          | alive        | 2024-12-28        | 2
    """,
)

CORE_SET = (
    "patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas "
    "| mmt_score | haq_di | extramuscular_vas"
)
ONE_TO_TEN = range(1, 11)

example(
    "CMP-11",
    holds=f"""
        patients
        patient_id | last_contact_date | *
        P          | 2024-01-01        | 10

        visits
        {CORE_SET}
{rows("P{n} | 2020-01-01 | baseline  | .   | .   | .  | .   | .", *ONE_TO_TEN)}
{rows("P{n} | 2020-12-20 | scheduled | 1.2 | 0.8 | 78 | 0.5 | 0", *range(1, 8))}
    """,
    breaks=f"""
        patients
        patient_id | last_contact_date | *
        P          | 2024-01-01        | 10

        visits
        {CORE_SET}
{rows("P{n} | 2020-01-01 | baseline  | .   | .   | .  | .   | .", *ONE_TO_TEN)}
{rows("P{n} | 2020-12-20 | scheduled | 1.2 | 0.8 | 78 | 0.5 | 0", *range(1, 7))}
{rows("P{n} | 2022-01-01 | scheduled | 1.2 | 0.8 | 78 | 0.5 | 0", 7, 8, 9)}
    """,
)

example(
    "CMP-12",
    holds=f"""
        patients
        patient_id | *
        P          | 20

        serology
        patient_id | antibody | interpretation | interpretation_absent
{rows("P{n} | hmgcr | positive | .", *range(1, 21))}
{rows("P{n} | srp | negative | .", *range(1, 18))}
    """,
    breaks=f"""
        patients
        patient_id | *
        P          | 20

        serology
        patient_id | antibody | interpretation | interpretation_absent
{rows("P{n} | hmgcr | positive | .", *range(1, 21))}
{rows("P{n} | srp | negative | .", *range(1, 17))}
{rows("P{n} | srp | . | not_done", *range(17, 21))}
    """,
)

# --- population -------------------------------------------------------------------------------

example(
    "POP-01",
    holds="""
        patients
        patient_id | subtype      | *
        P          | anti_hmgcr   | 15
        P          | anti_srp     | 1
        P          | seronegative | 4
    """,
    breaks="""
        patients
        patient_id | subtype      | *
        P          | anti_hmgcr   | 16
        P          | anti_srp     | 2
        P          | seronegative | 2
    """,
)

example(
    "POP-02",
    holds="""
        patients
        patient_id | sex          | *
        P          | female       | 8
        P          | male         | 12
        P          | undetermined | 5
    """,
    breaks="""
        patients
        patient_id | sex    | *
        P          | female | 7
        P          | male   | 13
    """,
)

example(
    "POP-03",
    holds="""
        labs
        patient_id | collected_date | analyte | value | unit | *
        P          | 2020-01-01     | ck      | 2500  | U/L  | 20
        P          | 2020-01-01     | ldh     | 400   | U/L  | 20
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | unit   | *
        P          | 2020-01-01     | ck      | 41    | ukat/L | 20
    """,
)

example(
    "POP-04",
    holds="""
        patients
        patient_id | subtype    | *
        P          | anti_hmgcr | 20

        exposures
        patient_id | agent        | *
        P          | atorvastatin | 19
    """,
    breaks="""
        patients
        patient_id | subtype    | *
        P          | anti_hmgcr | 20

        exposures
        patient_id | agent        | *
        P          | atorvastatin | 20
    """,
)

example(
    "POP-05",
    holds="""
        visits
        visit_id | physician_global_vas | *
        V        | 4                    | 25
        V        | 4.3                  | 25
        V        | 0                    | 9
    """,
    breaks="""
        visits
        visit_id | physician_global_vas | *
        V        | 4                    | 26
        V        | 4.3                  | 24
    """,
)

example(
    "POP-06",
    holds="""
        patients
        patient_id | diagnosis_date | last_contact_date | vital_status | death_date | *
        P          | 2015-01-01     | 2020-01-01        | alive        | .          | 49
        P          | 2015-01-01     | 2020-01-01        | dead         | 2020-01-01 | 1
    """,
    breaks="""
        patients
        patient_id | diagnosis_date | last_contact_date | vital_status | death_date | *
        P          | 2015-01-01     | 2020-01-01        | alive        | .          | 50
    """,
)

example(
    "POP-07",
    holds="""
        labs
        lab_id | analyte | value | unit   | *
        L      | ck      | 15    | ukat/L | 20
        L      | crp     | 4     | mg/L   | 19
    """,
    breaks="""
        labs
        lab_id | analyte | value | unit | *
        L      | ck      | 15    | U/L  | 20
    """,
)

example(
    "POP-08",
    holds="""
        labs
        lab_id | collected_date | analyte | value | unit | *
        L      | 2021-05-05     | crp     | 3     | mg/L | 20
        L      | 2022-05-05     | crp     | 3     | mg/L | 20
        L      | 2023-05-05     | crp     | 27    | mg/L | 20
    """,
    breaks="""
        labs
        lab_id | collected_date | analyte | value | unit | *
        L      | 2021-05-05     | crp     | 3     | mg/L | 20
        L      | 2022-05-05     | crp     | 3     | mg/L | 20
        L      | 2023-05-05     | crp     | 30    | mg/L | 20
    """,
)

example(
    "POP-09",
    holds="""
        labs
        lab_id | analyte | value | unit | *
        L      | ck      | 5400  | U/L  | 10
        L      | ck      | 5437  | U/L  | 40
        L      | ck      | 200   | U/L  | 30
    """,
    breaks="""
        labs
        lab_id | analyte | value | unit | *
        L      | ck      | 5400  | U/L  | 11
        L      | ck      | 5437  | U/L  | 39
    """,
)

example(
    "POP-10",
    holds="""
        patients
        patient_id
        P1

        visits
        visit_id | visit_date | *
        V        | 2024-03-01 | 9
        V        | 2024-03-14 | 51
    """,
    breaks="""
        patients
        patient_id
        P1

        visits
        visit_id | visit_date | *
        V        | 2024-03-01 | 10
        V        | 2024-03-14 | 50
    """,
)

# --- volume: against the submission before ------------------------------------------------------

example(
    "VOL-01",
    previous="""
        patients
        patient_id | *
        P          | 20
    """,
    holds="""
        patients
        patient_id | *
        P          | 18
        New        | 5
    """,
    breaks="""
        patients
        patient_id | *
        P          | 17
        New        | 5
    """,
)

example(
    "VOL-02",
    previous="""
        patients
        patient_id | *
        P          | 40

        labs
        lab_id | patient_id | *
        L      | P          | 40
    """,
    holds="""
        patients
        patient_id | *
        P          | 20

        labs
        lab_id | patient_id | *
        L      | P          | 19
    """,
    breaks="""
        patients
        patient_id | *
        P          | 20

        labs
        lab_id | patient_id | *
        L      | P          | 18
        New    | P          | 9
    """,
)

example(
    "VOL-03",
    previous="""
        patients
        patient_id | *
        P          | 20

        visits
        visit_id | patient_id | *
        V        | P          | 20
    """,
    holds="""
        patients
        patient_id | *
        P          | 20

        visits
        visit_id | patient_id | *
        V        | P          | 19
    """,
    breaks="""
        patients
        patient_id | *
        P          | 20

        visits
        visit_id | patient_id | *
        V        | P          | 18
    """,
)

# --- drift: against the submission before -------------------------------------------------------

example(
    "DRF-01",
    previous="""
        patients
        patient_id | sex    | *
        P          | female | 20
    """,
    holds="""
        patients
        patient_id | sex    | *
        P          | female | 18
        P          | male   | 2
        New        | male   | 30
    """,
    breaks="""
        patients
        patient_id | sex    | *
        P          | female | 17
        P          | male   | 3
    """,
)

example(
    "DRF-02",
    previous="""
        patients
        patient_id | birth_year | *
        P          | 1960       | 20
    """,
    holds="""
        patients
        patient_id | birth_year | *
        P          | 1960       | 18
        P          | .          | 2
    """,
    breaks="""
        patients
        patient_id | birth_year | *
        P          | 1960       | 17
        P          | .          | 3
    """,
)

example(
    "DRF-03",
    previous="""
        labs
        lab_id | analyte | value | unit | *
        L      | ck      | 600   | U/L  | 20
    """,
    holds="""
        labs
        lab_id | analyte | value | unit   | *
        L      | ck      | 10    | ukat/L | 20
    """,
    breaks="""
        labs
        lab_id | analyte | value | unit | *
        L      | ck      | 10    | U/L  | 20
    """,
)

example(
    "DRF-04",
    previous="""
        visits
        visit_id | mmt_score | mmt_max | *
        V        | 60        | 80      | 20
    """,
    holds="""
        visits
        visit_id | mmt_score | mmt_max | *
        V        | 120       | 150     | 20
    """,
    breaks="""
        visits
        visit_id | mmt_score | mmt_max | *
        V        | 78        | 150     | 20
    """,
)

example(
    "DRF-06",
    previous="""
        visits
        visit_id | patient_id | haq_di | *
        V        | P          | 1.5    | 20
    """,
    holds="""
        visits
        visit_id | patient_id | haq_di | *
        V        | P          | 1.5    | 18
        V        | P          | 2      | 2
    """,
    breaks="""
        visits
        visit_id | patient_id | haq_di | *
        V        | P          | 1.5    | 17
        V        | P          | 2      | 3
    """,
)

example(
    "DRF-07",
    previous="""
        patients
        patient_id

        therapies
        therapy_id | patient_id | intent    | *
        T          | P          | induction | 20
    """,
    holds="""
        patients
        patient_id

        therapies
        therapy_id | patient_id | intent      | *
        T          | P          | induction   | 17
        T          | P          | maintenance | 3
    """,
    breaks="""
        patients
        patient_id

        therapies
        therapy_id | patient_id | intent      | *
        T          | P          | induction   | 16
        T          | P          | maintenance | 4
    """,
)

example(
    "DRF-05",
    previous="""
        patients
        patient_id
        P1

        labs
        lab_id | analyte | unit | *
        L      | crp     | mg/L | 20
    """,
    holds="""
        patients
        patient_id
        P1

        labs
        lab_id | analyte | unit  | *
        L      | crp     | mg/L  | 19
        L      | crp     | mg/dL | 1
        L      | esr     | mm/h  | 9
    """,
    breaks="""
        patients
        patient_id
        P1

        labs
        lab_id | analyte | unit  | *
        L      | crp     | mg/L  | 18
        L      | crp     | mg/dL | 2
    """,
)

# --- releases ---------------------------------------------------------------------------------

example(
    "REL-01",
    holds="""
        visit_outcomes
        visit_id | tis
        V1       | 0
        V2       | 42.5
        V3       | .
    """,
    breaks="""
        visit_outcomes
        visit_id | tis
        V1       | 0
        V2       | 43
    """,
)

example(
    "REL-02",
    holds="""
        visit_outcomes
        visit_id | tis | tis_attainable
        V1       | 80  | 80
    """,
    breaks="""
        visit_outcomes
        visit_id | tis  | tis_attainable
        V1       | 80   | 80
        V2       | 82.5 | 80
    """,
)

example(
    "REL-03",
    holds="""
        visit_outcomes
        visit_id | response_group | tis  | tis_category
        V1       | adult          | 0    | none
        V2       | adult          | 20   | minimal
        V3       | adult          | 40   | moderate
        V4       | adult          | 100  | major
        V5       | juvenile       | 42.5 | minimal
    """,
    breaks="""
        visit_outcomes
        visit_id | response_group | tis | tis_category
        V1       | adult          | 20  | minimal
        V2       | adult          | 40  | minimal
    """,
)

example(
    "REL-04",
    holds="""
        visit_outcomes
        visit_id | tis | tis_partial | n_measures | tis_reason
        V1       | 45  | .           | 6          | .
        V2       | .   | 30          | 5          | haq_di_missing_at_visit
    """,
    breaks="""
        visit_outcomes
        visit_id | tis | tis_partial | n_measures | tis_reason
        V1       | 45  | .           | 5          | .
        V2       | .   | 30          | 5          | haq_di_missing_at_visit
    """,
)

example(
    "REL-05",
    holds="""
        visit_outcomes
        patient_id | visit_id | line
        P1         | V1       | 1
        P1         | V1       | 2
    """,
    breaks="""
        visit_outcomes
        patient_id | visit_id | line
        P1         | V1       | 1
        P1         | V1       | 1
    """,
)

example(
    "REL-06",
    holds="""
        treatment_outcomes
        patient_id | line
        P1         | 1
        P1         | 2
        P2         | 1
    """,
    breaks="""
        treatment_outcomes
        patient_id | line
        P1         | 1
        P1         | 1
    """,
)

EVERY_TABLE = """
        patients
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1

        visits
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1

        labs
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1

        therapies
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1

        treatment_outcomes
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1
"""
OUTCOMES = """
        visit_outcomes
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1
"""

example("REL-07", holds=EVERY_TABLE + OUTCOMES, breaks=EVERY_TABLE)

example(
    "REL-08",
    holds="""
        patients
        patient_id | birth_year
        P1         | 1960
    """,
    breaks="""
        patients
        patient_id | index_basis
        P1         | 2020-01-01
    """,
)

example(
    "REL-09",
    holds="""
        patients
        patient_id
        P1

        visit_outcomes
        patient_id
        P1
    """,
    breaks="""
        patients
        patient_id
        P1

        visit_outcomes
        patient_id
        P1
        P2
    """,
)

example(
    "REL-10",
    holds="""
        patients
        patient_id | centre_id | *
        P          | DE01      | 10

        visits
        patient_id | *
        P          | 10

        visit_outcomes
        patient_id | *
        P          | 5
    """,
    breaks="""
        patients
        patient_id | centre_id | *
        P          | DE01      | 10

        visits
        patient_id | *
        P          | 10

        visit_outcomes
        patient_id | *
        P          | 4
    """,
)

example(
    "REL-11",
    holds="""
        patients
        patient_id
        P1

        labs
        lab_id | centre_id | analyte | value | *
        L      | DE01      | ck      | 900   | 20
        L      | FR01      | ck      | 300   | 20
        L      | SE01      | ck      | 1500  | 20
    """,
    breaks="""
        patients
        patient_id
        P1

        labs
        lab_id | centre_id | analyte | value | *
        L      | DE01      | ck      | 900   | 20
        L      | FR01      | ck      | 1200  | 20
        L      | SE01      | ck      | 15    | 20
    """,
)

example(
    "REL-12",
    holds="""
        patients
        patient_id
        P1

        visits
        patient_id | visit_day
        P1         | 10957
        P1         | -30
    """,
    breaks="""
        patients
        patient_id
        P1

        visits
        patient_id | visit_day
        P1         | 18322
    """,
)

example(
    "REL-13",
    holds="""
        patients
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | 1
    """,
    breaks="""
        patients
        patient_id | centre_id | submission_id | source_row
        P1         | DE01      | DE01-aa       | .
    """,
)
