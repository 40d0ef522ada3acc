"""Drawn examples of the rules of labs: values that are plausible alone, in time, beside others."""

from tests.drawing import example

example(
    "LAB-05",
    holds="""
        labs
        analyte | value | unit
        ck      | 10    | U/L
        ck      | 0.17  | ukat/L
        ck      | 56000 | U/L
        crp     | 0.6   | mg/L
    """,
    breaks="""
        labs
        analyte | value | unit   | !
        ck      | 9.9   | U/L    | x
        ck      | 0     | U/L    | x
        ck      | 0.16  | ukat/L | x
        ck      | 11    | U/L    |
    """,
)

example(
    "LAB-06",
    holds="""
        labs
        analyte | value  | unit
        ck      | 60000  | U/L
        ck      | 200001 | U/L
        ck      | 390    | ukat/L
        ck      | 1001   | ukat/L
    """,
    breaks="""
        labs
        analyte | value  | unit | !
        ck      | 60001  | U/L  | x
        ck      | 200000 | U/L  | x
        ck      | 56000  | U/L  |
    """,
)

example(
    "LAB-07",
    holds="""
        labs
        analyte | value   | unit
        ck      | 200000  | U/L
        ck      | 2000001 | U/L
        ck      | 5000    | ukat/L
    """,
    breaks="""
        labs
        analyte | value   | unit | !
        ck      | 200001  | U/L  | x
        ck      | 2000000 | U/L  | x
    """,
)

example(
    "LAB-08",
    holds="""
        labs
        analyte | value   | unit
        ck      | 2000000 | U/L
        ck      | 33333   | ukat/L
    """,
    breaks="""
        labs
        analyte | value   | unit   | !
        ck      | 2000001 | U/L    | x
        ck      | 33334   | ukat/L | x
    """,
)

example(
    "LAB-13",
    holds="""
        labs
        analyte    | value | unit
        ldh        | 50    | U/L
        ldh        | 10000 | U/L
        ldh        | 4.25  | ukat/L
        aldolase   | 94.2  | U/L
        ast        | 10000 | U/L
        crp        | 60    | mg/dL
        esr        | 150   | mm/h
        troponin_t | 100   | ng/mL
    """,
    breaks="""
        labs
        analyte    | value | unit   | !
        ldh        | 49    | U/L    | x
        ldh        | 170   | ukat/L | x
        aldolase   | 501   | U/L    | x
        alt        | 10001 | U/L    | x
        crp        | 61    | mg/dL  | x
        esr        | 151   | mm/h   | x
        creatinine | 9     | umol/L | x
        ck         | 5     | U/L    |
    """,
)

example(
    "LAB-09",
    holds="""
        labs
        patient_id | collected_date | analyte | value | unit   | value_comparator | upper_limit_normal
        P1         | 2024-01-10     | ck      | 400   | ukat/L | =                | 3.3
        P1         | 2024-03-10     | ck      | 60    | ukat/L | =                | 3.3
        P2         | 2024-01-10     | ck      | 12000 | U/L    | =                | 200
        P2         | 2024-03-10     | ck      | 200   | U/L    | =                | 200
        P2         | 2024-06-10     | ck      | 170   | U/L    | =                | 200
        P3         | 2024-01-10     | ck      | 6600  | U/L    | =                | 200
        P3         | 2024-03-10     | ck      | 99    | U/L    | =                | 200
        P3         | 2024-03-10     | crp     | 5     | mg/L   | <                | 5
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | unit   | value_comparator | upper_limit_normal | !
        P1         | 2024-01-10     | ck      | 401   | ukat/L | =                | 3.3                | x
        P1         | 2024-03-10     | ck      | 12000 | ukat/L | =                | 3.3                | x
        P2         | 2024-01-10     | ck      | 6000  | U/L    | =                | 200                |
        P2         | 2024-06-10     | ck      | 5800  | U/L    | =                | 200                |
        P2         | 2024-03-10     | ck      | 99    | U/L    | =                | 200                | x
        P3         | 2024-01-10     | ck      | 300   | U/L    | =                | 200                |
        P3         | 2024-03-10     | ck      | 18000 | U/L    | .                | 200                | x
    """,
)

