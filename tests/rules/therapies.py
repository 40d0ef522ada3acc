"""Drawn examples of the rules of therapies."""

from tests.drawing import example

# Every rule of a dose reads the visits, for a weight.
VISIT = """

        visits
        patient_id | visit_date | weight_kg | height_cm
        P1         | 2024-01-01 | 70        | 170
"""

example(
    "TX-01",
    holds="""
        therapies
        drug      | atc
        .         | L04AX03
        .         | L01BA01
        .         | L01XC02
        rituximab | X99XX99
    """,
    breaks="""
        therapies
        drug | atc     | !
        .    | L01XC2  | x
        .    | X99XX99 | x
        .    | L01FA01 |
    """,
)

example(
    "TX-02",
    holds="""
        therapies
        drug         | atc     | frequency
        methotrexate | .       | weekly
        methotrexate | .       | twice_weekly
        .            | L04AX03 | weekly
        prednisolone | .       | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | atc     | frequency    | !
        methotrexate | .       | daily        | x
        methotrexate | .       | twice_daily  | x
        .            | L01BA01 | daily        | x
        methotrexate | .       | weekly       |
    """
    + VISIT,
)

example(
    "TX-03a",
    holds="""
        therapies
        drug         | dose | dose_unit | frequency
        methotrexate | 2.5  | mg        | weekly
        methotrexate | 25   | mg        | weekly
        methotrexate | 12.5 | mg        | twice_weekly
        methotrexate | 30.5 | mg        | weekly
    """
    + VISIT,
    breaks="""
        therapies
        drug         | dose  | dose_unit | frequency    | !
        methotrexate | 2     | mg        | weekly       | x
        methotrexate | 27.5  | mg        | weekly       | x
        methotrexate | 15    | mg        | twice_weekly | x
        methotrexate | 0.025 | g         | weekly       |
    """
    + VISIT,
)

example(
    "TX-03b",
    holds="""
        therapies
        drug         | dose | dose_unit | frequency
        methotrexate | 30   | mg        | weekly
        methotrexate | 51   | mg        | weekly
    """
    + VISIT,
    breaks="""
        therapies
        drug         | dose | dose_unit | frequency | !
        methotrexate | 32.5 | mg        | weekly    | x
        methotrexate | 50   | mg        | weekly    | x
        methotrexate | 25   | mg        | weekly    |
    """
    + VISIT,
)

example(
    "TX-03c",
    holds="""
        therapies
        drug         | dose | dose_unit | frequency
        methotrexate | 50   | mg        | weekly
    """
    + VISIT,
    breaks="""
        therapies
        drug         | dose | dose_unit | frequency | !
        methotrexate | 150  | mg        | weekly    | x
        methotrexate | 15   | g         | weekly    | x
        methotrexate | 15   | mg        | weekly    |
    """
    + VISIT,
)

example(
    "TX-04",
    holds="""
        therapies
        atc     | intent
        L04AX03 | maintenance
        L01BA01 | other_disease
    """,
    breaks="""
        therapies
        atc     | intent      | !
        L01BA01 | maintenance | x
        L01BA01 | .           | x
        L04AX03 | .           |
        L04AX01 | .           |
    """,
)

example(
    "TX-05a",
    holds="""
        therapies
        patient_id | drug               | route | dose | dose_unit | frequency   | start_date
        P1         | prednisolone       | po    | 80   | mg        | daily       | 2024-01-02
        P1         | prednisone         | po    | 1    | mg/kg     | daily       | 2024-01-02
        P1         | methylprednisolone | po    | 64   | mg        | daily       | 2024-01-02
        P1         | prednisolone       | po    | 150  | mg        | daily       | 2024-01-02
        P1         | hydrocortisone     | po    | 20   | mg        | twice_daily | 2024-01-02
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug               | route | dose | dose_unit | frequency   | start_date | !
        P1         | prednisolone       | po    | 82.5 | mg        | daily       | 2024-01-02 | x
        P1         | prednisone         | po    | 1.6  | mg/kg     | daily       | 2024-01-02 | x
        P2         | prednisone         | po    | 1.6  | mg/kg     | daily       | 2024-01-02 | x
        P1         | methylprednisolone | po    | 36   | mg        | twice_daily | 2024-01-02 | x
        P1         | dexamethasone      | po    | 12   | mg        | daily       | 2024-01-02 |
    """
    + VISIT,
)

example(
    "TX-05b",
    holds="""
        therapies
        drug         | route | dose | dose_unit | frequency
        prednisolone | po    | 120  | mg        | daily
        prednisolone | po    | 251  | mg        | daily
        prednisolone | iv    | 200  | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug          | route | dose | dose_unit | frequency | !
        prednisolone  | po    | 125  | mg        | daily     | x
        prednisolone  | po    | 250  | mg        | daily     | x
        dexamethasone | po    | 40   | mg        | daily     | x
        prednisolone  | po    | 60   | mg        | daily     |
    """
    + VISIT,
)

