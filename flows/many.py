"""Many packages: one after the other, or side by side in processes that tell one Prefect server.

A process starts with some ten seconds of imports, so another one pays from some packages on.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from prefect.settings import PREFECT_API_URL

from flows.ingest import ingest
from flows.terminal import INTERNAL_ERROR
from registry.errors import StepFailed, UserError
from registry.store import Receipt

PACKAGES_PER_PROCESS = 4


def processes_for(packages: int) -> int:
    """How many work side by side unless somebody says: never more than there are cores."""
    return min(os.cpu_count() or 1, max(1, packages // PACKAGES_PER_PROCESS))


def take_in(packages: Sequence[Path], store: Path, at_once: int) -> Iterator[Receipt | UserError]:
    """What became of each package, in their order; an error of one keeps no other out."""
    if at_once == 1:
        yield from map(partial(_here, store), packages)
        return
    environment = {**os.environ, "PREFECT_API_URL": _server()}
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(partial(_beside, store, environment), packages)


def _here(store: Path, package: Path) -> Receipt | UserError:
    try:
        return ingest(package, store)
    except UserError as error:
        return error


def _beside(store: Path, environment: Mapping[str, str], package: Path) -> Receipt | UserError:
    command = [sys.executable, "-m", "flows.cli", "ingest", package, "--store", store, "--json"]
    done = subprocess.run(
        [*map(str, command)], env=environment, capture_output=True, text=True, check=False
    )
    if done.stdout:
        sys.stderr.write(done.stderr)
        return Receipt(**json.loads(done.stdout))
    said = done.stderr.strip() or f"{package.name}: its process ended with {done.returncode}."
    refused = 0 < done.returncode < INTERNAL_ERROR
    return UserError(said) if refused else StepFailed(said)


def _server() -> str:
    """The server that the environment names; else an embedded one, which all of them share."""
    named = PREFECT_API_URL.value()
    if named is not None:
        return str(named)
    from prefect.server.api.server import SubprocessASGIServer  # who names one need not load it

    embedded = SubprocessASGIServer()
    embedded.start()
    return str(embedded.api_url)
