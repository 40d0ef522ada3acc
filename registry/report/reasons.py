"""Why a rule matters, in each language: its docstring in English, `reasons.de.csv` in German."""

import csv
from functools import cache
from pathlib import Path

from registry.rules import Rule

GERMAN = Path(__file__).with_name("reasons.de.csv")


@cache
def german() -> dict[str, str]:
    """Rule id → reason; grades of one line (TX-03a, TX-03b …) share that of TX-03."""
    with GERMAN.open(encoding="utf-8", newline="") as file:
        return {line["rule"]: line["reason"] for line in csv.DictReader(file, strict=True)}


def reason(rule: Rule, language: str) -> str:
    """Why the rule matters."""
    if language != "de":
        return rule.reason
    reasons = german()
    return reasons.get(rule.id) or reasons.get(rule.id.rstrip("abc")) or rule.reason