example(
    "TX-05c",
    holds="""
        therapies
        drug          | route | dose | dose_unit | frequency
        prednisolone  | po    | 250  | mg        | daily
        dexamethasone | po    | 40   | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | route | dose | dose_unit | frequency | !
        prednisolone | po    | 500  | mg        | daily     | x
        prednisolone | po    | 50   | g         | daily     | x
        prednisolone | po    | 50   | mg        | daily     |
    """
    + VISIT,
)

example(
    "TX-06a",
    holds="""
        therapies
        drug               | route | dose | dose_unit
        methylprednisolone | iv    | 250  | mg
        methylprednisolone | iv    | 1    | g
        methylprednisolone | po    | 1200 | mg
    """
    + VISIT,
    breaks="""
        therapies
        drug               | route | dose | dose_unit | !
        methylprednisolone | iv    | 1250 | mg        | x
        methylprednisolone | iv    | 1500 | mg        | x
        methylprednisolone | iv    | 1600 | mg        |
    """
    + VISIT,
)

example(
    "TX-06b",
    holds="""
        therapies
        drug               | route | dose | dose_unit
        methylprednisolone | iv    | 20   | mg
        methylprednisolone | iv    | 1500 | mg
    """
    + VISIT,
    breaks="""
        therapies
        drug               | route | dose | dose_unit | !
        methylprednisolone | iv    | 1    | mg        | x
        methylprednisolone | iv    | 2000 | mg        | x
        methylprednisolone | iv    | 1000 | mg        |
    """
    + VISIT,
)

example(
    "TX-06c",
    holds="""
        therapies
        drug               | route | dose | dose_unit
        methylprednisolone | iv    | 2000 | mg
    """
    + VISIT,
    breaks="""
        therapies
        drug               | route | dose | dose_unit | !
        methylprednisolone | iv    | 1000 | g         | x
        methylprednisolone | iv    | 2500 | mg        | x
        methylprednisolone | iv    | 500  | mg        |
    """
    + VISIT,
)

