"""Drawn examples of the rules of visits: the core set beside CK, itself and earlier visits."""

from tests.drawing import example

example(
    "CSM-12",
    holds="""
        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | patient_global_vas_absent | mmt_score | haq_di | extramuscular_vas
        P1         | 2024-01-01 | baseline   | 5                    | .                  | refused                   | 60        | 1      | 0
        P1         | 2024-02-01 | scheduled  | .                    | .                  | .                         | .         | .      | .
        P1         | 2024-04-01 | scheduled  | 3                    | 3                  | .                         | 70        | 1      | 0
        P1         | 2025-07-01 | scheduled  | 1                    | .                  | .                         | 80        | .      | .
    """,
    breaks="""
        visits
        patient_id | visit_date | visit_type | physician_global_vas | patient_global_vas | mmt_score | haq_di | extramuscular_vas | !
        P1         | 2024-01-01 | baseline   | 5                    | .                  | 60        | 1      | 0                 | x
        P1         | 2024-01-31 | scheduled  | 5                    | 4                  | 60        | .      | 0                 | x
        P1         | 2024-02-05 | scheduled  | .                    | 4                  | 60        | .      | 0                 |
        P1         | 2024-07-30 | scheduled  | 2                    | 2                  | .         | 1      | 0                 | x
        P1         | 2025-01-28 | scheduled  | 2                    | 2                  | 78        | 1      | .                 | x
        P2         | 2024-01-01 | scheduled  | .                    | .                  | .         | .      | .                 |
    """,
)

example(
    "LAB-16",
    holds="""
        visits
        patient_id | visit_date
        P1         | 2024-01-15
        P1         | 2024-02-12

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-29     | ck      | 900   | 190
    """,
    breaks="""
        visits
        patient_id | visit_date | !
        P1         | 2024-01-14 | x
        P1         | 2024-06-01 | x
        P2         | 2024-01-29 | x
        P1         | 2024-02-01 |

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-29     | ck      | 900   | 190
        P1         | 2024-06-01     | ast     | 80    | 40
        P2         | 2024-01-29     | ck      | .     | 190
    """,
)

example(
    "CSM-09",
    holds="""
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max
        P1         | 2024-01-15 | 0                    | 60        | 80
        P1         | 2024-04-15 | 0                    | 150       | 150
        P2         | 2024-01-15 | 0.1                  | 40        | 80

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-15     | ck      | 9000  | 200
        P1         | 2024-04-15     | ck      | 9000  | 200
        P2         | 2024-01-15     | ck      | 9000  | 200
    """,
    breaks="""
        visits
        patient_id | visit_date | physician_global_vas | mmt_score | mmt_max | !
        P1         | 2024-01-15 | 0                    | 59        | 80      | x
        P2         | 2024-01-15 | 0                    | 59        | 80      |
        P3         | 2024-01-15 | 0                    | 112       | 150     | x

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-10     | ck      | 2001  | 200
        P2         | 2024-01-15     | ck      | 2000  | 200
        P3         | 2024-01-15     | ck      | 40    | 3.3
    """,
)

example(
    "CSM-10",
    holds="""
        visits
        patient_id | visit_date | haq_di | mmt_score | mmt_max
        P1         | 2024-01-15 | 1.875  | 80        | 80
        P2         | 2024-01-15 | 2.5    | 79        | 80
        P3         | 2024-01-15 | 2.5    | 80        | 80

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-15     | ck      | 100   | 200
        P2         | 2024-01-15     | ck      | 100   | 200
        P3         | 2024-01-15     | ck      | 201   | 200
    """,
    breaks="""
        visits
        patient_id | visit_date | haq_di | mmt_score | mmt_max | !
        P1         | 2024-01-15 | 2      | 80        | 80      | x
        P1         | 2024-01-15 | 2      | 80        | 150     |

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-15     | ck      | 200   | 200
    """,
)

