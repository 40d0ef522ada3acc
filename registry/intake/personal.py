"""What must not stand in a pseudonymised submission: addresses, telephone numbers, names …

Asked of the distinct values of text columns, by Arrow in one go; only what looks like something is
looked at closely (check digits, `phonenumbers`). Nothing here gives a value back: only the name of
a pattern and the rows. `docs/personal-data.md` says how much is found and how often in error.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MONTHS = (
    "Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez|janv|févr|mars|avr|juin|juil|août"
)
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
    """A number that a telephone of the centre's country, or after + of any, can have."""
    import phonenumbers  # only where something looks like one: it takes a tenth of a second

    return any(phonenumbers.PhoneNumberMatcher(text, country or None))


_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b")
_KVNR = re.compile(r"\b([A-Z])([0-9]{9})\b")

PHONE = r"(?:\+|\b00?)[0-9(][0-9 ()/.\-]{5,}[0-9]"
PATTERNS = (
    Pattern("e-mail address | E-Mail-Adresse", r"[A-Za-z0-9_%+-]@[A-Za-z0-9-]+\.[A-Za-z]"),
    Pattern("bank account | Kontonummer", _IBAN.pattern, is_iban),
    Pattern("health insurance number | Krankenversichertennummer", r"\b[A-Z][0-9]{9}\b", is_kvnr),
    Pattern("telephone number | Telefonnummer", PHONE, is_phone),
    Pattern(
        "date of birth | Geburtsdatum",
        r"(?i:\b(?:geb|geboren|geburtsdatum|geburtstag|born|birth|birthday|dob|d\.o\.b|"
        rf"né|née|naissance|födelsedatum|född)\b|\*)\W{{0,4}}(?i:am |on |le |den )?(?:{DATE}|{SHORT_DATE})",
    ),
    Pattern("full date | volles Datum", DATE, only="patient"),
    Pattern(
        "name with title | Name mit Anrede",
        r"\b(?:Herrn?|Frau|Hr\.|Fr\.|Dr\.|Prof\.|Mr\.?|Mrs\.?|Ms\.?|Miss|Mme|Mlle|Monsieur|Madame)"
        r"\s+(?:(?:Dr|Prof|med)\.?\s+)*\p{Lu}[\p{L}'’-]*",
    ),
    Pattern(
        "name | Name", r"^\p{Lu}\p{Ll}{2,}(?:[ ,_.-]+\p{Lu}\p{Ll}{2,})+(?:[ ,_.-]*[0-9]*)$", only="key"
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

# One pass over all values asks whether anything looks like anything.
ANY = "|".join(f"(?:{pattern.look})" for pattern in PATTERNS)
ANY_IN_FREE = "|".join(f"(?:{pattern.look})" for pattern in PATTERNS if not pattern.only)

HINTS = frozenset(
    """name names fullname patientname surname firstname lastname familyname maidenname forename
    givenname initials nachname vorname familienname geburtsname patientenname namevorname initialen
    nom prenom nomdefamille efternamn fornamn
    dob birthdate dateofbirth birthday geburtsdatum geburtstag gebdatum gebdat datedenaissance
    fodelsedatum personnummer
    address street postcode postalcode zip zipcode adresse anschrift strasse hausnummer plz wohnort
    phone phonenumber telephone mobile fax telefon telefonnummer handy mobil tel
    email mail emailaddress emailadresse
    mrn medicalrecordnumber hospitalnumber nhsnumber ssn socialsecuritynumber insurancenumber
    passport iban patientennummer fallnummer aufnahmenummer kvnr versichertennummer
    krankenversichertennummer krankenkassennummer""".split()
)
COLUMN_NAME = "column name | Spaltenname"


def is_telling(column: str) -> bool:
    """Whether a column's name promises personal data: `Vorname`, `birth_date`, `Patient.Name`."""
    plain = unicodedata.normalize("NFKD", column.replace("ß", "ss")).casefold()
    words = re.findall(r"[a-z]+", plain)
    whole = "".join(words)
    return whole in HINTS or whole.removeprefix("patient").removeprefix("en") in HINTS


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
    looks = pc.match_substring_regex(values, ANY if place else ANY_IN_FREE).fill_null(False)
    if codes:
        looks = pc.and_not(looks, pc.is_in(values, pa.array(codes, pa.string())))
    positions = np.flatnonzero(looks.to_numpy(zero_copy_only=False))
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
    if pattern.confirms is None or not has_look.any():
        return has_look
    sure = np.zeros(len(texts), dtype=bool)
    for position in np.flatnonzero(has_look):
        text = texts[int(position)].as_py()
        may_be = pattern.confirms is not is_phone or not place or re.search(r"[+ /(]", text)
        sure[position] = bool(may_be) and pattern.confirms(text, country)
    return sure if sure.sum() * 2 > has_look.sum() or not place else np.zeros(len(texts), bool)


