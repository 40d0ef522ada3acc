"""Limits of what is clinically plausible, other than of laboratory values and doses.

They stand in `codelists/clinical_limits.csv`, each read by the rule it names.
"""

from functools import cache

from registry.codelists import table


@cache
def limit(rule: str, quantity: str, grade: str) -> float:
    """One limit, in the unit of its row; `grade` is a column such as "note_above".

    NaN where the row has no limit of that grade; KeyError where there is no such row.
    """
    rows = table("clinical_limits").set_index(["rule", "quantity"])
    return rows[grade].astype("float64").loc[(rule, quantity)]