example(
    "CSM-11",
    holds="""
        visits
        mmt_score | mmt_max | ambulation
        80        | 80      | independent
        79        | 80      | aid
        80        | 150     | wheelchair
    """,
    breaks="""
        visits
        mmt_score | mmt_max | ambulation  | !
        80        | 80      | aid         | x
        150       | 150     | bedridden   | x
        80        | 80      | independent |
    """,
)

example(
    "CSM-08",
    holds="""
        visits
        patient_id | visit_date | patient_global_vas | haq_di | mmt_score
        P1         | 2024-01-15 | 4.3                | 1.125  | 60
        P1         | 2024-04-15 | 4.3                | 1.125  | 64
        P1         | 2024-07-15 | 4.3                | 1      | 70
        P2         | 2024-01-15 | 0                  | 0      | 78
        P2         | 2024-04-15 | 0                  | 0      | 79
        P2         | 2024-07-15 | 0                  | 0      | 80

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-15     | ck      | 6000  | 200
        P1         | 2024-04-15     | ck      | 3000  | 200
        P1         | 2024-07-15     | ck      | 1500  | 200
        P2         | 2024-01-15     | ck      | 600   | 200
        P2         | 2024-04-15     | ck      | 300   | 200
        P2         | 2024-07-15     | ck      | 150   | 200
    """,
    breaks="""
        visits
        patient_id | visit_date | patient_global_vas | haq_di | mmt_score | !
        P1         | 2024-07-15 | 4.3                | 1.125  | 70        | x
        P1         | 2024-01-15 | 4.3                | 1.125  | 60        |
        P1         | 2024-04-15 | 4.3                | 1.125  | 64        |
        P2         | 2024-01-15 | 4.3                | 1.125  | 60        |
        P2         | 2024-04-15 | 4.3                | 1.125  | 64        |
        P2         | 2024-07-15 | 4.3                | 1.125  | 70        |

        labs
        patient_id | collected_date | analyte | value | upper_limit_normal
        P1         | 2024-01-15     | ck      | 6000  | 200
        P1         | 2024-04-15     | ck      | 3000  | 200
        P1         | 2024-07-15     | ck      | 1500  | 200
        P2         | 2024-01-15     | ck      | 600   | 200
        P2         | 2024-04-15     | ck      | 700   | 200
        P2         | 2024-07-15     | ck      | 780   | 200
    """,
)

example(
    "TIS-02",
    holds="""
        visits
        tis_reported
        0
        27.5
        32.5
        100
        .
    """,
    breaks="""
        visits
        tis_reported | !
        33           | x
        2.4          | x
        42.5         |
    """,
)

example(
    "TIS-03",
    holds="""
        visits
        patient_id | visit_date | physician_global_vas | patient_global_vas | mmt_score | mmt_max | haq_di | extramuscular_vas | tis_reported
        P1         | 2024-01-15 | 3                    | 6                  | 40        | 80      | 2      | 0                 | .
        P1         | 2024-07-15 | 0                    | 0                  | 80        | 80      | 0      | 0                 | 77.5
        P2         | 2024-01-15 | .                    | .                  | .         | .       | .      | .                 | 100
        P2         | 2024-07-15 | 0                    | 0                  | 80        | 80      | 0      | 0                 | 100
    """,
    breaks="""
        visits
        patient_id | visit_date | physician_global_vas | patient_global_vas | mmt_score | mmt_max | haq_di | extramuscular_vas | tis_reported | !
        P1         | 2024-07-15 | 0                    | 0                  | 80        | 80      | 0      | 0                 | 80           | x
        P1         | 2024-01-15 | 3                    | 6                  | 40        | 80      | 2      | 0                 | .            |
        P2         | 2024-01-15 | 3                    | 6                  | 40        | 80      | 2      | 0                 | .            |
        P2         | 2024-04-15 | 5                    | 6                  | 40        | 80      | 2      | 5                 | .            |
        P2         | 2024-07-15 | 0                    | 0                  | 80        | 80      | 0      | 0                 | 100          |
    """,
)
