"""The checks as pandas expressions: for every check, which rows hold (True where it is not asked).

Peers whose own constraints ask the same (not null, code list, at least 0) use those instead.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.rows.checks import (
    BEYOND_VISIT_DAYS,
    CENTRE,
    LATEST,
    NUMBERS,
    STAND_IN_DAYS,
    STAND_IN_NUMBERS,
    Facts,
)

Check = Callable[[pd.DataFrame], pd.Series]


def read(
    folder: Path, columns: list[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """(labs, patients, visits) by pandas; days as datetime64, rows of labs numbered from 1."""
    days = {"date_as_object": False}  # a million Python dates take longer than all checks
    labs = pd.read_parquet(folder / "labs.parquet", columns=columns, to_pandas_kwargs=days)
    labs.index = pd.RangeIndex(1, len(labs) + 1)
    patients = pd.read_parquet(folder / "patients.parquet", columns=["patient_id"])
    visits = ["visit_id", "patient_id", "visit_date"]
    parents = pd.read_parquet(folder / "visits.parquet", columns=visits, to_pandas_kwargs=days)
    return labs, patients, parents


def with_helpers(
    labs: pd.DataFrame, patients: pd.DataFrame, visits: pd.DataFrame, facts: Facts
) -> pd.DataFrame:
    """The columns the row checks read that labs does not have, in the order of its rows."""
    pair = ["analyte", "unit"]
    helpers = labs[[*pair, "visit_id", "loinc"]].merge(facts.units, how="left", on=pair)
    whose = visits.rename(columns={"patient_id": "visit_patient"})
    helpers = helpers.merge(whose, how="left", on="visit_id")
    helpers = helpers.merge(facts.loinc, how="left", on="loinc").set_axis(labs.index)
    value, limit = labs["value"], labs["upper_limit_normal"]
    other = (limit * helpers["multiple"] / helpers["factor"]).round(9)
    return helpers.assign(
        value_in=_converted(value, helpers),
        limit_in=_converted(limit, helpers),
        limit_other=other.where(helpers["multiple"] > 1),
        patient_known=labs["patient_id"].isin(patients["patient_id"]),
    )


def _converted(values: pd.Series, units: pd.DataFrame) -> pd.Series:
    converted = (values * units["numerator"] / units["denominator"]).round(9)
    return converted.where(units["factor"] != 1, values)


def column_checks() -> dict[str, Check]:
    """Standing rules for which there is no built-in constraint."""
    latest, stand_ins = pd.Timestamp(LATEST), [np.datetime64(day) for day in STAND_IN_DAYS]

    def has_been(labs: pd.DataFrame) -> pd.Series:
        day = labs["collected_date"]
        return day.isna() | (day.le(latest) & ~day.isin(stand_ins))

    checks: dict[str, Check] = {
        "SUB-02 centre_id": lambda labs: labs["centre_id"].isna() | labs["centre_id"].eq(CENTRE),
        "SUB-05 collected_date": has_been,
        "SUB-03 lab_id": lambda labs: ~labs["lab_id"].duplicated(),
    }
    for column in NUMBERS:
        checks[f"SUB-06 {column}"] = lambda labs, c=column: ~labs[c].isin(STAND_IN_NUMBERS)
    return checks


def link_checks(helpers: pd.DataFrame) -> dict[str, Check]:
    return {
        "SUB-04 patient_id": lambda labs: labs["patient_id"].isna() | helpers["patient_known"],
        "SUB-04 visit_id": lambda labs: labs["visit_id"].isna() | helpers["visit_patient"].notna(),
    }


def row_checks(helpers: pd.DataFrame, facts: Facts) -> dict[str, Check]:
    """Rules about several columns of a row; `helpers` as of `with_helpers`."""
    h, ck = helpers, facts.ck
    between = h["limit_in"].between(h["limit_below"], h["limit_above"])
    otherwise = h["limit_other"].between(h["limit_below"], h["limit_above"])
    has_range = h["limit_in"].notna() & h["limit_below"].notna()
    in_its_unit = has_range & (between | ~otherwise)  # LAB-02 holds
    in_the_other = has_range & ~between & otherwise  # LAB-02 is broken

    def comparator(labs: pd.DataFrame) -> pd.Series:
        sign, value, limit = labs["value_comparator"], labs["value"], labs["upper_limit_normal"]
        too_high = sign.isin(["<", "<="]) & ((value > limit) | (value == 0))
        too_low = sign.isin([">", ">="]) & (value <= limit)
        return sign.isna() | (value.notna() & ~too_high & ~too_low)

    def slipped(labs: pd.DataFrame) -> pd.Series:
        strange = (h["value_in"] > ck["LAB-09"]) & ~(h["value_in"] > ck["LAB-08"])
        return labs["analyte"].eq("ck") & strange & (h["factor"] > 1)

    def above(labs: pd.DataFrame, rule: str, until: str | None) -> pd.Series:
        high = labs["analyte"].eq("ck") & (h["value_in"] > ck[rule])
        return high & ~(h["value_in"] > ck[until]) if until else high

    def loinc(labs: pd.DataFrame) -> pd.Series:
        same = h["meant_analyte"].eq(labs["analyte"]) & h["meant_property"].eq(h["property"])
        return labs["loinc"].isna() | h["property"].isna() | same

    def limit_of_ck(labs: pd.DataFrame) -> pd.Series:
        low, high = facts.limit_of_ck.below, facts.limit_of_ck.above
        wrong = (h["limit_in"] < low) | (h["limit_in"] > high)
        return ~(labs["analyte"].eq("ck") & in_its_unit & wrong)

    def without_limit(labs: pd.DataFrame, of_visit: pd.Series) -> pd.Series:
        asked = labs["analyte"].eq("ck") & labs["value"].notna() & of_visit
        return ~(asked & labs["upper_limit_normal"].isna())

    def near_its_visit(labs: pd.DataFrame) -> pd.Series:
        off = (labs["collected_date"] - h["visit_date"]).dt.days.abs()
        return ~((off > BEYOND_VISIT_DAYS) & h["visit_patient"].eq(labs["patient_id"]))

    def paired(labs: pd.DataFrame) -> pd.Series:
        return labs["analyte"].isna() | labs["unit"].isna() | h["factor"].notna()

    def explained(labs: pd.DataFrame) -> pd.Series:
        said = labs["value"].notna() | labs["value_absent"].notna()
        return labs["analyte"].isna() | labs["value_comparator"].notna() | said

    def own_visit(labs: pd.DataFrame) -> pd.Series:
        whose, patient = h["visit_patient"], labs["patient_id"]
        return whose.isna() | patient.isna() | (whose == patient)

    return {
        "SUB-07": comparator,
        "LAB-18": lambda labs: labs["value_absent"].isna() | labs["value"].isna(),
        "LAB-21": explained,
        "LAB-20": lambda labs: labs["value"].isna() | labs["unit"].notna(),
        "LAB-01": paired,
        "LAB-15": loinc,
        "LAB-02": lambda labs: ~in_the_other,
        "LAB-03a": lambda labs: without_limit(labs, labs["visit_id"].isna()),
        "LAB-03b": lambda labs: without_limit(labs, labs["visit_id"].notna()),
        "LAB-04": limit_of_ck,
        "LAB-22": lambda labs: (
            ~((labs["lower_limit_normal"] >= labs["upper_limit_normal"]) & ~in_the_other)
        ),
        "LAB-05": lambda labs: ~(labs["analyte"].eq("ck") & (h["value_in"] < ck["LAB-05"])),
        "LAB-06": lambda labs: slipped(labs) | ~above(labs, "LAB-06", "LAB-07"),
        "LAB-07": lambda labs: slipped(labs) | ~above(labs, "LAB-07", "LAB-08"),
        "LAB-08": lambda labs: ~above(labs, "LAB-08", None),
        "LAB-13": lambda labs: (
            ~((h["value_in"] < h["value_below"]) | (h["value_in"] > h["value_above"]))
        ),
        "LAB-19": own_visit,
        "LAB-23": near_its_visit,
    }
