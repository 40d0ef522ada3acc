"""The data dictionary of a release: one row per variable and one per code, from the models."""

from collections.abc import Mapping

import pyarrow as pa

from registry.codelists import codelist
from registry.contract import Contract, TableSpec
from registry.release.parquet import arrow_type

DICTIONARY = pa.schema(
    [
        ("table", pa.string()),
        ("position", pa.int32()),
        ("column", pa.string()),
        ("type", pa.string()),
        ("unit", pa.string()),
        ("codes", pa.string()),
        ("description_en", pa.string()),
        ("description_de", pa.string()),
        ("key", pa.bool_()),
        ("links", pa.string()),
        ("nullable", pa.bool_()),
        ("at_least", pa.float64()),
        ("at_most", pa.float64()),
        ("n_rows", pa.int64()),
        ("n_present", pa.int64()),
    ]
)

CODES = pa.schema(
    [(name, pa.string()) for name in ("codes", "code", "label_en", "label_de", "source")]
)


def data_dictionary(specs: Contract, tables: Mapping[str, pa.Table]) -> pa.Table:
    """One row per column of every table, in their order, in the schema DICTIONARY.

    `type` is the Parquet type, `codes` a list of the codes table, `links` the table whose key the
    column holds, `n_present` how many of the table's `n_rows` rows are filled.
    """
    rows = [row for spec in specs.values() for row in _rows(spec, tables[spec.name])]
    return pa.Table.from_pylist(rows, schema=DICTIONARY)


def _rows(spec: TableSpec, table: pa.Table) -> list[dict[str, object]]:
    return [
        {
            "table": spec.name,
            "position": position,
            "column": column.name,
            "type": str(arrow_type(column)),
            "unit": column.unit,
            "codes": column.codes,
            "description_en": column.description["en"],
            "description_de": column.description["de"],
            "key": column.key,
            "links": column.links,
            "nullable": not (column.required or column.key),
            "at_least": column.at_least,
            "at_most": column.at_most,
            "n_rows": table.num_rows,
            "n_present": table.num_rows - table[column.name].null_count,
        }
        for position, column in enumerate(spec.columns.values(), start=1)
    ]


def code_table(specs: Contract) -> pa.Table:
    """Every code that may stand in the release, with its labels, in the schema CODES."""
    used = {c.codes for spec in specs.values() for c in spec.columns.values() if c.codes}
    tables = [_codes(name) for name in sorted(used)]
    return pa.concat_tables([CODES.empty_table(), *tables])


def _codes(name: str) -> pa.Table:
    current = codelist(name).current.assign(codes=name)
    return pa.Table.from_pandas(current[CODES.names], schema=CODES, preserve_index=False)
