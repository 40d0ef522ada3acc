"""Receive: is this a submission, whole, and from this centre?

Every doubt is a finding, never a crash: `receive` gives whatever tables can be read, in the
contract's terms, with everything that was wrong beside them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

import registry.intake.rules  # noqa: F401  (declares its rules)
from registry import cells
from registry.contract import VERSION, Column, Contract, TableSpec
from registry.files import here
from registry.findings import Breaches
from registry.harmonise.mapping import CENTRES, Mapping, mapping_of
from registry.intake.limits import size
from registry.package import MANIFEST, Package, Resource, open_package
from registry.received import PACKAGE, Answer, Received, package_rule
from registry.rules import LANGUAGES, Category, Home, Severity, rules_of
from registry.tables import PANDAS

log = logging.getLogger(__name__)

REFUSE, NOTE = Severity.REFUSE, Severity.NOTE
CONFORMANCE, COMPLETENESS = Category.CONFORMANCE, Category.COMPLETENESS


@dataclass
class Submission:
    """One package in the contract's terms. Tables are indexed by row number from 1.

    `submitted` has the centre's own columns and values under the same row numbers; `own_columns`
    says which of them each contract column came from; `absent` why a table is not there;
    `unsent` which contract columns were not in the file (they are blank in `tables`);
    `unreadable` the rows of each (rule, table, column) whose cell could not be read.
    """

    package: Package
    id: str
    mapping: Mapping
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    submitted: dict[str, pd.DataFrame] = field(default_factory=dict)
    own_columns: dict[str, dict[str, str]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    unsent: dict[str, set[str]] = field(default_factory=dict)
    unreadable: dict[tuple[str, str, str], pd.Index] = field(default_factory=dict)
    breaches: Breaches = field(default_factory=Breaches)

    @property
    def centre(self) -> str:
        return self.package.centre

    @property
    def language(self) -> str:
        return self.package.language

    @property
    def made_on(self) -> date:
        """The day the package was made; today where it does not say."""
        return self.package.created or date.today()

    @property
    def data_cut(self) -> date:
        """The day up to which the data are complete; the day of the package where it is unsaid."""
        return self.package.data_cut or self.made_on


def submission_id(package: Package) -> str:
    """The same content is the same submission: centre and content hash."""
    return f"{package.centre or 'unknown'}-{package.content_hash[:16]}"


@package_rule(
    "SUB-11",
    REFUSE,
    CONFORMANCE,
    source="registry contract 1.0; Frictionless Data Package v2",
    en="The manifest datapackage.json is missing, unreadable or says something the contract does "
    "not allow. Write the key named here as expected.",
    de="Das Manifest datapackage.json fehlt, ist unlesbar oder enthält etwas, das der Vertrag "
    "nicht zulässt. Bitte den genannten Schlüssel wie erwartet schreiben.",
)
def has_a_manifest_that_says_what_it_must(received: Received) -> Iterator[Answer]:
    """Without it nobody knows whose data these are, nor up to which day they are complete."""
    package = received.package
    limits = package.limits
    allowed = f"JSON, ≤ {size(limits.manifest)}, ≤ {limits.manifest_deep} levels"
    yield Answer(PACKAGE, package.manifest_readable, MANIFEST, expected=allowed)
    if not package.manifest_readable:
        return
    said = package.manifest.get
    centre, language = said("registry:centre"), said("registry:language")
    key = "registry:centre"
    yield Answer(PACKAGE, package.centre != "", key, _short(centre), "DE01, FR02, …")
    key = "registry:language"
    yield Answer(PACKAGE, language in LANGUAGES, key, _short(language), " | ".join(LANGUAGES))
    for key, day in (("registry:data_cut", package.data_cut), ("created", package.created)):
        yield Answer(PACKAGE, day is not None, key, _short(said(key)), "2026-03-31")
    yield from _entries(received)


def _entries(received: Received) -> Iterator[Answer]:
    """Whether every table's file is announced, once, with what it takes to know it again."""
    expected = "resources[].name, path, hash, registry:rows"
    names = received.package.announced_names
    yield Answer(PACKAGE, bool(names), "resources", None, expected)
    for position, name in enumerate(names):
        is_told = name is not None and names.index(name) == position
        yield Answer(PACKAGE, is_told, f"resources[{position}]", _short(name), "name")
    paths = [r.path for r in received.package.resources.values() if r.announced]
    for path in sorted({path for path in paths if paths.count(path) > 1}):
        yield Answer(PACKAGE, False, "resources[].path", path[:80], "one file, one table")
    for resource in received.package.resources.values():
        if resource.announced or (names and received.table_of(resource) in received.contract):
            told = (resource.announced_hash, resource.announced_rows)
            complete = resource.announced_path and None not in told
            key = f"resources[{resource.name[:40]}]"
            yield Answer(PACKAGE, complete, key, None, "path, hash, registry:rows")


