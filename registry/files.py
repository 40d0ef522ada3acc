"""Files and folders of a store: in a folder of this machine, or wherever fsspec reaches by URL.

    place("store")                      a pathlib path
    place("s3://bucket/registry")       a UPath, which has all that is used of a path here

On this machine a folder is written under another name, flushed and renamed: it is there whole or
not at all. Elsewhere nothing renames a folder in one step: it is written in a temporary folder of
this machine, sent file by file, and counts only once what is written last tells of it, the ledger
of a submission and latest.json of a release. What is asked of such a place is that one file is
replaced in one step and that what was written is read by everybody, as object stores do.
"""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from upath import UPath

READ_ONLY_FILE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
READ_ONLY_FOLDER = READ_ONLY_FILE | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


def place(where: str | Path) -> Path:
    """A folder of this machine, or one by URL. Who may go there fsspec's own settings say."""
    if not isinstance(where, str):
        return where
    if "://" not in where:
        return Path(where)
    from upath import UPath  # costs time that who has a folder need not wait for

    url = UPath(where, use_listings_cache=False)  # other processes write there too
    return Path(url.path) if url.protocol in ("file", "local") else cast(Path, url)


def is_local(path: Path) -> bool:
    """Whether it is a path of this machine."""
    return isinstance(path, Path)


def _remote(path: Path) -> "UPath":
    return cast("UPath", path)


# --- folders ----------------------------------------------------------------------------------


@contextmanager
def here(path: Path) -> Iterator[Path]:
    """A file or folder on this machine: itself, or a copy that is gone afterwards."""
    if is_local(path):
        yield path
        return
    with _temporary(path.name) as copy:
        end = "/" if path.is_dir() else ""
        _remote(path).fs.get(_remote(path).path + end, f"{copy}{end}", recursive=bool(end))
        yield copy


@contextmanager
def unfinished(beside: Path, name: str) -> Iterator[Path]:
    """An empty folder of this machine to write in before `put`; what is left of it then goes.

    It is `beside / name`, from where it can be renamed, or a temporary one of that name.
    """
    if not is_local(beside):
        with _temporary(name) as folder:
            folder.mkdir()
            yield folder
        return
    folder = beside / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _temporary(name: str) -> Iterator[Path]:
    """A path that only this user may look into, and that nothing is at yet."""
    with TemporaryDirectory(prefix="registry-") as folder:
        yield Path(folder) / name


def put(folder: Path, target: Path, last: str = "") -> None:
    """A finished folder goes to its place.

    On this machine in one step; where another run of the same content was faster, its folder stays.
    Elsewhere file by file, over what is there, and the file named `last` after all others.
    """
    if not is_local(target):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        for some in ([f for f in files if f.name != last], [f for f in files if f.name == last]):
            to = [_remote(target / file.relative_to(folder).as_posix()).path for file in some]
            _remote(target).fs.put([str(file) for file in some], to)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """A folder of this machine whose files take the place of those of the same name in `folder`."""
    if is_local(folder):
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with unfinished(folder, folder.name) as local:
        yield local
        put(local, folder)


def make_read_only(folder: Path) -> None:
    """Elsewhere it is for the place's administrator to say who may change what."""
    if is_local(folder):
        for path in [*folder.rglob("*"), folder]:
            path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)


def make_writable(folder: Path) -> None:
    """Files of a read-only folder, and of those below, can be replaced and removed again."""
    if is_local(folder):
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(READ_ONLY_FOLDER | stat.S_IWUSR)


def remove(folder: Path) -> None:
    """Remove a folder, read-only or not."""
    if is_local(folder):
        make_writable(folder)
        shutil.rmtree(folder)
    else:
        _remote(folder).fs.rm(_remote(folder).path, recursive=True)


def flush_all(folder: Path) -> None:
    """Every file and folder below, and the folder itself."""
    for path in [*sorted(folder.rglob("*")), folder]:
        flush(path)


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, reach the disk; elsewhere a write returns after it."""
    if is_local(path):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- files ------------------------------------------------------------------------------------


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def put_private(content: bytes, path: Path) -> None:
    """A file that only its owner may read; elsewhere the place's administrator says who may."""
    if not is_local(path):
        path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.touch(mode=0o600)
    new.write_bytes(content)
    flush(new)
    new.replace(path)
    flush(path.parent)


def replace_file(path: Path, text: str) -> None:
    """A reader sees the old content or the new one, never half of it."""
    new = path.with_name(f".{path.name}.new") if is_local(path) else path
    write_text(new, text)
    if new != path:
        flush(new)
        new.replace(path)
        flush(path.parent)
