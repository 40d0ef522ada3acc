"""DuckDB, one query over its own tables in memory."""

from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.outcomes import BANDS, COLUMNS, SCORES, VAS
from registry.codelists import codelist, table

MEASURES = [*(column for column, _ in VAS.values()), "mmt_score", "mmt_max"]


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute("set enable_progress_bar = false")
    for name in ("patients", "visits", "labs", "lines"):
        file = folder / f"{name}.parquet"
        database.execute(f"create table {name} as from read_parquet('{file}')")
    analytes = codelist("analytes").table
    enzymes = analytes[analytes["is_tis_enzyme"]]
    database.execute("create table enzymes (number integer, code varchar, range double)")
    database.executemany(
        "insert into enzymes values (?, ?, ?)",
        [
            [i, c, r]
            for i, (c, r) in enumerate(zip(enzymes.code, enzymes.tis_range_times_uln, strict=True))
        ],
    )
    return database


def outcomes(database: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    database.execute(f"create or replace table answer as {_query()}")
    return database


def _query() -> str:
    then = ", ".join(f"b.{name} as then_{name}" for name in MEASURES)
    now = ", ".join(f"v.{name}" for name in MEASURES)
    scores = ", ".join(f"{expression} as {score}" for score, expression in _scores().items())
    return f"""
with people as (
    select patient_id, row_number() over () as patient,
           case when year(onset_date) - birth_year >= 18 then 'adult'
                when year(onset_date) - birth_year < 18 then 'juvenile' end as response_group
    from patients),
seen as (select patient, v.* from visits v join people using (patient_id)),
begun as (
    select patient, response_group, line, start_date, start_date + 3 as until,
           lead(start_date) over (partition by patient order by line) as next_start
    from lines join people using (patient_id)),
based as (
    select l.*, b.visit_id as baseline_visit_id, b.visit_date as baseline_date, {then}
    from begun l asof left join seen b on l.patient = b.patient and l.until >= b.visit_date
                                     ),
compared as (
    select * replace (case when ok then baseline_visit_id end as baseline_visit_id,
                      case when ok then baseline_date end as baseline_date)
    from (select *, baseline_date >= start_date - 30 as ok from based)),
results as (
    select patient, number as enzyme, collected_date as day,
           round(value / upper_limit_normal, 9) as ratio
    from labs join people using (patient_id) join enzymes on analyte = code
    where value is not null and upper_limit_normal > 0),
at_baseline as (
    select l.patient, l.line, number as enzyme, {_near("l.baseline_date")} as ratio
    from compared l cross join enzymes
    {_asof("l", "number", "l.baseline_date")}
    where baseline_date is not null),
chosen as (
    select patient, line, max(ratio) as then_enzyme,
           min_by(enzyme, (-ratio, enzyme)) as enzyme
    from at_baseline where ratio is not null group by patient, line),
rows as (
    select v.patient, v.patient_id, v.visit_id, v.visit_date, {now}, l.* exclude (patient),
           v.visit_date - start_date as days_from_line_start
    from seen v join compared l on v.patient = l.patient
     and v.visit_date >= coalesce(baseline_date, start_date)
     and (next_start is null or v.visit_date <= next_start + 3)),
lines_enzyme as (
    select r.*, c.enzyme, c.then_enzyme
    from rows r left join chosen c on r.patient = c.patient and r.line = c.line),
measured as (
    select r.*, {_near("r.visit_date")} as now_enzyme
    from lines_enzyme r {_asof("r", "r.enzyme", "r.visit_date")}),
measured_ck as (
    select r.*, {_near("r.visit_date")} as ck_times_uln
    from measured r {_asof("r", "0", "r.visit_date")}),
scored as (
    select * exclude (enzyme), code as enzyme, {scores}
    from measured_ck left join enzymes on enzyme = number),
summed as (select *, {" + ".join(SCORES)} as tis from scored)
select {", ".join(COLUMNS[:-1])}, {_category()} as tis_category
from summed
"""


def _asof(rows: str, enzyme: str, day: str) -> str:
    return f"""
    asof left join results before
      on {rows}.patient = before.patient and {enzyme} = before.enzyme and {day} >= before.day
    asof left join results after
      on {rows}.patient = after.patient and {enzyme} = after.enzyme and {day} <= after.day"""


def _near(day: str) -> str:
    """The nearer of the results before and after, at most 14 days off, the earlier of equals."""
    return f"""case
        when {day} - before.day <= 14
         and not coalesce(after.day - {day} < {day} - before.day, false) then before.ratio
        when after.day - {day} <= 14 then after.ratio end"""


def _scores() -> dict[str, str]:
    changes = {
        score: f"(then_{column} - {column}) / {full}" for score, (column, full) in VAS.items()
    }
    same = "case when mmt_max = then_mmt_max then mmt_max end"
    changes["tis_mmt"] = f"(mmt_score - then_mmt_score) / ({same})"
    changes["tis_muscle_enzyme"] = "(then_enzyme - now_enzyme) / range"
    return {score: _banded(f"round({changes[score]} * 100.0, 9)", BANDS[score]) for score in SCORES}


def _banded(change: str, measure: str) -> str:
    bands = table("tis_bands").sort_values("above_percent", ascending=False, na_position="last")
    bands = bands[bands["measure"] == measure]
    steps = [
        f"when {change} > {above} then {points}"
        for above, points in zip(bands["above_percent"], bands["score"], strict=True)
        if above == above
    ]
    lowest = bands["score"].iloc[-1]
    return (
        "case when baseline_visit_id is null or visit_id = baseline_visit_id then null::double "
        f"{' '.join(steps)} when {change} is not null then {lowest} end"
    )


def _category() -> str:
    limits = table("tis_thresholds").set_index("group")
    lowest = {
        level: " ".join(f"when '{group}' then {limit}" for group, limit in limits[level].items())
        for level in ("major", "moderate", "minimal")
    }
    steps = [
        f"when tis >= case response_group {cases} end then '{level}'"
        for level, cases in lowest.items()
    ]
    known = "tis is not null and response_group is not null"
    return f"case {' '.join(steps)} when {known} then 'none' end"


def as_arrow(database: duckdb.DuckDBPyConnection) -> pa.Table:
    return database.sql("from answer").to_arrow_table()