example(
    "TX-08",
    holds="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency | start_date | stop_date  | stop_reason
        P1         | prednisolone | po    | 60   | mg        | daily     | 2024-01-01 | 2024-02-10 | .
        P1         | prednisolone | po    | 30   | mg        | daily     | 2024-02-11 | 2024-03-01 | .
        P1         | prednisolone | po    | 10   | mg        | daily     | 2024-03-02 | .          | .
        P2         | prednisolone | po    | 60   | mg        | daily     | 2024-01-01 | 2024-02-10 | toxicity
        P2         | prednisolone | po    | 10   | mg        | daily     | 2024-02-11 | .          | .
        P3         | prednisolone | po    | 60   | mg        | daily     | 2024-01-01 | 2024-02-10 | .
        P3         | prednisolone | po    | 10   | mg        | daily     | 2024-02-18 | .          | .
        P4         | prednisolone | po    | 40   | mg        | daily     | 2024-01-01 | 2024-02-10 | .
        P4         | prednisolone | po    | 20   | mg        | daily     | 2024-02-11 | .          | .
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency | start_date | stop_date  | stop_reason | !
        P1         | prednisolone | po    | 6    | mg        | daily     | 2024-02-11 | 2024-03-01 | .           | x
        P1         | prednisolone | po    | 60   | mg        | daily     | 2024-01-01 | 2024-02-10 | .           |
        P2         | prednisolone | po    | 40   | mg        | daily     | 2024-01-01 | 2024-02-10 | .           |
        P2         | prednisolone | po    | 19   | mg        | daily     | 2024-02-17 | .          | .           | x
        P3         | prednisolone | po    | 40   | mg        | daily     | 2024-01-01 | .          | .           |
        P3         | prednisolone | po    | 10   | mg        | daily     | 2024-02-17 | .          | .           | x
    """
    + VISIT,
)

example(
    "TX-09",
    holds="""
        therapies
        patient_id | drug         | atc | route | frequency | start_date | stop_date
        P1         | prednisolone | .   | po    | daily     | 2024-01-01 | 2024-02-01
        P1         | prednisolone | .   | po    | daily     | 2024-02-01 | 2024-03-01
        P1         | prednisolone | .   | iv    | daily     | 2024-01-10 | 2024-01-12
        P1         | azathioprine | .   | po    | daily     | 2024-01-10 | .
        P2         | prednisolone | .   | po    | daily     | 2024-01-10 | .
        P2         | rituximab    | .   | iv    | once      | 2024-01-10 | .
        P2         | rituximab    | .   | iv    | once      | 2024-01-24 | .
    """,
    breaks="""
        therapies
        patient_id | drug         | atc     | route | frequency | start_date | stop_date  | !
        P1         | prednisolone | .       | po    | daily     | 2024-01-20 | 2024-02-20 | x
        P1         | prednisolone | .       | po    | daily     | 2024-01-01 | 2024-03-01 |
        P1         | .            | H02AB06 | po    | daily     | 2024-02-25 | .          | x
        P2         | prednisolone | .       | po    | daily     | 2024-01-01 | .          |
        P2         | prednisolone | .       | po    | daily     | 2024-06-01 | .          | x
    """,
)

example(
    "TX-10",
    holds="""
        therapies
        start_date | stop_date
        2024-01-01 | 2024-02-01
        2024-01-01 | 2024-01-01
        2024-01-01 | .
    """,
    breaks="""
        therapies
        start_date | stop_date  | !
        2024-03-01 | 2024-02-01 | x
        2024-03-01 | 2024-03-02 |
    """,
)

example(
    "TX-11a",
    holds="""
        therapies
        patient_id | drug         | atc | start_date | intent
        P1         | rituximab    | .   | 2024-01-02 | induction
        P1         | rituximab    | .   | 2023-06-01 | other_disease
        P1         | prednisolone | .   | 2023-06-01 | induction
        P1         | ivig         | .   | 2022-06-01 | induction

        patients
        patient_id | onset_date | diagnosis_date
        P1         | 2023-01-01 | 2024-04-01
    """,
    breaks="""
        therapies
        patient_id | drug            | atc     | start_date | intent    | !
        P1         | .               | L01XC02 | 2024-01-01 | induction | x
        P1         | plasma_exchange | .       | 2023-06-01 | .         | x
        P1         | rituximab       | .       | 2024-01-02 | .         |

        patients
        patient_id | onset_date | diagnosis_date
        P1         | 2023-01-01 | 2024-04-01
    """,
)

example(
    "TX-11b",
    holds="""
        therapies
        patient_id | drug               | atc | start_date | intent
        P1         | prednisolone       | .   | 2023-01-01 | induction
        P1         | rituximab          | .   | 2022-06-01 | other_disease
        P1         | hydroxychloroquine | .   | 2022-06-01 | .

        patients
        patient_id | onset_date | birth_year
        P1         | 2023-01-01 | 1960
    """,
    breaks="""
        therapies
        patient_id | drug         | atc     | start_date | intent    | !
        P1         | .            | L04AX01 | 2022-12-31 | induction | x
        P1         | rituximab    | .       | 2015-01-01 | .         | x
        P1         | rituximab    | .       | 2023-01-02 | .         |

        patients
        patient_id | onset_date | birth_year
        P1         | 2023-01-01 | 1960
    """,
)

example(
    "TX-12a",
    holds="""
        therapies
        patient_id | drug      | route | dose | dose_unit | frequency | start_date | stop_date
        P1         | rituximab | iv    | 1000 | mg        | once      | 2024-01-02 | 2024-01-02
        P1         | rituximab | iv    | 1000 | mg        | once      | 2024-01-16 | 2024-01-16
        P1         | rituximab | iv    | 1000 | mg        | once      | 2024-05-07 | 2024-05-07
        P1         | rituximab | sc    | 1400 | mg        | once      | 2024-05-07 | 2024-05-07
        P2         | rituximab | iv    | 375  | mg/m2     | weekly    | 2024-01-02 | 2024-01-23
        P2         | rituximab | iv    | 500  | mg        | once      | 2024-05-14 | 2024-05-14
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug      | route | dose | dose_unit | frequency | start_date | stop_date  | !
        P1         | rituximab | iv    | 1000 | mg        | once      | 2024-01-16 | 2024-01-16 |
        P1         | rituximab | iv    | 1000 | mg        | once      | 2024-05-06 | 2024-05-06 | x
        P1         | rituximab | iv    | 2    | g         | once      | 2025-01-16 | 2025-01-16 | x
        P1         | rituximab | iv    | 1000 | mg/m2     | once      | 2023-08-16 | 2023-08-16 | x
        P2         | rituximab | iv    | 375  | mg/m2     | weekly    | 2024-01-02 | 2024-01-23 |
        P2         | rituximab | iv    | 500  | mg        | once      | 2024-05-13 | 2024-05-13 | x
    """
    + VISIT,
)

example(
    "TX-12c",
    holds="""
        therapies
        drug      | route | dose | dose_unit
        rituximab | iv    | 2000 | mg
    """
    + VISIT,
    breaks="""
        therapies
        drug      | route | dose | dose_unit | !
        rituximab | iv    | 1000 | g         | x
        rituximab | iv    | 2100 | mg        | x
        rituximab | iv    | 1000 | mg        |
    """
    + VISIT,
)

example(
    "TX-13a",
    holds="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date
        P1         | ivig | iv    | 2    | g/kg      | every_4_weeks | 2024-01-02 | 2024-06-01
        P1         | ivig | iv    | 0.4  | g/kg      | daily         | 2024-01-02 | 2024-01-06
        P1         | ivig | iv    | 1    | g/kg      | daily         | 2024-01-02 | 2024-01-03
        P1         | ivig | iv    | 0.4  | g/kg      | once          | 2024-01-02 | 2024-01-02
        P1         | ivig | iv    | 2.4  | g/kg      | every_6_weeks | 2024-01-02 | .
        P1         | ivig | iv    | 140  | g         | per_cycle     | 2024-01-02 | .
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date  | !
        P1         | ivig | iv    | 2.5  | g/kg      | every_4_weeks | 2024-01-02 | 2024-06-01 | x
        P1         | ivig | iv    | 0.5  | g/kg      | daily         | 2024-01-02 | 2024-01-07 | x
        P1         | ivig | iv    | 1.2  | g/kg      | daily         | 2024-01-02 | 2024-01-03 | x
        P1         | ivig | iv    | 20   | g         | every_4_weeks | 2024-01-02 | .          | x
        P1         | ivig | iv    | 2    | g/kg      | once          | 2024-01-02 | .          |
    """
    + VISIT,
)

