"""Where submissions, their findings and the releases live.

store/
  ledger.sqlite                                    what became of everything: see registry.ledger
  submissions/<centre>/<submission>/package/…      as it came, never changed
                                    report.html  findings.json  findings.parquet
                                    coverage.parquet  findings.csv  findings.junit.xml
                                    findings.sarif  workbook.xlsx
                                    lives.parquet  each finding's life: see registry.ledger.lives
  published/latest.json  published/releases/…      see registry.release
  private/                                         keys; they never leave the store
  incoming/                                        half a package, or one being purged: no run asks

The root is a folder of this machine or a URL (`registry.files.place`); elsewhere than on this
machine the ledger is in PostgreSQL and locks too, and packages come by way of temporary folders.

Files first, the ledger last: every file is written whole under a name the ledger does not know yet,
and one transaction then says what became of the submission. A run cut short leaves files nobody
asks for; the next run of the same package finds no receipt and does it again.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from registry.errors import UserError
from registry.files import here, is_local, put, put_private, unfinished
from registry.package import NotAPackage, Package, open_package

if TYPE_CHECKING:
    from registry.ledger import Ledger


class StoreBusy(UserError):
    """Another run works on the same centre (or release) and did not finish in time."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Another run is working on {name}. Wait until it has ended and run again."
        )


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: `status` is accepted, refused, superseded or withdrawn.

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
    """Folders under one root, which `registry.files` reads and writes."""

    root: Path

    @property
    def ledger(self) -> "Ledger":
        """The registry's memory of this store. SQLAlchemy is imported when it is first asked."""
        from registry.ledger import open_ledger

        return open_ledger(self.root)

    @property
    def published(self) -> Path:
        """What analysts are given: latest.json and the releases."""
        return self.root / "published"

    def folder(self, centre: str, submission: str) -> Path:
        return self.root / "submissions" / (centre or "unknown") / submission

    def submissions(self, centre: str) -> list[Path]:
        """The folders of all submissions of a centre, whatever became of them."""
        return sorted(self.folder(centre, "").glob("*"), key=lambda folder: folder.name)

    def package(self, receipt: Receipt) -> Path:
        """The package of a submission, as it came."""
        return self.package_in(self.folder(receipt.centre, receipt.submission))

    def package_in(self, folder: Path) -> Path:
        """The package in a submission's folder."""
        zipped = folder / "package" / "package.zip"
        return zipped if zipped.is_file() else folder / "package"

    def keep(self, package: Package, centre: str, submission: str) -> Path:
        """Copy a package into the store once; a copy cut short is never taken for whole."""
        folder = self.folder(centre, submission) / "package"
        if self.holds(folder, package):
            return folder
        with unfinished(self.root / "incoming", f"{submission}-{os.getpid()}") as incoming:
            for name in package.files:
                if package.path.is_file():
                    shutil.copyfile(package.path, incoming / "package.zip")
                    break
                target = incoming / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(package.bytes_of(name))
            put(incoming, folder)
        return folder

    def holds(self, folder: Path, package: Package) -> bool:
        """Whether a package is in the store, whole; elsewhere it may have been sent in part."""
        if is_local(folder) or not folder.is_dir():
            return folder.is_dir()
        with here(self.package_in(folder.parent)) as kept, suppress(NotAPackage):
            return open_package(kept).content_hash == package.content_hash
        return False

    def receipt(self, centre: str, submission: str) -> Receipt | None:
        """The newest receipt of a submission that was checked to the end, or None."""
        return self.ledger.receipt(centre, submission)

    def conclude(self, receipt: Receipt) -> Receipt:
        """Take the receipt down; from then on an accepted submission is the centre's current state.

        Given back is what became of it: one that came before the accepted one is superseded.
        """
        return self.ledger.conclude(receipt)

    def accepted(self, centre: str) -> Receipt | None:
        """The receipt of the centre's accepted submission."""
        return self.ledger.accepted(centre)

    def centres(self) -> list[str]:
        """Every centre with an accepted submission."""
        return self.ledger.centres()

    def release_key(self) -> bytes:
        """The secret of the release's pseudonyms."""
        return self.key("release")

    def key(self, name: str) -> bytes:
        """32 random bytes for one purpose, made at first use, readable by the owner only."""
        path = self.root / "private" / f"{name}.key"
        if not path.is_file():
            with self.one_at_a_time(f"the key {name}"):  # the first of several runs wins
                if not path.is_file():
                    put_private(secrets.token_bytes(32), path)
        return path.read_bytes()

    @contextmanager
    def one_at_a_time(self, name: str, timeout: float = 600) -> Iterator[None]:
        """One run at a time per centre (or for the release). The lock dies with its process."""
        if not is_local(self.root):
            with self.ledger.one_at_a_time(name, timeout):
                yield
            return
        folder = self.root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(folder / f"{name or 'unknown'}.lock", timeout=timeout):
                yield
        except Timeout as error:
            raise StoreBusy(name) from error
