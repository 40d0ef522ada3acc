"""The few rules that every column can break: key, link, missing, unreadable, code, scale …

What Pandera's own constraints ask (`nullable`, `isin`, `ge`, `le`) is declared by `constraint`;
what Pandera has no constraint for is a function of ours, asked of every column it fits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from registry.codelists import codelist
from registry.contract import Column, Contract, Kind
from registry.rules import Category, Home, Severity, declare
from registry.tables import is_first_of_key, is_known

CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS

# Days that programs write where nobody knows the day.
STAND_INS = pd.to_datetime(["1900-01-01", "1970-01-01", "9999-12-31"])


@dataclass(frozen=True)
class Asked:
    """What a rule may look at.

    `absent` says why a table is not among `tables` (a code of the report's wording); `unsent` has
    the columns of each table that were not in its file and are blank in `tables`; `centre` sends
    the package; `latest` is the last day anything can have happened, the day it was made;
    `unreadable` has the rows of each (rule, table, column) whose cell reading had to leave blank.
    """

    tables: Mapping[str, pd.DataFrame]
    contract: Contract
    latest: pd.Timestamp
    centre: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    unsent: Mapping[str, set[str]] = field(default_factory=dict)
    unreadable: Mapping[tuple[str, str, str], pd.Index] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """A standing rule: either Pandera's `constraint`, or `holds` asked of each column it `fits`."""

    id: str
    constraint: tuple[str, ...]
    fits: Callable[[Column], bool]
    holds: Callable[[pd.Series, Column, Asked], pd.Series]

    def asks_for_a_value(self, column: Column) -> bool:
        """Whether a blank breaks it: SUB-03 speaks of keys, COL-01 of what else is required."""
        return (
            "not_nullable" in self.constraint
            and column.required
            and column.key == (self.id == "SUB-03")
        )

    def concerns(self, column: Column) -> bool:
        """Whether the column can break it, whatever else its model says of it."""
        return "reading" in self.constraint or self.asks_for_a_value(column) or self.fits(column)


STANDING: list[Standing] = []  # in the order in which they speak: one cell, one finding


def standing(
    id: str,
    category: Category,
    *,
    source: str,
    en: str,
    de: str,
    severity: Severity = Severity.HOLD,
    constraint: str = "",
    fits: Callable[[Column], bool] = lambda column: False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a rule of every column; without `fits` it is asked by reading or by a constraint."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        STANDING.append(Standing(id, tuple(constraint.split()), fits, function))
        return declare(
            id,
            severity,
            category,
            home=Home.COLUMN,
            about="every table",
            tables=(),
            source=source,
            en=en,
            de=de,
        )(function)

    return register


@standing(
    "COL-02",
    CONFORMANCE,
    constraint="reading",
    source="own proposal; pandera facts: one uncastable cell silences a whole column",
    en="The cell cannot be read as the kind of value this column holds. Write numbers as "
    "numbers, days as dates, yes/no as true/false, and put < or > into the comparator column.",
    de="Der Eintrag lässt sich nicht als Wert dieser Spalte lesen. Bitte Zahlen als Zahlen, "
    "Tage als Datum, Ja/Nein als true/false schreiben und < oder > in die Vergleichsspalte "
    "setzen.",
)
def can_be_read() -> None:
    """One unreadable cell costs its own row only; every other row goes on. Found while reading."""


@standing(
    "SUB-06",
    CONFORMANCE,
    fits=lambda column: column.kind in (Kind.NUMBER, Kind.WHOLE),
    source="own proposal; Chow 2024, doi:10.1016/j.semarthrit.2024.152522 (CK 1,050–25,500 U/L)",
    en="The number stands for a missing value (-1, -9, -99, -999, -9999, NaN, infinite). Leave "
    "the cell empty and, where the reason matters, fill the column ending in _absent.",
    de="Die Zahl steht für einen fehlenden Wert (-1, -9, -99, -999, -9999, NaN, unendlich). "
    "Bitte die Zelle leer lassen und, wo der Grund zählt, die Spalte mit der Endung _absent "
    "ausfüllen.",
)
def is_a_measured_number(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """A CK of 9999 is plausible in IMNM: a stand-in cannot be told from a result later.

    Only what no measurement gives is asked; 99 and 999 are true results of many tests.
    """
    return ~values.isin([-1, -9, -99, -999, -9999, np.inf, -np.inf])


@standing(
    "SUB-05",
    CONFORMANCE,
    fits=lambda column: column.kind is Kind.DATE,
    source="own proposal",
    en="The date stands for a missing day (1900-01-01, 1970-01-01, 9999-12-31) or lies after "
    "the day the package was made. Leave unknown dates empty; correct the year of future "
    "ones.",
    de="Das Datum steht für einen fehlenden Tag (1900-01-01, 1970-01-01, 9999-12-31) oder liegt "
    "nach dem Tag, an dem das Paket entstand. Bitte unbekannte Daten leer lassen und bei "
    "künftigen das Jahr berichtigen.",
)
def is_a_day_that_has_been(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """One 1900-01-01 poisons every rule and every outcome that counts days."""
    return values.le(asked.latest) & ~values.isin(STAND_INS)


@standing(
    "SUB-03",
    CONFORMANCE,
    constraint="not_nullable",
    fits=lambda column: column.key,
    source="OHDSI DataQualityDashboard, isPrimaryKey",
    en="The row's key is missing, or stands in an earlier row already. Give every row a key of "
    "its own that stays the same in the next submission.",
    de="Der Schlüssel der Zeile fehlt oder steht schon in einer früheren Zeile. Bitte jeder "
    "Zeile einen eigenen Schlüssel geben, der auch in der nächsten Lieferung gilt.",
)
def has_a_key_of_its_own(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """Without its key a row can be neither queried nor followed; all rows of a key are held."""
    return is_first_of_key(values)


@standing(
    "SUB-04",
    CONFORMANCE,
    fits=lambda column: column.links is not None,
    source="OHDSI DataQualityDashboard, isForeignKey",
    en="The row points to a row of another table that is not in the submission. Correct the "
    "reference, or send the row it points to.",
    de="Die Zeile verweist auf eine Zeile einer anderen Tabelle, die in der Lieferung fehlt. "
    "Bitte den Verweis berichtigen oder die fehlende Zeile mitliefern.",
)
def points_to_a_row_that_was_sent(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """A result without its patient can be neither harmonised nor published."""
    parent = str(column.links)
    return is_known(values, asked.tables[parent], asked.contract[parent].key)


@standing(
    "SUB-02",
    CONFORMANCE,
    severity=Severity.REFUSE,
    fits=lambda column: column.name == "centre_id",
    source="own proposal",
    en="The row belongs to another centre than the one that sends the package. Send each "
    "centre's rows in its own package.",
    de="Die Zeile gehört zu einem anderen Zentrum als dem, das das Paket sendet. Bitte die "
    "Zeilen jedes Zentrums in dessen eigenem Paket senden.",
)
def comes_from_the_sending_centre(values: pd.Series, column: Column, asked: Asked) -> pd.Series:
    """Mixed centres would overwrite each other's patients."""
    return values.eq(asked.centre)


@standing(
    "COL-01",
    COMPLETENESS,
    constraint="not_nullable",
    source="registry contract 1.0; JRC set of common data elements",
    en="A value that every row needs is missing. Fill it in.",
    de="Ein Wert, den jede Zeile braucht, fehlt. Bitte nachtragen.",
)
def is_filled() -> None:
    """The contract marks as required only what no outcome can do without."""


@standing(
    "COL-03",
    CONFORMANCE,
    constraint="isin",
    source="registry contract 1.0; JRC set of common data elements; 224th ENMC workshop",
    en="The code is not in the column's code list. Use a code of the list, or tell the registry "
    "what your own code means, so that it enters your centre's mapping.",
    de="Der Code steht nicht in der Codeliste der Spalte. Bitte einen Code der Liste verwenden "
    "oder dem Register sagen, was der eigene Code bedeutet, damit er in die Zuordnung des "
    "Zentrums kommt.",
)
def is_a_code_of_its_list() -> None:
    """An unknown code is a question, never a guess."""


@standing(
    "COL-04",
    CONFORMANCE,
    constraint="greater_than_or_equal_to less_than_or_equal_to greater_than less_than in_range",
    source="registry contract 1.0; IMACS core set measures, doi:10.1002/art.40320",
    en="The number lies outside the scale of its measure. Check for a slipped decimal point, "
    "another unit (mm for cm) or another version of the scale.",
    de="Die Zahl liegt außerhalb der Skala ihres Maßes. Bitte auf ein verrutschtes Komma, eine "
    "andere Einheit (mm statt cm) oder eine andere Fassung der Skala prüfen.",
)
def lies_on_its_scale() -> None:
    """The ends of a scale are facts: no patient lies beyond them."""


# --- what the constraints of a column stand for ---------------------------------------------


def rule_of(constraint: str) -> str:
    """The standing rule that one of Pandera's constraints on a value stands for."""
    return next(rule.id for rule in STANDING if constraint in rule.constraint)


def expected_of(rule_id: str, column: Column) -> str | None:
    """What the column allows, in signs that need no language."""
    if rule_id == "COL-03":
        codes = codelist(str(column.codes)).codes
        more = f" | … ({len(codes)})" if len(codes) > 12 else ""
        return " | ".join(codes[:12]) + more
    if rule_id == "COL-04":
        low, high = (
            None if end is None else f"{end:g}" for end in (column.at_least, column.at_most)
        )
        ends = f"{low} … {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
        return f"{ends} {column.unit or ''}".strip()
    if rule_id == "SUB-04":
        return str(column.links)
    return None