@package_rule(
    "SUB-12",
    REFUSE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="The package follows a version of the contract that this registry does not know. "
    "Export it again with the current version.",
    de="Das Paket folgt einer Fassung des Vertrags, die dieses Register nicht kennt. "
    "Bitte mit der aktuellen Fassung neu exportieren.",
)
def follows_a_known_contract(received: Received) -> Iterator[Answer]:
    """The same column may mean another thing in another version."""
    if received.package.manifest_readable:
        version = received.package.manifest.get("registry:contract")
        yield Answer(PACKAGE, version == VERSION, "registry:contract", _short(version), VERSION)


@package_rule(
    "SUB-23",
    REFUSE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="The data cut lies after the day the package was made, or that day is still to come. "
    "Correct registry:data_cut or created in the manifest.",
    de="Der Datenstand liegt nach dem Tag, an dem das Paket entstand, oder dieser Tag liegt in der "
    "Zukunft. Bitte registry:data_cut oder created im Manifest berichtigen.",
)
def is_complete_up_to_a_day_before_it_was_made(received: Received) -> Iterator[Answer]:
    """Follow-up is censored at the data cut: one in the future counts days nobody has lived."""
    package = received.package
    if package.data_cut is not None and package.created is not None:
        tomorrow = date.today() + timedelta(days=1)  # it may have dawned where the centre is
        holds = package.data_cut <= package.created <= tomorrow
        value, expected = f"{package.data_cut} | {package.created}", "data_cut ≤ created ≤ today"
        yield Answer(PACKAGE, holds, "registry:data_cut created", value, expected)


@package_rule(
    "SUB-13",
    REFUSE,
    COMPLETENESS,
    source="registry contract 1.0",
    en="A table that is required or announced in the manifest is not in the package. "
    "Add its file, or take it out of the manifest if the centre does not send it.",
    de="Eine Tabelle, die verlangt oder im Manifest angekündigt ist, fehlt im Paket. Bitte die "
    "Datei beilegen oder, wenn das Zentrum sie nicht sendet, aus dem Manifest nehmen.",
)
def has_every_table_that_is_required_or_announced(received: Received) -> Iterator[Answer]:
    """A submission is the centre's complete state: a table left out would delete its rows."""
    for spec in received.contract.values():
        resource = received.resource(spec.name)
        if resource is not None and (spec.required or resource.announced):
            yield Answer(spec.name, resource.present, expected=resource.path[:80])
        elif spec.required:
            file = f"{received.mapping.resource(spec.name)}.parquet"
            yield Answer(spec.name, False, expected=file)


@package_rule(
    "SUB-01",
    REFUSE,
    CONFORMANCE,
    source="OHDSI DataQualityDashboard",
    en="The file cannot be opened as Parquet; it may be cut off or damaged. "
    "Export the table again and check that the copy is complete.",
    de="Die Datei lässt sich nicht als Parquet öffnen; sie ist vielleicht abgeschnitten oder "
    "beschädigt. Bitte die Tabelle neu exportieren und prüfen, ob die Kopie vollständig ist.",
)
def opens_as_parquet(received: Received) -> Iterator[Answer]:
    """A partial read silently drops rows."""
    for resource in received.package.resources.values():
        refusal = resource.refusal
        if resource.present and (refusal is None or refusal.why == "damaged"):
            yield Answer(received.table_of(resource), resource.readable, expected="Parquet")


