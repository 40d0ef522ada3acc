"""What must not stand in a pseudonymised submission: addresses, telephone numbers, names …

Asked of the distinct values of text columns, by Arrow in one go; only what looks like something is
looked at closely (check digits, `phonenumbers`). Nothing here gives a value back: only the name of
a pattern and the rows. `docs/personal-data.md` says how much is found and how often in error.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MONTHS = "Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez|janv|févr|avr|juin|août"
DATE = (
    r"(?:[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9]"
    rf"|[0-3]?[0-9](?:\.|st|nd|rd|th)? ?(?:{MONTHS})\p{{L}}*\.? (?:19|20)[0-9]{{2}}"
    rf"|(?:{MONTHS})\p{{L}}*\.? [0-3]?[0-9](?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})"
)
SHORT_DATE = r"[0-3]?[0-9][./-][01]?[0-9][./-][0-9]{2}"


@dataclass(frozen=True)
class Pattern:
    """One kind of personal data: its name in both languages, its look (RE2), and a closer look.

    `confirms` gets a text that looks like it, and the centre's country. `only` narrows it to keys
    ("key") or to those of patients ("patient").
    """

    name: str
    look: str
    confirms: Callable[[str, str], bool] | None = None
    only: str = ""


def is_iban(text: str, country: str = "") -> bool:
    """ISO 13616: the first four characters put last, letters as numbers, remainder 1 by 97."""
    for found in _IBAN.finditer(text.upper()):
        plain = found.group().replace(" ", "")
        for length in range(min(len(plain), 34), 14, -1):  # a word may follow it
            moved = plain[4:length] + plain[:4]
            if int("".join(str(int(character, 36)) for character in moved)) % 97 == 1:
                return True
    return False


def is_kvnr(text: str, country: str = "") -> bool:
    """German health insurance number: a letter as two digits, weights 1 and 2, sum by ten."""
    for letter, digits in _KVNR.findall(text):
        number = f"{ord(letter) - 64:02d}{digits[:8]}"
        weighted = (int(digit) * (1 + place % 2) for place, digit in enumerate(number))
        if sum(product // 10 + product % 10 for product in weighted) % 10 == int(digits[8]):
            return True
    return False


def is_phone(text: str, country: str) -> bool:
    """A number that a telephone of the centre's country, or after + of any, can have.

    Only the first few places that look like one are tried: a text full of them would take 50 ms.
    """
    import phonenumbers  # only where something looks like one: it takes a tenth of a second

    places = (found.group()[:LONGEST_PHONE] for found in islice(_PHONE.finditer(text), PLACES))
    return any(any(phonenumbers.PhoneNumberMatcher(place, country or None)) for place in places)


PHONE = r"(?:\+|\b00?)[0-9(][0-9 ()/.\-]{5,}[0-9]"
LONGEST_PHONE, PLACES = 40, 5

_PHONE = re.compile(PHONE)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b")
_KVNR = re.compile(r"\b([A-Z])([0-9]{9})\b")

PATTERNS = (
    Pattern("e-mail address | E-Mail-Adresse", r"[A-Za-z0-9_%+-]@[A-Za-z0-9-]+\.[A-Za-z]"),
    Pattern("bank account | Kontonummer", _IBAN.pattern, is_iban),
    Pattern("health insurance number | Krankenversichertennummer", r"\b[A-Z][0-9]{9}\b", is_kvnr),
    Pattern("telephone number | Telefonnummer", PHONE, is_phone),
    Pattern(
        "date of birth | Geburtsdatum",
        r"(?i:\b(?:geb|geboren|geburtsdatum|geburtstag|born|birth|birthday|dob|d\.o\.b|"
        r"né|née|naissance|födelsedatum|född)\b|\*)"
        rf"\W{{0,4}}(?i:am |on |le |den )?(?:{DATE}|{SHORT_DATE})",
    ),
    Pattern("full date | volles Datum", DATE, only="patient"),
    Pattern(
        "name with title | Name mit Anrede",
        r"\b(?:Herrn?|Frau|Hr\.|Fr\.|Dr\.|Prof\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Mme|Mlle|Monsieur|Madame)"
        r"\s+(?:(?:Dr|Prof|med)\.?\s+)*\p{Lu}[\p{L}'’-]*",
    ),
    Pattern(
        "name | Name",
        r"^\p{Lu}\p{Ll}{2,}(?:[ ,_.-]+\p{Lu}\p{Ll}{2,})+(?:[ ,_.-]*[0-9]*)$",
        only="key",
    ),
    Pattern(
        "street address | Anschrift",
        r"(?i:\p{L}{2,} ?-?(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|weg|ring|damm|ufer|gatan|vägen)"
        r"\s+[0-9]{1,4})"
        r"|\b[0-9]{1,5}[a-z]?,? (?:\p{Lu}\p{L}+ ){1,3}"
        r"(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Close|Way|Court)(?:\W|$)"
        r"|\b[0-9]{1,4}(?: bis| ter)?,? (?i:rue|avenue|boulevard|place|chemin|impasse) \p{L}",
    ),
)

# One quick pass over all values: what has none of these signs has none of the looks above. RE2 is
# quick as long as it is short and of ASCII (0.1 s for a million keys; all looks at once take 40).
_DAY = (
    r"[0-9][./-][01]?[0-9][./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[./-][01]?[0-9][./-][0-9]"
    r"|[0-9](?:Jan|Feb|M[aä]|A[pu]|Ju|Sep|O[ck]t|Nov|De[cz])"
)
SIGNS = rf"[@+\s(*]|[^\x00-\x7F]|[A-Z]{{2}}[0-9]{{2}}[0-9A-Z]{{5}}|[A-Z][0-9]{{9}}|{_DAY}"
SIGNS_OF_KEYS = rf"{SIGNS}|[a-z][,_.-]+[A-Z]"
SIGNS_OF_TEXTS = (
    rf"{SIGNS}|0[0-9]{{2,5}}[-./][0-9]{{2}}|00[0-9]{{8}}|[a-z]\W{{0,4}}[0-9]{{1,2}}[./-]"
)

# Of many that look like a number with check digits a few tell whether they are: a closer look at
# one costs as much as the quick pass over a thousand.
TRIED = 500
FEW = 20

# Column names that promise personal data: letters only, without accents, words run together.
_HINTS = Path(__file__).with_name("telling_columns.csv")
COLUMN_NAME = "column name | Spaltenname"


def is_telling(column: str) -> bool:
    """Whether a column's name promises personal data: `Vorname`, `birth_date`, `Patient.Name`."""
    plain = unicodedata.normalize("NFKD", column.replace("ß", "ss")).casefold()
    whole = "".join(re.findall(r"[a-z]+", plain))
    return whole in _hints() or whole.removeprefix("patient").removeprefix("en") in _hints()


