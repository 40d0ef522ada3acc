"""Drawn examples of the rules of exposures."""

from tests.drawing import example

example(
    "EX-01",
    holds="""
        exposures
        exposure_id | agent              | atc
        X1          | simvastatin        | C10AA01
        X2          | simvastatin        | .
        X3          | .                  | C10AA01
        X4          | statin_unspecified | C10AA01
        X5          | simvastatin        | C10BA02
    """,
    breaks="""
        exposures
        exposure_id | agent       | atc     | !
        X1          | simvastatin | C10AA05 | x
        X2          | .           | C10BA02 | x
        X3          | .           | .       | x
        X4          | simvastatin | C10AA01 |
    """,
)

example(
    "TX-24",
    holds="""
        exposures
        agent          | atc     | dose_mg
        simvastatin    | .       | 80
        pitavastatin   | .       | 4
        .              | C10AA07 | 40
        nivolumab      | .       | 240
        red_yeast_rice | .       | 1200
    """,
    breaks="""
        exposures
        agent        | atc     | dose_mg | !
        simvastatin  | .       | 80.5    | x
        pitavastatin | .       | 5       | x
        .            | C10AA07 | 80      | x
        atorvastatin | .       | 80      |
    """,
)

example(
    "EX-02",
    holds="""
        exposures
        start_date | stop_date
        2020-01-01 | 2021-01-01
        2020-01-01 | 2020-01-01
        2020-01-01 | .
    """,
    breaks="""
        exposures
        start_date | stop_date  | !
        2021-01-01 | 2020-12-31 | x
        2020-01-01 | 2021-01-01 |
    """,
)

example(
    "TX-25",
    holds="""
        exposures
        patient_id | agent        | atc | start_date | stop_date  | withdrawn_permanently
        P1         | simvastatin  | .   | 2015-01-01 | 2020-01-01 | true
        P1         | nivolumab    | .   | 2021-01-01 | .          | false
        P2         | simvastatin  | .   | 2015-01-01 | 2020-01-01 | false
        P2         | atorvastatin | .   | 2020-01-02 | 2020-06-01 | true
        P3         | simvastatin  | .   | 2020-01-01 | 2015-01-01 | true
    """,
    breaks="""
        exposures
        patient_id | agent        | atc     | start_date | stop_date  | withdrawn_permanently | !
        P1         | simvastatin  | .       | 2015-01-01 | 2020-01-01 | true                  |
        P1         | .            | C10AA05 | 2020-01-02 | .          | .                     | x
        P2         | simvastatin  | .       | 2015-01-01 | 2020-01-01 | true                  |
    """,
)

example(
    "TX-26",
    holds="""
        exposures
        patient_id | agent        | atc | start_date
        P1         | simvastatin  | .   | 2015-01-01
        P1         | atorvastatin | .   | 2020-07-01
        P2         | simvastatin  | .   | 2020-06-01
        P3         | nivolumab    | .   | 2021-01-01
        P4         | simvastatin  | .   | 2021-01-01

        patients
        patient_id | onset_date
        P1         | 2020-06-01
        P2         | 2020-06-01
        P3         | 2020-06-01
        P4         | .
    """,
    breaks="""
        exposures
        patient_id | agent        | atc | start_date | !
        P1         | simvastatin  | .   | 2020-06-02 | x
        P1         | atorvastatin | .   | 2020-07-01 |
        P2         | simvastatin  | .   | 2019-06-02 |

        patients
        patient_id | onset_date
        P1         | 2020-06-01
        P2         | 2020-06-01
    """,
)
