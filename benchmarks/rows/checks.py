"""The checks of the comparison, as plain data: those of `schemas/submitted/labs.py` and
`lab_values.py` that can be put to one row at a time, and the standing rules of labs' columns.

Every check stands alone: none is silenced by another (the registry does that after asking). A blank
in a column of `on` is not asked. Left out are the rules that need a patient's other results
(SUB-08, LAB-09 to LAB-12) or another optional table (LAB-17): peers have no common way to say them.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from registry.codelists import codelist, table

CENTRE = "AT01"
LATEST = date(2026, 10, 15)  # the day the package was made: no sample is later
STAND_IN_DAYS = (date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31))
STAND_IN_NUMBERS = (-1.0, -9.0, -99.0, -999.0, -9999.0, float("inf"), float("-inf"))
BEYOND_VISIT_DAYS = 14

FILLED = ("centre_id", "lab_id", "patient_id", "collected_date", "analyte")
CODED = {
    "analyte": "analytes",
    "value_comparator": "comparators",
    "value_absent": "absent_reasons",
    "unit": "units",
}
NUMBERS = ("value", "upper_limit_normal", "lower_limit_normal")

# Rules about several columns of a row, in the words of their `expected`.
ROWS = {
    "SUB-07": "value_comparator: < x: 0 < x ≤ ULN; > x: x > ULN; x ≠ ∅",
    "LAB-18": "value_absent ≠ ∅ ⇒ value = ∅",
    "LAB-21": "comparator = ∅ ⇒ value ≠ ∅ ∨ value_absent ≠ ∅",
    "LAB-20": "value ≠ ∅ ⇒ unit ≠ ∅",
    "LAB-01": "(analyte, unit) ∈ unit_factors.csv",
    "LAB-15": "loinc: (analyte, property of unit)",
    "LAB-02": "the ULN lies in the analyte's range, or would not in its other unit either",
    "LAB-03a": "ck of no visit ⇒ upper_limit_normal ≠ ∅",
    "LAB-03b": "ck of a visit ⇒ upper_limit_normal ≠ ∅",
    "LAB-04": "ck, LAB-02 holds: 100 U/L ≤ ULN ≤ 600 U/L",
    "LAB-22": "LAB-02 not broken: lower_limit_normal < upper_limit_normal",
    "LAB-05": "ck ≥ 10 U/L",
    "LAB-06": "ck ≤ 60,000 U/L, or above 200,000 U/L, or a slip of units (24,000 … 2,000,000 U/L)",
    "LAB-07": "ck ≤ 200,000 U/L, or above 2,000,000 U/L, or a slip of units",
    "LAB-08": "ck ≤ 2,000,000 U/L",
    "LAB-13": "the value lies in the analyte's range (nine analytes)",
    "LAB-19": "patient_id = visits.patient_id",
    "LAB-23": "|collected_date − visit_date| ≤ 14 d, of a visit of the patient",
}


def names() -> list[str]:
    """Every check: the standing rules by column, then the rules about rows."""
    return [
        *(f"COL-01 {column}" for column in FILLED),
        *(f"COL-03 {column}" for column in CODED),
        "SUB-02 centre_id",
        *(f"COL-04 {column}" for column in NUMBERS),
        *(f"SUB-06 {column}" for column in NUMBERS),
        "SUB-05 collected_date",
        "SUB-03 lab_id",
        "SUB-04 patient_id",
        "SUB-04 visit_id",
        *ROWS,
    ]


@dataclass(frozen=True)
class Range:
    """Plausible from `below` to `above`; NaN is no limit."""

    below: float
    above: float


@dataclass(frozen=True)
class Facts:
    """What the checks look up.

    `codes`: column → codes. `units`: one row per (analyte, unit) with numerator, denominator,
    factor, multiple (of the analyte's other unit), property, and the analyte's limits of LAB-02
    (`limit_below`, `limit_above`) and LAB-13 (`value_below`, `value_above`). `loinc`: one row per
    code with meant_analyte and meant_property.
    """

    codes: dict[str, list[str]]
    units: pd.DataFrame
    loinc: pd.DataFrame
    limit_of_ck: Range  # LAB-04
    ck: dict[str, float]  # LAB-05 … LAB-09: the one limit of each


def facts() -> Facts:
    """From the registry's code lists, as the rules themselves read them."""
    ranges = table("plausible_ranges").set_index("rule")
    one = ranges.loc[["LAB-04", "LAB-05", "LAB-06", "LAB-07", "LAB-08", "LAB-09"]]
    return Facts(
        codes={column: list(codelist(name).codes) for column, name in CODED.items()},
        units=_units(ranges),
        loinc=codelist("loinc")
        .table[["code", "analyte", "property"]]
        .set_axis(["loinc", "meant_analyte", "meant_property"], axis="columns"),
        limit_of_ck=Range(one.query_below["LAB-04"], one.query_above["LAB-04"]),
        ck={
            "LAB-05": float(one.query_below["LAB-05"]),
            "LAB-06": float(one.note_above["LAB-06"]),
            "LAB-07": float(one.query_above["LAB-07"]),
            "LAB-08": float(one.hold_above["LAB-08"]),
            "LAB-09": float(one.query_above["LAB-09"]),
        },
    )


def _units(ranges: pd.DataFrame) -> pd.DataFrame:
    units = table("unit_factors")[["analyte", "unit", "numerator", "denominator", "property"]]
    units["factor"] = units["numerator"] / units["denominator"]
    units["multiple"] = units.groupby("analyte")["factor"].transform("max")
    for name, rule in (("limit", "LAB-02"), ("value", "LAB-13")):
        of_rule = ranges.loc[rule].set_index("analyte")
        for side in ("below", "above"):
            grades = [f"{grade}_{side}" for grade in ("note", "query", "hold")]
            units[f"{name}_{side}"] = units["analyte"].map(of_rule[grades].max(axis="columns"))
    return units.astype({"numerator": "float64", "denominator": "float64"})
