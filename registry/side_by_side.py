"""A job on more than one core, where the machine allows it: a site manager's check answers sooner.

A hundred and fifty rules cost their time in small steps that no second thread can share. The second
half runs in a forked process, which sees the same tables without copying them.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
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


def both(first: Callable[[], R], second: Callable[[], R]) -> tuple[R, R]:
    """Both answers; the second from a process of its own if that is safe, and if it comes back.

    Answers must be picklable. Safe means Linux, more than one core and no other thread of ours: a
    lock that one holds would stay locked in the copy, so the flows walk the path one by one.
    """
    if sys.platform != "linux" or CORES < 2 or threading.active_count() > 1:
        return first(), second()
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_send, args=(sender, second))
    child.start()
    sender.close()
    answer = first()
    try:
        other: R = receiver.recv()
    except EOFError:  # the process died, of memory perhaps: ask here, and fail here if it must
        other = second()
    child.join()
    return answer, other


def _send(sender: Connection, job: Callable[[], object]) -> None:
    sender.send(job())
    sender.close()
