"""Whether ids are there, and where: in Arrow and numpy, no Python object for any of them.

An id becomes a 64-bit number, and numbers are sorted and searched ten times faster than texts.
Different ids can have the same number, so whatever the numbers find is compared as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.coded import Bools, ToldLater, as_bools, text_of
from registry.texts import as_arrow

Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Letters = npt.NDArray[np.uint8]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: Fibonacci hashing
_HALF = np.uint64(32)
_WORDS = (1, 4, 8)  # letters taken at once
_TEXT = pa.large_string()
_IN_CACHE = 1 << 14  # ids, with what is worked out of them
_IN_A_SHARE = 1 << 20  # numbers: 8 MB to sort

FEW = 1 << 12  # keys: to compare so many as text costs less than to number them


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(as_arrow(ids), value_set=as_arrow(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


class KeysOfPart(ToldLater):
    """Which rows are the first with their key: of neighbours told at once, of all of them later.

    Until then the number of each key is kept, and nothing else.
    """

    def __init__(self, ids: pa.Array) -> None:
        super().__init__(len(ids))
        numbers, first = numbers_of(ids), as_bools(ids.is_valid()).copy()
        again = np.flatnonzero(numbers[1:] == numbers[:-1]) + 1
        alike = pc.equal(ids.take(again), ids.take(again - 1)).fill_null(False)
        self.broken = again[as_bools(alike)]
        first[self.broken] = False
        self.numbers = numbers if first.all() else numbers[first]

    @staticmethod
    def broken_in(parts: Sequence[KeysOfPart], again: Iterable[tuple[int, Any]]) -> Places:
        """Places of the keys that stand earlier; if no number does, none is read again."""
        twice = _twice_in([part.numbers for part in parts])
        if not len(twice):
            return np.array([], np.int64)
        found, texts = [], []
        for before, column in again:
            ids = column.array
            maybe = _places_of(twice, numbers_of(ids))
            found.append(maybe + before)
            texts.append(ids.take(maybe).cast(_TEXT))
        codes = pa.concat_arrays(texts).dictionary_encode().indices
        earlier = as_bools(codes.is_valid()).copy()
        earlier[np.unique(codes.fill_null(-1), return_index=True)[1]] = False
        return np.concatenate(found)[earlier]


def repeated(keys: pd.Series) -> Bools:
    """Whether each key stands in an earlier row already; blanks do not repeat each other."""
    column: Any = text_of(as_arrow(keys))
    part = KeysOfPart(column.array)
    again = np.zeros(len(keys), bool)
    again[part.broken] = again[KeysOfPart.broken_in([part], [(0, column)])] = True
    return again


def _twice_in(parts: list[Numbers]) -> Numbers:
    """Those that stand twice in all parts together, sorted."""
    shares = sum(map(len, parts)) // _IN_A_SHARE + 1
    ends = np.linspace(0, 2.0**64, shares, endpoint=False)[1:].astype(np.uint64)
    of_parts = [_in_shares(part, ends) for part in parts]
    return np.concatenate([_twice(np.concatenate(share)) for share in zip(*of_parts, strict=True)])


def _in_shares(numbers: Numbers, ends: Numbers) -> list[Numbers]:
    """Numbers up to each of these ends: those that are alike come into one share."""
    if not len(ends):
        return [numbers]
    numbers = np.sort(numbers)
    return np.split(numbers, numbers.searchsorted(ends))


def _twice(numbers: Numbers) -> Numbers:
    numbers.sort()  # numpy sorts eight at a time
    return np.unique(numbers[1:][numbers[1:] == numbers[:-1]])


def _places_of(few: npt.NDArray[Any], numbers: npt.NDArray[Any]) -> Places:
    """Where a number is one of `few`, sorted; their last 16 bits spare most the search."""
    ends = np.zeros(1 << 16, dtype=bool)
    ends[few.astype(np.uint16)] = True
    maybe = np.flatnonzero(ends.take(numbers.astype(np.uint16)))
    wanted = numbers[maybe]
    found: Places = maybe[few.take(few.searchsorted(wanted), mode="clip") == wanted]
    return found


class Keys:
    """The keys of a table, to look ids up in; of a key that stands twice, the first row."""

    def __init__(self, keys: pd.Series) -> None:
        self._ids = as_arrow(keys)
        self._are_few = len(self._ids) <= FEW
        if not self._are_few:
            numbers = pd.Index(numbers_of(self._ids))
            self._rows: Places | None = None  # each number's own, unless rows are left out
            if self._ids.null_count or not numbers.is_unique:
                filled = np.flatnonzero(as_bools(self._ids.is_valid()))
                first = filled[~numbers[filled].duplicated()]
                numbers, self._rows = numbers[first], np.append(first, -1)
            self._numbers = numbers

    def places(self, ids: pa.Array) -> Places:
        """Position of the row that has each id, none of which is blank; -1: none has."""
        wanted = ids.cast(_TEXT)
        if self._are_few:
            return self._compared(wanted)
        places = self._numbers.get_indexer(pd.Index(numbers_of(wanted)))
        if self._rows is not None:
            places = self._rows[places]
        hits = places >= 0
        found = wanted if hits.all() else wanted.filter(pa.array(hits))
        if pc.all(pc.equal(found, self._ids.take(places[hits]))).as_py() is False:
            return self._compared(wanted)
        return np.asarray(places)

    def _compared(self, wanted: pa.LargeStringArray) -> Places:
        """The same, text by text: these are few, or two ids have one number."""
        first = pc.index_in(wanted, value_set=self._ids)
        return np.asarray(first.fill_null(-1)).astype(np.int64)


def numbers_of(ids: pa.Array) -> Numbers:
    """A 64-bit number for each id, several letters at a time; a blank has that of no letters."""
    numbers = np.empty(len(ids), np.uint64)
    if not len(ids):
        return numbers
    _, offsets, data = ids.buffers()
    width = np.int32 if ids.type == pa.string() else np.int64
    ends = np.frombuffer(offsets, width)[ids.offset : ids.offset + len(ids) + 1]
    letters = np.frombuffer(data or b"", np.uint8)
    for start in range(0, len(ids), _IN_CACHE):
        some = numbers[start : start + _IN_CACHE]
        _number(some, letters, ends[start : start + _IN_CACHE + 1])
    return numbers


def _number(numbers: Numbers, letters: Letters, ends: npt.NDArray[Any]) -> None:
    """Write the numbers of the texts between these ends."""
    starts, lengths = ends[:-1], np.diff(ends)
    left = np.ones(len(numbers), bool)
    while left.any():  # a centre's ids have few lengths
        length = int(lengths[left.argmax()])
        rows = lengths == length
        if rows.all():
            numbers[:] = _mixed(letters, starts, length)
            return
        numbers[rows] = _mixed(letters, starts[rows], length)
        left ^= rows


def _mixed(letters: Letters, starts: npt.NDArray[Any], length: int) -> Numbers:
    """A number for each text of one length; its last word may overlap the one before."""
    numbers = np.full(len(starts), length, np.uint64)
    width = max((w for w in _WORDS if w <= length), default=0)
    if not width:
        return numbers
    words = np.ndarray(len(letters) - width + 1, f"u{width}", letters, strides=(1,))
    side_by_side = starts[-1] - starts[0] == length * (len(starts) - 1)
    at = slice(starts[0], starts[-1] + 1, length) if side_by_side else starts
    for place in [*range(0, length - width, width), length - width]:
        numbers ^= words[place:][at]
        numbers *= _MIX
        numbers ^= numbers >> _HALF
    return numbers
