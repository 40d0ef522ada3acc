"""Drawn examples of the rules of patients."""

from tests.drawing import example

example(
    "PAT-01",
    holds="""
        patients
        patient_id | sex          | birth_year
        P1         | female       | 1960
        P2         | undetermined | 1981
    """,
    breaks="""
        patients
        patient_id | sex    | birth_year | !
        P1         | female | .          | x
        P2         | .      | 1981       | x
        P3         | male   | 1981       |
    """,
)

example(
    "PAT-09",
    holds="""
        patients
        patient_id | onset_date | diagnosis_date | first_contact_date
        P1         | 2020-01-01 | 2020-04-01     | 2020-03-15
    """,
    breaks="""
        patients
        patient_id | onset_date | diagnosis_date | first_contact_date | !
        P1         | .          | 2020-04-01     | 2020-03-15         | x
        P2         | 2020-01-01 | .              | 2020-03-15         | x
        P3         | 2020-01-01 | 2020-04-01     | .                  | x
        P4         | 2020-01-01 | 2020-04-01     | 2020-03-15         |
    """,
)

example(
    "PAT-10",
    holds="""
        patients
        patient_id | subtype      | diagnosis_code_system | diagnosis_code
        P1         | unclassified | ORPHA                 | 206569
    """,
    breaks="""
        patients
        patient_id | subtype  | diagnosis_code_system | diagnosis_code | !
        P1         | .        | ORPHA                 | 206569         | x
        P2         | anti_srp | .                     | 206569         | x
        P3         | anti_srp | ORPHA                 | .              | x
        P4         | anti_srp | ORPHA                 | 206569         |
    """,
)

example(
    "PAT-11",
    holds="""
        patients
        patient_id | vital_status | last_contact_date
        P1         | alive        | 2024-01-01
    """,
    breaks="""
        patients
        patient_id | vital_status | last_contact_date | !
        P1         | .            | 2024-01-01        | x
        P2         | alive        | .                 | x
        P3         | opted_out    | 2024-01-01        |
    """,
)

example(
    "PAT-12",
    holds="""
        patients
        patient_id | consent_status | consent_scope  | consent_date
        P1         | granted        | .              | 2020-01-01
        P2         | restricted     | research_reuse | 2020-01-01
        P3         | unknown        | .              | .
    """,
    breaks="""
        patients
        patient_id | consent_status                  | consent_scope  | consent_date | !
        P1         | granted                         | research_reuse | .            | x
        P2         | withdrawn_no_further_collection | research_reuse | .            | x
        P3         | granted                         | research_reuse | 2020-01-01   |
        P4         | withdrawn_delete                | research_reuse | .            |
    """,
)

example(
    "PAT-03",
    holds="""
        patients
        first_contact_date | diagnosis_date | last_contact_date
        2020-03-01         | 2020-04-01     | 2024-01-01
        2020-03-01         | 2020-04-01     | 2020-04-01
        2020-05-01         | 2020-04-01     | 2020-05-01
    """,
    breaks="""
        patients
        first_contact_date | diagnosis_date | last_contact_date | !
        2020-03-01         | 2020-04-02     | 2020-04-01        | x
        2020-05-01         | 2020-04-01     | 2020-04-30        | x
        2020-03-01         | 2020-04-01     | 2020-04-01        |
    """,
)

example(
    "PAT-14",
    holds="""
        patients
        patient_id | diagnosis_date | last_contact_date | death_date
        P1         | 2020-04-01     | 2024-01-01        | .
        P2         | 2020-04-01     | 2024-01-01        | 2024-01-01
        P3         | 2020-04-01     | 2024-01-01        | .

        visits
        patient_id | visit_date
        P1         | 2023-01-01
        P1         | 2024-01-01
        P2         | 2024-02-01
    """,
    breaks="""
        patients
        patient_id | diagnosis_date | last_contact_date | death_date | !
        P1         | 2020-04-01     | 2024-01-01        | .          | x
        P2         | 2020-04-01     | 2023-12-31        | 2024-06-01 | x
        P3         | 2020-04-01     | 2020-03-01        | .          |

        visits
        patient_id | visit_date
        P1         | 2023-01-01
        P1         | 2024-01-02
        P2         | 2024-01-01
        P3         | 2024-01-01
    """,
)

