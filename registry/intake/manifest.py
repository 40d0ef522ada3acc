"""The bytes of datapackage.json → a JSON object, or nothing. What it says is asked by SUB-11."""

import json
from collections.abc import Iterable
from typing import Any

from registry.intake.limits import Limits


def read_manifest(content: bytes | None, limits: Limits) -> dict[str, Any] | None:
    """The object; None where it is too large, too deep, ambiguous or no JSON object at all.

    Ambiguous is a key that stands twice, a number that JSON has not (NaN) and half a character: two
    programs would read two things.
    """
    if content is None or len(content) > limits.manifest:
        return None
    try:
        said = json.loads(
            content, object_pairs_hook=_each_key_once, parse_constant=_no_number_of_json
        )
        json.dumps(said, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and _levels(said) <= limits.manifest_deep else None


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a key stands twice")
    return said


def _no_number_of_json(name: str) -> None:
    raise ValueError(name)


def _levels(said: object) -> int:
    """How deep an object is nested; counted level by level, so that no depth is too deep."""
    levels, level = 0, [said]
    while level:
        levels += 1
        level = [inner for outer in level for inner in _inside(outer)]
    return levels


def _inside(said: object) -> Iterable[object]:
    if isinstance(said, dict):
        return said.values()
    return said if isinstance(said, list) else ()
