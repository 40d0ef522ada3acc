"""`datapackage.json`: the release as a Frictionless Data Package v2, one Table Schema per table."""

from collections.abc import Mapping
from typing import Any

from registry.codelists import codelist
from registry.contract import Column, Contract, Kind, TableSpec

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

TYPES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "number",
    Kind.WHOLE: "integer",
    Kind.YES_NO: "boolean",
}


def data_package(
    version: str, created: str, specs: Contract, hashes: Mapping[str, str]
) -> dict[str, Any]:
    """The descriptor; `hashes` has the SHA-256 of each table's file.

    No `bytes`, and "nan" among the missing values: frictionless 5.21 fails on Parquet otherwise.
    """
    return {
        "$schema": PROFILE,
        "name": "imnm-registry",
        "title": "IMNM treatment registry: harmonised tables and outcomes",
        "version": version,
        "created": created,
        "resources": [_resource(spec, specs, hashes[spec.name]) for spec in specs.values()],
    }


def _resource(spec: TableSpec, specs: Contract, sha256: str) -> dict[str, Any]:
    links = [
        {"fields": [column], "reference": {"resource": parent, "fields": [specs[parent].key]}}
        for column, parent in spec.links.items()
    ]
    schema: dict[str, Any] = {
        "fields": [_field(column, spec) for column in spec.columns.values()],
        "missingValues": ["", "nan"],
        "primaryKey": list(spec.keys),
    }
    return {
        "name": spec.name,
        "path": f"data/{spec.name}.parquet",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{sha256}",
        "description": spec.description,
        "schema": {**schema, "foreignKeys": links} if links else schema,
    }


def _field(column: Column, spec: TableSpec) -> dict[str, Any]:
    constraints = {
        "required": (column.required or column.key) or None,
        "unique": (spec.keys == (column.name,)) or None,
        "enum": list(codelist(column.codes).codes) if column.codes else None,
        "minimum": column.at_least,
        "maximum": column.at_most,
    }
    field = {
        "name": column.name,
        "type": TYPES[column.kind],
        "description": column.description["en"],
        "registry:description_de": column.description["de"],
        "registry:unit": column.unit,
        "registry:codes": column.codes,
        "constraints": {name: fact for name, fact in constraints.items() if fact is not None},
    }
    return {name: fact for name, fact in field.items() if fact not in (None, {})}
