"""A job on two cores."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def made_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items; while one is looked at, another thread makes the next, and the first at once.

    It pays where making one is Arrow's and numpy's work in long stretches, for that lets this
    thread run meanwhile.
    """
    maker = ThreadPoolExecutor(max_workers=1)
    return _coming(maker.submit(next, items, None), items, maker)


def _coming(coming: Future[T | None], items: Iterator[T], maker: ThreadPoolExecutor) -> Iterator[T]:
    with maker:
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