example(
    "PAT-06",
    holds="""
        patients
        vital_status      | death_date
        alive             | .
        dead              | 2024-01-01
        lost_to_follow_up | 2024-01-01
        opted_out         | .
    """,
    breaks="""
        patients
        vital_status | death_date | !
        alive        | 2024-01-01 | x
        dead         | .          | x
        alive        | .          |
    """,
)

example(
    "PAT-13",
    holds="""
        patients
        last_contact_date | death_date
        2024-01-01        | 2024-01-01
        2023-12-31        | 2024-01-01
        2024-01-01        | .
    """,
    breaks="""
        patients
        last_contact_date | death_date | !
        2024-01-02        | 2024-01-01 | x
        2024-01-01        | 2024-01-01 |
    """,
)

AFTER_DEATH = """
        visits
        patient_id | visit_date
        P1         | 2024-01-01
        P2         | 2024-01-01

        labs
        patient_id | collected_date
        P1         | 2023-12-01
        P2         | 2023-12-01

        serology
        patient_id | sample_date
        P1         | 2023-12-01
        P2         | 2023-12-01
"""

example(
    "PAT-05",
    holds=f"""
        patients
        patient_id | last_contact_date | death_date
        P1         | 2024-01-01        | 2024-01-01
        P2         | 2024-01-01        | .
{AFTER_DEATH}
        therapies
        patient_id | start_date | stop_date
        P1         | 2023-06-01 | 2024-01-01
        P2         | 2024-06-01 | .
    """,
    breaks=f"""
        patients
        patient_id | last_contact_date | death_date | !
        P1         | 2023-12-01        | 2023-12-31 | x
        P2         | 2024-01-01        | 2024-01-01 | x
        P3         | 2024-01-01        | 2024-01-01 |
        P4         | 2024-01-01        | 2023-01-01 |
{AFTER_DEATH}
        therapies
        patient_id | start_date | stop_date
        P2         | 2023-06-01 | 2024-01-02
        P3         | 2023-06-01 | .
        P4         | 2023-06-01 | .
    """,
)

example(
    "PAT-07",
    holds=f"""
        patients
        patient_id | birth_year | first_contact_date
        P1         | 2023       | 2023-12-01
        P2         | 1950       | .
{AFTER_DEATH}
        therapies
        patient_id | start_date | stop_date
        P1         | 1970-01-01 | .
        P2         | 1950-01-01 | .
    """,
    breaks=f"""
        patients
        patient_id | birth_year | first_contact_date | !
        P1         | 1950       | 1949-12-31         | x
        P2         | 1950       | 2023-12-01         | x
        P3         | 1950       | 2023-12-01         |
{AFTER_DEATH}
        therapies
        patient_id | start_date | stop_date
        P2         | 1949-06-01 | .
        P3         | 2023-06-01 | .
    """,
)

example(
    "PAT-04a",
    holds="""
        patients
        birth_year | onset_date
        2017       | 2020-06-01
        1930       | 2020-06-01
        2021       | 2020-06-01
    """,
    breaks="""
        patients
        birth_year | onset_date | !
        2018       | 2020-06-01 | x
        2020       | 2020-06-01 | x
        1929       | 2020-06-01 | x
        1910       | 2020-06-01 | x
        1909       | 2020-06-01 |
        1960       | 2020-06-01 |
    """,
)

example(
    "PAT-04c",
    holds="""
        patients
        birth_year | onset_date
        2020       | 2020-06-01
        1910       | 2020-06-01
    """,
    breaks="""
        patients
        birth_year | onset_date | !
        2021       | 2020-06-01 | x
        1909       | 2020-06-01 | x
        1960       | 2020-06-01 |
    """,
)

example(
    "PAT-08",
    holds="""
        patients
        consent_status                  | consent_scope
        granted                         | research_reuse
        granted                         | .
        restricted                      | research_reuse_myositis
        withdrawn_no_further_collection | research_reuse
    """,
    breaks="""
        patients
        consent_status   | consent_scope  | !
        unknown          | research_reuse | x
        withdrawn_delete | research_reuse | x
        restricted       | .              | x
        restricted       | registry_only  | x
        granted          | registry_only  | x
        granted          | research_reuse |
    """,
)