example(
    "TX-13b",
    holds="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date
        P1         | ivig | iv    | 3    | g/kg      | every_4_weeks | 2024-01-02 | .
        P2         | ivig | iv    | 240  | g         | every_4_weeks | 2024-01-02 | .
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date  | !
        P1         | ivig | iv    | 3.2  | g/kg      | every_4_weeks | 2024-01-02 | .          | x
        P1         | ivig | iv    | 2    | g/kg      | every_2_weeks | 2024-01-02 | .          | x
        P2         | ivig | iv    | 250  | g         | every_4_weeks | 2024-01-02 | .          | x
        P1         | ivig | iv    | 2    | g/kg      | every_4_weeks | 2024-01-02 | .          |
    """
    + VISIT,
)

example(
    "TX-13c",
    holds="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date
        P1         | ivig | iv    | 4    | g/kg      | every_4_weeks | 2024-01-02 | .
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency     | start_date | stop_date  | !
        P1         | ivig | iv    | 20   | g/kg      | every_4_weeks | 2024-01-02 | .          | x
        P1         | ivig | iv    | 2    | g/kg      | daily         | 2024-01-02 | 2024-01-06 | x
        P1         | ivig | iv    | 2    | g/kg      | once          | 2024-01-02 | .          |
    """
    + VISIT,
)

