"""dataframely: constraints in the columns, the rest as rules; rows out of the failure info."""

from pathlib import Path

import dataframely as dy
import polars as pl

from benchmarks.rows.checks import CODED, FILLED, NUMBERS, Facts
from benchmarks.rows.polars_masks import HELPERS, ROW, others, with_helpers

_TYPES = {pl.Float64: dy.Float64, pl.String: dy.String, pl.Date: dy.Date, pl.Boolean: dy.Bool}


def prepare(facts: Facts) -> tuple[Facts, type[dy.Schema]]:
    schema: dict[str, object] = {ROW: dy.UInt32(nullable=False)}
    for name in ("centre_id", "lab_id", "patient_id", "visit_id", "loinc", *CODED):
        codes = facts.codes.get(name)
        is_code = (lambda value, codes=codes: value.is_in(codes)) if codes else None
        schema[name] = dy.String(nullable=name not in FILLED, check=is_code)
    schema["collected_date"] = dy.Date(nullable=False)
    for name in NUMBERS:
        schema[name] = dy.Float64(nullable=True, min=0, allow_inf=True, allow_nan=True)
    for name, type_ in HELPERS.items():
        more = {"allow_inf": True, "allow_nan": True} if type_ == pl.Float64 else {}
        schema[name] = _TYPES[type_](nullable=True, **more)
    for number, failing in enumerate(others(facts).values()):
        schema[f"rule_{number}"] = _rule(failing)
    return facts, type("Labs", (dy.Schema,), schema)


def check(folder: Path, prepared: tuple[Facts, type[dy.Schema]]) -> dict[str, pl.Series]:
    facts, schema = prepared
    _, failure = schema.filter(with_helpers(folder, facts).collect())
    found = failure.details()
    names = {f"rule_{number}": name for number, name in enumerate(others(facts))}
    for prefix, suffix, columns in (
        ("COL-01", "nullability", FILLED),
        ("COL-03", "check", CODED),
        ("COL-04", "min", NUMBERS),
    ):
        names |= {f"{column}|{suffix}": f"{prefix} {column}" for column in columns}
    return {
        name: found[ROW].filter(found[rule] == "invalid")
        for rule, name in names.items()
        if rule in found.columns
    }


def _rule(failing: pl.Expr) -> object:
    def holds(cls: type[dy.Schema]) -> pl.Expr:
        return ~failing.fill_null(False)

    return dy.rule()(holds)
