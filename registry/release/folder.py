"""Files and folders that survive a crash: written, flushed, renamed, and only then pointed to."""

import hashlib
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

READ_ONLY_FILE = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
READ_ONLY_FOLDER = READ_ONLY_FILE | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def flush(path: Path) -> None:
    """Have a file, or the names in a folder, reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_all(folder: Path) -> None:
    """Every file and folder below, and the folder itself."""
    for path in [*sorted(folder.rglob("*")), folder]:
        flush(path)


def make_read_only(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(READ_ONLY_FOLDER if path.is_dir() else READ_ONLY_FILE)


def remove(folder: Path) -> None:
    """Remove a folder, read-only or not."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(READ_ONLY_FOLDER | stat.S_IWUSR)
    shutil.rmtree(folder)


def replace_file(path: Path, text: str) -> None:
    """A reader sees the old content or the new one, never half of it."""
    new = path.with_name(f".{path.name}.new")
    write_text(new, text)
    flush(new)
    new.replace(path)
    flush(path.parent)
