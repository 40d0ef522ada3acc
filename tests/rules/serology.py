"""Drawn examples of the rules of serology."""

from tests.drawing import example

example(
    "SER-12",
    holds="""
        serology
        serology_id | interpretation | interpretation_absent
        S1          | negative       | .
        S2          | .              | not_done
    """,
    breaks="""
        serology
        serology_id | interpretation | interpretation_absent | !
        S1          | negative       | not_done              | x
        S2          | .              | .                     | x
        S3          | .              | pending               |
    """,
)

example(
    "SER-13",
    holds="""
        serology
        value | unit
        45    | U/mL
        640   | {titer}
        .     | .
    """,
    breaks="""
        serology
        value | unit | !
        45    | .    | x
        45    | U/mL |
    """,
)

example(
    "SER-14",
    holds="""
        serology
        patient_id | sample_date | antibody | assay     | kit | unit | value | value_comparator | interpretation
        P1         | 2024-01-01  | hmgcr    | elisa     | A   | U/mL | 45    | =                | positive
        P1         | 2024-01-01  | hmgcr    | elisa     | A   | U/mL | 45    | =                | positive
        P1         | 2024-01-01  | hmgcr    | elisa     | B   | U/mL | 70    | =                | strong_positive
        P1         | 2024-01-02  | hmgcr    | elisa     | A   | U/mL | 50    | =                | positive
        P1         | 2024-01-01  | srp      | line_blot | .   | .    | .     | .                | negative
        P1         | 2024-01-01  | srp      | line_blot | .   | .    | .     | .                | .
    """,
    breaks="""
        serology
        patient_id | sample_date | antibody | assay     | kit | unit | value | value_comparator | interpretation | !
        P1         | 2024-01-01  | hmgcr    | elisa     | A   | U/mL | 45    | =                | positive       |
        P1         | 2024-01-01  | hmgcr    | elisa     | A   | U/mL | 46    | =                | positive       | x
        P2         | 2024-01-01  | srp      | line_blot | .   | .    | .     | .                | negative       |
        P2         | 2024-01-01  | srp      | line_blot | .   | .    | .     | .                | positive       | x
    """,
)

example(
    "SER-02",
    holds="""
        serology
        antibody | assay     | unit | value | value_comparator | cutoff | interpretation
        hmgcr    | elisa     | U/mL | 19    | =                | 20     | negative
        hmgcr    | elisa     | U/mL | 20    | =                | 20     | negative
        hmgcr    | elisa     | U/mL | 20    | .                | 20     | positive
        hmgcr    | elisa     | U/mL | 60    | =                | 20     | strong_positive
        hmgcr    | elisa     | U/mL | 150   | =                | 20     | positive
        hmgcr    | elisa     | U/mL | 200   | >                | 20     | strong_positive
        hmgcr    | elisa     | U/mL | 30    | <                | 20     | positive
        hmgcr    | elisa     | U/mL | 30    | <                | 20     | negative
        hmgcr    | elisa     | U/mL | 35    | =                | 30     | strong_positive
        srp      | line_blot | {SI} | 6     | =                | 11     | borderline
        srp      | line_blot | {SI} | 8     | =                | 11     | negative
        srp      | elisa     | U/mL | 25    | =                | 20     | borderline
    """,
    breaks="""
        serology
        antibody | assay     | unit | value | value_comparator | cutoff | interpretation  | !
        hmgcr    | elisa     | U/mL | 21    | =                | 20     | negative        | x
        hmgcr    | elisa     | U/mL | 20    | >                | 20     | negative        | x
        hmgcr    | elisa     | U/mL | 19    | =                | 20     | positive        | x
        hmgcr    | elisa     | U/mL | 20    | <                | 20     | positive        | x
        hmgcr    | elisa     | U/mL | 59    | =                | 20     | strong_positive | x
        srp      | line_blot | {SI} | 5     | =                | 11     | borderline      | x
        srp      | line_blot | {SI} | 12    | =                | 11     | borderline      | x
        ku       | other     | .    | 7     | =                | 10     | strong_positive | x
        hmgcr    | elisa     | U/mL | 45    | =                | 20     | positive        |
    """,
)

example(
    "SER-06",
    holds="""
        serology
        antibody | assay     | value | interpretation
        hmgcr    | elisa     | 45    | positive
        srp      | line_blot | 45    | positive
        hmgcr    | line_blot | .     | .
    """,
    breaks="""
        serology
        antibody | assay     | value | interpretation | !
        hmgcr    | line_blot | .     | negative       | x
        hmgcr    | line_blot | 70    | .              | x
        hmgcr    | clia      | 3     | negative       |
    """,
)

