"""Drawn examples of the rules of labs: values, units, limits, and the visit they belong to."""

from tests.drawing import example

example(
    "SUB-07",
    holds="""
        labs
        value | value_comparator | upper_limit_normal
        5     | <                | 14
        14    | <                | 14
        20000 | >                | 200
        20000 | >                | .
        180   | =                | 200
        180   | .                | 200
    """,
    breaks="""
        labs
        value | value_comparator | upper_limit_normal | !
        .     | <                | 14                 | x
        .     | =                | 14                 | x
        0     | <                | 14                 | x
        20000 | <                | 200                | x
        200   | >                | 200                | x
        201   | >                | 200                |
    """,
)

example(
    "LAB-18",
    holds="""
        labs
        value | value_absent
        .     | below_detection
        5     | .
    """,
    breaks="""
        labs
        value | value_absent    | !
        5     | below_detection | x
        0     | not_done        | x
    """,
)

example(
    "LAB-21",
    holds="""
        labs
        analyte | value | value_absent | value_comparator
        ck      | 500   | .            | .
        ck      | .     | pending      | .
    """,
    breaks="""
        labs
        analyte | value | value_absent | value_comparator | !
        ck      | .     | .            | .                | x
        ck      | .     | .            | <                |
    """,
)

example(
    "LAB-20",
    holds="""
        labs
        value | unit
        500   | U/L
        .     | .
    """,
    breaks="""
        labs
        value | unit | !
        500   | .    | x
    """,
)

example(
    "LAB-01",
    holds="""
        labs
        analyte    | unit
        ck         | U/L
        ck         | ukat/L
        crp        | mg/dL
        troponin_t | ng/mL
        ck         | .
    """,
    breaks="""
        labs
        analyte | unit  | !
        ck      | mg/dL | x
        esr     | U/L   | x
        ldh     | U/L   |
    """,
)

example(
    "LAB-15",
    holds="""
        labs
        analyte    | unit   | loinc
        ck         | ukat/L | 2157-6
        creatinine | mg/dL  | 2160-0
        creatinine | umol/L | 14682-9
        ck         | U/L    | .
    """,
    breaks="""
        labs
        analyte    | unit   | loinc  | !
        aldolase   | U/L    | 2157-6 | x
        creatinine | umol/L | 2160-0 | x
        ck         | U/L    | 9999-0 | x
        ck         | mg/dL  | 1988-5 |
    """,
)

example(
    "LAB-02",
    holds="""
        labs
        analyte    | unit   | upper_limit_normal
        ck         | U/L    | 190
        ck         | ukat/L | 3.3
        ck         | U/L    | 80
        creatinine | mg/dL  | 0.95
        crp        | mg/dL  | 0.5
    """,
    breaks="""
        labs
        analyte    | unit   | upper_limit_normal | !
        ck         | U/L    | 3.3                | x
        ck         | ukat/L | 190                | x
        ast        | U/L    | 0.6                | x
        creatinine | umol/L | 1.1                | x
        ck         | U/L    | 20                 |
    """,
)

example(
    "LAB-03a",
    holds="""
        labs
        analyte | value | upper_limit_normal | visit_id
        ck      | 500   | 190                | .
        ast     | 40    | .                  | .
        ck      | .     | .                  | .
    """,
    breaks="""
        labs
        analyte | value | upper_limit_normal | visit_id | !
        ck      | 500   | .                  | .        | x
        ck      | 500   | .                  | V1       |
    """,
)

example(
    "LAB-03b",
    holds="""
        labs
        analyte | value | upper_limit_normal | visit_id
        ck      | 500   | 190                | V1
        ck      | 500   | .                  | .
    """,
    breaks="""
        labs
        analyte | value | upper_limit_normal | visit_id | !
        ck      | 500   | .                  | V1       | x
        ldh     | 500   | .                  | V1       |
    """,
)

example(
    "LAB-04",
    holds="""
        labs
        analyte | unit   | upper_limit_normal
        ck      | U/L    | 100
        ck      | U/L    | 600
        ck      | ukat/L | 10
        ast     | U/L    | 40
    """,
    breaks="""
        labs
        analyte | unit   | upper_limit_normal | !
        ck      | U/L    | 99                 | x
        ck      | U/L    | 601                | x
        ck      | ukat/L | 1.6                | x
        ck      | U/L    | 3.3                |
    """,
)

example(
    "LAB-22",
    holds="""
        labs
        analyte | unit | lower_limit_normal | upper_limit_normal
        ck      | U/L  | 25                 | 190
        crp     | mg/L | 0                  | 5
    """,
    breaks="""
        labs
        analyte | unit | lower_limit_normal | upper_limit_normal | !
        ck      | U/L  | 190                | 25                 | x
        crp     | mg/L | 5                  | 5                  | x
        ck      | U/L  | 25                 | 3.3                |
    """,
)

example(
    "SUB-08",
    holds="""
        labs
        patient_id | collected_date | analyte | unit   | value
        P1         | 2024-01-10     | ck      | U/L    | 900
        P1         | 2024-01-10     | ck      | U/L    | 900
        P1         | 2024-01-10     | ck      | ukat/L | 15
        P1         | 2024-01-10     | ast     | U/L    | 80
        P1         | 2024-01-11     | ck      | U/L    | 850
        P2         | 2024-01-10     | ck      | U/L    | 300
    """,
    breaks="""
        labs
        patient_id | collected_date | analyte | unit | value | !
        P1         | 2024-01-10     | ck      | U/L  | 900   |
        P2         | 2024-01-10     | ck      | U/L  | 90    |
        P1         | 2024-01-10     | ck      | U/L  | 90    | x
        P1         | 2024-01-10     | ck      | U/L  | 900   |
    """,
)

example(
    "LAB-19",
    holds="""
        labs
        patient_id | visit_id
        P1         | V1
        P1         | .
        P1         | V9

        visits
        patient_id | visit_id
        P1         | V1
        P2         | V2
    """,
    breaks="""
        labs
        patient_id | visit_id | !
        P1         | V2       | x
        P2         | V2       |

        visits
        patient_id | visit_id
        P1         | V1
        P2         | V2
    """,
)

example(
    "LAB-23",
    holds="""
        labs
        patient_id | visit_id | collected_date
        P1         | V1       | 2024-01-01
        P1         | V1       | 2024-01-29
        P1         | .        | 2020-01-01

        visits
        patient_id | visit_id | visit_date
        P1         | V1       | 2024-01-15
    """,
    breaks="""
        labs
        patient_id | visit_id | collected_date | !
        P1         | V1       | 2023-12-31     | x
        P1         | V1       | 2024-01-30     | x
        P1         | V1       | 2024-01-15     |
        P2         | V1       | 2024-01-30     |

        visits
        patient_id | visit_id | visit_date
        P1         | V1       | 2024-01-15
    """,
)
