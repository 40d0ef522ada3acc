"""Seeded mutations of a package's files: whatever comes of it, the parent lives and says so.

    python -m tests.hostile.fuzz --count 4000 --seed 1

Ends with 1 where a mutation crashed the parent, hung, or passed unseen. A mutated table must be
refused with a finding or be read with a hash mismatch reported; a mutated manifest must be refused,
or say the same of every table as before.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from registry.findings import as_findings
from registry.package import NotAPackage
from registry.report.files import as_json
from registry.submission import receive
from schemas.submitted import CONTRACT
from tests.packages import package, zipped

HANGS = 60  # seconds: reading a file takes milliseconds
SMALL = {name: CONTRACT[name] for name in ("patients", "labs", "therapies")}

Mutation = Callable[[bytearray, random.Random], None]


def flip_a_bit(content: bytearray, chance: random.Random) -> None:
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def flip_many(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randrange(2, 40)):
        flip_a_bit(content, chance)


def overwrite(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    byte = chance.choice((b"\0", b"\xff", b"\x7f", b"\x80"))
    for place in range(at, min(at + chance.randrange(1, 16), len(content))):
        content[place : place + 1] = byte


def cut_off(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content)) :]


def leave_out(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    del content[at : at + chance.randrange(1, 64)]


def put_in(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    content[at:at] = chance.randbytes(chance.randrange(1, 64))


def repeat(content: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(content))
    content[at:at] = content[at : at + chance.randrange(1, 256)]


def wound_the_footer(content: bytearray, chance: random.Random) -> None:
    content[-chance.randrange(1, min(len(content), 600))] = chance.randrange(256)


MUTATIONS: tuple[Mutation, ...] = (
    flip_a_bit,
    flip_many,
    overwrite,
    cut_off,
    leave_out,
    put_in,
    repeat,
    wound_the_footer,
)


def fuzz(count: int, seed: int, folder: Path) -> Counter[str]:
    """What became of `count` mutations, by outcome; "crash", "hang" and "unseen" must be none."""
    chance, outcomes = random.Random(seed), Counter[str]()
    own = {"dose": [20.0, 12.5, None] * 40, "drug": ["prednisone", "methotrexate", None] * 40}
    made = package(folder / "DE01", columns={"therapies": own}, contract=SMALL)
    as_zip = zipped(made)
    whole = {path: path.read_bytes() for path in (*sorted(made.iterdir()), as_zip)}
    before = facts(made)
    for unhurt in (made, as_zip):
        if receive(unhurt, SMALL).breaches.rows:
            raise AssertionError("the package has to be clean before it is hurt")
    for _ in range(count):
        path = chance.choice(list(whole))
        content = bytearray(whole[path])
        chance.choice(MUTATIONS)(content, chance)
        if bytes(content) == whole[path]:
            outcomes["nothing changed"] += 1
            continue
        path.write_bytes(content)
        start = time.monotonic()
        outcome = what_became(path if path == as_zip else made, path, before)
        outcomes["hang" if time.monotonic() - start > HANGS else outcome] += 1
        path.write_bytes(whole[path])
    return outcomes


def facts(made: Path) -> tuple[object, ...]:
    """What the manifest says of every table and of whose it is."""
    said = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    resources = [
        (r.get("name"), r.get("path"), str(r.get("hash")).lower(), r.get("registry:rows"))
        for r in said["resources"]
    ]
    return (*resources, said.get("registry:contract"), said.get("registry:language"))


def what_became(package: Path, path: Path, before: tuple[object, ...]) -> str:
    try:
        received = receive(package, SMALL)
        findings = as_findings(
            received.breaches,
            centre=received.centre,
            contract=SMALL,
            tables=received.tables,
            submitted=received.submitted,
            own_columns=received.own_columns,
        )
        json.dumps(as_json(findings, {}), ensure_ascii=False).encode()
    except NotAPackage:
        return "refused: no package"
    except Exception as error:
        print(f"crash: {type(error).__name__} on {path.name}", file=sys.stderr)
        return "crash"
    broken = set(findings.rows["rule_id"])
    could_not = findings.coverage["could_not_run"].notna().any()
    if could_not:
        return "crash"
    if findings.refused:
        seen = broken - {"SUB-17"}
        return "refused" if seen else "read, hash mismatch reported"
    if path.name == "datapackage.json":
        with suppress(ValueError, KeyError, AttributeError):
            return "manifest says the same" if facts(package) == before else "unseen"
    if path.suffix == ".zip":
        return "zip holds the same" if received.id.startswith("DE01-") else "unseen"
    return "unseen"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.hostile.fuzz",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = fuzz(wanted.count, wanted.seed, Path(folder))
    for outcome, times in outcomes.most_common():
        print(f"{times:6,}  {outcome}")
    raise SystemExit(1 if outcomes.keys() & {"crash", "hang", "unseen"} else 0)


if __name__ == "__main__":
    main()
