"""What the verbs of the command line share: where they write, how they wait and how they end."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from rich.console import Console
from rich.markup import escape

from registry.errors import StepFailed, UserError

REFUSED, INTERNAL_ERROR = 3, 4


def console(stderr: bool = False) -> Console:
    """Plain and wide where nobody looks at a terminal: files and pipes get whole lines."""
    return Console(stderr=stderr, soft_wrap=True)


def busy(text: str) -> AbstractContextManager[Any]:
    """A moving sign on standard error where somebody looks at it; nothing elsewhere."""
    err = console(stderr=True)
    return err.status(escape(text)) if err.is_terminal else nullcontext()


def one_of(option: str, value: str | None, allowed: tuple[str, ...]) -> None:
    """Raises UserError where an option was given and is none of the words that it may be."""
    if value is not None and value not in allowed:
        raise UserError(f"{option} is one of {' '.join(allowed)}")


def say(error: UserError) -> int:
    """Its sentence, in which a path may have signs a terminal would act upon; and how to end."""
    from registry.report.inert import visible

    console(stderr=True).print(f"[red]{escape(visible(str(error), 2000))}[/red]")
    return INTERNAL_ERROR if isinstance(error, StepFailed) else REFUSED