@package_rule(
    "SUB-17",
    REFUSE,
    CONFORMANCE,
    source="own proposal; damaged Parquet files are often read without an error",
    en="The file is not the one the manifest announces: its SHA-256 differs. "
    "Write the manifest after the last change to the files and send both together.",
    de="Die Datei ist nicht die im Manifest angekündigte: ihr SHA-256 weicht ab. Bitte das "
    "Manifest nach der letzten Änderung der Dateien schreiben und beides zusammen senden.",
)
def has_the_announced_hash(received: Received) -> Iterator[Answer]:
    """The only sign of a file that was altered or damaged on its way and still opens."""
    for resource in received.package.resources.values():
        if resource.actual_hash is not None and resource.announced_hash is not None:
            holds = resource.actual_hash == resource.announced_hash.lower()
            table, said = received.table_of(resource), resource.announced_hash[:71]
            yield Answer(table, holds, value=resource.actual_hash, expected=said)


@package_rule(
    "SUB-18",
    REFUSE,
    CONFORMANCE,
    source="own proposal",
    en="The file does not have as many rows as the manifest announces. "
    "Check that the export is complete and write the manifest anew.",
    de="Die Datei hat nicht so viele Zeilen, wie das Manifest ankündigt. Bitte prüfen, ob der "
    "Export vollständig ist, und das Manifest neu schreiben.",
)
def has_the_announced_number_of_rows(received: Received) -> Iterator[Answer]:
    """An export that stopped half-way opens and hashes well."""
    for spec, resource in received.sent:
        if resource.announced_rows is not None and resource.table is not None:
            n, said = resource.table.num_rows, resource.announced_rows
            yield Answer(spec.name, n == said, value=str(n), expected=str(said))


@package_rule(
    "SUB-14",
    REFUSE,
    CONFORMANCE,
    source="OHDSI DataQualityDashboard, cdmField",
    en="A column that every submission needs is missing. "
    "Add it under this name, or tell the registry what your column is called.",
    de="Eine Spalte, die jede Lieferung braucht, fehlt. Bitte unter diesem Namen ergänzen oder dem "
    "Register sagen, wie die eigene Spalte heißt.",
)
def has_every_required_column(received: Received) -> Iterator[Answer]:
    """Keys, links and dates: no row can be placed without them."""
    for spec, resource in received.sent:
        for name, own in received.own(spec).items():
            if spec.columns[name].required:
                yield Answer(spec.name, own in _names(resource), own, expected=own)


@package_rule(
    "SUB-15",
    NOTE,
    COMPLETENESS,
    source="registry contract 1.0",
    en="An optional column of the contract is missing and is read as blank in every row. "
    "Add the column, with blanks where nothing is known.",
    de="Eine freiwillige Spalte des Vertrags fehlt und wird in jeder Zeile als leer gelesen. "
    "Bitte die Spalte ergänzen, leer, wo nichts bekannt ist.",
)
def has_every_optional_column(received: Received) -> Iterator[Answer]:
    """A column left out by mistake looks like a centre that never measures."""
    for spec, resource in received.sent:
        for name, own in received.own(spec).items():
            if not spec.columns[name].required:
                yield Answer(spec.name, own in _names(resource), own, expected=own)


@package_rule(
    "SUB-16",
    REFUSE,
    CONFORMANCE,
    source="OHDSI DataQualityDashboard; own proposal",
    en="A column that the contract does not know, or that stands in the file twice. "
    "Remove it, or correct its name if it is one of the contract's columns.",
    de="Eine Spalte, die der Vertrag nicht kennt oder die zweimal in der Datei steht. Bitte "
    "entfernen oder den Namen berichtigen, wenn es eine Spalte des Vertrags ist.",
)
def has_only_columns_of_the_contract(received: Received) -> Iterator[Answer]:
    """It would be dropped in silence; and it may hold what must not leave the hospital."""
    for spec, resource in received.sent:
        own = set(received.own(spec).values())
        every = [] if resource.table is None else resource.table.schema.names
        for name in _names(resource):
            yield Answer(spec.name, name in own and every.count(name) == 1, name[:128])


