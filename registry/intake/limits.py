"""How much of anything a package may have. One table; every line says why it is what it is.

The environment overrides a line: `REGISTRY_LIMIT_ROWS=5000000`. Other limits are another rule set.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from registry.errors import UserError

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
PREFIX = "REGISTRY_LIMIT_"


class LimitError(UserError):
    """A limit set in the environment is no whole number above zero."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} must be a whole number above zero. Correct it or take it out of the "
            f"environment."
        )


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, everything else counted."""

    # The package. Ten tables and a manifest make eleven files; a few letters may lie beside them.
    files: int = 64
    folders_deep: int = 3  # DE01/2026/data/labs.parquet; deeper is somebody's whole disk
    name: int = 120  # characters of a path: what fits into a report's line
    file: int = 64 * MIB  # a million laboratory results take 20 MiB
    package: int = 128 * MIB  # ten tables of which two are large
    # Deflate reaches 1032 : 1 on zeros. Parquet is packed already, a manifest reaches 20 : 1.
    ratio: int = 100
    ratio_from: int = 1 * MIB  # below this a high ratio harms nobody

    # The manifest. A real one has 3 KiB and four levels.
    manifest: int = 1 * MIB
    manifest_deep: int = 16
    resources: int = 64  # as many as there may be files
    resource_name: int = 80

    # The footer of a Parquet file, before a row is read. Measured with pyarrow 26: a footer of
    # 21 MB (200,000 row groups) costs 15 s, one of 10 MB (50,000 columns) 3 s.
    footer: int = 4 * MIB
    thrift_string: int = 1 * MIB
    thrift_container: int = 10_000
    rows: int = 2_000_000  # twice the largest table ever measured here
    columns: int = 500  # the widest table of the contract has 30
    row_groups: int = 1_000  # writers make one of every 122,880 to 1,048,576 rows

    # What a footer does not tell: 297 bytes can be 20 GB of text.
    cell: int = 4 * KIB  # bytes of one text; the contract has codes, keys and a test kit's name
    decoded: int = 1 * GIB  # a table as plain columns: a million laboratory results are 0.2 GiB

    # The process that reads. Address space, not memory in use: pyarrow alone reserves 0.3 GiB.
    memory: int = 2 * GIB
    cpu_seconds: int = 60  # of one file; a million rows take one second
    wall_seconds: int = 120  # of one file, on a machine that has other things to do

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The table above with what the environment overrides. Raises LimitError."""
        changed = {}
        for field in fields(cls):
            name = PREFIX + field.name.upper()
            if name in environment:
                text = environment[name]
                if not (text.isascii() and text.isdigit() and 0 < int(text) < 1 << 50):
                    raise LimitError(name)
                changed[field.name] = int(text)
        return cls(**changed)

    @property
    def overridden(self) -> dict[str, int]:
        """What differs from the table above, by name."""
        usual = asdict(Limits())
        return {name: limit for name, limit in asdict(self).items() if limit != usual[name]}


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
