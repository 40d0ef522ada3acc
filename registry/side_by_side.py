"""A job on two cores."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def made_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items; while one is looked at, another thread makes the next.

    It pays where making one is Arrow's and numpy's work in long stretches, for that lets this
    thread run meanwhile.
    """
    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
