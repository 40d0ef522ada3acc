"""How much of anything a package may have. One table; every line says why it is what it is.

The environment overrides a line: `REGISTRY_LIMIT_ROWS=5000000`. Other limits are another rule set.
`registry limits` and docs/limits.md show the table.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any, NamedTuple

from registry.errors import UserError

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
PREFIX = "REGISTRY_LIMIT_"
MOST = 1 << 50  # a petabyte is no limit


class LimitError(UserError):
    """A limit set in the environment is not one of the table, or no whole number above zero."""


def _limit(most: int, why: str, unit: str = "") -> Any:
    """A line of the table: how much, the reason, and "bytes", "seconds" or what is counted."""
    return field(default=most, metadata={"why": why, "unit": unit})


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, everything else counted."""

    # The package.
    files: int = _limit(64, "ten tables and a manifest, and a few letters beside them")
    folders_deep: int = _limit(3, "DE01/2026/data/labs.parquet; deeper is somebody's whole disk")
    name: int = _limit(120, "of a path: what fits into a report's line", "characters")
    file: int = _limit(64 * MIB, "a million laboratory results take 7 MiB", "bytes")
    package: int = _limit(128 * MIB, "ten tables of which two are large", "bytes")
    ratio: int = _limit(
        100, "of a zip's member; zeros reach 1032, a manifest 20, Parquet is packed already", ": 1"
    )
    ratio_from: int = _limit(1 * MIB, "below this a high ratio harms nobody", "bytes")

    # The manifest.
    manifest: int = _limit(1 * MIB, "a real one has 3 KiB", "bytes")
    manifest_deep: int = _limit(16, "a real one has four", "levels")
    resources: int = _limit(64, "as many as there may be files")
    resource_name: int = _limit(80, "what fits into a report's line", "characters")

    # The footer of a Parquet file, before a row is read.
    footer: int = _limit(4 * MIB, "one of 21 MB costs 15 s, one of 10 MB 3 s (pyarrow 26)", "bytes")
    thrift_string: int = _limit(1 * MIB, "the schema as Arrow writes it is the longest", "bytes")
    thrift_container: int = _limit(10_000, "elements of one list; refused before it is parsed")
    rows: int = _limit(2_000_000, "twice the largest table ever measured here")
    columns: int = _limit(500, "the widest table of the contract has 30")
    row_groups: int = _limit(1_000, "writers make one of every 122,880 to 1,048,576 rows")

    # What a footer does not tell.
    cell: int = _limit(
        4 * KIB, "of one text; 297 bytes of file can be 20 GB of long texts", "bytes"
    )
    decoded: int = _limit(
        512 * MIB,
        "of a package as plain columns; one of a million laboratory results is 131 MiB",
        "bytes",
    )

    # The process that reads.
    memory: int = _limit(
        1536 * MIB, "address space: thrice what a package holds; pyarrow reserves 0.3 GiB", "bytes"
    )
    cpu_seconds: int = _limit(60, "of one file; a million rows take one second", "seconds")
    wall_seconds: int = _limit(120, "of one file, on a machine that is busy", "seconds")

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The table above with what the environment overrides. Raises LimitError."""
        given = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
        return cls(**{_known(name): _number(name, text) for name, text in given.items()})

    @property
    def overridden(self) -> dict[str, int]:
        """What differs from the table above, by name."""
        usual = asdict(Limits())
        return {name: limit for name, limit in asdict(self).items() if limit != usual[name]}

    @property
    def lines(self) -> Iterator["Line"]:
        """The table as it is shown."""
        for line in fields(self):
            unit = line.metadata["unit"]
            usual, now = (_shown(getattr(of, line.name), unit) for of in (Limits, self))
            yield Line(line.name, now, None if now == usual else usual, line.metadata["why"])


class Line(NamedTuple):
    """One limit as it is shown; `usual` is what the environment overrides, if it does."""

    name: str
    limit: str
    usual: str | None
    why: str


def _shown(number: int, unit: str) -> str:
    return size(number) if unit == "bytes" else f"{number:,} {unit}".strip()


def _known(variable: str) -> str:
    """The limit that a variable of the environment is about."""
    known = {PREFIX + line.name.upper(): line.name for line in fields(Limits)}
    if variable not in known:
        near = get_close_matches(variable, known, n=1)
        meant = f" {near[0]} was meant?" if near else ""
        raise LimitError(
            f"{variable} is no limit of the registry.{meant} `registry limits` lists them all."
        )
    return known[variable]


def _number(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < MOST):
        raise LimitError(
            f"{variable} must be a whole number above zero, of bytes or seconds where the limit is "
            f"one. Correct it or take it out of the environment."
        )
    return int(text)


@dataclass(frozen=True)
class Refusal:
    """Why something was not read: what was found there and how much is allowed, never a value.

    `why` is one of `name link special twice damaged size ratio count footer rows columns
    row_groups decoded memory time ended`.
    """

    why: str
    found: str
    allowed: str


def size(count: int) -> str:
    """65536 is "64 KiB"."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} B"
