"""What a release says of itself: what it was made from, by which rules, and what was left out."""

import hashlib
import json
import re
from typing import Any, NotRequired, TypedDict

import pandas as pd

from registry.contract import VERSION

CALVER = re.compile(r"(\d{4})\.(\d+)\.(\d+)")


class Passport(TypedDict):
    """What only the caller knows of a release; `fingerprint` says what makes it the same one."""

    submissions: list[str]  # ids of the submissions used
    data_cuts: dict[str, str]  # centre → day up to which its data are complete, ISO 8601
    rule_set: str  # registry.rules.fingerprint()
    code: str  # commit of this code
    algorithm_version: str  # registry.outcomes.ALGORITHM_VERSION
    excluded: dict[str, int]  # patients left out by reason; other counts under names of their own
    waived: NotRequired[list[str]]  # identities of findings that a waiver keeps from holding back
    created: NotRequired[str]  # UTC, ISO 8601; now, unless given
    accounts: NotRequired[pd.DataFrame]  # centre_id, table, submitted, held_back: counts of rows
    open_findings: NotRequired[pd.DataFrame]  # registry.release.quality.OPEN
    waivers: NotRequired[
        pd.DataFrame | list[dict[str, Any]]
    ]  # in force; registry.release.quality.WAIVERS


def fingerprint(passport: Passport) -> str:
    """SHA-256 over submissions, waivers, rule set, code, outcome algorithm and contract.

    The same fingerprint is the same release: nothing else decides what is in it.
    """
    decisive = {
        "submissions": sorted(passport["submissions"]),
        "rule_set": passport["rule_set"],
        "code": passport["code"],
        "algorithm_version": passport["algorithm_version"],
        "contract": VERSION,
        **({"waived": sorted(passport["waived"])} if passport.get("waived") else {}),
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()


def as_numbers(version: str) -> tuple[int, int, int]:
    """2026.1.0 as (2026, 1, 0), which order as the versions do; ValueError where it is none."""
    parts = CALVER.fullmatch(version)
    if parts is None:
        raise ValueError(f"{version} is not a version: YYYY.N.patch, e.g. 2026.1.0.")
    year, number, patch = (int(part) for part in parts.groups())
    return year, number, patch


def next_version(latest: str | None, created: str, patch: bool = False) -> str:
    """YYYY.N.0 after `latest`: N counts from 1 in each year; a clock set back goes on counting.

    A patch is the same data cut minus withdrawals or with a fix: YYYY.N.patch after `latest`;
    ValueError where there is nothing to patch.
    """
    year = int(created[:4])
    if patch:
        if latest is None:
            raise ValueError("There is no release to patch yet.")
        last_year, number, patched = as_numbers(latest)
        return f"{last_year}.{number}.{patched + 1}"
    if latest is None:
        return f"{year}.1.0"
    last_year, number, _ = as_numbers(latest)
    return f"{last_year}.{number + 1}.0" if last_year >= year else f"{year}.1.0"