example(
    "TX-14",
    holds="""
        therapies
        patient_id | drug               | atc | dose | dose_unit | start_date
        P1         | ivig               | .   | 2    | g/kg      | 2024-07-01
        P1         | ivig               | .   | 2    | g/kg      | 2023-08-01
        P2         | ivig               | .   | 140  | g         | 2024-07-01
        P2         | ciclosporin        | .   | 3    | mg/kg     | 2024-07-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug | atc     | dose | dose_unit | start_date | !
        P1         | ivig | .       | 2    | g/kg      | 2024-07-03 | x
        P2         | .    | J06BA01 | 2    | g/kg      | 2024-01-01 | x
        P1         | ivig | .       | 2    | g/kg      | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-15a",
    holds="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency   | start_date
        P1         | azathioprine | po    | 25   | mg        | daily       | 2024-01-01
        P1         | azathioprine | po    | 200  | mg        | daily       | 2024-01-01
        P1         | azathioprine | po    | 100  | mg        | twice_daily | 2024-01-01
        P1         | azathioprine | po    | 2.5  | mg/kg     | daily       | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency   | start_date | !
        P1         | azathioprine | po    | 12.5 | mg        | daily       | 2024-01-01 | x
        P1         | azathioprine | po    | 125  | mg        | twice_daily | 2024-01-01 | x
        P1         | azathioprine | po    | 3.5  | mg/kg     | daily       | 2024-01-01 | x
        P1         | azathioprine | po    | 150  | mg        | daily       | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-15b",
    holds="""
        therapies
        drug         | route | dose | dose_unit | frequency
        azathioprine | po    | 250  | mg        | daily
        azathioprine | po    | 500  | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | route | dose | dose_unit | frequency   | !
        azathioprine | po    | 275  | mg        | daily       | x
        azathioprine | po    | 200  | mg        | twice_daily | x
        azathioprine | po    | 200  | mg        | daily       |
    """
    + VISIT,
)

example(
    "TX-15c",
    holds="""
        therapies
        drug         | route | dose | dose_unit | frequency
        azathioprine | po    | 400  | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | route | dose | dose_unit | frequency | !
        azathioprine | po    | 1500 | mg        | daily     | x
        azathioprine | po    | 50   | mg        | weekly    | x
        azathioprine | po    | 150  | mg        | daily     |
    """
    + VISIT,
)

example(
    "TX-16a",
    holds="""
        therapies
        drug                  | atc     | route | dose | dose_unit | frequency
        mycophenolate_mofetil | .       | po    | 1.5  | g         | twice_daily
        mycophenolate_mofetil | .       | po    | 500  | mg        | daily
        mycophenolate_sodium  | .       | po    | 1080 | mg        | twice_daily
        .                     | L04AA06 | po    | 360  | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug                  | atc     | route | dose | dose_unit | frequency   | !
        mycophenolate_mofetil | .       | po    | 2    | g         | twice_daily | x
        mycophenolate_mofetil | .       | po    | 250  | mg        | daily       | x
        mycophenolate_sodium  | .       | po    | 1440 | mg        | twice_daily | x
        .                     | L04AA06 | po    | 1.5  | g         | twice_daily |
    """
    + VISIT,
)

example(
    "TX-16b",
    holds="""
        therapies
        drug                  | route | dose | dose_unit | frequency
        mycophenolate_mofetil | po    | 2    | g         | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug                  | route | dose | dose_unit | frequency   | !
        mycophenolate_mofetil | po    | 3    | g         | twice_daily | x
        mycophenolate_sodium  | po    | 3    | g         | daily       | x
        mycophenolate_mofetil | po    | 1    | g         | twice_daily |
    """
    + VISIT,
)

example(
    "TX-16c",
    holds="""
        therapies
        drug                  | route | dose | dose_unit | frequency
        mycophenolate_mofetil | po    | 3    | g         | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug                  | route | dose | dose_unit | frequency   | !
        mycophenolate_mofetil | po    | 1000 | g         | twice_daily | x
        mycophenolate_sodium  | po    | 4.5  | g         | daily       | x
        mycophenolate_mofetil | po    | 1000 | mg        | twice_daily |
    """
    + VISIT,
)

example(
    "TX-17a",
    holds="""
        therapies
        drug       | route | dose | dose_unit | frequency
        tacrolimus | po    | 0.5  | mg        | daily
        tacrolimus | po    | 5    | mg        | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug       | route | dose | dose_unit | frequency   | !
        tacrolimus | po    | 0.4  | mg        | daily       | x
        tacrolimus | po    | 6    | mg        | twice_daily | x
        tacrolimus | po    | 2    | mg        | twice_daily |
    """
    + VISIT,
)

example(
    "TX-17b",
    holds="""
        therapies
        drug       | route | dose | dose_unit | frequency
        tacrolimus | po    | 10   | mg        | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug       | route | dose | dose_unit | frequency   | !
        tacrolimus | po    | 20   | mg        | twice_daily | x
        tacrolimus | po    | 2    | mg        | twice_daily |
    """
    + VISIT,
)

example(
    "TX-17c",
    holds="""
        therapies
        drug       | route | dose | dose_unit | frequency
        tacrolimus | po    | 20   | mg        | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug       | route | dose | dose_unit | frequency   | !
        tacrolimus | po    | 1500 | mg        | twice_daily | x
        tacrolimus | po    | 1.5  | mg        | twice_daily |
    """
    + VISIT,
)

example(
    "TX-18a",
    holds="""
        therapies
        patient_id | drug        | route | dose | dose_unit | frequency   | start_date
        P1         | ciclosporin | po    | 2.5  | mg/kg     | twice_daily | 2024-01-01
        P1         | ciclosporin | po    | 175  | mg        | twice_daily | 2024-01-01
        P1         | ciclosporin | po    | 25   | mg        | twice_daily | 2024-01-01
        P1         | ciclosporin | po    | 350  | mg        | twice_daily | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug        | route | dose | dose_unit | frequency   | start_date | !
        P1         | ciclosporin | po    | 3    | mg/kg     | twice_daily | 2024-01-01 | x
        P1         | ciclosporin | po    | 200  | mg        | twice_daily | 2024-01-01 | x
        P1         | ciclosporin | po    | 25   | mg        | daily       | 2024-01-01 | x
        P2         | ciclosporin | po    | 200  | mg        | twice_daily | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-18b",
    holds="""
        therapies
        drug        | route | dose | dose_unit | frequency
        ciclosporin | po    | 300  | mg        | twice_daily
    """
    + VISIT,
    breaks="""
        therapies
        drug        | route | dose | dose_unit | frequency   | !
        ciclosporin | po    | 350  | mg        | twice_daily | x
        ciclosporin | po    | 100  | mg        | twice_daily |
    """
    + VISIT,
)

example(
    "TX-19a",
    holds="""
        therapies
        patient_id | drug             | route | dose | dose_unit | frequency     | start_date | stop_date
        P1         | cyclophosphamide | iv    | 750  | mg        | every_4_weeks | 2024-01-01 | 2024-05-20
        P1         | cyclophosphamide | iv    | 300  | mg        | every_2_weeks | 2024-06-01 | 2024-07-01
        P2         | cyclophosphamide | iv    | 1500 | mg        | once          | 2024-01-01 | 2024-01-01
        P2         | cyclophosphamide | iv    | 1500 | mg        | once          | 2024-01-15 | 2024-01-15
        P3         | cyclophosphamide | po    | 100  | mg        | daily         | 2023-01-01 | 2023-12-26
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug             | route | dose | dose_unit | frequency     | start_date | stop_date  | !
        P1         | cyclophosphamide | iv    | 1600 | mg        | every_4_weeks | 2024-01-01 | 2024-05-20 | x
        P1         | cyclophosphamide | iv    | 750  | mg        | weekly        | 2024-06-01 | 2024-07-01 | x
        P2         | cyclophosphamide | iv    | 750  | mg        | once          | 2024-01-01 | 2024-01-01 |
        P2         | cyclophosphamide | iv    | 750  | mg        | once          | 2024-01-14 | 2024-01-14 | x
        P3         | cyclophosphamide | po    | 100  | mg        | daily         | 2023-01-01 | 2023-12-26 |
        P3         | cyclophosphamide | iv    | 500  | mg        | once          | 2024-02-01 | 2024-02-01 | x
    """
    + VISIT,
)

