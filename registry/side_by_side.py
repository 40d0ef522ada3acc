"""A job on two cores."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
J = TypeVar("J")


def by_two_threads(items: Iterator[T], jobs: Iterable[J], do: Callable[[T, J], None]) -> None:
    """Do every job with every item, one item after the other.

    Another thread makes the next item, which pays where that is Arrow's work and lets this thread
    run meanwhile; then it helps with this item's jobs from their end on, for neighbours often share
    work.
    """

    def do_what_is_left(item: T, take: Callable[[], J]) -> None:
        while True:
            try:
                job = take()
            except IndexError:  # nothing is left
                return
            do(item, job)

    with ThreadPoolExecutor(max_workers=1) as other:
        coming = other.submit(next, items, None)
        while (item := coming.result()) is not None:
            left = deque(jobs)
            coming = other.submit(next, items, None)
            helped = other.submit(do_what_is_left, item, left.pop)
            do_what_is_left(item, left.popleft)
            helped.result()
