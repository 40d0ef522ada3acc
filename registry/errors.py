"""Errors that are meant for a person: a sentence that says what is wrong and what to do next.

    UserError
    ├── NotAPackage     the path is neither a folder nor a zip           registry.package
    ├── MappingError    the registry's own mapping of a centre is wrong  registry.harmonise.mapping
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
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{where}"
