"""A job on more than one core."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

R = TypeVar("R")

CORES = os.cpu_count() or 1


def in_threads(job: Callable[[], R], most: int) -> list[R]:
    """The answers of a job that a thread per core, but at most so many, take a share of.

    It pays where the job is numpy's and Arrow's: they let another thread run meanwhile. This thread
    is one of them, as it has memory already that a new one would have to ask for.
    """
    with ThreadPoolExecutor(CORES) as pool:
        others = [pool.submit(job) for _ in range(min(most, CORES) - 1)]
        return [job(), *(other.result() for other in others)]
