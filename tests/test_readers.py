"""What analysts do with a release: the README's lines, the example, reading while others publish."""

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from registry.files import remove
from registry.release import open_release, write_release
from schemas.published import PUBLISHED
from tests.releases import sample_release
from tests.test_release import passport, published


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that holds latest.json, for everybody here to read."""
    folder = tmp_path_factory.mktemp("sample")
    yield sample_release(folder)
    remove(folder)


def lines_of_the_readme(root: Path, word: str) -> str:
    """The README's lines to find the release, and those that read it with a library."""
    text = (open_release(root).folder / "README.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    find = next(block for block in blocks if "latest.json" in block)
    read = next(block for block in blocks if f"import {word}" in block)
    return find.replace('"…"', repr(str(root))) + read


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_readmes_lines_read_the_visits(root: Path, library: str) -> None:
    said: dict[str, object] = {}

    exec(lines_of_the_readme(root, library), said)

    visits = said["visits"]
    assert len(visits) == open_release(root).arrow("visits").num_rows  # type: ignore[arg-type]
    assert pa.table(visits).schema.field("visit_day").type == pa.int32()


def test_the_readmes_lines_count_visits_in_duckdb(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(lines_of_the_readme(root, "duckdb"), {})

    types = set(open_release(root).pandas("visits")["visit_type"].dropna())
    assert types
    assert all(name in capsys.readouterr().out for name in [*types][:1])


def test_every_csv_is_its_parquet(root: Path) -> None:
    folder = open_release(root).folder

    for file in folder.rglob("*.csv"):
        with duckdb.connect() as db:
            rows = db.execute(f"SELECT count(*) FROM '{file.with_suffix('.parquet')}'").fetchall()
        assert len(pd.read_csv(file)) == rows[0][0], file.name


def test_the_example_draws_a_curve_for_each_antibody(root: Path, tmp_path: Path) -> None:
    picture = tmp_path / "response.svg"

    done = subprocess.run(
        [sys.executable, "docs/examples/time_to_response.py", root, picture],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": ".", "MPLCONFIGDIR": str(tmp_path)},
    )

    assert done.returncode == 0, done.stderr
    assert "3 subtypes, release 2" in done.stdout
    for comment in ("Anti-HMGCR myopathy", "Anti-SRP myopathy", "Antibody-negative IMNM"):
        assert f"<!-- {comment}" in picture.read_text()


# --- one publishes, others read -------------------------------------------------------------------

SECONDS = float(os.environ.get("REGISTRY_SOAK_SECONDS", "4"))

# Every table carries the release it was written for; a reader that sees two has mixed them.
READER = textwrap.dedent("""
    import collections, json, sys, time
    from pathlib import Path
    import pyarrow.parquet as pq
    from registry.release import open_release

    root, until, seen = Path(sys.argv[1]), float(sys.argv[2]), collections.Counter()
    while time.time() < until:
        try:
            release = open_release(root)
            rows = {name: release.arrow(name).num_rows for name in release.tables}
            files = [release.folder / t["path"] for t in release.manifest["tables"].values()]
            of = {pq.read_schema(file).metadata[b"registry:release"].decode() for file in files}
            as_said = {name: t["rows"] for name, t in release.manifest["tables"].items()}
            whole = of == {release.version} and rows == as_said
            seen["reads" if whole else "mixed"] += 1
            seen[release.version] += 1
        except Exception as error:
            seen[f"error: {type(error).__name__}"] += 1
    print(json.dumps(seen))
""")


def test_a_loop_of_readers_while_a_loop_publishes(tmp_path: Path) -> None:
    """As long as REGISTRY_SOAK_SECONDS says; `make soak` makes it a minute."""
    folder, tables = tmp_path / "published", published()[0]
    write_release(folder, tables, PUBLISHED, passport())
    until = time.time() + SECONDS + 3  # a reader takes a while to start
    command = [sys.executable, "-c", READER, folder, str(until)]
    readers = [subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE) for _ in range(2)]

    releases = 1
    while time.time() < until:
        # Each release has other rows than the one before: mixed ones could be told apart.
        fewer = tables | {"labs": tables["labs"].iloc[: releases % 2 + 1]}
        write_release(folder, fewer, PUBLISHED, passport(code=f"{releases}"))
        releases += 1

    seen = [json.loads(reader.communicate(timeout=60)[0]) for reader in readers]
    print(f"{releases} releases; readers: {seen}")
    remove(folder)
    assert releases > 2
    for reader in seen:
        assert {what for what in reader if not what[:1].isdigit()} == {"reads"}
        assert sum(what[:1].isdigit() for what in reader) > 1, "saw more than one release"
