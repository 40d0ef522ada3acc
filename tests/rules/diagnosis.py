"""Drawn examples of the rules about a patient's classification."""

from tests.drawing import example

example(
    "DX-07",
    holds="""
        patients
        diagnosis_code_system | diagnosis_code
        ORPHA                 | 206569
        MONDO                 | 0016098
        SNOMED                | 715863001
        ICD10                 | G72.4
        ICD10CM               | G72.49
        ICD10                 | M33.2
    """,
    breaks="""
        patients
        diagnosis_code_system | diagnosis_code | !
        ORPHA                 | 699702         | x
        MONDO                 | 0979337        | x
        MONDO                 | 206569         | x
        ICD10CM               | G72.4          | x
        ORPHA                 | 206569         |
    """,
)

example(
    "DX-08",
    holds="""
        patients
        diagnosis_code
        206569
        699702
        G72.49
    """,
    breaks="""
        patients
        diagnosis_code | !
        G72.41         | x
        M33.2          | x
        M33.12         | x
        G72.4          |
    """,
)

example(
    "DX-10a",
    holds="""
        patients
        onset_date | diagnosis_date
        2020-01-01 | 2020-04-01
        2000-01-31 | 2020-01-31
        2020-01-01 | 2019-01-01
    """,
    breaks="""
        patients
        onset_date | diagnosis_date | !
        2000-01-31 | 2020-02-01     | x
        2020-01-01 | 2020-04-01     |
    """,
)

example(
    "DX-10b",
    holds="""
        patients
        onset_date | diagnosis_date
        2020-01-01 | 2020-01-01
        1990-01-01 | 2020-01-01
    """,
    breaks="""
        patients
        onset_date | diagnosis_date | !
        2020-01-02 | 2020-01-01     | x
        2020-01-01 | 2020-01-02     |
    """,
)

example(
    "DX-02",
    holds="""
        patients
        patient_id | subtype
        P1         | anti_hmgcr
        P2         | dual_positive
        P3         | seronegative

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | negative
        P1         | hmgcr    | strong_positive
        P2         | hmgcr    | positive
        P2         | srp      | positive
        P3         | hmgcr    | negative
    """,
    breaks="""
        patients
        patient_id | subtype       | !
        P1         | anti_hmgcr    | x
        P2         | dual_positive | x
        P3         | anti_srp      | x
        P4         | anti_srp      |

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | borderline
        P1         | srp      | positive
        P2         | hmgcr    | positive
        P4         | srp      | positive
    """,
)

example(
    "DX-03",
    holds="""
        patients
        patient_id | subtype
        P1         | seronegative
        P2         | seronegative
        P3         | anti_hmgcr

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | negative
        P1         | srp      | negative
        P2         | hmgcr    | negative
        P2         | srp      | borderline
        P2         | srp      | negative
        P3         | hmgcr    | positive
    """,
    breaks="""
        patients
        patient_id | subtype      | !
        P1         | seronegative | x
        P2         | seronegative | x
        P3         | seronegative | x
        P4         | seronegative |

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | negative
        P2         | hmgcr    | negative
        P2         | srp      | negative
        P2         | srp      | positive
        P3         | hmgcr    | negative
        P3         | srp      | .
        P4         | hmgcr    | negative
        P4         | srp      | negative
    """,
)

example(
    "DX-11",
    holds="""
        patients
        patient_id | subtype
        P1         | seronegative
        P2         | anti_srp

        biopsies
        patient_id | imnm_features
        P1         | absent
        P1         | present
    """,
    breaks="""
        patients
        patient_id | subtype      | !
        P1         | seronegative | x
        P2         | seronegative | x
        P3         | seronegative |
        P4         | anti_hmgcr   |

        biopsies
        patient_id | imnm_features
        P2         | not_assessed
        P3         | present
    """,
)

example(
    "SER-03",
    holds="""
        patients
        patient_id | subtype
        P1         | anti_hmgcr
        P2         | anti_srp
        P3         | seronegative

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | positive
        P1         | srp      | borderline
        P2         | srp      | positive
        P3         | hmgcr    | negative
    """,
    breaks="""
        patients
        patient_id | subtype       | !
        P1         | anti_hmgcr    | x
        P2         | dual_positive | x
        P3         | anti_srp      |

        serology
        patient_id | antibody | interpretation
        P1         | hmgcr    | strong_positive
        P1         | srp      | positive
        P2         | hmgcr    | positive
        P2         | srp      | positive
        P3         | srp      | positive
    """,
)

example(
    "SER-11",
    holds="""
        patients
        patient_id | subtype
        P1         | anti_hmgcr
        P2         | anti_srp
        P3         | unclassified
        P4         | seronegative

        serology
        patient_id | antibody | interpretation | interpretation_absent
        P1         | srp      | negative       | .
        P2         | hmgcr    | .              | not_done
        P3         | hmgcr    | .              | pending
        P3         | srp      | negative       | .
    """,
    breaks="""
        patients
        patient_id | subtype      | !
        P1         | anti_hmgcr   | x
        P2         | unclassified | x
        P3         | anti_srp     | x
        P4         | anti_srp     |

        serology
        patient_id | antibody | interpretation | interpretation_absent
        P1         | hmgcr    | positive       | .
        P2         | srp      | negative       | .
        P3         | hmgcr    | .              | .
        P4         | hmgcr    | negative       | .
    """,
)

