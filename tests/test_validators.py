"""Outside validators on a release, each with its network cut off where the machine allows.

`make validate` asks all of them, and Spark, about the release of DE01 and SE01. In the ordinary run
the release is of ten patients, and what needs an environment of its own is skipped.
"""

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.files import remove
from registry.release import open_release
from sample_data.generate import generate
from tests.releases import COMMITTED, sample_release, writable_copy

BIN = Path(sys.executable).parent
EVERYTHING = os.environ.get("REGISTRY_VALIDATE") == "all"
OWN = Path(".venv-validators").resolve()

# mlcroissant verifies a file's hash and columns as it reads the rows.
LOAD = """
import sys, mlcroissant
dataset = mlcroissant.Dataset(jsonld="croissant.json")
names = [records.name for records in dataset.metadata.record_sets]
print({name: sum(1 for _ in dataset.records(name)) for name in names})
"""


@functools.cache
def offline() -> list[str]:
    """The prefix that runs a command without network; none where namespaces are not allowed."""
    prefix = ["unshare", "--net", "--map-root-user"]
    try:
        return (
            prefix if subprocess.run([*prefix, "true"], capture_output=True).returncode == 0 else []
        )
    except FileNotFoundError:
        return []


def run(release: Path, *command: object) -> subprocess.CompletedProcess[str]:
    words = [*offline(), *map(str, command)]
    environment = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "400"}
    return subprocess.run(words, cwd=release, capture_output=True, text=True, env=environment)


def passes(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("sample")
    if not EVERYTHING:
        generate(centres=2, patients=5, seed=3, folder=root / "packages")
    packages = COMMITTED if EVERYTHING else sorted((root / "packages").iterdir())
    yield open_release(sample_release(root / "store", packages)).folder
    remove(root)


def with_visits(release: Path, target: Path, visits: pd.DataFrame) -> Path:
    """The release with other visits in it, as if somebody had changed the file."""
    changed = writable_copy(release, target)
    file = changed / "data/visits.parquet"
    schema = pq.read_schema(file).remove_metadata()
    pq.write_table(pa.Table.from_pandas(visits, schema=schema, preserve_index=False), file)
    return changed


def visits_of(release: Path) -> pd.DataFrame:
    return pd.read_parquet(release / "data/visits.parquet", dtype_backend="pyarrow")


# --- Data Package -------------------------------------------------------------------------------


def test_the_data_package_fits_the_profile_of_the_standard(release: Path) -> None:
    found = importlib.util.find_spec("dplib")
    assert found is not None
    assert found.origin is not None
    profile = Path(found.origin).parent / "profiles/2.0/datapackage.json"

    package = json.loads((release / "datapackage.json").read_text())

    jsonschema.Draft7Validator(json.loads(profile.read_text())).validate(package)


def test_frictionless_finds_every_row_as_described(release: Path) -> None:
    passes(run(release, BIN / "frictionless", "validate", "datapackage.json"))


def test_frictionless_finds_a_visit_that_is_there_twice(release: Path, tmp_path: Path) -> None:
    visits = visits_of(release)
    twice = with_visits(release, tmp_path / "release", pd.concat([visits, visits.tail(1)]))

    done = run(twice, BIN / "frictionless", "validate", "datapackage.json")

    assert done.returncode == 1
    assert "primary-key" in done.stdout.replace("\n", "")


# --- Croissant ----------------------------------------------------------------------------------


def test_the_croissant_is_valid(release: Path) -> None:
    done = run(release, BIN / "mlcroissant", "validate", "--jsonld", "croissant.json")

    passes(done)
    assert "WARNING" not in done.stderr


def test_mlcroissant_loads_every_record(release: Path) -> None:
    done = run(release, sys.executable, "-c", LOAD)

    passes(done)
    manifest = json.loads((release / "manifest.json").read_text())
    rows = {name: table["rows"] for name, table in manifest["tables"].items()}
    assert done.stdout.strip().splitlines()[-1] == str(rows)


def test_mlcroissant_finds_a_value_changed_in_silence(release: Path, tmp_path: Path) -> None:
    visits = visits_of(release)
    visits.loc[visits.index[0], "visit_day"] += 1
    changed = with_visits(release, tmp_path / "release", visits)

    done = run(changed, sys.executable, "-c", LOAD)

    assert done.returncode != 0
    assert "Hash" in done.stderr


# --- RO-Crate and the Open Data Contract: make validate -------------------------------------------


def own(program: str) -> Path:
    """A program of an environment of its own; skips where `make validate` has not made it."""
    found = OWN / program
    if not found.exists() and not EVERYTHING:
        pytest.skip("make validate installs it")
    return found


def crate(release: Path, report: Path) -> subprocess.CompletedProcess[str]:
    """RO-Crate 1.2's requirements; what was found stands in `report`."""
    validator, cache = own("rocrate/bin/rocrate-validator"), report.with_suffix(".cache")
    context = Path(__file__).parent / "validators/ro_crate_context.py"
    passes(run(release, validator.with_name("python"), context, cache))
    settings = ("--offline", "--cache-path", cache, "-p", "ro-crate-1.2", "-l", "required")
    told = ("-f", "json", "-o", report)
    return run(release, validator, "-y", "--disable-color", "validate", *settings, *told, release)


def test_the_ro_crate_meets_every_requirement(release: Path, tmp_path: Path) -> None:
    passes(crate(release, tmp_path / "report.json"))


def test_rocrate_validator_finds_a_file_gone(release: Path, tmp_path: Path) -> None:
    gone = writable_copy(release, tmp_path / "release")
    (gone / "data/labs.parquet").unlink()

    done = crate(gone, tmp_path / "report.json")

    assert done.returncode == 1
    assert "labs.parquet" in (tmp_path / "report.json").read_text()


def test_the_data_contract_is_one_and_holds(release: Path) -> None:
    program = own("datacontract/bin/datacontract")

    passes(run(release, program, "lint", "contract.odcs.yaml"))
    passes(run(release, program, "test", "contract.odcs.yaml"))


def test_datacontract_finds_a_patient_who_is_not_there(release: Path, tmp_path: Path) -> None:
    program = own("datacontract/bin/datacontract")
    visits = visits_of(release)
    visits.loc[visits.index[0], "patient_id"] = "P0000000000000000"
    orphan = with_visits(release, tmp_path / "release", visits)

    done = run(orphan, program, "test", "contract.odcs.yaml")

    assert done.returncode == 1


# --- Spark: make validate -------------------------------------------------------------------------

COUNT_IN_SPARK = """
import pathlib, sys
from pyspark.sql import SparkSession
release = pathlib.Path(sys.argv[1])
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
exec(sys.argv[2])
files = sorted(release.glob("data/*.parquet"))
print({f.stem: spark.read.parquet(str(f)).count() for f in files} | {"visits": visits.count()})
"""


def test_the_readmes_line_reads_the_visits_in_spark_and_spark_every_table(release: Path) -> None:
    python = own("spark/bin/python")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which PyPI has not")
    blocks = re.findall(r"```python\n(.*?)```", (release / "README.md").read_text(), flags=re.S)
    line = next(block for block in blocks if "spark.read" in block)

    # Spark's driver talks to itself over the loopback, which a new network namespace has down.
    done = subprocess.run(
        [python, "-c", COUNT_IN_SPARK, release, line], capture_output=True, text=True
    )

    passes(done)
    manifest = json.loads((release / "manifest.json").read_text())
    rows = {name: table["rows"] for name, table in sorted(manifest["tables"].items())}
    assert done.stdout.strip().splitlines()[-1] == str(rows)
