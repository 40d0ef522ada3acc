"""What intake says to the centre: files, sizes, limits, and personal data that must not be there.

Nothing of a value is repeated: a refused name is shown with its invisible characters written out,
and a finding of personal data names the pattern and the place.
"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from registry.codelists import codelist
from registry.contract import Column, TableSpec
from registry.harmonise.mapping import Mapping
from registry.intake import personal
from registry.intake.limits import size
from registry.package import Resource
from registry.received import PACKAGE, Answer, Received, package_rule
from registry.report.inert import visible
from registry.rules import Category, Severity

REFUSE, QUERY = Severity.REFUSE, Severity.QUERY
CONFORMANCE = Category.CONFORMANCE

OF_NAMES = ("name", "link", "special")
OF_SIZES = ("size", "ratio", "count")
OF_TABLES = ("footer", "rows", "columns", "row_groups")
OF_READING = ("memory", "decoded", "time", "ended")


@package_rule(
    "SEC-01",
    REFUSE,
    CONFORMANCE,
    source="CWE-22 path traversal; CWE-59 link following; Unicode TR 36",
    en="A file has a name or place that is not allowed, is a link, is encrypted or stands twice; "
    "it was not read. Put plain files with plain names (labs.parquet) directly beside "
    "datapackage.json, and pack them with an ordinary zip program.",
    de="Eine Datei hat einen unzulässigen Namen oder Ort, ist eine Verknüpfung, verschlüsselt oder "
    "doppelt vorhanden; sie wurde nicht gelesen. Bitte einfache Dateien mit einfachen Namen "
    "(labs.parquet) direkt neben datapackage.json legen und mit einem üblichen Programm zippen.",
)
def has_only_plain_files_with_plain_names(received: Received) -> Iterator[Answer]:
    """A name can lead out of the package, hide what it ends in, or stand for two files at once."""
    yield from (Answer(PACKAGE, True) for _ in received.package.files)
    yield from _refused_files(received, OF_NAMES)


@package_rule(
    "SEC-02",
    REFUSE,
    CONFORMANCE,
    source="CWE-409 decompression bomb; own measurements",
    en="The package has more files, or a file is larger (unpacked), than the registry takes; it "
    "was not read. Send the tables of the contract only; if they really are that large, ask the "
    "registry to raise the limit.",
    de="Das Paket hat mehr Dateien, oder eine Datei ist (entpackt) größer, als das Register "
    "annimmt; sie wurde nicht gelesen. Bitte nur die Tabellen des Vertrags senden; sind sie "
    "wirklich so groß, bitte das Register um eine höhere Grenze.",
)
def is_no_larger_than_the_registry_takes(received: Received) -> Iterator[Answer]:
    """A few kilobytes of zip can be gigabytes of files."""
    whole = received.package.whole
    if whole is None:
        yield Answer(PACKAGE, True)
    else:
        yield Answer(PACKAGE, False, whole.why, whole.found, whole.allowed)
    yield from _refused_files(received, OF_SIZES)


def _refused_files(received: Received, reasons: tuple[str, ...]) -> Iterator[Answer]:
    for name, refusal in sorted(received.package.refused.items()):
        if refusal.why in reasons:
            yield Answer(PACKAGE, False, visible(name, 80), refusal.found, refusal.allowed)


@package_rule(
    "SEC-03",
    REFUSE,
    CONFORMANCE,
    source="own measurements: 200,000 row groups take 15 s to open",
    en="The file has more rows, columns or row groups than the registry takes; it was not "
    "read. Check the export for doubled rows, write row groups of at least 100,000 rows, or ask "
    "the registry to raise the limit.",
    de="Die Datei hat mehr Zeilen, Spalten oder Zeilengruppen (row groups), als das Register "
    "annimmt; sie wurde nicht gelesen. Bitte den Export auf verdoppelte Zeilen prüfen, "
    "Zeilengruppen von mindestens 100.000 Zeilen schreiben oder das Register um eine höhere "
    "Grenze bitten.",
)
def has_a_footer_within_the_limits(received: Received) -> Iterator[Answer]:
    """What the footer of a Parquet file promises costs time and memory before a row is read."""
    yield from _refused_tables(received, OF_TABLES)


@package_rule(
    "SEC-04",
    REFUSE,
    CONFORMANCE,
    source="own measurements: 297 bytes of Parquet can be 20 GB of text",
    en="The file could not be read with the memory and time the registry gives it, or reading it "
    "ended without an answer. Export the table again; if the new file does the same, send it to "
    "the registry team.",
    de="Die Datei ließ sich mit dem Speicher und der Zeit, die das Register ihr gibt, nicht lesen, "
    "oder das Lesen endete ohne Antwort. Bitte die Tabelle neu exportieren; bleibt es dabei, die "
    "Datei bitte dem Registerteam senden.",
)
def can_be_read_with_the_memory_and_time_it_gets(received: Received) -> Iterator[Answer]:
    """No footer tells how large a table is once its dictionaries are written out."""
    yield from _refused_tables(received, OF_READING)


def _refused_tables(received: Received, reasons: tuple[str, ...]) -> Iterator[Answer]:
    """Every table that was looked at, and whether it was refused for one of the reasons."""
    for resource in received.package.resources.values():
        refusal = resource.refusal
        if refusal is not None and refusal.why in reasons:
            table = received.table_of(resource)
            yield Answer(table, False, None, f"{refusal.why}: {refusal.found}", refusal.allowed)
        elif resource.readable:
            yield Answer(received.table_of(resource), True)


@package_rule(
    "SEC-05",
    REFUSE,
    CONFORMANCE,
    source="registry contract 1.0: codes, keys and short names, no documents",
    en="A text in this column is far longer than a code or a key can be; the column was not read. "
    "Look for a letter or a file that got into the cell and take it out.",
    de="Ein Text dieser Spalte ist viel länger, als ein Code oder Schlüssel sein kann; die Spalte "
    "wurde nicht gelesen. Bitte nach einem Brief oder einer Datei in der Zelle suchen und sie "
    "entfernen.",
)
def has_texts_of_the_length_of_codes_and_keys(received: Received) -> Iterator[Answer]:
    """One long text, pointed to by every row, is how a small file becomes a large table."""
    for resource in received.package.resources.values():
        if resource.columns is not None:
            table, too_long = received.table_of(resource), resource.columns.too_long
            limit = f"≤ {size(received.package.limits.cell)}"
            for name in dict.fromkeys(resource.columns.table.schema.names):
                found = size(too_long[name]) if name in too_long else None
                yield Answer(table, found is None, name[:128], found, limit)


@package_rule(
    "SUB-10",
    REFUSE,
    CONFORMANCE,
    source="JRC/ERDRI common data elements: pseudonym; GDPR Art. 4(5)",
    en="A column, key or code holds what can tell who somebody is: a name, an address, a "
    "telephone, insurance or account number, a date of birth. Take it out or replace it by a "
    "pseudonym, export again and delete this package; the finding says where it stands and does "
    "not repeat it.",
    de="Eine Spalte, ein Schlüssel oder ein Code enthält, was eine Person erkennbar macht: Name, "
    "Anschrift, Telefon-, Versicherten- oder Kontonummer, Geburtsdatum. Bitte entfernen oder durch "
    "ein Pseudonym ersetzen, neu exportieren und dieses Paket löschen; der Befund nennt die Stelle "
    "und wiederholt den Inhalt nicht.",
    is_discreet=True,
)
def has_no_personal_data_in_keys_and_codes(received: Received) -> Iterator[Answer]:
    """A submission is pseudonymised by its centre: what tells a person must not leave it."""
    for spec, resource, own, column in _columns(received):
        if column is None:
            is_telling = personal.is_telling(own)
            yield Answer(spec.name, not is_telling, own[:128], personal.COLUMN_NAME)
        if column is None or not _is_free(column):
            yield from _personal(received, spec, resource, own, column)


@package_rule(
    "SUB-24",
    QUERY,
    CONFORMANCE,
    source="JRC/ERDRI common data elements: pseudonym; GDPR Art. 4(5)",
    en="A text looks as if it told who somebody is: a name, an address, a telephone, insurance "
    "or account number, a date of birth. Take it out and export again, or confirm that it is "
    "something else; the finding says where it stands and does not repeat it.",
    de="Ein Text sieht so aus, als mache er eine Person erkennbar: Name, Anschrift, Telefon-, "
    "Versicherten- oder Kontonummer, Geburtsdatum. Bitte entfernen und neu exportieren oder "
    "bestätigen, dass es etwas anderes ist; der Befund nennt die Stelle und wiederholt den Inhalt "
    "nicht.",
)
def has_no_personal_data_in_texts(received: Received) -> Iterator[Answer]:
    """Free text never leaves the submission, and yet a name in it should not have come."""
    for spec, resource, own, column in _columns(received):
        if column is not None and _is_free(column):
            yield from _personal(received, spec, resource, own, column)


def _columns(received: Received) -> Iterator[tuple[TableSpec, Resource, str, Column | None]]:
    """Every column of every table sent; the contract's column is None where it knows none."""
    for spec, resource in received.sent:
        assert resource.table is not None
        contract = {own: spec.columns[name] for name, own in received.own(spec).items()}
        for own in dict.fromkeys(resource.table.schema.names):
            yield spec, resource, own, contract.get(own)


