"""The two databases a ledger may be in: SQLite in the store, and a real PostgreSQL of its own.

PostgreSQL is the machine's own (Debian: apt-get install postgresql). One cluster per test process,
on a Unix socket in a temporary folder; every test gets a database of its own in it. Where there is
no PostgreSQL these tests are skipped, except where `.ci/run` says that they must not be.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

MUST = "REGISTRY_TESTS_NEED_POSTGRES"
OWNER = "registry_owner"


@dataclass(frozen=True)
class Cluster:
    """A running server. `url` names a database as the environment of a run names it."""

    socket: Path

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql:///{database}?host={self.socket}&user={user}"

    def new_database(self, like: str = "template1") -> str:
        """The URL of a new database: an empty one, or a copy of another."""
        name = f"ledger_{uuid.uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def copy_of(self, url: str) -> str:
        """The URL of a copy of a database that nobody is connected to."""
        return self.new_database(like=urlsplit(url).path.removeprefix("/"))

    def run(self, statement: str, database: str = "postgres") -> None:
        """As administrator, outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


@cache
def binaries() -> Path | None:
    """The folder of initdb and postgres; None where there is no PostgreSQL."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = shutil.which("initdb") or next(iter(versions), None)
    return Path(found).resolve().parent if found else None


def missing() -> bool:
    """Whether tests on PostgreSQL are to be skipped; an error where they must not be."""
    if binaries() is None and os.environ.get(MUST):
        raise RuntimeError(f"{MUST} is set and there is no PostgreSQL on this machine.")
    return binaries() is None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of its own, gone afterwards; run by nobody where the tests are run by root."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: dict[str, object] = {}
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    data = folder / "data"
    init = [programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(init, check=True, capture_output=True, cwd=folder, **as_user)  # type: ignore[call-overload]
    settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off"}
    server = [programs / "postgres", "-D", data]
    server += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(server, stdout=log, stderr=log, cwd=folder, **as_user)  # type: ignore[call-overload]
    try:
        ready = [programs / "pg_isready", "-h", folder, "-t", "1"]
        while subprocess.run(ready, capture_output=True).returncode:
            assert process.poll() is None, (folder / "log").read_text()
        yield Cluster(folder)
    finally:
        process.send_signal(signal.SIGINT)  # at once: runs that were killed are not waited for
        process.wait()
        shutil.rmtree(folder)
