"""How a file writes numbers, days and yes/no: found from its own cells and told, or asked.

Text becomes the contract's way of writing (1234.5, 2025-12-31, true); what cannot be read for sure
stays blank here and is reported with its place.
"""

from dataclasses import dataclass

import pandas as pd

from registry.convert.sheet import Question, Said
from registry.convert.wording import say

# A sign between digits that can only be decimal: fewer or more than three digits follow, or the
# digits before it cannot be thousands, or the other sign has grouped them.
ONLY_DECIMAL = (
    r"[+-]?(?:\d+{d}\d{{1,2}}|\d+{d}\d{{4,}}|0\d*{d}\d+|\d{{4,}}{d}\d+"
    r"|\d{{1,3}}(?:{g}\d{{3}})+{d}\d+|\d{{1,3}}(?:{g}\d{{3}}){{2,}})(?:[eE][+-]?\d{{1,3}})?"
)
EITHER = r"[+-]?[1-9]\d{{0,2}}{d}\d{{3}}"
SIGNS = {",": r"\,", ".": r"\."}
OTHER = {",": ".", ".": ","}

MIDNIGHT = r"[T ]0{1,2}:00(?::00(?:\.0+)?)?$"
ISO = r"\d{4}-\d{2}-\d{2}"
DOTTED = r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\. ?(?P<y>\d{4})"
YEAR_FIRST = r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})"
SLASHED = r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<y>\d{4})"

YES_NO = {
    **dict.fromkeys(("true", "yes", "ja", "wahr"), "true"),
    **dict.fromkeys(("false", "no", "nein", "falsch"), "false"),
}


@dataclass(frozen=True)
class Style:
    """`decimal` and `date_order` ("day", "month") are None where the file does not need them."""

    decimal: str | None = None
    thousands: str | None = None
    date_order: str | None = None


def _only_decimal(sign: str) -> str:
    return ONLY_DECIMAL.format(d=SIGNS[sign], g=SIGNS[OTHER[sign]])


def _matching(texts: pd.Series, pattern: str) -> pd.Series:
    return texts[texts.str.fullmatch(pattern, na=False)]


def decimal_of(numbers: pd.Series, said: Said, file: str, language: str) -> tuple[str | None, str]:
    """(decimal sign, why) from the numbers of a file as written, indexed by line.

    Raises Question where the numbers can be read in two ways, or are written in both.
    """
    if said.decimal is not None:
        name = say(language, said.decimal)
        return said.decimal, say(language, "said", what=say(language, "decimal_name", name=name))
    texts = numbers.dropna()
    sure = {sign: _matching(texts, _only_decimal(sign)) for sign in SIGNS}
    if all(len(found) for found in sure.values()):
        raise Question(
            say(
                language,
                "q_both_decimals",
                file=file,
                comma=_short(sure[","].iloc[0]),
                line=sure[","].index[0],
                point=_short(sure["."].iloc[0]),
                other=sure["."].index[0],
            )
        )
    for sign, found in sure.items():
        if len(found):
            name, example = say(language, sign), _short(found.iloc[0])
            return sign, say(language, "decimal", name=name, n=len(found), example=example)
    for sign, key in ((",", "q_decimal"), (".", "q_point")):
        either = _matching(texts, EITHER.format(d=SIGNS[sign]))
        if len(either):
            raise Question(_two_readings(either, sign, key, file, language))
    return None, say(language, "no_decimals")


def _two_readings(either: pd.Series, sign: str, key: str, file: str, language: str) -> str:
    example = str(either.iloc[0])
    whole, fraction = example.split(sign)
    return say(
        language,
        key,
        file=file,
        example=example,
        line=either.index[0],
        one=f"{whole}.{fraction}" if language != "de" else f"{whole},{fraction}",
        other=whole + fraction,
    )


