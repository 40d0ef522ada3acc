"""A package as it lies there: a folder or a zip of it, its manifest and its files, nothing believed.

`Package` collects facts; what they mean is asked by the rules of `registry.submission`.
"""

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from registry.errors import UserError

MANIFEST = "datapackage.json"

CENTRE = re.compile(r"[A-Z]{2}[0-9]{2}")  # ISO 3166 country and two digits

# Measured (publication notes, hostile input): these stop files whose footer alone costs seconds,
# and normal files still open.
THRIFT_LIMITS = {"thrift_string_size_limit": 1 << 20, "thrift_container_size_limit": 10_000}


class NotAPackage(UserError):
    """The path is neither a folder nor a zip file: there is nothing to check."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is neither a folder nor a zip file. Give the folder that holds {MANIFEST}, or a "
            f"zip of it. / {path} ist weder ein Ordner noch eine Zip-Datei. Bitte den Ordner mit "
            f"{MANIFEST} oder dessen Zip-Datei angeben."
        )


@dataclass
class Resource:
    """One file the manifest announces, or a Parquet file it does not mention."""

    name: str
    path: str
    announced: bool
    announced_hash: str | None = None
    announced_rows: int | None = None
    present: bool = False
    actual_hash: str | None = None
    table: pa.Table | None = None

    @property
    def readable(self) -> bool:
        return self.table is not None


@dataclass
class Package:
    """Facts about one package; reading never raises for what is inside it."""

    path: Path
    files: dict[str, Path | zipfile.ZipInfo]
    manifest: dict[str, Any] = field(default_factory=dict)
    manifest_readable: bool = False

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """Resources by name: announced ones first, then Parquet files nobody announced."""
        announced: dict[str, Resource] = {}
        entries = self.manifest.get("resources")
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                announced[entry["name"]] = _announced(entry)
        paths = {resource.path for resource in announced.values()}
        for path in self.files:
            name = PurePosixPath(path).stem
            if path.endswith(".parquet") and path not in paths and name not in announced:
                announced[name] = Resource(name, path, announced=False)
        for resource in announced.values():
            self._read(resource)
        return announced

    @property
    def centre(self) -> str:
        """Centre code as announced; "" where it is none: it becomes a folder's name."""
        announced = self._text("registry:centre")
        return announced if CENTRE.fullmatch(announced) else ""

    @property
    def language(self) -> str:
        announced = self._text("registry:language")
        return announced if announced in ("en", "de") else "en"

    @property
    def created(self) -> date | None:
        return _day(self._text("created"))

    @property
    def data_cut(self) -> date | None:
        return _day(self._text("registry:data_cut"))

    @cached_property
    def content_hash(self) -> str:
        """The same files are the same submission, in a folder or zipped."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(f"{name}\0{hashlib.sha256(self.bytes_of(name)).hexdigest()}\n".encode())
        return digest.hexdigest()

    def bytes_of(self, name: str) -> bytes:
        place = self.files[name]
        if isinstance(place, Path):
            return place.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(place)

    def _text(self, key: str) -> str:
        value = self.manifest.get(key)
        return value if isinstance(value, str) else ""

    def _read(self, resource: Resource) -> None:
        resource.present = resource.path in self.files
        if not resource.present:
            return
        content = self.bytes_of(resource.path)
        resource.actual_hash = f"sha256:{hashlib.sha256(content).hexdigest()}"
        try:
            file = pq.ParquetFile(pa.BufferReader(content), **THRIFT_LIMITS)
            table = file.read()
            table.validate(full=True)
        except (pa.ArrowException, OSError, ValueError):
            return
        # A stored pandas block could turn columns into an index: metadata is never believed.
        resource.table = table.replace_schema_metadata(None)


def open_package(path: Path) -> Package:
    """The facts of a folder or zip. Raises NotAPackage where the path is neither."""
    if path.is_dir():
        files: dict[str, Path | zipfile.ZipInfo] = {
            file.relative_to(path).as_posix(): file
            for file in sorted(path.rglob("*"))
            if file.is_file() and not file.is_symlink()
        }
    elif path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and _is_plain(m.filename)]
        files = {name: member for name, member in _without_top_folder(members).items()}
    else:
        raise NotAPackage(path)
    package = Package(path, files)
    if MANIFEST in files:
        try:
            manifest = json.loads(package.bytes_of(MANIFEST))
        except (ValueError, RecursionError):
            return package
        if isinstance(manifest, dict):
            package.manifest, package.manifest_readable = manifest, True
    return package


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _without_top_folder(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Zipping a folder often keeps its name: `DE01/labs.parquet` is `labs.parquet`."""
    names = {member.filename: member for member in members}
    tops = {PurePosixPath(name).parts[0] for name in names}
    if MANIFEST not in names and len(tops) == 1:
        top = tops.pop() + "/"
        return {name.removeprefix(top): member for name, member in names.items()}
    return names


def _announced(entry: dict[str, Any]) -> Resource:
    path, hash_, rows = entry.get("path"), entry.get("hash"), entry.get("registry:rows")
    return Resource(
        name=entry["name"],
        path=path if isinstance(path, str) else f"{entry['name']}.parquet",
        announced=True,
        announced_hash=hash_ if isinstance(hash_, str) else None,
        announced_rows=rows if isinstance(rows, int) and not isinstance(rows, bool) else None,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