@package_rule(
    "SUB-19",
    NOTE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="A file or resource that is no table of the contract; it was not read. "
    "Take it out of the package, or correct its name.",
    de="Eine Datei oder Ressource, die keine Tabelle des Vertrags ist; sie wurde nicht gelesen. "
    "Bitte aus dem Paket nehmen oder den Namen berichtigen.",
)
def has_only_tables_of_the_contract(received: Received) -> Iterator[Answer]:
    """A misspelt table would be lost in silence."""
    for resource in received.package.resources.values():
        is_known = received.table_of(resource) in received.contract
        yield Answer(PACKAGE, is_known, value=resource.path[:80])
    paths = {resource.path for resource in received.package.resources.values()}
    for name in sorted(set(received.package.files) - paths - {MANIFEST}):
        yield Answer(PACKAGE, False, value=name[:80])


@package_rule(
    "SUB-21",
    REFUSE,
    CONFORMANCE,
    source="registry contract 1.0; reading Parquet with pandas, polars, DuckDB, R and Spark",
    en="The column has a Parquet type that cannot hold its values (nested, binary, time of day). "
    "Store it as string, bool, integer, double or date.",
    de="Die Spalte hat einen Parquet-Typ, der ihre Werte nicht fassen kann (verschachtelt, binär, "
    "Uhrzeit). Bitte als string, bool, integer, double oder date speichern.",
)
def stores_every_column_in_a_flat_type(received: Received) -> Iterator[Answer]:
    """Nested types have no shape in most readers of the release."""
    for spec, resource in received.sent:
        for _, own, stored, told in _own_fields(received, spec, resource):
            yield Answer(spec.name, cells.usable(stored) or own in _too_long(resource), own, told)


@package_rule(
    "SUB-20",
    NOTE,
    CONFORMANCE,
    source="registry contract 1.0",
    en="The column is stored in another type than the contract's and was read cell by cell. "
    "Store numbers as numbers and days as dates: nothing then depends on how they are written.",
    de="Die Spalte ist in einem anderen Typ als dem des Vertrags gespeichert und wurde Zelle für "
    "Zelle gelesen. Bitte Zahlen als Zahlen und Tage als Datum speichern: dann hängt nichts an der "
    "Schreibweise.",
)
def stores_every_column_in_its_type(received: Received) -> Iterator[Answer]:
    """Text invites decimal commas and two-digit years. Centres with a text format are not asked."""
    for spec, resource in received.sent:
        for column, own, stored, told in _own_fields(received, spec, resource):
            if cells.usable(stored) and not (received.mapping.writes_text and _is_text(stored)):
                holds = cells.is_stored_as(stored, column.kind)
                yield Answer(spec.name, holds, own, told, column.kind.value)


def _own_fields(
    received: Received, spec: TableSpec, resource: Resource
) -> Iterator[tuple[Column, str, pa.DataType, str]]:
    """(contract column, the centre's name, type as read, type as stored) of every column sent."""
    assert resource.columns is not None
    types, stored = resource.columns.table.schema.types, resource.columns.stored
    for name, own in received.own(spec).items():
        if own in _names(resource):
            position = _position(resource.columns.table, own)
            yield spec.columns[name], own, types[position], stored[position][:40]


def _too_long(resource: Resource) -> dict[str, int]:
    """Columns that were not read for the length of a text, which SEC-05 reports."""
    return {} if resource.columns is None else resource.columns.too_long


def _position(table: pa.Table, name: str) -> int:
    """Where a column stands; the first of several of one name (SUB-16 reports the others)."""
    return int(table.schema.get_all_field_indices(name)[0])


def _names(resource: Resource) -> list[str]:
    return [] if resource.table is None else list(dict.fromkeys(resource.table.schema.names))


def _is_text(stored: pa.DataType) -> bool:
    if pa.types.is_dictionary(stored):
        stored = stored.value_type
    return bool(pa.types.is_string(stored) or pa.types.is_large_string(stored))


def _short(value: object) -> str | None:
    return None if value is None else str(value)[:40]


