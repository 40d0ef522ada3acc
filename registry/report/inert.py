"""Submitted text made safe to show: control and bidirectional characters become visible."""

import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

LONGEST = 120  # characters of a value shown to a person; files keep the whole value


def visible(text: str, longest: int = LONGEST) -> str:
    """`text` with every control, format and bidi character written out, and cut to `longest`."""
    if text.isprintable() and len(text) <= longest:  # nearly always, and forty times as fast
        return text
    shown = "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
        else f"\\u{ord(character):04x}"
        for character in text[: longest + 1]
    )
    return shown if len(text) <= longest else shown[:longest] + "…"


# What a spreadsheet takes for a formula, its full-width twins included; but -5 is a number.
_FORMULA = r"^\s*[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^\s*[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?\s*$"


def guarded(texts: pd.Series) -> pd.Series:
    """Texts for a spreadsheet: what it would calculate is prefixed with an apostrophe."""
    cells = pa.array(texts, pa.large_string(), from_pandas=True)
    formula = pc.match_substring_regex(cells, _FORMULA)
    number = pc.match_substring_regex(cells, _NUMBER)
    live = pc.fill_null(pc.and_not(formula, number), False).to_numpy(zero_copy_only=False)
    return texts.mask(live, "'" + texts)
