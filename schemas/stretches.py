"""A table in stretches that no patient leaves, for rules that need a patient's other rows.

What is kept of a table is a number for the patient of each row, and the rows of those patients of
whom more are still to come: some `MOST_WAITING` of them at most, or all those of one patient.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from registry.coded import Bools, all_of
from schemas import parts
from schemas.parts import Places, Source

MOST_WAITING = 1 << 20  # rows in pandas: some 300 MB of a table with twenty columns


class Stretch:
    """Rows of a table in pandas, and their places in it."""

    def __init__(self, places: Places, rows: pd.DataFrame) -> None:
        self.places, self.rows = places, rows
        self._filled: dict[str, Bools] = {}

    def only(self, these: Bools) -> "Stretch":
        """Some of its rows; itself if they are all, for who asked of it before remembers."""
        return self if these.all() else Stretch(self.places[these], self.rows[these])

    def all_filled(self, names: tuple[str, ...]) -> Bools | None:
        """Where none of these columns is blank; None where none is anywhere."""
        for name in names:
            if name not in self._filled:
                self._filled[name] = self.rows[name].notna().to_numpy()
        return all_of(self._filled[name] for name in names)


def stretches(source: Source) -> Iterator[Stretch]:
    """The table again, with all rows of a patient in one stretch.

    A stretch ends with a part. What waits for later rows of its patient is kept: hardly anything of
    a table sorted by patient. One in no order is read in turns, each for a share of the patients.
    """
    patients = source.patients()
    part = np.arange(source.length, dtype=np.int32) // np.int32(parts.ROWS)
    last = np.zeros(patients.max(initial=0) + 2, np.int32)
    last[patients] = part  # of a patient's parts the last one stays
    ends = np.where(patients < 0, part, last[patients])
    waiting = np.cumsum(np.bincount(part) - np.bincount(ends))  # rows, after each part
    turns = int(waiting.max(initial=0)) // MOST_WAITING + 1
    for turn in range(turns):
        yield from _of_some(source, np.where(patients % turns == turn, ends, -1))


def _of_some(source: Source, ends: npt.NDArray[np.integer]) -> Iterator[Stretch]:
    """One stretch per part that ends any; `ends` tells the part of each row's; -1: not wanted."""
    waiting: dict[int, list[Stretch]] = {}
    for before, frame in source.frames():
        read = before + len(frame)
        piece, of_piece = Stretch(np.arange(before, read), frame), ends[before:read]
        for end in np.unique(of_piece[of_piece >= 0]):
            waiting.setdefault(end, []).append(piece.only(of_piece == end))
        for end in sorted(e for e in waiting if min((e + 1) * parts.ROWS, len(ends)) <= read):
            yield _together(waiting.pop(end))


def all_rows(source: Source, column: str | None = None) -> Stretch:
    """The whole table, or one column of it."""
    if column is not None:
        return Stretch(np.arange(source.length), source.columns([column]))
    (whole,) = _of_some(source, np.full(source.length, (source.length - 1) // parts.ROWS))
    return whole


def _together(pieces: list[Stretch]) -> Stretch:
    if len(pieces) == 1:
        return pieces[0]
    places = np.concatenate([piece.places for piece in pieces])
    return Stretch(places, pd.concat([piece.rows for piece in pieces]))
