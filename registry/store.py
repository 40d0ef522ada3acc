"""Where submissions, their findings and the releases live: plain folders, every step atomic.

store/
  submissions/<centre>/<submission>/package/…      as it came, never changed
                                    report.html  findings.json  findings.parquet
                                    coverage.parquet  findings.csv  findings.junit.xml
                                    findings.sarif
                                    receipt.json   written last: a submission without it was
                                                   interrupted and is checked again
  submissions/<centre>/accepted.json               which one is the centre's current state
  published/latest.json  published/releases/…      see registry.release
  private/release.key                              key of the pseudonyms; never leaves the store
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from registry.errors import UserError
from registry.package import Package


class StoreBusy(UserError):
    """Another run works on the same centre (or release) and did not finish in time."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Another run is working on {name}. Wait until it has ended and run again."
        )


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: `status` is "accepted" or "refused".

    `previous` is the centre's accepted submission before this one; `counts` are by severity.
    """

    submission: str
    centre: str
    status: str
    rule_set: str
    received_at: str
    previous: str | None
    data_cut: str
    language: str
    rows: dict[str, int]
    counts: dict[str, int]


@dataclass(frozen=True)
class Store:
    """Folders under one root. All writes are to a temporary name, then renamed."""

    root: Path

    @property
    def published(self) -> Path:
        """What analysts are given: latest.json and the releases."""
        return self.root / "published"

    def folder(self, centre: str, submission: str) -> Path:
        return self.root / "submissions" / (centre or "unknown") / submission

    def package(self, receipt: Receipt) -> Path:
        """The package of a submission, as it came."""
        folder = self.folder(receipt.centre, receipt.submission) / "package"
        zipped = folder / "package.zip"
        return zipped if zipped.is_file() else folder

    def keep(self, package: Package, centre: str, submission: str) -> Path:
        """Copy a package into the store once; a copy cut short is never taken for whole."""
        folder = self.folder(centre, submission) / "package"
        if folder.is_dir():
            return folder
        incoming = self.root / "incoming" / f"{submission}-{os.getpid()}"
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        for name in package.files:
            if package.path.is_file():
                shutil.copyfile(package.path, incoming / "package.zip")
                break
            target = incoming / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(package.bytes_of(name))
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            incoming.rename(folder)
        except OSError:  # another run of the same content was faster
            shutil.rmtree(incoming)
        return folder

    def receipt(self, centre: str, submission: str) -> Receipt | None:
        """The receipt of a submission that was checked to the end, or None."""
        return _read(self.folder(centre, submission) / "receipt.json")

    def conclude(self, receipt: Receipt) -> None:
        """Write the receipt; from then on an accepted submission is the centre's current state.

        The pointer holds the receipt itself and moves in one step; a run cut short before the
        submission's own copy of it is simply done again.
        """
        if receipt.status == "accepted":
            write_json(self._pointer(receipt.centre), asdict(receipt))
        path = self.folder(receipt.centre, receipt.submission) / "receipt.json"
        write_json(path, asdict(receipt))

    def accepted(self, centre: str) -> Receipt | None:
        """The receipt of the centre's newest accepted submission."""
        return _read(self._pointer(centre))

    def _pointer(self, centre: str) -> Path:
        return self.root / "submissions" / centre / "accepted.json"

    def centres(self) -> list[str]:
        """Every centre with an accepted submission."""
        return sorted(path.parent.name for path in self.root.glob("submissions/*/accepted.json"))

    def release_key(self) -> bytes:
        """The secret of the release's pseudonyms, made at first use, readable by the owner only."""
        path = self.root / "private" / "release.key"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = path.with_suffix(f".{os.getpid()}")
            new.touch(mode=0o600)
            new.write_bytes(secrets.token_bytes(32))
            with suppress(FileExistsError):  # the first of several runs wins
                os.link(new, path)
            new.unlink()
        return path.read_bytes()

    @contextmanager
    def one_at_a_time(self, name: str, timeout: float = 600) -> Iterator[None]:
        """One run at a time per centre (or for the release). The lock dies with its process."""
        folder = self.root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / f"{name or 'unknown'}.lock", timeout=timeout):
                yield
        except Timeout as error:
            raise StoreBusy(name) from error


def _read(path: Path) -> Receipt | None:
    return Receipt(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file so that a reader sees the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
