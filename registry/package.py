"""A package as it lies there: a folder or a zip, its manifest and its files, nothing believed.

`Package` collects facts; what they mean is asked by the rules of `registry.submission`.
"""

import hashlib
import json
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from registry.codelists import codelist
from registry.errors import UserError

MANIFEST = "datapackage.json"

CENTRE = re.compile(r"[A-Z]{2}[0-9]{2}")  # ISO 3166 country and two digits

# Measured (publication notes, hostile input): these stop files whose footer alone costs seconds,
# and normal files still open.
THRIFT_LIMITS = {"thrift_string_size_limit": 1 << 20, "thrift_container_size_limit": 10_000}

# What operating systems leave behind in folders and archives; no part of any submission.
LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}

Files = dict[str, Path | zipfile.ZipInfo]  # by path inside the package

# A file that cannot be read, a member that is encrypted, cut off or packed in an unknown way.
DAMAGED = (
    OSError,
    RuntimeError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
)


class NotAPackage(UserError):
    """The path is neither a folder nor a zip file: there is nothing to check."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is neither a folder nor a zip file. Give the folder that holds {MANIFEST}, or "
            f"a zip of it. / {path} ist weder ein Ordner noch eine Zip-Datei. Bitte den Ordner mit "
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
    files: Files
    manifest: dict[str, Any] = field(default_factory=dict)
    manifest_readable: bool = False

    @property
    def announced_names(self) -> list[str | None]:
        """The name of every entry of `resources` in the manifest; None where it has none."""
        names = (e.get("name") if isinstance(e, dict) else None for e in self._entries)
        return [name if isinstance(name, str) else None for name in names]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """Resources by name: announced ones first, then Parquet files nobody announced."""
        announced: dict[str, Resource] = {}
        for name, entry in zip(self.announced_names, self._entries, strict=True):
            if name is not None:
                announced.setdefault(name, _announced(name, entry))
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
        is_code = CENTRE.fullmatch(announced) and announced[:2] in codelist("countries").codes
        return announced if is_code else ""

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
            content = self.content(name)
            said = "damaged" if content is None else hashlib.sha256(content).hexdigest()
            digest.update(f"{name}\0{said}\n".encode(errors="surrogateescape"))
        return digest.hexdigest()

    def content(self, name: str) -> bytes | None:
        """The bytes of a file; None where they cannot be had."""
        try:
            return self.bytes_of(name)
        except DAMAGED:
            return None

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a file. Raises one of DAMAGED where they cannot be had."""
        place = self.files[name]
        if isinstance(place, Path):
            return place.read_bytes()
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(place)

    @property
    def _entries(self) -> list[Any]:
        entries = self.manifest.get("resources")
        return entries if isinstance(entries, list) else []

    def _text(self, key: str) -> str:
        value = self.manifest.get(key)
        return value if isinstance(value, str) else ""

    def _read(self, resource: Resource) -> None:
        resource.present = resource.path in self.files
        if not resource.present:
            return
        content = self.content(resource.path)
        if content is None:
            return
        resource.actual_hash = f"sha256:{hashlib.sha256(content).hexdigest()}"
        resource.table = _as_table(content)


def _as_table(content: bytes) -> pa.Table | None:
    """A Parquet file's columns; None where it is damaged, cut off or no Parquet at all."""
    try:
        table = pq.ParquetFile(pa.BufferReader(content), **THRIFT_LIMITS).read()
        table.validate(full=True)
        _ = table.schema.names  # raises where a name is not UTF-8
    except (pa.ArrowException, OSError, ValueError):
        return None
    # A stored pandas block could turn columns into an index: metadata is never believed.
    return table.replace_schema_metadata(None)


def open_package(path: Path) -> Package:
    """The facts of a folder or zip. Raises NotAPackage where the path is neither."""
    if path.is_dir():
        files = _files_of_folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        files = _files_of_zip(path)
    else:
        raise NotAPackage(path)
    package = Package(path, files)
    manifest = _as_json(package.content(MANIFEST)) if MANIFEST in files else None
    if isinstance(manifest, dict):
        package.manifest, package.manifest_readable = manifest, True
    return package


def _as_json(content: bytes | None) -> object:
    try:
        return None if content is None else json.loads(content)
    except (ValueError, RecursionError):
        return None


def _files_of_folder(folder: Path) -> Files:
    files = ((file.relative_to(folder), file) for file in sorted(folder.rglob("*")))
    return {
        name.as_posix(): file
        for name, file in files
        if file.is_file() and not file.is_symlink() and LITTER.isdisjoint(name.parts)
    }


def _files_of_zip(path: Path) -> Files:
    """Members by name. Zipping a folder often keeps its name: DE01/labs.parquet, labs.parquet."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and _is_plain(m.filename)]
    except DAMAGED as error:
        raise NotAPackage(path) from error
    names: Files = {member.filename: member for member in members}
    tops = {PurePosixPath(name).parts[0] for name in names}
    if MANIFEST not in names and len(tops) == 1:
        top = tops.pop() + "/"
        return {name.removeprefix(top): member for name, member in names.items()}
    return names


def _is_plain(name: str) -> bool:
    """Whether a member's name leads nowhere but into the archive, and is the centre's own."""
    path = PurePosixPath(name)
    leads_away = path.is_absolute() or ".." in path.parts or "\\" in name
    return not leads_away and LITTER.isdisjoint(path.parts)


def _announced(name: str, entry: dict[str, Any]) -> Resource:
    path, hash_, rows = entry.get("path"), entry.get("hash"), entry.get("registry:rows")
    return Resource(
        name=name,
        path=path if isinstance(path, str) else f"{name}.parquet",
        announced=True,
        announced_hash=hash_ if isinstance(hash_, str) else None,
        announced_rows=rows if isinstance(rows, int) and not isinstance(rows, bool) else None,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
