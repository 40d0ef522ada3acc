"""Submitted text made safe to show: control and bidirectional characters become visible."""

import unicodedata

LONGEST = 120  # characters of a value shown to a person; files keep the whole value


def visible(text: str, longest: int = LONGEST) -> str:
    """`text` with every control, format and bidi character written out, and cut to `longest`."""
    shown = "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
        else f"\\u{ord(character):04x}"
        for character in text[: longest + 1]
    )
    return shown if len(text) <= longest else shown[:longest] + "…"
