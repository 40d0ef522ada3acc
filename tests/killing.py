"""kill -9 at a named function: of a process of its own, which is forked because starting one is slow.

killed_at((write, "_point"), path.cut_release, store)      dies before the pointer moves
"""

import itertools
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(
    victim: tuple[Any, str], call: Callable[..., Any], *args: Any, after: bool = False, nth: int = 1
) -> None:
    """Walk `call(*args)`; die before, or `after`, the nth call of `victim`: a module, its function.

    A process that does not die of it is an error.
    """
    module, name = victim
    function, calls = getattr(module, name), itertools.count(1)

    def last(*args: Any, **kwargs: Any) -> Any:
        is_last = next(calls) == nth
        if is_last and not after:
            die()
        answer = function(*args, **kwargs)
        if is_last:
            die()
        return answer

    def walk() -> None:
        setattr(module, name, last)  # in the child only
        call(*args)

    process = get_context("fork").Process(target=walk)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"{name}: ended with {process.exitcode}"
