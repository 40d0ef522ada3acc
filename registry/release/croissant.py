"""`croissant.json`: the release in Croissant 1.0, for dataset search and machine-learning loaders.

Specification: docs.mlcommons.org/croissant. `mlcroissant load` verifies each file's SHA-256 and
columns while it reads the rows.
"""

from collections.abc import Mapping
from typing import Any

from registry.contract import Column, Contract, Kind, TableSpec
from registry.release.about import DESCRIPTION, KEYWORDS, NAME, PUBLISHER, TITLE, USE

# The registered media type, application/vnd.apache.parquet, is one mlcroissant 1.1.1 does not read.
PARQUET = "application/x-parquet"

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

TYPES = {
    Kind.TEXT: "sc:Text",
    Kind.NUMBER: "sc:Float",
    Kind.WHOLE: "sc:Integer",
    Kind.YES_NO: "sc:Boolean",
}

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(
    version: str, created: str, specs: Contract, files: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The descriptor; `files` has path, bytes and sha256 of each table's file."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": NAME,
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "keywords": list(KEYWORDS),
        "version": version,
        "datePublished": created,
        "creator": {"@type": "sc:Organization", "name": PUBLISHER},
        "license": USE,
        "citeAs": f"{PUBLISHER}, release {version}.",
        "isLiveDataset": False,
        "distribution": [_file(name, files[name]) for name in specs],
        "recordSet": [_record_set(spec, specs) for spec in specs.values()],
    }


def _file(table: str, file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{table}.parquet",
        "name": f"{table}.parquet",
        "contentUrl": file["path"],
        "contentSize": f"{file['bytes']} B",
        "encodingFormat": PARQUET,
        "sha256": file["sha256"],
    }


def _record_set(spec: TableSpec, specs: Contract) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": spec.name,
        "name": spec.name,
        "description": spec.description,
        "key": [{"@id": f"{spec.name}/{column}"} for column in spec.keys],
        "field": [_field(column, spec, specs) for column in spec.columns.values()],
    }


def _field(column: Column, spec: TableSpec, specs: Contract) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{spec.name}/{column.name}",
        "name": column.name,
        "description": column.description["en"],
        "dataType": TYPES[column.kind],
        "source": {
            "fileObject": {"@id": f"{spec.name}.parquet"},
            "extract": {"column": column.name},
        },
    }
    if column.links is not None:
        parent = f"{column.links}/{specs[column.links].key}"
        field["references"] = {"field": {"@id": parent}}
    return field
