"""`contract.odcs.yaml`: the release as an Open Data Contract (ODCS 3.1) that a machine can test."""

from typing import Any

from registry.codelists import codelist
from registry.contract import Column, Contract, Kind, TableSpec
from registry.release.about import DESCRIPTION, NAME, TITLE, USE
from registry.release.parquet import arrow_type

API_VERSION = "v3.1.0"

TYPES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "number",
    Kind.WHOLE: "integer",
    Kind.YES_NO: "boolean",
}


def data_contract(version: str, created: str, specs: Contract) -> dict[str, Any]:
    """The contract; `datacontract test` reads it from inside the release's folder."""
    return {
        "apiVersion": API_VERSION,
        "kind": "DataContract",
        "id": NAME,
        "name": TITLE,
        "version": version,
        "status": "active",
        "contractCreatedTs": created,
        "description": {"purpose": DESCRIPTION, "usage": USE},
        "servers": [
            {
                "server": "release",
                "type": "local",
                "path": "data/{model}.parquet",
                "format": "parquet",
            }
        ],
        "schema": [_table(spec, specs) for spec in specs.values()],
    }


def _table(spec: TableSpec, specs: Contract) -> dict[str, Any]:
    return {
        "name": spec.name,
        "physicalName": spec.name,
        "physicalType": "table",
        "description": spec.description,
        "properties": [_property(column, spec, specs) for column in spec.columns.values()],
    }


def _property(column: Column, spec: TableSpec, specs: Contract) -> dict[str, Any]:
    position = spec.keys.index(column.name) + 1 if column.key else None
    facts = {
        "name": column.name,
        "logicalType": TYPES[column.kind],
        "logicalTypeOptions": _limits(column) or None,
        "physicalType": _physical(column),
        "description": column.description["en"],
        "required": (column.required or column.key) or None,
        "unique": (spec.keys == (column.name,)) or None,
        "primaryKey": column.key or None,
        "primaryKeyPosition": position,
        "relationships": _links(column, specs),
        "quality": _codes(column),
        "customProperties": _own(column) or None,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _physical(column: Column) -> str:
    names = {"string": "VARCHAR", "double": "DOUBLE", "int64": "BIGINT", "int32": "INTEGER"}
    return names.get(str(arrow_type(column)), "BOOLEAN")


def _limits(column: Column) -> dict[str, float]:
    limits = {"minimum": column.at_least, "maximum": column.at_most}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _links(column: Column, specs: Contract) -> list[dict[str, str]] | None:
    if column.links is None:
        return None
    return [{"type": "foreignKey", "to": f"{column.links}.{specs[column.links].key}"}]


def _codes(column: Column) -> list[dict[str, Any]] | None:
    if column.codes is None:
        return None
    allowed = {"validValues": list(codelist(column.codes).codes)}
    return [{"metric": "invalidValues", "arguments": allowed, "mustBe": 0}]


def _own(column: Column) -> list[dict[str, str]]:
    own = {"unit": column.unit, "codes": column.codes, "descriptionDe": column.description["de"]}
    return [{"property": name, "value": fact} for name, fact in own.items() if fact is not None]
