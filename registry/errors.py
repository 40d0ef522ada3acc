"""Errors that are meant for a person: a sentence that says what is wrong and what to do next.

    UserError
    ├── NotAPackage     the path is neither a folder nor a zip           registry.package
    ├── MappingError    the registry's own mapping of a centre is wrong  registry.harmonise.mapping
    ├── LimitError      a limit in the environment is none               registry.intake.limits
    ├── StoreBusy       another run works on the same centre             registry.store
    └── StepFailed      a step crashed: its name and place, no value     flows.steps

Every other exception is a mistake of ours. Its text may quote a patient's value, so only its type
and place are ever shown or logged.
"""

import traceback
from pathlib import Path


class UserError(Exception):
    """Base of the errors above; its text is shown as it is."""


class StepFailed(UserError):
    """A step of the path crashed."""


def place_of(error: BaseException) -> str:
    """`ValueError at findings.py:120 in as_findings`: where it happened, without its text."""
    kind, frames = type(error).__name__, traceback.extract_tb(error.__traceback__)
    if not frames:
        return kind
    last = frames[-1]
    return f"{kind} at {Path(last.filename).name}:{last.lineno} in {last.name}"
