"""polars, lazy: patients as numbers, as-of joins on sorted days, one expression per measure."""

from pathlib import Path

import polars as pl
import pyarrow as pa

from benchmarks.outcomes import BANDS, COLUMNS, SCORES, VAS
from registry.codelists import codelist, table

MEASURES = [*(column for column, _ in VAS.values()), "mmt_score", "mmt_max"]


def load(folder: Path) -> dict[str, pl.DataFrame]:
    names = ("patients", "visits", "labs", "lines")
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in names}


def outcomes(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    people = tables["patients"].lazy().with_row_index("patient")
    number = people.select("patient_id", "patient")
    visits, labs, lines = (
        tables[name].lazy().join(number, on="patient_id") for name in ("visits", "labs", "lines")
    )
    rows = _rows(visits, lines)
    rows = _with_enzymes(rows, _results(labs))
    rows = rows.join(people.select("patient", _group()), on="patient", how="left")
    rows = rows.with_columns(_scores()).with_columns(_total())
    return rows.with_columns(_category()).select(COLUMNS).collect()


def _rows(visits: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    then = visits.select(
        "patient",
        "visit_date",
        baseline_date="visit_date",
        baseline_visit_id="visit_id",
        **{f"then_{name}": pl.col(name) for name in MEASURES},
    ).sort("visit_date")
    lines = (
        lines.sort("patient", "line")
        .with_columns(
            next_start=pl.col("start_date").shift(-1).over("patient"),
            until=pl.col("start_date") + pl.duration(days=3),
        )
        .drop("patient_id")
        .sort("until")
        .join_asof(
            then,
            left_on="until",
            right_on="visit_date",
            by="patient",
            tolerance="33d",
            check_sortedness=False,
        )
        .drop("visit_date", strict=False)
    )
    day, start, following = pl.col("visit_date"), pl.col("start_date"), pl.col("next_start")
    late = (day > following + pl.duration(days=3)).fill_null(False)
    return (
        visits.select("patient", "patient_id", "visit_id", "visit_date", *MEASURES)
        .join(lines, on="patient")
        .filter((day >= pl.coalesce("baseline_date", start)) & ~late)
        .with_columns(days_from_line_start=(day - start).dt.total_days())
    )


def _results(labs: pl.LazyFrame) -> pl.LazyFrame:
    """Day four times as long: one quarter earlier, and no two results are as near."""
    limit = pl.col("upper_limit_normal")
    return (
        labs.with_columns(enzyme=_number("analyte"))
        .filter(pl.col("enzyme").is_not_null(), pl.col("value").is_not_null(), limit > 0)
        .select(
            "patient",
            "enzyme",
            at=pl.col("collected_date").to_physical() * 4,
            ratio=(pl.col("value") / limit).round(9),
        )
        .sort("at")
    )


def _number(column: str) -> pl.Expr:
    codes = list(_enzymes()["code"])
    return pl.col(column).cast(pl.Enum(codes), strict=False).to_physical().cast(pl.UInt32)


def _enzymes() -> pl.DataFrame:
    analytes = codelist("analytes").table
    return pl.from_pandas(analytes[analytes["is_tis_enzyme"]][["code", "tis_range_times_uln"]])


def _nearest(
    wanted: pl.LazyFrame, results: pl.LazyFrame, day: str, by: list[str], name: str
) -> pl.LazyFrame:
    at = (pl.col(day).to_physical() * 4 - 1).alias("at")
    return (
        wanted.with_columns(at)
        .sort("at")
        .join_asof(
            results,
            on="at",
            by=by,
            strategy="nearest",
            tolerance=4 * 14 + 1,
            check_sortedness=False,
        )
        .rename({"ratio": name})
        .drop("at")
    )


def _with_enzymes(rows: pl.LazyFrame, results: pl.LazyFrame) -> pl.LazyFrame:
    lines = rows.select("patient", "line", "baseline_date").unique().drop_nulls()
    names = [f"then_{number}" for number in range(len(_enzymes()))]
    for number, name in enumerate(names):
        of_enzyme = results.filter(pl.col("enzyme") == number).drop("enzyme")
        lines = _nearest(lines, of_enzyme, "baseline_date", ["patient"], name)
    highest = pl.max_horizontal(names)
    chosen = pl.coalesce(
        pl.when(pl.col(name) == highest).then(pl.lit(number, dtype=pl.UInt32))
        for number, name in enumerate(names)
    )
    lines = lines.select("patient", "line", enzyme=chosen, then_enzyme=highest)
    rows = rows.join(lines, on=["patient", "line"], how="left")
    rows = _nearest(rows, results, "visit_date", ["patient", "enzyme"], "now_enzyme")
    ck = results.filter(pl.col("enzyme") == 0).drop("enzyme")
    return _nearest(rows, ck, "visit_date", ["patient"], "ck_times_uln")


def _scores() -> list[pl.Expr]:
    col = pl.col
    changes = {
        score: (col(f"then_{column}") - col(column)) / full for score, (column, full) in VAS.items()
    }
    same = pl.when(col("mmt_max") == col("then_mmt_max")).then(col("mmt_max"))
    changes["tis_mmt"] = (col("mmt_score") - col("then_mmt_score")) / same
    full = pl.lit(_enzymes()["tis_range_times_uln"]).gather(col("enzyme"))
    changes["tis_muscle_enzyme"] = (col("then_enzyme") - col("now_enzyme")) / full
    later = col("visit_id").ne_missing(col("baseline_visit_id"))
    scores = [
        pl.when(later).then(_banded((changes[score] * 100.0).round(9), BANDS[score])).alias(score)
        for score in SCORES
    ]
    code = pl.lit(_enzymes()["code"]).gather(col("enzyme"))
    return [*scores, code.alias("enzyme")]


def _banded(change: pl.Expr, measure: str) -> pl.Expr:
    bands = table("tis_bands").sort_values("above_percent", na_position="first")
    bands = bands[bands["measure"] == measure]
    lowest, *others = zip(bands["above_percent"], bands["score"], strict=True)
    score = pl.when(change.is_not_null()).then(pl.lit(lowest[1]))
    for above, points in others:
        score = pl.when(change > above).then(pl.lit(points)).otherwise(score)
    return score


def _total() -> pl.Expr:
    return pl.sum_horizontal(SCORES, ignore_nulls=False).alias("tis")


def _group() -> pl.Expr:
    age = pl.col("onset_date").dt.year() - pl.col("birth_year")
    juvenile = pl.lit("juvenile")
    return pl.when(age >= 18).then(pl.lit("adult")).when(age < 18).then(juvenile).alias("group")


def _category() -> pl.Expr:
    reached = pl.when(pl.col("tis").is_not_null() & pl.col("group").is_not_null()).then(
        pl.lit("none")
    )
    limits = table("tis_thresholds").set_index("group")
    for level in ("minimal", "moderate", "major"):
        lowest = pl.col("group").replace_strict(limits[level].to_dict(), default=None)
        reached = pl.when(pl.col("tis") >= lowest).then(pl.lit(level)).otherwise(reached)
    return reached.alias("tis_category")


def as_arrow(answer: pl.DataFrame) -> pa.Table:
    return answer.to_arrow()
