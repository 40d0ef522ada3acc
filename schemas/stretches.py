"""A table in stretches that no patient leaves, for rules that need a patient's other rows.

What is kept of a table is a number for the patient of each row, and the rows of those patients of
whom more are still to come.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from registry.coded import Bools, all_of
from schemas import parts
from schemas.parts import Places, Source


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

    A stretch ends with a part. What waits for later rows of its patient is all that is kept: hardly
    anything of a table sorted by patient, and of one in no order at all the whole.
    """
    patients = source.patients()
    rows, n = parts.ROWS, source.length
    part = np.repeat(np.arange(n // rows + 1, dtype=np.int32), rows)[:n]
    last = np.zeros(patients.max(initial=0) + 2, np.int32)
    last[patients] = part  # of a patient's parts the last one stays
    ends = np.where(patients < 0, part, last[patients])
    waiting: dict[int, list[Stretch]] = {}
    for piece in _pieces(source):
        for end in np.unique(ends[piece.places]):
            waiting.setdefault(end, []).append(piece.only(ends[piece.places] == end))
        read = piece.places[-1] + 1
        for end in sorted(end for end in waiting if min((end + 1) * rows, n) <= read):
            yield _together(waiting.pop(end))


def all_rows(source: Source, column: str | None = None) -> Stretch:
    """The whole table, or one column of it."""
    if column is not None:
        return Stretch(np.arange(source.length), source.columns([column]))
    return _together([*_pieces(source)])


def _pieces(source: Source) -> Iterator[Stretch]:
    for before, frame in source.frames():
        yield Stretch(np.arange(before, before + len(frame)), frame)


def _together(pieces: list[Stretch]) -> Stretch:
    if len(pieces) == 1:
        return pieces[0]
    places = np.concatenate([piece.places for piece in pieces])
    return Stretch(places, pd.concat([piece.rows for piece in pieces]))
