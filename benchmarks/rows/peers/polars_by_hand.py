"""polars, lazy and in one query: all masks at once, only rows that fail something come back."""

from pathlib import Path

import polars as pl

from benchmarks.rows.checks import Facts
from benchmarks.rows.polars_masks import ROW, built_in, others, with_helpers

Masks = dict[str, pl.Expr]


def prepare(facts: Facts) -> tuple[Facts, Masks]:
    return facts, {**built_in(facts), **others(facts)}


def check(folder: Path, prepared: tuple[Facts, Masks]) -> dict[str, pl.Series]:
    facts, masks = prepared
    failing = [mask.fill_null(False).alias(name) for name, mask in masks.items()]
    found = (
        with_helpers(folder, facts)
        .select(ROW, *failing)
        .filter(pl.any_horizontal(pl.exclude(ROW)))
        .collect()
    )
    return {name: found[ROW].filter(found[name]) for name in masks}
