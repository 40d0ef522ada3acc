"""`ro-crate-metadata.json`: every file of the release and what made it, as an RO-Crate 1.2."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from registry.release.about import DESCRIPTION, KEYWORDS, MEDIA_TYPES, PUBLISHER, TITLE, USE

FILE = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.2"

DESCRIPTIONS = {
    "CHANGELOG.md": "What changed against the release before.",
    "README.md": "What the release holds and how to read it.",
    "changes.parquet": "Changes by patient, table and field against the release before.",
    "codes.csv": "Every code that may stand in the release, with its labels.",
    "contract.odcs.yaml": "The tables as an Open Data Contract.",
    "croissant.json": "The tables in Croissant.",
    "data_dictionary.csv": "Every column of every table, in English and German.",
    "datapackage.json": "The tables as a Frictionless Data Package.",
}


def ro_crate(about: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The crate of a release; `about` is its manifest, `files` have path, bytes and sha256.

    The crate cannot list itself, nor the manifest and the checksums, which list the crate.
    """
    submissions = [_submission(name) for name in about["submissions"]]
    code = {
        "@id": "#code",
        "@type": "SoftwareApplication",
        "name": "The registry's code",
        "version": about["code"],
        "url": f"urn:imnm-registry:code:{about['code']}",  # the code is not published anywhere
    }
    made = {
        "@id": "#release",
        "@type": "CreateAction",
        "name": f"Release {about['release']} was cut",
        "endTime": about["created"],
        "instrument": {"@id": "#code"},
        "object": [{"@id": s["@id"]} for s in submissions],
        "result": {"@id": "./"},
    }
    graph = [
        _descriptor(),
        _root(about, files),
        {"@id": "#registry", "@type": "Organization", "name": PUBLISHER},
        {"@id": "#use", "@type": "CreativeWork", "name": "Terms of use", "description": USE},
        code,
        made,
        *submissions,
        *(_file(file) for file in files),
    ]
    return {"@context": f"{SPECIFICATION}/context", "@graph": graph}


def _descriptor() -> dict[str, Any]:
    return {
        "@id": FILE,
        "@type": "CreativeWork",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": "./"},
    }


def _root(about: Mapping[str, Any], files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": TITLE,
        "description": DESCRIPTION,
        "keywords": ", ".join(KEYWORDS),
        "version": about["release"],
        "datePublished": about["created"],
        "license": {"@id": "#use"},
        "conditionsOfAccess": USE,
        "publisher": {"@id": "#registry"},
        "author": {"@id": "#registry"},
        "mentions": {"@id": "#release"},
        "hasPart": [{"@id": file["path"]} for file in files],
    }


def _submission(identifier: str) -> dict[str, Any]:
    """A submission stays with the registry: it is named, not contained."""
    return {"@id": f"#{identifier}", "@type": "Dataset", "name": f"Submission {identifier}"}


def _file(file: Mapping[str, Any]) -> dict[str, Any]:
    path = PurePosixPath(file["path"])
    return {
        "@id": file["path"],
        "@type": "File",
        "name": path.name,
        "description": DESCRIPTIONS.get(path.name, f"{path.stem.replace('_', ' ')} ({path})"),
        "encodingFormat": MEDIA_TYPES[path.suffix],
        "contentSize": str(file["bytes"]),
        "sha256": file["sha256"],
    }