example(
    "TX-19b",
    holds="""
        therapies
        drug             | route | dose | dose_unit
        cyclophosphamide | iv    | 2    | g
    """
    + VISIT,
    breaks="""
        therapies
        drug             | route | dose | dose_unit | !
        cyclophosphamide | iv    | 7.5  | g         | x
        cyclophosphamide | iv    | 0.75 | g         |
    """
    + VISIT,
)

example(
    "TX-20",
    holds="""
        therapies
        patient_id | drug            | route     | dose | dose_unit | frequency       | start_date | stop_date
        P1         | plasma_exchange | procedure | 5    | sessions  | per_cycle       | 2024-01-01 | 2024-01-09
        P1         | plasma_exchange | procedure | 10   | sessions  | per_cycle       | 2024-03-01 | .
        P2         | immunoadsorption | procedure | 1    | sessions  | every_other_day | 2024-01-01 | 2024-01-09
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug            | route     | dose | dose_unit | frequency   | start_date | stop_date  | !
        P1         | plasma_exchange | procedure | 50   | sessions  | per_cycle   | 2024-01-01 | 2024-09-01 | x
        P2         | plasma_exchange | procedure | 5    | sessions  | per_cycle   | 2024-01-01 | 2024-01-03 | x
        P3         | plasma_exchange | procedure | 1    | sessions  | twice_daily | 2024-01-01 | 2024-01-03 | x
        P3         | plasma_exchange | procedure | 5    | sessions  | per_cycle   | 2024-06-01 | 2024-06-09 |
    """
    + VISIT,
)

