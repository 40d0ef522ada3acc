"""The checks as polars expressions: for every check, which rows fail (null is not asked).

`with_helpers` joins what the checks look up; the expressions read labs and those columns.
"""

from pathlib import Path

import polars as pl

from benchmarks.rows.checks import (
    BEYOND_VISIT_DAYS,
    CENTRE,
    CODED,
    FILLED,
    LATEST,
    NUMBERS,
    STAND_IN_DAYS,
    STAND_IN_NUMBERS,
    Facts,
)

ROW = "row"


def with_helpers(folder: Path, facts: Facts) -> pl.LazyFrame:
    """Labs with the number of each row and the columns the checks look up, labs not read yet.

    Small tables are looked up by position: a join on two text columns costs three times as much.
    """
    visits = pl.scan_parquet(folder / "visits.parquet").select(
        "visit_id", "visit_date", visit_patient="patient_id"
    )
    patients = pl.read_parquet(folder / "patients.parquet", columns=["patient_id"])
    of_unit, units = _by_pair(facts)
    meant = {
        name: pl.from_pandas(facts.loinc[name]) for name in ("meant_analyte", "meant_property")
    }
    labs = pl.scan_parquet(folder / "labs.parquet").with_row_index(ROW, offset=1)
    return (
        labs.join(visits, on="visit_id", how="left", maintain_order="left")
        .with_columns(
            patient_known=pl.col("patient_id").is_in(patients["patient_id"].implode()),
            **_gathered(of_unit, units),
            **_gathered(_position("loinc", list(facts.loinc["loinc"])), meant),
        )
        .with_columns(
            value_in=_converted("value"),
            limit_in=_converted("upper_limit_normal"),
            limit_other=pl.when(pl.col("multiple") > 1).then(
                (pl.col("upper_limit_normal") * pl.col("multiple") / pl.col("factor")).round(9)
            ),
        )
    )


def _position(column: str, codes: list[str]) -> pl.Expr:
    """Where among distinct `codes` each text stands; null where it does not."""
    return pl.col(column).cast(pl.Enum(codes), strict=False).to_physical().cast(pl.UInt32)


def _by_pair(facts: Facts) -> tuple[pl.Expr, dict[str, pl.Series]]:
    """(position of each row's analyte and unit among all pairs, the facts of every pair)."""
    units = pl.from_pandas(facts.units)
    analytes, names = (units[name].unique(maintain_order=True) for name in ("analyte", "unit"))
    pairs = analytes.to_frame().join(names.to_frame(), how="cross", maintain_order="left_right")
    pairs = pairs.join(units, on=["analyte", "unit"], how="left", maintain_order="left")
    analyte, unit = _position("analyte", analytes.to_list()), _position("unit", names.to_list())
    return analyte * len(names) + unit, pairs.drop("analyte", "unit").to_dict()


def _gathered(at: pl.Expr, values: dict[str, pl.Series]) -> dict[str, pl.Expr]:
    return {name: pl.lit(series).gather(at) for name, series in values.items()}


HELPERS = {
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "property": pl.String,
    "factor": pl.Float64,
    "multiple": pl.Float64,
    "limit_below": pl.Float64,
    "limit_above": pl.Float64,
    "value_below": pl.Float64,
    "value_above": pl.Float64,
    "meant_analyte": pl.String,
    "meant_property": pl.String,
    "visit_date": pl.Date,
    "visit_patient": pl.String,
    "patient_known": pl.Boolean,
    "value_in": pl.Float64,
    "limit_in": pl.Float64,
    "limit_other": pl.Float64,
}


def _converted(column: str) -> pl.Expr:
    values = pl.col(column)
    converted = (values * pl.col("numerator") / pl.col("denominator")).round(9)
    return pl.when(pl.col("factor") == 1).then(values).otherwise(converted)


