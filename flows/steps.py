"""A step of the path as a Prefect task that never tells Prefect a patient's value."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from registry.errors import StepFailed, UserError, place_of

P = ParamSpec("P")
R = TypeVar("R")


def quiet(function: Callable[P, R]) -> Callable[P, R]:
    """A function whose crash says where it happened and never what: its text may quote a value.

    Sentences meant for a person pass; trouble with files stays an OSError, without its file.
    """

    @functools.wraps(function)
    def without_values(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except UserError:
            raise
        except OSError as error:
            raise OSError(error.errno or 0, place_of(error)) from None
        except Exception as error:
            raise StepFailed(f"{function.__name__} failed: {place_of(error)}") from None

    return without_values


def step(function: Callable[P, R], retries: int = 0) -> Task[P, R]:
    """Wrap a step. With `retries` it is tried again after trouble with files, and only then.

    The task is not cached (hashing a submission costs more than most steps) and its result is not
    persisted.
    """
    return task(
        name=function.__name__.replace("_", " "),
        retries=retries,
        retry_delay_seconds=2,
        retry_condition_fn=_is_trouble_with_files,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(quiet(function))


class Tasks:
    """The steps of a flow as tasks, each with its number of retries; `others` know more steps."""

    def __init__(self, retries: Mapping[Any, int], others: "Tasks | None" = None) -> None:
        made = {function: step(function, n) for function, n in retries.items()}
        self._tasks: dict[Any, Any] = {**(others._tasks if others else {}), **made}

    def __call__(self, step: Callable[P, R], /) -> Callable[P, R]:
        task: Callable[P, R] = self._tasks[step]
        return task


def _is_trouble_with_files(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """A share that is away for a moment comes back; a wrong package stays wrong."""
    return isinstance(state.result(raise_on_failure=False), OSError)