@cache
def _hints() -> frozenset[str]:
    with _HINTS.open(encoding="utf-8", newline="") as file:
        return frozenset(row["word"] for row in csv.DictReader(file))


def found_in(
    column: pa.ChunkedArray, place: str, country: str, codes: tuple[str, ...] = ()
) -> Iterator[tuple[str, np.ndarray]]:
    """(name of a pattern, positions of the rows that have it) of a text column.

    `place` is "patient" (a key of patients), "key" (another key) or "" (anything else); values
    among `codes` are not looked at. Rows count from 0.
    """
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    is_coded = pa.types.is_dictionary(array.type)
    values = array.dictionary if is_coded else array
    for name, is_hit in _hits(values, place, country, codes):
        if is_coded:
            indices = array.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            yield name, np.flatnonzero(np.append(is_hit, False)[indices])
        else:
            yield name, np.flatnonzero(is_hit)


def _hits(
    values: pa.Array, place: str, country: str, codes: tuple[str, ...]
) -> Iterator[tuple[str, np.ndarray]]:
    signs = SIGNS_OF_KEYS if place else SIGNS_OF_TEXTS
    has_sign = pc.match_substring_regex(values, signs).fill_null(False)
    if codes:
        has_sign = pc.and_not(has_sign, pc.is_in(values, pa.array(codes, pa.string())))
    positions = np.flatnonzero(has_sign.to_numpy(zero_copy_only=False))
    if not len(positions):
        return
    looking = values.take(pa.array(positions))
    for pattern in PATTERNS:
        if pattern.only and place not in (pattern.only, "patient"):
            continue
        has_look = pc.match_substring_regex(looking, pattern.look).to_numpy(zero_copy_only=False)
        sure = _confirmed(looking, has_look, pattern, place, country)
        if sure.any():
            is_hit = np.zeros(len(values), dtype=bool)
            is_hit[positions[sure]] = True
            yield pattern.name, is_hit


def _confirmed(
    texts: pa.Array, has_look: np.ndarray, pattern: Pattern, place: str, country: str
) -> np.ndarray:
    """Which of the texts that look like it are it.

    Of serial numbers that happen to have the look one in ten passes a check digit: where most
    fail, the others passed by chance. Digits with dashes are a key more often than a telephone.
    """
    looking = np.flatnonzero(has_look)
    if pattern.confirms is None or not len(looking):
        return has_look
    tried = looking[:: max(1, len(looking) // TRIED)]
    is_sure = np.zeros(len(texts), dtype=bool)
    for position, text in zip(tried, texts.take(pa.array(tried)).to_pylist(), strict=True):
        may_be = pattern.confirms is not is_phone or not place or re.search(r"[+ /(]", text)
        is_sure[position] = bool(may_be) and pattern.confirms(text, country)
    mostly = is_sure.sum() * 2 > len(tried)
    if (place or len(tried) > FEW) and not mostly:
        return np.zeros(len(texts), dtype=bool)
    return has_look if len(tried) < len(looking) else is_sure
