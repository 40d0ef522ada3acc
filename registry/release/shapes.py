"""What a text without a code list must look like to leave the registry: a code, never prose.

Free text can hold a name, a date or a place of birth. What is not shaped like the code it should be
is blanked on the way out, and the gate asks again.
"""

import numpy as np
import pandas as pd

from registry.contract import Column, Kind

SHAPES = {
    "atc": r"[A-Z]\d{2}[A-Z]{2}\d{2}",
    "diagnosis_code": r"\d{4,18}|[A-Z]\d{2}(\.\d{1,3})?",
    "icd10": r"[A-Z]\d{2}(\.\d{1,4})?",
    "loinc": r"\d{1,7}-\d",
    "source_unit": r"[^\s\d]{1,12}|[\w%/µμ\[\]{}'.^*-]{1,20}",
    "source_value": r"[<>=]{0,2}\s?[+-]?[\d.,\s]{1,20}([eE][+-]?\d{1,3})?",
    "mapping_version": r"[A-Za-z0-9.-]{1,40}",
    "algorithm_version": r"[A-Za-z0-9.-]{1,40}",
    "centre_id": r"[A-Z]{2}\d{2}",
    "submission_id": r"[A-Z]{2}\d{2}-[0-9a-f]{16}",
}

# The registry's own words: reasons, categories, drug codes joined by "+".
OWN_WORDS = r"[a-z0-9_]+(\+[a-z0-9_]+)*"


def is_uncoded_text(column: Column) -> bool:
    """Whether a column holds text that neither a code list nor a table of keys limits."""
    return column.kind is Kind.TEXT and column.codes is None and not column.is_id


def is_shaped(values: pd.Series, column: Column) -> pd.Series:
    """Whether each text has the shape of its column; true where blank."""
    shape = SHAPES.get(column.name, OWN_WORDS)
    codes, distinct = pd.factorize(values)
    fits = pd.Series(distinct, dtype="str").str.fullmatch(shape).to_numpy(dtype=bool)
    return pd.Series(np.append(fits, True)[codes], index=values.index)  # -1, blank, is the last
