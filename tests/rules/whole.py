"""Drawn examples of the rules about a submission, or a release, as a whole.

Nothing is marked: a whole breaks once or not at all. What holds lies exactly on the limit.
"""

from tests.drawing import example

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
        therapy_id | stop_date  | stop_reason | *
        T          | 2024-02-01 | remission   | 8
        T          | 2024-02-01 | .           | 2
        T          | .          | .           | 9
    """,
    breaks="""
        therapies
        therapy_id | stop_date  | stop_reason | *
        T          | 2024-02-01 | inefficacy  | 7
        T          | 2024-02-01 | .           | 3
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
        patient_id | *
        P          | 20

        visits
        patient_id | visit_date | visit_type | *
        P          | 2020-01-20 | baseline   | 20

        labs
        patient_id | collected_date | analyte | value | *
        P          | 2020-01-06     | ck      | 5800  | 17
        P          | 2020-01-05     | ck      | 5800  | 3
    """,
    breaks="""
        patients
        patient_id | *
        P          | 20

        visits
        patient_id | visit_date | visit_type | *
        P          | 2020-01-20 | baseline   | 20

        labs
        patient_id | collected_date | analyte | value | *
        P          | 2020-02-03     | ck      | 5800  | 16
        P          | 2020-02-04     | ck      | 5800  | 4
    """,
)

example(
    "CMP-11",
    holds="""
        patients
        patient_id | last_contact_date | *
        P          | 2024-01-01        | 10
        P          | 2020-09-01        | 5

        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | *
        P          | 2020-01-01 | baseline   | .                    | .                  | .         | .      | .                 | 15

        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | *
        P          | 2020-12-20 | scheduled  | 1.2                  | 0.8                | 78        | 0.5    | 0                 | 7
    """,
    breaks="""
        patients
        patient_id | last_contact_date | *
        P          | 2024-01-01        | 10

        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | *
        P          | 2020-01-01 | baseline   | .                    | .                  | .         | .      | .                 | 10
    """,
)

example(
    "CMP-12",
    holds="""
        patients
        patient_id | *
        P          | 10

        serology
        patient_id | antibody | interpretation | interpretation_absent | *
        P          | srp      | negative       | .                     | 8
        P          | srp      | .              | not_done              | 1
        P          | hmgcr    | positive       | .                     | 10
    """,
    breaks="""
        patients
        patient_id | *
        P          | 10

        serology
        patient_id | antibody | interpretation | interpretation_absent | *
        P          | srp      | negative       | .                     | 8
        P          | srp      | .              | .                     | 2
    """,
)
