"""Submitted text made safe to show: control and bidirectional characters become visible."""

import re
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


def is_plain(text: str, longest: int = LONGEST) -> bool:
    """Whether a text is shown as it is: not empty, not too long, nothing in it invisible."""
    return 0 < len(text) <= longest and visible(text, longest) == text


# Signs that Markdown, or the HTML inside it, gives a meaning to.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~&$:@]")


def markdown(text: str) -> str:
    """Text for Markdown: shown as it is, in a table's cell as well; no link, no image, no HTML."""
    return _MARKDOWN.sub(r"\\\g<0>", visible(text)).replace("\\<", "&lt;").replace("\\&", "&amp;")


# What `json.dumps(…, ensure_ascii=False)` leaves as it is and an editor or terminal acts upon.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)


def json_text(document: str) -> str:
    """JSON whose invisible characters are written out: the same document, safe to look at."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", document)


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
