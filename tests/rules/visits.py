"""Drawn examples of the rules of visits: strength, scales, reasons, what the centre concluded."""

from tests.drawing import example

example(
    "CSM-14",
    holds="""
        visits
        mmt_max
        80
        150
        260
        .
    """,
    breaks="""
        visits
        mmt_max | !
        100     | x
        0       | x
        80      |
    """,
)

example(
    "CSM-01",
    holds="""
        visits
        mmt_score | mmt_max
        80        | 80
        84        | 150
        0         | 80
    """,
    breaks="""
        visits
        mmt_score | mmt_max | !
        84        | 80      | x
        150.5     | 150     | x
        84        | 70      |
    """,
)

example(
    "CSM-02",
    holds="""
        visits
        mmt_score | mmt_max
        70        | 80
        .         | .
    """,
    breaks="""
        visits
        mmt_score | mmt_max | !
        70        | .       | x
    """,
)

example(
    "CSM-03",
    holds="""
        visits
        mmt_score | mmt_max | proximal_weakness
        148       | 150     | absent
        81        | 150     | absent
        60        | 150     | present
        78        | 80      | absent
    """,
    breaks="""
        visits
        mmt_score | mmt_max | proximal_weakness | !
        78        | 150     | absent            | x
        80        | 260     | absent            | x
        78        | 150     | not_assessed      |
    """,
)

example(
    "CSM-15",
    holds="""
        visits
        patient_id | visit_date | mmt_score | mmt_max | proximal_weakness
        P1         | 2024-01-10 | 60        | 80      | present
        P1         | 2024-04-10 | .         | .       | present
        P1         | 2024-07-10 | 78        | 80      | absent
        P2         | 2024-01-10 | 120       | 150     | present
    """,
    breaks="""
        visits
        patient_id | visit_date | mmt_score | mmt_max | proximal_weakness | !
        P1         | 2024-07-10 | 140       | 150     | absent            | x
        P1         | 2024-01-10 | 60        | 80      | present           |
        P1         | 2024-10-10 | 78        | 80      | absent            |
        P2         | 2024-01-10 | 60        | 80      | present           |
        P2         | 2024-04-10 | 78        | 150     | absent            |
    """,
)

example(
    "CSM-05",
    holds="""
        visits
        visit_id | physician_global_vas | patient_global_vas | extramuscular_vas
        V1       | 3.3                  | 0.1                | 10
        V2       | 0                    | .                  | 6.9
    """,
    breaks="""
        visits
        visit_id | physician_global_vas | patient_global_vas | extramuscular_vas | !
        V1       | 3.27                 | 4.1                | 0                 | x
        V2       | .                    | 4.15               | .                 | x
        V3       | 3.3                  | 4.1                | .                 |
        V4       | .                    | .                  | .                 |
    """,
)

example(
    "CSM-06",
    holds="""
        visits
        haq_di
        0
        0.125
        0.13
        1.2857142857
        1.33
        3
    """,
    breaks="""
        visits
        haq_di | !
        1.3    | x
        0.4    | x
        2.95   | x
        1.25   |
    """,
)

example(
    "CSM-13",
    holds="""
        visits
        visit_id | mmt_score | mmt_score_absent | haq_di | haq_di_absent
        V1       | .         | not_done         | 1      | .
        V2       | 70        | .                | .      | refused
    """,
    breaks="""
        visits
        visit_id | mmt_score | mmt_score_absent | extramuscular_vas | extramuscular_vas_absent | !
        V1       | 70        | not_done         | 0                 | .                        | x
        V2       | .         | not_done         | 0                 | unknown                  | x
        V3       | .         | not_done         | 0                 | .                        |
        V4       | 70        | .                | 0                 | .                        |
    """,
)

example(
    "CSM-16",
    holds="""
        visits
        flare_reported | remission_reported
        true           | false
        false          | true
        false          | false
        true           | .
    """,
    breaks="""
        visits
        flare_reported | remission_reported | !
        true           | true               | x
        true           | false              |
    """,
)

example(
    "CSM-17",
    holds="""
        visits
        patient_id | visit_date
        P1         | 2024-01-10
        P1         | 2024-01-11
        P2         | 2024-01-10
    """,
    breaks="""
        visits
        patient_id | visit_date | !
        P1         | 2024-01-10 |
        P2         | 2024-01-10 |
        P1         | 2024-01-10 | x
    """,
)

example(
    "OG-02",
    holds="""
        visits
        patient_id | visit_date | rash_dm_typical
        P1         | 2024-01-10 | absent
        P1         | 2024-04-10 | not_assessed
    """,
    breaks="""
        visits
        patient_id | visit_date | rash_dm_typical | !
        P1         | 2024-04-10 | present         |
        P1         | 2024-01-10 | present         | x
        P2         | 2024-01-10 | absent          |
        P2         | 2024-04-10 | present         | x
    """,
)
