"""Drawn examples of the rules of biopsies."""

from tests.drawing import example

example(
    "BX-02",
    holds="""
        biopsies
        imnm_features | perifascicular_atrophy | rimmed_vacuoles
        present       | absent                 | not_assessed
        present       | .                      | .
        absent        | present                | present
        not_assessed  | present                | absent
    """,
    breaks="""
        biopsies
        imnm_features | perifascicular_atrophy | rimmed_vacuoles | !
        present       | present                | absent          | x
        present       | absent                 | present         | x
        present       | absent                 | absent          |
    """,
)

TREATED = """
        visits
        patient_id | visit_date | weight_kg
        P2         | 2024-01-01 | 80

        therapies
        patient_id | drug         | atc     | route | dose | dose_unit | frequency | start_date | stop_date
        P1         | prednisolone | .       | po    | 60   | mg        | daily     | 2024-01-01 | 2024-01-10
        P1         | prednisolone | .       | po    | 40   | mg        | daily     | 2024-01-11 | .
        P2         | prednisone   | .       | po    | 0.5  | mg/kg     | daily     | 2024-01-01 | .
        P3         | .            | L01XC02 | iv    | 1000 | mg        | once      | 2024-02-01 | .
        P4         | prednisolone | .       | po    | 30   | mg        | daily     | 2023-01-01 | .
        P4         | methotrexate | .       | po    | 15   | mg        | weekly    | 2023-01-01 | .
"""

example(
    "BX-03",
    holds=f"""
        biopsies
        patient_id | biopsy_date
        P1         | 2023-12-01
        P1         | 2024-01-15
        P2         | 2024-01-15
        P3         | 2024-02-01
        P4         | 2024-02-01
        P5         | 2024-02-01
{TREATED}
    """,
    breaks=f"""
        biopsies
        patient_id | biopsy_date | !
        P1         | 2024-01-16  | x
        P2         | 2024-01-16  | x
        P3         | 2024-02-02  | x
        P4         | 2024-01-16  |
{TREATED}
    """,
)
