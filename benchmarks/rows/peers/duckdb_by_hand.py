"""DuckDB, one query over the Parquet files: all masks at once, only failing rows come back."""

from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

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

HELPERS = """
select labs.*, u.* exclude (analyte, unit), l.* exclude (loinc), v.visit_date,
       v.patient_id as visit_patient, p.patient_id as known_patient,
       case when u.factor = 1 then value else round(value * numerator / denominator, 9) end
           as value_in,
       case when u.factor = 1 then upper_limit_normal
            else round(upper_limit_normal * numerator / denominator, 9) end as limit_in,
       case when multiple > 1 then round(upper_limit_normal * multiple / factor, 9) end
           as limit_other
from (select *, file_row_number + 1 as row from read_parquet('{folder}/labs.parquet',
          file_row_number = true)) labs
left join units u on labs.analyte = u.analyte and labs.unit = u.unit
left join loinc l on labs.loinc = l.loinc
left join read_parquet('{folder}/visits.parquet') v on labs.visit_id = v.visit_id
left join read_parquet('{folder}/patients.parquet') p on labs.patient_id = p.patient_id
"""

# A key is repeated where an earlier row has it; only the few repeated ones are looked at by row.
REPEATED = """
select file_row_number + 1 as row
from (select lab_id, file_row_number,
             row_number() over (partition by lab_id order by file_row_number) as nth
      from read_parquet('{folder}/labs.parquet', file_row_number = true)
      where lab_id in (select lab_id from read_parquet('{folder}/labs.parquet')
                       where lab_id is not null group by lab_id having count(*) > 1))
where nth > 1
"""


def prepare(facts: Facts) -> tuple[duckdb.DuckDBPyConnection, dict[str, str]]:
    database = duckdb.connect()
    database.execute("set enable_progress_bar = false")
    for name, frame in (("units", facts.units), ("loinc", facts.loinc)):
        database.register("frame", frame.astype(object).where(frame.notna(), None))
        numbers = [c for c in frame if frame[c].dtype == "float64"]
        typed = ", ".join(f"{c}::double as {c}" if c in numbers else c for c in frame)
        database.execute(f"create table {name} as select {typed} from frame")
    return database, _masks(facts)


def check(
    folder: Path, prepared: tuple[duckdb.DuckDBPyConnection, dict[str, str]]
) -> dict[str, NDArray[np.int64]]:
    database, masks = prepared
    failing = ", ".join(f'coalesce({mask}, false) as "{name}"' for name, mask in masks.items())
    any_of = " or ".join(f'"{name}"' for name in masks)
    query = f"select row, {failing} from ({HELPERS.format(folder=folder)})"
    found = database.execute(f"select * from ({query}) where {any_of}").fetchnumpy()
    answer = {name: found["row"][found[name].astype(bool)] for name in masks}
    answer["SUB-03 lab_id"] = database.execute(REPEATED.format(folder=folder)).fetchnumpy()["row"]
    return answer


def _masks(facts: Facts) -> dict[str, str]:
    ck = facts.ck
    in_range = "between limit_below and limit_above"
    in_the_other = f"(limit_in not {in_range} and limit_other {in_range})"
    slipped = f"(factor > 1 and value_in > {ck['LAB-09']} and value_in <= {ck['LAB-08']})"
    no_limit = "analyte = 'ck' and value is not null and upper_limit_normal is null"
    outside = f"(limit_in < {facts.limit_of_ck.below} or limit_in > {facts.limit_of_ck.above})"
    stand_ins = ", ".join(f"'{number}'::double" for number in STAND_IN_NUMBERS)
    days = ", ".join(f"date '{day}'" for day in STAND_IN_DAYS)
    is_ck = "analyte = 'ck' and value_in"
    too_high = "(value > upper_limit_normal or value = 0)"
    return {
        **{f"COL-01 {name}": f"{name} is null" for name in FILLED},
        **{f"COL-03 {n}": f"{n} not in ({_texts(facts.codes[n])})" for n in CODED},
        **{f"COL-04 {name}": f"{name} < 0" for name in NUMBERS},
        "SUB-02 centre_id": f"centre_id <> '{CENTRE}'",
        **{f"SUB-06 {name}": f"{name} in ({stand_ins})" for name in NUMBERS},
        "SUB-05 collected_date": f"collected_date > date '{LATEST}' or collected_date in ({days})",
        "SUB-04 patient_id": "patient_id is not null and known_patient is null",
        "SUB-04 visit_id": "visit_id is not null and visit_patient is null",
        "SUB-07": "value_comparator is not null and (value is null"
        f" or (value_comparator in ('<', '<=') and {too_high})"
        " or (value_comparator in ('>', '>=') and value <= upper_limit_normal))",
        "LAB-18": "value_absent is not null and value is not null",
        "LAB-21": "analyte is not null and value_comparator is null and value is null"
        " and value_absent is null",
        "LAB-20": "value is not null and unit is null",
        "LAB-01": "unit is not null and analyte is not null and factor is null",
        "LAB-15": "loinc is not null and property is not null"
        " and not (coalesce(meant_analyte = analyte, false)"
        " and coalesce(meant_property = property, false))",
        "LAB-02": in_the_other,
        "LAB-03a": f"{no_limit} and visit_id is null",
        "LAB-03b": f"{no_limit} and visit_id is not null",
        "LAB-04": f"analyte = 'ck' and not {in_the_other} and {outside}",
        "LAB-22": "lower_limit_normal >= upper_limit_normal"
        f" and not coalesce({in_the_other}, false)",
        "LAB-05": f"{is_ck} < {ck['LAB-05']}",
        "LAB-06": f"{is_ck} > {ck['LAB-06']} and value_in <= {ck['LAB-07']} and not {slipped}",
        "LAB-07": f"{is_ck} > {ck['LAB-07']} and value_in <= {ck['LAB-08']} and not {slipped}",
        "LAB-08": f"{is_ck} > {ck['LAB-08']}",
        "LAB-13": "value_in < value_below or value_in > value_above",
        "LAB-19": "visit_patient <> patient_id",
        "LAB-23": "visit_patient = patient_id"
        f" and abs(collected_date - visit_date) > {BEYOND_VISIT_DAYS}",
    }


def _texts(codes: list[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
