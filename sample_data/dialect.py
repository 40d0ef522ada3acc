"""A package in a centre's own words, by the inverse of the mapping the registry keeps of it.

Every fact of a dialect stands once, in `registry/centres/`; only which columns the centre keeps as
text is told here, as a mapping has no need to say so.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.contract import Column, Kind
from registry.harmonise.mapping import Mapping, TextFormat
from sample_data.columns import CONTRACT, Tables

KATAL = 60  # U/L in one µkat/L, exactly


def spoken(tables: Tables, mapping: Mapping, as_text: Collection[str] = ()) -> Tables:
    """Contract tables in the centre's columns, codes, units and ways of writing.

    `as_text` names columns ("labs.value") that the centre stores as text, in `mapping.text`. The
    keys of the result stay the contract's; `resource_names` gives the centre's.
    """
    return {
        table: pd.DataFrame(
            {
                mapping.own_column(table, name): _spoken(
                    frame[name], table, column, mapping, f"{table}.{name}" in as_text
                )
                for name, column in CONTRACT[table].columns.items()
            }
        )
        for table, frame in tables.items()
    }


def resource_names(mapping: Mapping) -> dict[str, str]:
    """Contract table → the centre's name of it."""
    return {table: mapping.resource(table) for table in CONTRACT}


def _spoken(
    values: pd.Series, table: str, column: Column, mapping: Mapping, as_text: bool
) -> pd.Series:
    text = _written(values, column.kind, mapping.text) if as_text else values
    own = _inverse(mapping.own_codes(table, column))
    return text.replace(own) if own and text.dtype == "str" else text


def _inverse(codes: dict[str, str]) -> dict[str, str]:
    """Contract code → the centre's; ValueError where two of its codes mean the same."""
    inverse = {code: own for own, code in codes.items()}
    if len(inverse) < len(codes):
        raise ValueError(f"Two codes of the centre mean the same: {sorted(codes.items())}")
    return inverse


def _written(values: pd.Series, kind: Kind, style: TextFormat) -> pd.Series:
    """Values as the centre writes them; what is missing stays missing."""
    if kind is Kind.DATE:
        return pd.Series(values.dt.strftime(style.date), dtype="str")
    if kind is Kind.NUMBER:
        shortest = pd.Series(pa.array(values, from_pandas=True).cast(pa.string()).to_pandas())
        return shortest.set_axis(values.index).astype("str").str.replace(".", style.decimal)
    return values.map({True: "true", False: "false"}).astype("str")


def twin(tables: Tables) -> Tables:
    """The same patients with every enzyme in U/L: what a harmonised dialect must equal.

    Exact: the generator keeps to values whose 60-fold is not rounded (`labs.on_grid`).
    """
    labs = tables["labs"]
    katal = labs["unit"].eq("ukat/L").to_numpy()
    limits = ["value", "upper_limit_normal", "lower_limit_normal"]
    converted = np.where(katal[:, None], np.round(labs[limits] * KATAL, 9), labs[limits])
    in_units = labs.assign(unit=labs["unit"].mask(katal, "U/L"))
    return {**tables, "labs": in_units.assign(**dict(zip(limits, converted.T, strict=True)))}
