"""A folder or zip → the files that may be looked at, and those that may not, each with why.

Declared sizes are looked at first, so that a bomb is never opened, and not believed afterwards:
whoever reads stops at the limit.
"""

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from registry.intake.limits import Limits, Refusal, size

# What operating systems leave behind in folders and archives; no part of any submission.
LITTER = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}

Files = dict[str, Path | zipfile.ZipInfo]  # by path inside the package

# Not allowed in names by Windows, where a package may be unpacked; a colon opens a second stream.
UNPORTABLE = re.compile(r'[<>:"|?*\\]')

CENTRAL_HEADER = b"PK\x01\x02"  # stands before every member in the archive's table of contents
PIECE = 1 << 20


@dataclass
class Listing:
    """`files` may be read, `refused` may not; `whole` says why nothing but the manifest may."""

    files: Files = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    whole: Refusal | None = None


def of_folder(folder: Path, limits: Limits) -> Listing:
    """The files of a folder; links are not followed, and counting stops where it is too many."""
    listing, seen, total = Listing(), set[str](), 0
    for count, (name, path) in enumerate(_walk(folder), start=1):
        if count > limits.files:
            return _only(listing, "count", f"> {limits.files}", f"≤ {limits.files}")
        found = path.lstat()
        refusal = _of_kind(found.st_mode) or _of_name(name, seen, limits)
        refusal = refusal or _of_size(found.st_size, limits)
        if refusal is None:
            listing.files[name] = path
            total += found.st_size
        else:
            listing.refused[name] = refusal
    if total > limits.package:
        return _only(listing, "size", size(total), f"≤ {size(limits.package)}")
    return listing


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """(name inside the package, path) of everything that is no folder, in the order of names."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name in LITTER:
                continue
            if entry.is_dir(follow_symlinks=False):
                for name, path in _walk(Path(entry.path)):
                    yield f"{entry.name}/{name}", path
            else:
                yield entry.name, Path(entry.path)


def of_zip(path: Path, limits: Limits) -> Listing:
    """The members of a zip. Zipping a folder often keeps its name: DE01/labs.parquet.

    Raises whatever `zipfile` raises where the file is no archive.
    """
    listing, seen, total = Listing(), set[str](), 0
    if path.stat().st_size > limits.package:
        return _only(listing, "size", size(path.stat().st_size), f"≤ {size(limits.package)}")
    if _entries(path) > 2 * limits.files:  # folders and what systems leave behind have entries too
        return _only(listing, "count", f"> {limits.files}", f"≤ {limits.files}")
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not _is_nothing(member)]
    if len(members) > limits.files:
        return _only(listing, "count", f"{len(members)}", f"≤ {limits.files}")
    for member in members:
        name = member.filename
        refusal = _of_member(member) or _of_name(name, seen, limits)
        refusal = refusal or _of_size(member.file_size, limits) or _of_ratio(member, limits)
        if refusal is None:
            listing.files[name] = member
            total += member.file_size
        else:
            listing.refused[name] = refusal
    if total > limits.package:
        return _only(listing, "size", size(total), f"≤ {size(limits.package)}")
    return _without_top(listing)


def read(stream: IO[bytes], most: int) -> bytes | None:
    """The content of a stream; None as soon as there is more of it than may be."""
    kept = io.BytesIO()
    while piece := stream.read(min(PIECE, most + 1 - kept.tell())):
        kept.write(piece)
        if kept.tell() > most:
            return None
    return kept.getvalue()


def _entries(path: Path) -> int:
    """How many members an archive can have at most: `zipfile` would make an object of each."""
    found, tail = 0, b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found += (tail + piece).count(CENTRAL_HEADER)
            tail = piece[-len(CENTRAL_HEADER) + 1 :]
    return found


def _is_nothing(member: zipfile.ZipInfo) -> bool:
    """A folder, or what a system left behind."""
    return member.is_dir() or not LITTER.isdisjoint(PurePosixPath(member.filename).parts)


def _without_top(listing: Listing) -> Listing:
    """The same without the one folder that everything lies in."""
    tops = {PurePosixPath(name).parts[0] for name in listing.files}
    if len(tops) != 1 or any("/" not in name for name in listing.files):
        return listing
    top = f"{tops.pop()}/"
    return Listing(
        {name.removeprefix(top): member for name, member in listing.files.items()},
        {name.removeprefix(top): refusal for name, refusal in listing.refused.items()},
    )


def _only(listing: Listing, why: str, found: str, allowed: str) -> Listing:
    """Nothing of the package but its manifest, which says whose it is."""
    kept = {name: place for name, place in listing.files.items() if name == "datapackage.json"}
    return Listing(kept, listing.refused, Refusal(why, found, allowed))


def _of_kind(mode: int) -> Refusal | None:
    if stat.S_ISLNK(mode):
        return Refusal("link", "symbolic link", "file")
    return None if stat.S_ISREG(mode) else Refusal("special", "device, pipe or socket", "file")


def _of_member(member: zipfile.ZipInfo) -> Refusal | None:
    """Links, encrypted members, and ways of packing that need gigabytes to unpack."""
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) and (refusal := _of_kind(mode)) is not None:
        return refusal
    if member.flag_bits & 0x1:
        return Refusal("special", "encrypted", "file")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Refusal("special", f"packed by method {member.compress_type}", "stored, deflated")
    return None


def _of_name(name: str, seen: set[str], limits: Limits) -> Refusal | None:
    """Names that lead out of the package, cannot be shown, or are the same to somebody."""
    parts = name.split("/")
    same = unicodedata.normalize("NFC", name).casefold()
    if "" in parts or "." in parts or ".." in parts or UNPORTABLE.search(name):
        return Refusal("name", "path", "labs.parquet")
    if any(unicodedata.category(character).startswith("C") for character in name):
        return Refusal("name", "invisible characters", "labs.parquet")
    if len(name) > limits.name or len(parts) - 1 > limits.folders_deep:
        return Refusal("name", "too long or too deep", "labs.parquet")
    if same in seen:
        return Refusal("name", "stands twice", "labs.parquet")
    seen.add(same)
    return None


def _of_size(count: int, limits: Limits) -> Refusal | None:
    if count > limits.file:
        return Refusal("size", size(count), f"≤ {size(limits.file)}")
    return None


def _of_ratio(member: zipfile.ZipInfo, limits: Limits) -> Refusal | None:
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > limits.ratio_from and ratio > limits.ratio:
        return Refusal("ratio", f"{ratio:,.0f} : 1", f"≤ {limits.ratio} : 1")
    return None