example(
    "LAB-10",
    holds="""
        labs
        patient_id | collected_date | analyte | value | unit | value_comparator | upper_limit_normal
        P1         | 2024-01-10     | ck      | 8000  | U/L  | =                | 200
        P1         | 2024-01-12     | ck      | 2000  | U/L  | =                | 200
        P1         | 2024-01-13     | ck      | 500   | U/L  | =                | 200
        P1         | 2024-02-13     | ck      | 30    | U/L  | =                | 200
        P2         | 2024-01-10     | ck      | 90000 | U/L  | =                | 200
        P2         | 2024-01-12     | ck      | 20000 | U/L  | >                | 200
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | unit   | value_comparator | upper_limit_normal | !
        P1         | 2024-01-12     | ck      | 1999  | U/L    | =                | 200                | x
        P1         | 2024-01-10     | ck      | 8000  | U/L    | =                | 200                |
        P2         | 2024-01-10     | ck      | 8000  | U/L    | =                | 200                |
        P2         | 2024-01-13     | ck      | 16    | ukat/L | =                | 3.3                | x
        P3         | 2024-01-10     | ck      | 8000  | U/L    | =                | 200                |
        P3         | 2024-01-13     | ck      | 90    | U/L    | =                | 200                |
        P3         | 2024-01-13     | ck      | 5     | U/L    | =                | 200                |
        P3         | 2024-01-20     | ck      | 900   | U/L    | =                | 200                |
    """,
)

example(
    "LAB-11",
    holds="""
        labs
        patient_id | collected_date | analyte | value | unit | value_comparator | upper_limit_normal
        P1         | 2024-01-10     | ck      | 2010  | U/L  | =                | 200
        P1         | 2024-01-17     | ck      | 100   | U/L  | =                | 200
        P2         | 2024-01-10     | ck      | 3000  | U/L  | =                | 200
        P2         | 2024-01-18     | ck      | 90    | U/L  | =                | 200
        P3         | 2024-01-10     | ck      | 2000  | U/L  | =                | 200
        P3         | 2024-01-17     | ck      | 90    | U/L  | =                | 200
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | unit | value_comparator | upper_limit_normal | !
        P1         | 2024-01-10     | ck      | 2010  | U/L  | =                | 200                |
        P1         | 2024-01-17     | ck      | 99    | U/L  | =                | 200                | x
        P2         | 2024-01-10     | ck      | 9000  | U/L  | =                | 200                |
        P2         | 2024-01-11     | ck      | 60    | U/L  | =                | 200                | x
    """,
)

example(
    "LAB-12",
    holds="""
        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-10     | ast     | 193   | 40
        P1         | 2024-01-10     | ck      | 11426 | 190
        P2         | 2024-01-10     | ast     | 120   | 40
        P2         | 2024-01-10     | ck      | 100   | 190
        P3         | 2024-01-10     | ast     | 200   | 40
        P3         | 2024-01-11     | ck      | 100   | 190
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | upper_limit_normal | !
        P1         | 2024-01-10     | ck      | 190   | 190                |
        P1         | 2024-01-10     | ast     | 121   | 40                 | x
        P2         | 2024-01-10     | ast     | 121   | 40                 |
        P2         | 2024-01-10     | ck      | 191   | 190                |
    """,
)

example(
    "LAB-17",
    holds="""
        labs
        patient_id | collected_date | analyte | value
        P1         | 2024-01-10     | ck      | 900
        P1         | 2024-01-14     | ck      | 900
        P1         | 2024-01-12     | crp     | 4
        P2         | 2024-01-12     | ck      | 900

        biopsies
        patient_id | biopsy_date
        P1         | 2024-01-10
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | value | !
        P1         | 2024-01-13     | ck      | 900   | x
        P1         | 2024-01-09     | ck      | 900   |
        P1         | 2024-01-11     | ck      | 900   | x

        biopsies
        patient_id | biopsy_date
        P1         | 2024-01-10
    """,
)
