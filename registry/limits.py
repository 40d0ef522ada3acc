"""Limits of what is clinically plausible, other than of laboratory values and doses.

They stand in `codelists/clinical_limits.csv`, each read by the rule it names.
"""

from functools import cache
from typing import Any

from registry.codelists import table


@cache
def _rows() -> dict[tuple[str, str], dict[str, Any]]:
    rows: list[Any] = table("clinical_limits").to_dict("records")
    return {(row["rule"], row["quantity"]): row for row in rows}


def limit(rule: str, quantity: str, grade: str) -> float:
    """One limit, in the unit of its row; `grade` is a column such as "note_above".

    NaN where the row has no limit of that grade; KeyError where there is no such row.
    """
    return float(_rows()[(rule, quantity)][grade])