def numbers_in(texts: pd.Series, style: Style) -> pd.Series:
    """Numbers as the contract writes them; blank where a text is none, or could be two."""
    decimal = style.decimal or "."
    group = OTHER[decimal]
    bare = texts
    if style.thousands is not None:
        grouped = bare.str.fullmatch(
            rf"[+-]?\d{{1,3}}(?:{_sign(style.thousands)}\d{{3}})+(?:{SIGNS[decimal]}\d+)?", na=False
        )
        bare = bare.mask(grouped, bare.str.replace(style.thousands, "", regex=False))
    both = bare.str.fullmatch(
        rf"[+-]?\d{{1,3}}(?:{SIGNS[group]}\d{{3}})+{SIGNS[decimal]}\d+"
        rf"|[+-]?\d{{1,3}}(?:{SIGNS[group]}\d{{3}}){{2,}}",
        na=False,
    )
    bare = bare.mask(both, bare.str.replace(group, "", regex=False))
    plain = bare.str.fullmatch(
        rf"[+-]?\d+(?:{SIGNS[decimal]}\d+)?(?:[eE][+-]?\d{{1,3}})?", na=False
    )
    return bare.where(plain).str.replace(decimal, ".", regex=False)


def _sign(thousands: str) -> str:
    return SIGNS.get(thousands, r"\s" if thousands.isspace() else "'")


def date_order_of(
    days: pd.Series, said: Said, file: str, language: str
) -> tuple[str | None, list[str]]:
    """("day" or "month" first, what was found) from the days of a file as written, by line.

    Raises Question where days like 01/02/2025 leave it open, or are written in both ways.
    """
    texts = days.dropna().str.replace(MIDNIGHT, "", regex=True)
    told = _told_forms(texts, language)
    slashed = _matching(texts, SLASHED)
    if slashed.empty:
        return None, told
    if said.date_order is not None:
        what = say(language, f"{said.date_order}_said")
        return said.date_order, [*told, say(language, "said", what=what)]
    parts = slashed.str.extract(SLASHED)
    first, second = (slashed[parts[part].astype("int64") > 12] for part in ("a", "b"))
    if len(first) and len(second):
        facts = {"day": first.iloc[0], "line": first.index[0]}
        facts |= {"month": second.iloc[0], "other": second.index[0]}
        raise Question(say(language, "q_both_orders", file=file, **facts))
    if first.empty and second.empty:
        facts = {"example": slashed.iloc[0], "line": slashed.index[0]}
        raise Question(say(language, "q_order", file=file, **facts))
    order, example = ("day", first.iloc[0]) if len(first) else ("month", second.iloc[0])
    return order, [*told, say(language, order, example=example)]


def _told_forms(texts: pd.Series, language: str) -> list[str]:
    told = []
    for key, pattern in (("iso", ISO), ("dotted", DOTTED), ("year_first", YEAR_FIRST)):
        found = _matching(texts, pattern)
        if len(found):
            told.append(say(language, key, n=len(found), example=found.iloc[0]))
    return told


def days_in(texts: pd.Series, style: Style) -> pd.Series:
    """Days as the contract writes them, 2025-12-31; blank where a text is none."""
    bare = texts.str.replace(MIDNIGHT, "", regex=True)
    days = bare.where(bare.str.fullmatch(ISO, na=False))
    names = {"a": "d", "b": "m"} if style.date_order == "day" else {"a": "m", "b": "d"}
    forms = [DOTTED, YEAR_FIRST] + ([SLASHED] if style.date_order else [])
    for pattern in forms:
        parts = bare.where(bare.str.fullmatch(pattern, na=False)).str.extract(pattern)
        parts = parts.rename(columns=names)
        made = parts["y"] + "-" + parts["m"].str.zfill(2) + "-" + parts["d"].str.zfill(2)
        days = days.fillna(made)
    return days


def yes_no_in(texts: pd.Series, codes: dict[str, str]) -> pd.Series:
    """true and false; `codes` are the centre's own words for them and come first."""
    return texts.map(codes).astype("str").fillna(texts.str.casefold().map(YES_NO).astype("str"))


def _short(text: object) -> str:
    return str(text)[:30]