example(
    "TX-21",
    holds="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency | start_date
        P1         | efgartigimod | iv    | 10   | mg/kg     | weekly    | 2024-01-01
        P1         | efgartigimod | iv    | 700  | mg        | weekly    | 2024-01-01
        P1         | efgartigimod | sc    | 1000 | mg        | weekly    | 2024-01-01
        P1         | efgartigimod | sc    | 1008 | mg        | weekly    | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug         | route | dose | dose_unit | frequency     | start_date | !
        P1         | efgartigimod | iv    | 20   | mg/kg     | weekly        | 2024-01-01 | x
        P1         | efgartigimod | iv    | 10   | mg/kg     | every_4_weeks | 2024-01-01 | x
        P1         | efgartigimod | sc    | 700  | mg        | weekly        | 2024-01-01 | x
        P2         | efgartigimod | iv    | 1300 | mg        | weekly        | 2024-01-01 | x
        P2         | efgartigimod | iv    | 1200 | mg        | weekly        | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-22",
    holds="""
        therapies
        patient_id | drug       | route | dose | dose_unit | frequency | start_date
        P1         | zilucoplan | sc    | 0.3  | mg/kg     | daily     | 2024-01-01
        P1         | zilucoplan | sc    | 23   | mg        | daily     | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug       | route | dose | dose_unit | frequency | start_date | !
        P1         | zilucoplan | sc    | 0.3  | mg/kg     | weekly    | 2024-01-01 | x
        P1         | zilucoplan | sc    | 3    | mg/kg     | daily     | 2024-01-01 | x
        P1         | zilucoplan | sc    | 0.3  | mg/kg     | daily     | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-23a",
    holds="""
        therapies
        drug         | route | dose | dose_unit | frequency
        tofacitinib  | po    | 5    | mg        | twice_daily
        tofacitinib  | po    | 11   | mg        | daily
        baricitinib  | po    | 4    | mg        | daily
        upadacitinib | po    | 15   | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | route | dose | dose_unit | frequency   | !
        tofacitinib  | po    | 10   | mg        | twice_daily | x
        baricitinib  | po    | 1    | mg        | daily       | x
        upadacitinib | po    | 30   | mg        | daily       | x
        upadacitinib | po    | 15   | mg        | daily       |
    """
    + VISIT,
)

example(
    "TX-23b",
    holds="""
        therapies
        drug        | route | dose | dose_unit | frequency
        tofacitinib | po    | 10   | mg        | twice_daily
        baricitinib | po    | 8    | mg        | daily
    """
    + VISIT,
    breaks="""
        therapies
        drug         | route | dose | dose_unit | frequency   | !
        tofacitinib  | po    | 11   | mg        | twice_daily | x
        upadacitinib | po    | 45   | mg        | daily       | x
        baricitinib  | po    | 4    | mg        | daily       |
    """
    + VISIT,
)

example(
    "TX-28",
    holds="""
        therapies
        patient_id | line | start_date
        P1         | 0    | 2024-01-01
        P1         | 1    | 2024-02-01
        P1         | 2    | 2024-06-01
        P1         | 1    | 2024-07-01
        P2         | 2    | 2024-01-01
        P2         | 1    | 2024-01-01
    """,
    breaks="""
        therapies
        patient_id | line | start_date | !
        P1         | 1    | 2024-06-01 | x
        P1         | 1    | 2024-07-01 |
        P1         | 2    | 2024-02-01 |
        P1         | 3    | 2024-09-01 |
        P2         | 1    | 2024-01-01 |
    """,
)

example(
    "TX-29",
    holds="""
        therapies
        drug              | start_date | dose | dose_unit | frequency | route
        prednisolone      | 2024-01-01 | 60   | mg        | daily     | po
        plasma_exchange   | 2024-01-01 | .    | .         | .         | procedure
        statin_withdrawal | 2024-01-01 | .    | .         | once      | procedure
        folic_acid        | 2024-01-01 | .    | .         | .         | po
    """,
    breaks="""
        therapies
        drug         | start_date | dose | dose_unit | frequency | route | !
        prednisolone | 2024-01-01 | .    | mg        | daily     | po    | x
        prednisolone | 2024-01-01 | 60   | .         | daily     | po    | x
        prednisolone | 2024-01-01 | 60   | mg        | .         | po    | x
        prednisolone | 2024-01-01 | 60   | mg        | daily     | .     | x
        prednisolone | 2024-01-01 | 60   | mg        | daily     | po    |
    """,
)

example(
    "TX-30",
    holds="""
        therapies
        patient_id | drug         | start_date
        P1         | methotrexate | 2024-01-01
        P1         | folic_acid   | 2024-01-01
        P2         | azathioprine | 2024-01-01
    """,
    breaks="""
        therapies
        patient_id | drug         | start_date | !
        P1         | methotrexate | 2024-01-01 |
        P1         | folic_acid   | 2024-01-01 |
        P2         | methotrexate | 2024-02-01 |
        P2         | methotrexate | 2024-01-01 | x
    """,
)

example(
    "TX-31a",
    holds="""
        therapies
        patient_id | drug               | route | dose | dose_unit | frequency | start_date
        P1         | scig               | sc    | 0.6  | g/kg      | weekly    | 2024-01-01
        P1         | hydroxychloroquine | po    | 400  | mg        | daily     | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug               | route | dose | dose_unit | frequency   | start_date | !
        P1         | scig               | sc    | 0.7  | g/kg      | weekly      | 2024-01-01 | x
        P1         | scig               | sc    | 49   | g         | weekly      | 2024-01-01 | x
        P1         | hydroxychloroquine | po    | 400  | mg        | twice_daily | 2024-01-01 | x
        P1         | scig               | sc    | 28   | g         | weekly      | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-31b",
    holds="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency | start_date
        P1         | scig | sc    | 1    | g/kg      | weekly    | 2024-01-01
    """
    + VISIT,
    breaks="""
        therapies
        patient_id | drug | route | dose | dose_unit | frequency | start_date | !
        P1         | scig | sc    | 2    | g/kg      | weekly    | 2024-01-01 | x
        P1         | scig | sc    | 0.4  | g/kg      | weekly    | 2024-01-01 |
    """
    + VISIT,
)

example(
    "TX-32",
    holds="""
        therapies
        drug                 | atc
        rituximab            | L01FA01
        rituximab            | L01XC02
        methotrexate         | L01BA01
        mycophenolate_sodium | L04AA06
    """,
    breaks="""
        therapies
        drug         | atc     | !
        methotrexate | L04AX01 | x
        rituximab    | X99XX99 | x
        azathioprine | L04AX01 |
    """,
)

example(
    "TX-33",
    holds="""
        therapies
        drug      | atc     | start_date
        rituximab | .       | 2024-01-01
        .         | L01FA01 | 2024-01-01
    """,
    breaks="""
        therapies
        drug      | atc     | start_date | !
        .         | .       | 2024-01-01 | x
        rituximab | L01FA01 | 2024-01-01 |
    """,
)

example(
    "TX-34",
    holds="""
        therapies
        patient_id | start_date | stop_date
        P1         | 2024-01-01 | 2024-06-30
        P1         | 2024-01-01 | .
        P2         | 2024-01-01 | 2024-09-01

        patients
        patient_id | last_contact_date | death_date
        P1         | 2024-06-30        | .
        P2         | 2024-06-30        | 2024-07-30
    """,
    breaks="""
        therapies
        patient_id | start_date | stop_date  | !
        P1         | 2024-01-01 | 2024-07-01 | x
        P1         | 2024-07-01 | .          | x
        P1         | 2024-01-01 | 2024-02-01 |

        patients
        patient_id | last_contact_date | death_date
        P1         | 2024-06-30        | .
    """,
)

FLARES = """

        visits
        patient_id | visit_date | visit_type | flare_reported
        P1         | 2024-03-20 | scheduled  | true
        P2         | 2024-05-10 | flare      | .
        P3         | 2024-08-01 | flare      | true
        P3         | 2024-04-01 | scheduled  | false
"""

example(
    "TX-35",
    holds="""
        therapies
        patient_id | drug       | route | dose | dose_unit | frequency | start_date | stop_date  | stop_reason
        P1         | prednisone | po    | 5    | mg        | daily     | 2024-01-01 | 2024-02-01 | .
        P1         | prednisone | po    | 0    | mg        | daily     | 2024-02-01 | 2024-04-01 | .
        P1         | prednisone | po    | 30   | mg        | daily     | 2024-04-01 | .          | .
        P2         | prednisone | po    | 5    | mg        | daily     | 2024-01-01 | 2024-02-01 | .
        P2         | prednisone | po    | 0    | mg        | daily     | 2024-02-01 | 2024-04-01 | .
        P2         | prednisone | po    | 30   | mg        | daily     | 2024-04-01 | .          | .
    """
    + FLARES,
    breaks="""
        therapies
        patient_id | drug       | route | dose | dose_unit | frequency | start_date | stop_date  | stop_reason | !
        P3         | prednisone | po    | 5    | mg        | daily     | 2024-01-01 | 2024-02-01 | .           |
        P3         | prednisone | po    | 0    | mg        | daily     | 2024-02-01 | 2024-04-01 | .           |
        P3         | prednisone | po    | 30   | mg        | daily     | 2024-04-01 | .          | .           | x
        P4         | prednisone | po    | 10   | mg        | daily     | 2024-01-01 | 2024-02-01 | .           |
        P4         | prednisone | po    | 0    | mg        | daily     | 2024-02-01 | 2024-04-01 | .           |
        P4         | prednisone | po    | 10   | mg        | daily     | 2024-04-01 | .          | .           |
    """
    + FLARES,
)

example(
    "TX-36",
    holds="""
        therapies
        drug                  | dose | dose_unit
        mycophenolate_mofetil | 1.5  | g
        mycophenolate_sodium  | 720  | mg
    """
    + VISIT,
    breaks="""
        therapies
        drug                  | dose | dose_unit | !
        mycophenolate_mofetil | 720  | mg        | x
        mycophenolate_sodium  | 1    | g         | x
        mycophenolate_mofetil | 600  | mg        |
        mycophenolate         | 720  | mg        |
        mycophenolate_sodium  | 360  | mg        |
    """
    + VISIT,
)

example(
    "TX-37",
    holds="""
        therapies
        drug         | atc     | route
        methotrexate | .       | sc
        .            | L01FA01 | iv
    """,
    breaks="""
        therapies
        drug         | atc     | route     | !
        .            | L01FA01 | po        | x
        azathioprine | .       | procedure | x
        azathioprine | .       | po        |
    """,
)

example(
    "TX-38",
    holds="""
        therapies
        drug             | dose_unit
        plasma_exchange  | sessions
        rituximab        | mg
    """,
    breaks="""
        therapies
        drug             | dose_unit | !
        immunoadsorption | mg        | x
        rituximab        | sessions  | x
        immunoadsorption | sessions  |
    """,
)

example(
    "TX-39",
    holds="""
        therapies
        patient_id | drug               | start_date | stop_date  | stop_reason
        P1         | rituximab          | 2024-01-01 | 2024-01-01 | planned_end
        P1         | folic_acid         | 2024-01-01 | 2024-02-01 | .
        P1         | prednisolone       | 2024-01-01 | 2024-02-01 | .
        P1         | prednisolone       | 2024-02-02 | .          | .
    """,
    breaks="""
        therapies
        patient_id | drug         | atc     | start_date | stop_date  | stop_reason | !
        P1         | .            | H02AB06 | 2024-02-02 | 2024-03-01 | .           | x
        P1         | prednisolone | .       | 2024-01-01 | 2024-02-01 | .           |
        P2         | prednisolone | .       | 2024-01-01 | 2024-02-01 | remission   |
    """,
)

example(
    "TX-40",
    holds="""
        therapies
        atc     | atc_version
        L01FA01 | 2026
    """,
    breaks="""
        therapies
        atc     | atc_version | !
        L01FA01 | .           | x
        L01XC02 | 2021        |
        .       | .           |
    """,
)

example(
    "TX-41",
    holds="""
        therapies
        patient_id | stop_reason
        P1         | death
        P2         | remission

        patients
        patient_id | vital_status
        P1         | dead
        P2         | alive
    """,
    breaks="""
        therapies
        patient_id | stop_reason | !
        P1         | death       |
        P2         | death       | x
        P2         | planned_end |

        patients
        patient_id | vital_status
        P1         | dead
        P2         | alive
    """,
)
