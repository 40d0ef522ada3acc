"""Rules about a centre's own files: what converting could not do is a finding with its place.

Their breaches are found in `registry.convert.build`; a rule here is its words, its reason and what
follows. They are not asked of packages, so that they are no part of the rule set's fingerprint.
"""

from functools import partial

from registry.rules import Category, Home, Severity, declare

REFUSE, HOLD, NOTE = Severity.REFUSE, Severity.HOLD, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS
FILES = "files"  # the "table" of a finding about a file that belongs to no table


# Declares a rule about the files a package is converted from.
convert_rule = partial(declare, home=Home.CONVERT, about=FILES, tables=())


@convert_rule(
    "CNV-01",
    HOLD,
    CONFORMANCE,
    source="own proposal; twin of COL-02",
    en="The cell cannot be read as the kind of value its column holds. Correct it in the file and "
    "convert again: numbers without unit or sign, days with a year of four digits, < and > in the "
    "comparator column.",
    de="Der Eintrag lässt sich nicht als Wert seiner Spalte lesen. Bitte in der Datei berichtigen "
    "und neu umwandeln: Zahlen ohne Einheit und Zeichen, Tage mit vierstelligem Jahr, < und > in "
    "der Vergleichsspalte.",
)
def holds_values_that_can_be_read() -> None:
    """The cell goes into the package as it is, so that one typing error costs its own row only."""


@convert_rule(
    "CNV-02",
    REFUSE,
    CONFORMANCE,
    source="RFC 4180",
    en="The line does not have as many fields as the header, or a quotation mark in it is not "
    "closed. Put texts that hold the separator into quotation marks, or export the table again.",
    de="Die Zeile hat nicht so viele Felder wie die Kopfzeile, oder ein Anführungszeichen in ihr "
    "ist nicht geschlossen. Bitte Texte mit Trennzeichen in Anführungszeichen setzen oder die "
    "Tabelle neu exportieren.",
)
def has_a_field_for_every_column() -> None:
    """Its values would move into other columns; left out, the row would vanish in silence."""


@convert_rule(
    "CNV-03",
    NOTE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="The contract does not know this column; it was left out of the package. Correct its name "
    "if it is one of the contract's, or tell the registry what your column is called.",
    de="Der Vertrag kennt diese Spalte nicht; sie kam nicht ins Paket. Bitte den Namen "
    "berichtigen, "
    "wenn es eine Spalte des Vertrags ist, oder dem Register sagen, wie die eigene Spalte heißt.",
)
def has_only_columns_that_are_meant_for_the_registry() -> None:
    """A misspelt column would be lost in silence; and others may name the patient."""


@convert_rule(
    "CNV-04",
    REFUSE,
    CONFORMANCE,
    source="own proposal",
    en="Two columns of the table, or two files or sheets, have the same name. Keep the one that is "
    "right and rename or remove the other.",
    de="Zwei Spalten der Tabelle oder zwei Dateien oder Blätter heißen gleich. Bitte das Richtige "
    "behalten und das andere umbenennen oder entfernen.",
)
def has_every_name_once() -> None:
    """Nobody but the centre knows which of two is right."""


@convert_rule(
    "CNV-05",
    NOTE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="This file or sheet is no table of the contract; it was not read. Give it the name of its "
    "table if it is one, or leave it out.",
    de="Diese Datei oder dieses Blatt ist keine Tabelle des Vertrags und wurde nicht gelesen. "
    "Bitte den Namen der Tabelle geben, wenn es eine ist, oder weglassen.",
)
def is_a_table_of_the_contract() -> None:
    """A misspelt table would be lost in silence."""


@convert_rule(
    "CNV-06",
    HOLD,
    CONFORMANCE,
    source="REDCap data dictionary",
    en="The data dictionary has no such choice for this field. Correct the value in REDCap, or "
    "export the data dictionary again.",
    de="Das Data Dictionary kennt diese Auswahl für das Feld nicht. Bitte den Wert in REDCap "
    "berichtigen oder das Data Dictionary neu exportieren.",
)
def holds_choices_of_its_data_dictionary() -> None:
    """A number whose choice is unknown means nothing to anybody."""
