"""Submitted text made safe to show: control and bidirectional characters become visible."""

import unicodedata

import pandas as pd

LONGEST = 120  # characters of a value shown to a person; files keep the whole value


def visible(text: str, longest: int = LONGEST) -> str:
    """`text` with every control, format and bidi character written out, and cut to `longest`."""
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
    live = texts.str.match(_FORMULA, na=False) & ~texts.str.match(_NUMBER, na=False)
    live |= texts.str.match(r"^[\t\r\n]", na=False)
    return texts.mask(live, "'" + texts)
