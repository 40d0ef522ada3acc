"""Submitted values as cells of a workbook: text stays text, whatever it looks like."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from registry.report.inert import visible
from registry.texts import joined

LONGEST = 2_000  # characters of a cell; Excel holds 32,767, and nobody reads them

# Control, format, bidi, private and line-separating characters, and what XML cannot hold.
UNSEEN = r"[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\x{FFFE}\x{FFFF}]"
NOT_XML = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}

FIRST_DAY = pd.Timestamp("1900-03-01")  # Excel counts a 29 February 1900 that never was
LARGEST = 2**53


def texts(values: pd.Series) -> pd.Series:
    """Text with every unseen character written out, cut to LONGEST; blank stays blank."""
    held = pa.array(values, pa.string(), from_pandas=True)
    odd = pc.or_(pc.match_substring_regex(held, UNSEEN), pc.greater(pc.utf8_length(held), LONGEST))
    rows = np.flatnonzero(odd.fill_null(False).to_numpy(zero_copy_only=False))
    if not len(rows):
        return values.astype("str")
    shown = values.astype(object).copy()
    shown.iloc[rows] = [_shown(text) for text in values.iloc[rows]]
    return shown.astype("str")


def _shown(text: str) -> str:
    return visible(text.translate(NOT_XML), LONGEST)


def has_long(values: pd.Series) -> bool:
    """Whether `texts` cuts any value."""
    held = pa.array(values, pa.string(), from_pandas=True)
    return bool(pc.any(pc.greater(pc.utf8_length(held), LONGEST)).as_py())


def cells(values: pd.Series) -> list[Any]:
    """A submitted column as Python values that a workbook can hold; blank is None.

    Numbers and days stay numbers and days where Excel can hold them, and are text elsewhere.
    """
    blank = values.isna().to_numpy()
    if values.dtype.kind == "M":
        days = values.dt.date.astype(object)
        early = (values < FIRST_DAY).to_numpy()
        return _listed(days.mask(early, values.dt.strftime("%Y-%m-%d").astype(object)), blank)
    if values.dtype == "str":
        return _listed(texts(values).astype(object), blank)
    if values.dtype.kind == "f":
        odd = np.isinf(values.to_numpy())
        return _listed(values.astype(object).mask(odd, values.astype("str").astype(object)), blank)
    if values.dtype == "Int64":
        large = (values.abs() >= LARGEST).fillna(False).to_numpy(dtype=bool)
        text = values.astype("str").astype(object)
        return _listed(values.astype(object).mask(large, text), blank)
    if values.dtype == "boolean":
        return _listed(values.astype(object), blank)
    return _listed(values.astype("str").astype(object), blank)


def _listed(values: pd.Series, blank: np.ndarray) -> list[Any]:
    held = values.to_numpy(dtype=object).copy()
    held[blank] = None
    return list(held)


SEALED = ("identity", "value_hash", "rule_id", "rule_version", "value")


def sealed(findings: pd.DataFrame) -> pd.Series:
    """A short hash over what a row of findings says: has anything but the answer been changed?

    It guards against a slip (one column sorted alone), not against somebody who wants to deceive.
    Blanks around a value do not count: spreadsheets lose them.
    """
    parts = [findings[name].str.strip().fillna("") for name in SEALED]
    return joined(parts, "\x1f").map(_hash).astype("str")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