def built_in(facts: Facts) -> dict[str, pl.Expr]:
    """What every framework has a constraint of its own for."""
    return {
        **{f"COL-01 {name}": pl.col(name).is_null() for name in FILLED},
        **{f"COL-03 {name}": ~pl.col(name).is_in(facts.codes[name]) for name in CODED},
        **{f"COL-04 {name}": pl.col(name) < 0 for name in NUMBERS},
    }


def others(facts: Facts) -> dict[str, pl.Expr]:
    """The standing rules that are left, and the rules about rows."""
    col, ck = pl.col, facts.ck
    value, limit, value_in, limit_in = (
        col(name) for name in ("value", "upper_limit_normal", "value_in", "limit_in")
    )
    sign, day, is_ck = col("value_comparator"), col("collected_date"), col("analyte") == "ck"
    between = limit_in.is_between("limit_below", "limit_above")
    otherwise = col("limit_other").is_between("limit_below", "limit_above")
    in_the_other = ~between & otherwise
    strange = (value_in > ck["LAB-09"]) & (value_in <= ck["LAB-08"])
    slipped = strange & (col("factor") > 1)
    too_high = sign.is_in(["<", "<="]) & ((value > limit) | (value == 0))
    too_low = sign.is_in([">", ">="]) & (value <= limit)
    same_test = col("meant_analyte").eq_missing(col("analyte")) & col("meant_property").eq_missing(
        col("property")
    )
    no_limit = is_ck & value.is_not_null() & limit.is_null()
    outside = (limit_in < facts.limit_of_ck.below) | (limit_in > facts.limit_of_ck.above)
    no_reason = value.is_null() & col("value_absent").is_null()
    off = (day - col("visit_date")).dt.total_days().abs()
    its_visit = col("visit_patient") == col("patient_id")
    return {
        "SUB-02 centre_id": col("centre_id") != CENTRE,
        **{f"SUB-06 {name}": col(name).is_in(list(STAND_IN_NUMBERS)) for name in NUMBERS},
        "SUB-05 collected_date": (day > LATEST) | day.is_in(list(STAND_IN_DAYS)),
        "SUB-03 lab_id": ~col("lab_id").is_first_distinct() & col("lab_id").is_not_null(),
        "SUB-04 patient_id": col("patient_id").is_not_null() & ~col("patient_known"),
        "SUB-04 visit_id": col("visit_id").is_not_null() & col("visit_patient").is_null(),
        "SUB-07": sign.is_not_null() & (value.is_null() | too_high | too_low),
        "LAB-18": col("value_absent").is_not_null() & value.is_not_null(),
        "LAB-21": col("analyte").is_not_null() & sign.is_null() & no_reason,
        "LAB-20": value.is_not_null() & col("unit").is_null(),
        "LAB-01": col("unit").is_not_null()
        & col("analyte").is_not_null()
        & col("factor").is_null(),
        "LAB-15": col("loinc").is_not_null() & col("property").is_not_null() & ~same_test,
        "LAB-02": in_the_other,
        "LAB-03a": no_limit & col("visit_id").is_null(),
        "LAB-03b": no_limit & col("visit_id").is_not_null(),
        "LAB-04": is_ck & ~in_the_other & outside,
        "LAB-22": (col("lower_limit_normal") >= limit) & ~in_the_other.fill_null(False),
        "LAB-05": is_ck & (value_in < ck["LAB-05"]),
        "LAB-06": is_ck & (value_in > ck["LAB-06"]) & (value_in <= ck["LAB-07"]) & ~slipped,
        "LAB-07": is_ck & (value_in > ck["LAB-07"]) & (value_in <= ck["LAB-08"]) & ~slipped,
        "LAB-08": is_ck & (value_in > ck["LAB-08"]),
        "LAB-13": (value_in < col("value_below")) | (value_in > col("value_above")),
        "LAB-19": col("visit_patient") != col("patient_id"),
        "LAB-23": its_visit & (off > BEYOND_VISIT_DAYS),
    }