def receive(path: Path, contract: Contract, centres: Path = CENTRES) -> Submission:
    """Read a package (folder or zip) of a centre; `centres` holds the mappings the registry keeps.

    Raises NotAPackage where the path is neither, MappingError where the registry's own mapping of
    the centre is wrong; everything else that is wrong is in `Submission.breaches`. A package that
    lies elsewhere (`registry.files.place`) is fetched, and is gone from here afterwards.
    """
    with here(path) as local:
        return _receive(open_package(local), contract, centres)


def _receive(package: Package, contract: Contract, centres: Path) -> Submission:
    mapping = mapping_of(package.centre, contract, centres)
    submission = Submission(package, submission_id(package), mapping)
    received = Received(package, contract, submission.mapping)
    ask_package_rules(received, submission.breaches)
    for spec in contract.values():
        resource = received.resource(spec.name)
        if resource is None or not resource.present:
            submission.absent[spec.name] = "table_not_sent"
        elif not resource.readable:
            submission.absent[spec.name] = "table_unreadable"
        else:
            _read_table(submission, spec, resource, received)
    return submission


def ask_package_rules(received: Received, breaches: Breaches) -> None:
    """Ask every rule about the package; what it answers goes into `breaches`."""
    for rule in rules_of(Home.PACKAGE):
        try:
            answers = list(rule.function(received))
        except Exception as error:  # a crash is "could not run": never "passed", never a traceback
            crash = type(error).__name__
            log.warning("rule %s could not run: %s", rule.id, crash)
            breaches.covered(rule.id, PACKAGE, could_not_run=crash)
        else:
            _take_down(rule.id, answers, breaches)


def _take_down(rule_id: str, answers: list[Answer], breaches: Breaches) -> None:
    broken = [answer for answer in answers if not answer.holds]
    why_not = None if answers else "nothing_to_ask"
    breaches.covered(
        rule_id,
        PACKAGE,
        asked=sum(answer.asked for answer in answers),
        broken=sum(answer.broken for answer in answers),
        why_not_asked=why_not,
    )
    for answer in broken:
        breaches.broke(
            rule_id,
            answer.table,
            rows=answer.rows,
            column=answer.column,
            value=answer.value,
            expected=answer.expected,
        )


def _read_table(
    submission: Submission, spec: TableSpec, resource: Resource, received: Received
) -> None:
    """One file's columns in the contract's terms, its own words beside them."""
    assert resource.table is not None
    source = resource.table
    index = pd.RangeIndex(1, source.num_rows + 1)
    own_columns = {name: own for name, own in received.own(spec).items() if own in _names(resource)}
    table: dict[str, pd.Series] = {}
    submitted: dict[str, pd.Series] = {}
    for name, column in spec.columns.items():
        own = own_columns.get(name)
        if own is None or not cells.usable(source.schema.types[_position(source, own)]):
            submission.unsent.setdefault(spec.name, set()).add(name)
            table[name] = pd.Series(None, index=index, dtype=PANDAS[column.kind])
            continue
        stored = source.column(_position(source, own))
        in_codes = _in_codes(stored, submission.mapping, spec.name, column)
        read = cells.read(in_codes, column.kind, submission.mapping.text)
        table[name] = read.values.set_axis(index)
        as_written = in_codes is stored and read.is_as_written
        submitted[own] = (
            table[name] if as_written else cells.as_written(stored, column.kind).set_axis(index)
        )
        _remember_unreadable(submission, spec.name, name, read, index)
    submission.tables[spec.name] = pd.DataFrame(table, index=index)
    submission.submitted[spec.name] = pd.DataFrame(submitted, index=index)
    submission.own_columns[spec.name] = own_columns


def _in_codes(
    stored: pa.ChunkedArray, mapping: Mapping, table: str, column: Column
) -> pa.ChunkedArray:
    """The centre's codes as the contract's; a code the mapping does not know stays as it is."""
    codes = mapping.own_codes(table, column)
    return cells.recoded(stored, codes) if codes else stored


def _remember_unreadable(
    submission: Submission, table: str, column: str, read: cells.Cells, index: pd.RangeIndex
) -> None:
    for rule_id, mask in (("COL-02", read.unreadable), ("SUB-06", read.not_a_number)):
        if mask.any():
            submission.unreadable[(rule_id, table, column)] = index[mask.to_numpy()]