example(
    "SER-04",
    holds="""
        serology
        patient_id | sample_date | antibody | assay               | kit | interpretation
        P1         | 2024-01-01  | srp      | line_blot           | A   | positive
        P1         | 2024-01-01  | mi2      | line_blot           | A   | borderline
        P1         | 2024-01-01  | ro52     | line_blot           | A   | positive
        P1         | 2024-02-01  | pl7      | line_blot           | A   | positive
        P2         | 2024-01-01  | srp      | line_blot           | .   | positive
        P2         | 2024-01-01  | mi2      | line_blot           | .   | positive
        P2         | 2024-02-01  | srp      | immunoprecipitation | .   | positive
        P2         | 2024-02-01  | mi2      | immunoprecipitation | .   | negative
    """,
    breaks="""
        serology
        patient_id | sample_date | antibody | assay               | kit | interpretation  | !
        P1         | 2024-01-01  | srp      | line_blot           | A   | positive        |
        P1         | 2024-01-01  | mi2      | line_blot           | A   | strong_positive | x
        P1         | 2024-02-01  | srp      | immunoprecipitation | B   | positive        |
        P2         | 2024-01-01  | srp      | line_blot           | .   | positive        | x
        P2         | 2024-01-01  | mi2      | line_blot           | .   | positive        | x
        P2         | 2024-01-01  | mi2      | immunoprecipitation | .   | .               |
    """,
)

example(
    "SER-05",
    holds="""
        serology
        patient_id | sample_date | antibody | assay     | kit | interpretation
        P1         | 2024-01-01  | srp      | line_blot | A   | positive
        P1         | 2024-02-01  | srp      | iif       | B   | negative
        P2         | 2024-01-01  | srp      | line_blot | A   | strong_positive
        P3         | 2024-01-01  | srp      | line_blot | A   | positive
        P3         | 2024-01-01  | mi2      | line_blot | A   | positive
    """,
    breaks="""
        serology
        patient_id | sample_date | antibody | assay     | kit | interpretation | !
        P1         | 2024-01-01  | srp      | line_blot | A   | positive       | x
        P1         | 2024-01-01  | mi2      | line_blot | A   | negative       |
        P2         | 2024-01-01  | srp      | line_blot | A   | positive       |
        P2         | 2024-03-01  | srp      | elisa     | B   | positive       |
    """,
)

example(
    "SER-08",
    holds="""
        serology
        patient_id | sample_date | antibody | interpretation
        P1         | 2023-01-01  | hmgcr    | positive
        P1         | 2024-01-01  | hmgcr    | positive
        P1         | 2025-01-01  | hmgcr    | negative
        P2         | 2023-01-01  | hmgcr    | negative
        P2         | 2024-01-01  | srp      | positive
        P3         | 2024-01-01  | srp      | negative
        P3         | 2024-01-01  | srp      | positive
    """,
    breaks="""
        serology
        patient_id | sample_date | antibody | interpretation  | !
        P1         | 2024-01-01  | hmgcr    | strong_positive | x
        P1         | 2023-01-01  | hmgcr    | negative        |
        P1         | 2023-06-01  | hmgcr    | .               |
        P1         | 2025-01-01  | hmgcr    | positive        |
    """,
)

example(
    "SER-10",
    holds="""
        serology
        patient_id | sample_date | antibody | assay     | kit | unit | value
        P1         | 2023-01-01  | hmgcr    | elisa     | A   | U/mL | 80
        P1         | 2024-01-01  | hmgcr    | elisa     | A   | U/mL | 60
        P2         | 2023-01-01  | hmgcr    | elisa     | A   | U/mL | 80
        P2         | 2023-01-01  | hmgcr    | clia      | B   | {CU} | 90
        P2         | 2024-01-01  | hmgcr    | clia      | B   | {CU} | 70
        P3         | 2023-01-01  | jo1      | line_blot | C   | {SI} | 3
        P3         | 2024-01-01  | jo1      | elisa     | D   | U/mL | 3
    """,
    breaks="""
        serology
        patient_id | sample_date | antibody | assay | kit | unit | value | !
        P1         | 2024-01-01  | hmgcr    | clia  | B   | {CU} | 60    | x
        P1         | 2025-01-01  | hmgcr    | clia  | B   | {CU} | 50    |
        P1         | 2023-01-01  | hmgcr    | elisa | A   | U/mL | 80    |
        P2         | 2023-01-01  | srp      | elisa | C   | U/mL | 80    |
        P2         | 2023-02-01  | srp      | elisa | C   | .    | 80    | x
    """,
)

IVIG = """
        therapies
        patient_id | drug         | atc     | frequency     | start_date | stop_date
        P1         | ivig         | .       | every_4_weeks | 2024-01-01 | 2024-03-01
        P2         | .            | J06BA02 | every_4_weeks | 2024-01-01 | .
        P3         | ivig         | .       | once          | 2024-01-01 | .
        P4         | prednisolone | .       | daily         | 2024-01-01 | .
"""

example(
    "SER-09",
    holds=f"""
        serology
        patient_id | sample_date | value | cutoff | interpretation
        P1         | 2024-01-01  | 30    | 20     | positive
        P1         | 2024-04-27  | 30    | 20     | positive
        P1         | 2024-02-01  | 40    | 20     | positive
        P2         | 2024-02-01  | 30    | 20     | strong_positive
        P3         | 2024-02-27  | 30    | 20     | positive
        P4         | 2024-02-01  | 30    | 20     | positive
{IVIG}
    """,
    breaks=f"""
        serology
        patient_id | sample_date | value | cutoff | interpretation | !
        P1         | 2024-04-26  | 39    | 20     | positive       | x
        P2         | 2025-06-01  | .     | .      | positive       | x
        P3         | 2024-02-26  | 30    | 20     | positive       | x
        P4         | 2024-02-01  | 30    | 20     | positive       |
{IVIG}
    """,
)
