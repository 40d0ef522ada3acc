"""One table as it stands in a centre's file: cells as written, and where each row stands."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from registry.errors import UserError

Watch = Callable[[str, float], None]  # (file, share of it read): for a progress bar


def unwatched(file: str, share: float) -> None:
    """Nobody looks."""


class CannotConvert(UserError):
    """The source cannot be read, or must not be opened: a sentence that says what to do."""


class Question(UserError):
    """The file can be read in two ways and only the centre knows which: asked, never guessed."""


@dataclass(frozen=True)
class Said:
    """What the person who converts has said about the files; None where nothing was said.

    `decimal` and `thousands` are signs; `date_order` is "day" or "month".
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    date_order: str | None = None


@dataclass(frozen=True)
class Problem:
    """A breach of a rule of converting, at lines of the file (None: the file as a whole)."""

    rule_id: str
    lines: pd.Index | None = None
    column: str | None = None
    value: str | None = None
    expected: str | None = None


@dataclass
class Sheet:
    """A file or sheet with a header.

    `cells` is text (blank is missing), indexed by line (CSV) or row (Excel) in the file; `native`
    says in the same shape which cells the file itself stores as number, day or yes/no, None where
    it stores text only. `name` is what the file or sheet is called: which table it is.
    """

    name: str
    file: str
    sheet: str | None
    cells: pd.DataFrame
    native: pd.DataFrame | None = None
    problems: list[Problem] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of its header, in order."""
        return [str(name) for name in self.cells.columns]

    @property
    def place(self) -> str:
        return self.file if self.sheet is None else f"{self.file}, {self.sheet}"


def folded(name: object) -> str:
    """A name as it is compared: without case, outer blanks, and with _ for inner ones."""
    return "_".join(str(name).casefold().split())


def known_in(names: Collection[object], known: Collection[str]) -> int:
    """How many of `names` are among the (folded) known ones."""
    return sum(folded(name) in known for name in names)


def named(
    header: list[str], cells: pd.DataFrame, n_lines: int
) -> tuple[pd.DataFrame, list[Problem]]:
    """`cells` under the names of the header; columns without name or content are left out.

    A name that stands twice is a problem, and its first column is kept.
    """
    names = [str(name).strip() for name in header]
    empty = cells.isna().all().to_numpy() if n_lines else np.ones(len(names), dtype=bool)
    unnamed = np.array([not name for name in names], dtype=bool)
    twice = pd.Series([folded(n) for n in names]).duplicated().to_numpy() & ~unnamed
    problems = [Problem("CNV-04", column=names[i][:120]) for i in np.flatnonzero(twice)]
    lost = np.flatnonzero(unnamed & ~empty)
    problems += [Problem("CNV-03", column=f"[{i + 1}]") for i in lost]
    kept = np.flatnonzero(~unnamed & ~twice)
    return cells.iloc[:, kept].set_axis([names[i] for i in kept], axis="columns"), problems


def stripped(cells: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Text without blanks around it, empty text as missing; and of how many cells that is true."""
    bare = cells.apply(lambda column: column.str.strip())
    changed = int((bare.ne(cells) & cells.notna() & bare.ne("")).to_numpy(dtype=bool).sum())
    return bare.mask(bare == ""), changed
