"""A package as it lies there: a folder or a zip, its manifest and its files, nothing believed.

`Package` collects facts; what they mean is asked by the rules of `registry.submission`.
"""

import hashlib
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from registry.codelists import codelist
from registry.errors import UserError
from registry.intake.files import Files, Listing, of_folder, of_zip, read
from registry.intake.limits import Limits, Refusal, size
from registry.intake.manifest import read_manifest
from registry.intake.reading import Columns, borrow, give_back
from registry.report.inert import is_plain

MANIFEST = "datapackage.json"

CENTRE = re.compile(r"[A-Z]{2}[0-9]{2}")  # ISO 3166 country and two digits

# A file that cannot be read, a member that is encrypted, cut off or packed in an unknown way.
DAMAGED = (
    OSError,
    RuntimeError,
    EOFError,
    ValueError,
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
    announced_path: bool = True
    announced_hash: str | None = None
    announced_rows: int | None = None
    present: bool = False
    actual_hash: str | None = None
    columns: Columns | None = None
    refusal: Refusal | None = None

    @property
    def table(self) -> pa.Table | None:
        """Its columns: text plain or as a dictionary; what is not flat as nulls of a list."""
        return self.columns.table if self.columns is not None else None

    @property
    def readable(self) -> bool:
        return self.table is not None


@dataclass
class Package:
    """Facts about one package; reading never raises for what is inside it.

    `files` may be looked at, `refused` may not; `whole` says why it is refused unread.
    """

    path: Path
    files: Files
    refused: dict[str, Refusal] = field(default_factory=dict)
    whole: Refusal | None = None
    limits: Limits = field(default_factory=Limits)
    manifest: dict[str, Any] = field(default_factory=dict)
    manifest_readable: bool = False

    @property
    def announced_names(self) -> list[str | None]:
        """The name of every entry of `resources` in the manifest; None where it has none.

        A name that cannot be shown in a line is none.
        """
        names = (e.get("name") if isinstance(e, dict) else None for e in self._entries)
        longest = self.limits.resource_name
        return [n if isinstance(n, str) and is_plain(n, longest) else None for n in names]

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
        self._read(announced.values())
        return announced

    def _read(self, resources: Iterable[Resource]) -> None:
        """Their columns, as long as all of them together are no more than a package may have."""
        left = self.limits.decoded
        reader = borrow(self.limits)
        try:
            for resource in resources:
                content = self._content_of(resource)
                if content is None:
                    continue
                answer = reader.read(content)
                if isinstance(answer, Columns):
                    left -= answer.table.nbytes
                    if left < 0:
                        most = self.limits.decoded
                        answer = Refusal("decoded", size(most - left), f"≤ {size(most)}")
                resource.columns = answer if isinstance(answer, Columns) else None
                resource.refusal = answer if isinstance(answer, Refusal) else None
        finally:
            give_back(reader)

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
        for name, refusal in sorted(self.refused.items()):
            digest.update(f"{name}\0{refusal.why}\n".encode(errors="surrogateescape"))
        if self.whole is not None:
            digest.update(f"\0{self.whole.why}\n".encode())
        return digest.hexdigest()

    def content(self, name: str) -> bytes | None:
        """The bytes of a file; None where they cannot be had."""
        try:
            return self.bytes_of(name)
        except DAMAGED:
            return None

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a file. Raises one of DAMAGED where they cannot be had, or are too many."""
        place = self.files[name]
        if isinstance(place, Path):
            with place.open("rb") as file:
                content = read(file, self.limits.file)
        else:
            with zipfile.ZipFile(self.path) as archive, archive.open(place) as member:
                content = read(member, self.limits.file)
        if content is None:
            raise OSError("larger than allowed")
        return content

    @property
    def _entries(self) -> list[Any]:
        entries = self.manifest.get("resources")
        return entries[: self.limits.resources] if isinstance(entries, list) else []

    def _text(self, key: str) -> str:
        value = self.manifest.get(key)
        return value if isinstance(value, str) else ""

    def _content_of(self, resource: Resource) -> bytes | None:
        """The bytes of its file, hashed; None where it is not there or must not be looked at."""
        refusal = self.refused.get(resource.path)
        resource.present = resource.path in self.files or refusal is not None
        if resource.path not in self.files:
            resource.refusal = refusal
            return None
        content = self.content(resource.path)
        if content is None:
            resource.refusal = Refusal("damaged", "", "Parquet")
            return None
        resource.actual_hash = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return content


def open_package(path: Path, limits: Limits | None = None) -> Package:
    """The facts of a folder or zip. Raises NotAPackage where the path is neither."""
    limits = limits or Limits.of_environment()
    listing = _listing(path, limits)
    package = Package(path, listing.files, listing.refused, listing.whole, limits)
    content = package.content(MANIFEST) if MANIFEST in package.files else None
    manifest = read_manifest(content, limits)
    if manifest is not None:
        package.manifest, package.manifest_readable = manifest, True
    return package


def _listing(path: Path, limits: Limits) -> Listing:
    if path.is_dir():
        return of_folder(path, limits)
    if not (path.is_file() and zipfile.is_zipfile(path)):
        raise NotAPackage(path)
    try:
        return of_zip(path, limits)
    except Exception as error:  # a damaged archive makes `zipfile` raise what it likes
        raise NotAPackage(path) from error


def _announced(name: str, entry: dict[str, Any]) -> Resource:
    path, hash_, rows = entry.get("path"), entry.get("hash"), entry.get("registry:rows")
    return Resource(
        name=name,
        path=path if isinstance(path, str) else f"{name}.parquet",
        announced=True,
        announced_path=isinstance(path, str),
        announced_hash=hash_ if isinstance(hash_, str) else None,
        announced_rows=rows if isinstance(rows, int) and not isinstance(rows, bool) else None,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