def _is_free(column: Column) -> bool:
    """Text of the centre's own: neither key nor link nor code."""
    return not (column.is_id or column.codes or column.name == "centre_id")


def _personal(
    received: Received, spec: TableSpec, resource: Resource, own: str, column: Column | None
) -> Iterator[Answer]:
    """One answer for each pattern found in a text column, or that none was."""
    assert resource.table is not None
    values = resource.table.column(resource.table.schema.get_all_field_indices(own)[0])
    if not _is_text(values.type) or (column is not None and column.kind.value != "text"):
        return
    name = own[:128] if column is None else column.name
    codes = () if column is None else _codes(received.mapping, spec.name, column)
    country = received.package.centre[:2]
    asked = len(values) - values.null_count
    for pattern, positions in personal.found_in(values, _place(column), country, codes):
        asked -= len(positions)
        rows = pd.Index(positions + 1)
        yield Answer(spec.name, False, name, pattern, rows=rows, asked=len(rows))
    yield Answer(spec.name, True, asked=max(asked, 0))


def _place(column: Column | None) -> str:
    """Whose key a column is: numbers and dates mean other things in keys than in texts."""
    if column is None or not column.is_id:
        return ""
    return "patient" if column.name == "patient_id" else "key"


def _codes(mapping: Mapping, table: str, column: Column) -> tuple[str, ...]:
    """Codes of the contract and of the centre: they are what they are."""
    if column.codes is None:
        return ()
    return (*codelist(column.codes).codes, *mapping.own_codes(table, column))


def _is_text(stored: pa.DataType) -> bool:
    stored = stored.value_type if pa.types.is_dictionary(stored) else stored
    return bool(pa.types.is_string(stored))