example(
    "SER-07",
    holds="""
        patients
        patient_id | subtype      | diagnosis_date
        P1         | anti_hmgcr   | 2024-01-31
        P2         | anti_srp     | 2024-01-31
        P3         | anti_srp     | 2024-01-31
        P4         | seronegative | 2024-01-31

        serology
        patient_id | antibody | sample_date | interpretation
        P1         | hmgcr    | 2022-01-31  | positive
        P2         | srp      | 2024-07-31  | positive
        P3         | srp      | 2019-01-01  | positive
        P3         | srp      | 2024-01-01  | positive
        P4         | hmgcr    | 2019-01-01  | negative
    """,
    breaks="""
        patients
        patient_id | subtype    | diagnosis_date | !
        P1         | anti_hmgcr | 2024-01-31     | x
        P2         | anti_srp   | 2024-01-31     | x
        P3         | anti_srp   | 2024-01-31     | x
        P4         | anti_hmgcr | 2024-01-31     |

        serology
        patient_id | antibody | sample_date | interpretation
        P1         | hmgcr    | 2022-01-30  | positive
        P2         | srp      | 2024-08-01  | positive
        P2         | srp      | 2024-01-01  | negative
        P3         | srp      | 2026-01-01  | positive
        P3         | jo1      | 2024-01-01  | positive
        P4         | hmgcr    | 2024-01-01  | positive
    """,
)

TREATED = """
        therapies
        patient_id | drug         | atc     | start_date
        P2         | prednisolone | .       | 2024-01-10
        P2         | folic_acid   | .       | 2023-01-01
        P3         | .            | H02AB06 | 2023-12-01
"""

example(
    "DX-05",
    holds=f"""
        patients
        patient_id | diagnosis_date
        P1         | 2024-01-31
        P2         | 2024-01-31
        P3         | 2024-01-31

        labs
        patient_id | analyte | collected_date | value | unit   | upper_limit_normal
        P1         | ck      | 2023-01-01     | 150   | U/L    | 200
        P1         | ck      | 2024-01-31     | 201   | U/L    | 200
        P1         | ck      | 2024-03-01     | 90    | U/L    | 200
        P2         | ck      | 2024-01-10     | 100   | ukat/L | 3.5
        P2         | ck      | 2024-01-20     | 1     | ukat/L | 3.5
        P3         | ck      | 2024-01-20     | 90    | U/L    | 200
        P3         | ast     | 2023-01-20     | 20    | U/L    | 35
{TREATED}
    """,
    breaks=f"""
        patients
        patient_id | diagnosis_date | !
        P1         | 2024-01-31     | x
        P2         | 2024-01-31     | x
        P3         | 2024-01-31     |

        labs
        patient_id | analyte | collected_date | value | unit | upper_limit_normal
        P1         | ck      | 2024-01-01     | 200   | U/L  | 200
        P1         | ck      | 2024-02-01     | 9000  | U/L  | 200
        P2         | ck      | 2024-01-01     | 150   | U/L  | 200
        P2         | ck      | 2024-01-20     | 9000  | U/L  | 200
        P3         | ck      | 2023-11-01     | 9000  | U/L  | 200
{TREATED}
    """,
)

example(
    "DX-06",
    holds=f"""
        patients
        patient_id | diagnosis_date
        P1         | 2024-01-31
        P2         | 2024-01-31
        P3         | 2024-01-31

        labs
        patient_id | analyte | collected_date | value | unit   | upper_limit_normal
        P1         | ck      | 2024-01-01     | 1000  | U/L    | 200
        P2         | ck      | 2024-01-01     | 17    | ukat/L | 3.5
        P3         | ck      | 2023-11-01     | 150   | U/L    | 200
{TREATED}
    """,
    breaks=f"""
        patients
        patient_id | diagnosis_date | !
        P1         | 2024-01-31     | x
        P2         | 2024-01-31     | x
        P3         | 2024-01-31     |

        labs
        patient_id | analyte | collected_date | value | unit   | upper_limit_normal
        P1         | ck      | 2024-01-01     | 999   | U/L    | .
        P2         | ck      | 2024-01-01     | 16    | ukat/L | 3.5
        P3         | ck      | 2023-11-01     | 9000  | U/L    | 200
{TREATED}
    """,
)

example(
    "CA-02",
    holds="""
        patients
        patient_id | onset_date
        P1         | 2024-01-01
        P2         | 2024-01-01
        P3         | 2024-01-01

        exposures
        patient_id | agent       | atc | start_date
        P1         | nivolumab   | .   | 2024-01-02
        P2         | simvastatin | .   | 2020-01-01
    """,
    breaks="""
        patients
        patient_id | onset_date | !
        P1         | 2024-01-01 | x
        P2         | 2024-01-01 | x
        P3         | 2024-01-01 |

        exposures
        patient_id | agent     | atc     | start_date
        P1         | nivolumab | .       | 2024-01-01
        P2         | .         | L01FX04 | 2022-01-01
        P3         | nivolumab | .       | .
    """,
)
