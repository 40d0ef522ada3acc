"""CSV files, an Excel workbook or a REDCap export → a contract package.

Every question and every problem of all files is found before anything is refused. The package
keeps the centre's own names and codes, which `registry check` reads by the centre's mapping; what
changes here is how numbers, days and yes/no are stored.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import registry.convert.rules  # noqa: F401  (declares CNV-…)
from registry.codelists import codelist
from registry.contract import Contract, TableSpec
from registry.convert import redcap
from registry.convert.delimited import read_csv
from registry.convert.places import as_entry, placed
from registry.convert.rules import FILES
from registry.convert.sheet import (
    CannotConvert,
    Problem,
    Question,
    Said,
    Sheet,
    Watch,
    folded,
    unwatched,
)
from registry.convert.typed import Typed, typed
from registry.convert.wording import say
from registry.convert.write import write_package
from registry.findings import Breaches, Findings, as_findings
from registry.harmonise.mapping import CENTRES, Mapping, mapping_of
from registry.intake.files import LITTER
from registry.package import CENTRE, MANIFEST
from registry.rules import LANGUAGES

TEXTS = (".csv", ".tsv", ".txt", ".tab")
BOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".xlsb")


@dataclass(frozen=True)
class Settings:
    """What the package says of itself: `language` "en" or "de", data complete to `data_cut`."""

    language: str
    data_cut: date


@dataclass
class Conversion:
    """What became of a source.

    `package` is None where something refuses it; `findings.rows` has `row` = line or row in the
    source, and three columns more than other findings: file, sheet, place. `told` is (file or
    sheet, what was found out about it).
    """

    package: Path | None
    language: str
    findings: Findings
    told: list[tuple[str, list[str]]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def convert(
    source: Path,
    centre: str,
    output: Path,
    contract: Contract,
    *,
    data_cut: str | None = None,
    language: str | None = None,
    said: Said | None = None,
    centres: Path = CENTRES,
    watch: Watch = unwatched,
) -> Conversion:
    """Convert `source` (a folder, a CSV file or an Excel file) and write the package to `output`.

    Raises CannotConvert where the source, centre, day or output folder cannot be used at all, and
    MappingError where the registry's mapping of the centre is wrong.
    """
    spoken = language or "en"
    if not CENTRE.fullmatch(centre) or centre[:2] not in codelist("countries").codes:
        raise CannotConvert(say(spoken, "q_centre", centre=centre[:20]))
    mapping = mapping_of(centre, contract, centres)
    beside = _manifest_beside(source)
    settings, about = _settings(data_cut, language, beside, mapping, spoken)
    spoken = settings.language
    _may_write(output, spoken)
    work = _Work(mapping, contract, said or Said(), centre, spoken, watch)
    work.read(source)
    work.told.append((centre, about))
    found = work.findings()
    conversion = Conversion(None, spoken, found, work.told, work.questions)
    if not found.refused and not work.questions:
        kept = work.with_rows()
        entries = {mapping.resource(t.spec.name): (t.columns, _entry(t)) for t in kept}
        write_package(entries, output, centre, settings.data_cut, spoken, datetime.now(UTC).date())
        conversion.package = output
    return conversion


def _entry(table: Typed) -> dict[str, Any]:
    return as_entry(table.sheet.file, table.sheet.sheet, table.cells.index)


def _settings(
    data_cut: str | None,
    language: str | None,
    beside: dict[str, Any],
    mapping: Mapping,
    spoken: str,
) -> tuple[Settings, list[str]]:
    """Language and data cut, as said, else from a manifest beside the source; and where from."""
    announced = beside.get("registry:language")
    spoken = language or (announced if announced in LANGUAGES else None) or mapping.language
    if spoken not in LANGUAGES:
        spoken = "en"
    text, where = (
        (data_cut, "--data-cut") if data_cut else (beside.get("registry:data_cut"), MANIFEST)
    )
    if not isinstance(text, str) or not text:
        raise CannotConvert(say(spoken, "q_data_cut", file=MANIFEST))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CannotConvert(say(spoken, "e_date", value=text[:20])) from None
    about = [
        say(spoken, "data_cut", day=day, where=where),
        say(spoken, "language", language=spoken),
    ]
    return Settings(spoken, day), about


def _manifest_beside(source: Path) -> dict[str, Any]:
    """A datapackage.json that the centre has filled in; {} where there is none to be read."""
    folder = source if source.is_dir() else source.parent
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _may_write(output: Path, language: str) -> None:
    """An earlier package is replaced; a folder with anything else is not touched."""
    if output.is_dir() and (not any(output.iterdir()) or _is_converted(output)):
        return
    if output.exists():
        raise CannotConvert(say(language, "e_exists", path=output))


def _is_converted(folder: Path) -> bool:
    names = {path.name for path in folder.iterdir()}
    return MANIFEST in names and all(n == MANIFEST or n.endswith(".parquet") for n in names)


@dataclass
class _Work:
    """The files of one source on their way: tables found, problems of files, questions."""

    mapping: Mapping
    contract: Contract
    said: Said
    centre: str
    language: str
    watch: Watch
    tables: dict[str, Typed] = field(default_factory=dict)
    of_files: list[Problem] = field(default_factory=list)
    told: list[tuple[str, list[str]]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def read(self, source: Path) -> None:
        """Every table of the source. Raises CannotConvert where there is none."""
        sheets, dictionary = [], None
        for path in self._files(source):
            for sheet in self._sheets(path):
                if redcap.is_dictionary(sheet):
                    dictionary = sheet
                else:
                    sheets.append(sheet)
        for sheet in sheets:
            for one in self._as_tables(sheet, dictionary):
                self._take(one)
        if not self.tables and not self.questions:
            names = ", ".join(self.mapping.resource(name) for name in self.contract)
            raise CannotConvert(say(self.language, "e_no_table", path=source, names=names))

    def with_rows(self) -> list[Typed]:
        """Tables that go into the package: an optional table without rows is not sent."""
        kept = [t for t in self.tables.values() if t.spec.required or len(t.cells)]
        return sorted(kept, key=lambda table: list(self.contract).index(table.spec.name))

    def findings(self) -> Findings:
        """Every problem as a finding; its row is the line of the file, with file and sheet."""
        breaches = Breaches()
        _break(breaches, FILES, self.of_files)
        for name, table in self.tables.items():
            _break(breaches, name, table.sheet.problems)
            for column, asked in table.asked.items():
                broken = sum(
                    len(p.lines)
                    for p in table.sheet.problems
                    if p.rule_id == "CNV-01"
                    and p.column == table.own_columns[column]
                    and p.lines is not None
                )
                breaches.covered("CNV-01", name, column=column, asked=asked, broken=broken)
        cells = {name: self._in_contract_names(table) for name, table in self.tables.items()}
        found = as_findings(
            breaches,
            centre=self.centre,
            contract=self.contract,
            tables=cells,
            submitted={},
            own_columns={},
        )
        return Findings(self._placed(found.rows), found.coverage)

    def _files(self, source: Path) -> list[Path]:
        if source.is_file():
            return [source]
        if not source.is_dir():
            raise CannotConvert(say(self.language, "e_no_source", path=source))
        files = [p for p in sorted(source.iterdir()) if p.is_file() and p.name not in LITTER]
        return [p for p in files if not p.name.startswith(("~$", ".")) and p.name != MANIFEST]

    def _sheets(self, path: Path) -> list[Sheet]:
        """The tables of one file; what is none becomes a problem, a doubt a question."""
        kind = path.suffix.casefold()
        try:
            if kind in BOOKS:
                from registry.convert.excel import read_workbook  # heavy, and not for CSV

                sheets, others = read_workbook(path, self._known(), self.language, self.watch)
                for name in others:
                    self._leave(f"{path.name}, {name}", name)
                return sheets
            if kind not in TEXTS:
                self._leave(path.name, path.stem)
                return []
            sheet = read_csv(path, self.said, self._known(), self.language, self.watch)
        except Question as question:
            self.questions.append(str(question))
            return []
        if sheet is None:
            self._leave(path.name, path.stem)
        return [] if sheet is None else [sheet]

    def _leave(self, file: str, name: str) -> None:
        """A file that is no table is left; one with a table's name must not be left in silence."""
        if self._spec_called(name) is not None and not file.casefold().endswith(
            (".parquet", ".json")
        ):
            is_sheet = not file.casefold().endswith(TEXTS)
            key = "q_header" if is_sheet else "q_separator"
            self.questions.append(say(self.language, key, file=file))
        elif folded(name) not in BOOK_SHEETS:
            self.of_files.append(Problem("CNV-05", value=file[:120]))

    def _known(self) -> frozenset[str]:
        """Every column name that a file may have, folded."""
        names = {redcap.INSTRUMENT, redcap.EVENT, *redcap.DICTIONARY}
        for spec in self.contract.values():
            names |= {*spec.columns, *(self.mapping.own_column(spec.name, c) for c in spec.columns)}
        return frozenset(folded(name) for name in names)

    def _as_tables(self, sheet: Sheet, dictionary: Sheet | None) -> Iterable[Sheet]:
        if redcap.is_export(sheet):
            tables = redcap.tables_of(sheet, dictionary, self.mapping, self.contract, self.language)
            self.told.append((sheet.place, sheet.told))
            return tables
        return [sheet]

    def _spec_called(self, name: str) -> TableSpec | None:
        for spec in self.contract.values():
            if folded(name) in (folded(self.mapping.resource(spec.name)), folded(spec.name)):
                return spec
        return None

    def _take(self, sheet: Sheet) -> None:
        spec = self._spec_called(sheet.name)
        if spec is None:
            if folded(sheet.name) not in BOOK_SHEETS:
                self.of_files.append(Problem("CNV-05", value=sheet.place[:120]))
            return
        if spec.name in self.tables:
            both = f"{self.tables[spec.name].sheet.place} | {sheet.place}"
            self.of_files.append(Problem("CNV-04", value=both[:120]))
            return
        self.told.append((sheet.place, sheet.told))
        try:
            table = typed(sheet, spec, self.mapping, self.said, self.centre, self.language)
        except Question as question:
            self.questions.append(str(question))
            return
        self.tables[spec.name] = table
        sheet.told.append(self._rows_told(table))

    def _rows_told(self, table: Typed) -> str:
        n = len(table.cells)
        if n:
            return say(self.language, "rows", n=n, first=table.cells.index[0])
        return say(self.language, "no_rows_required" if table.spec.required else "no_rows")

    def _in_contract_names(self, table: Typed) -> pd.DataFrame:
        own = {own: name for name, own in table.own_columns.items()}
        return table.cells.rename(columns=own)

    def _placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Findings with file, sheet and place ("labs.csv line 17") of each."""
        sheets = {name: table.sheet for name, table in self.tables.items()}
        rows = rows.assign(
            file=rows["table"].map({n: s.file for n, s in sheets.items()}).astype("str"),
            sheet=rows["table"].map({n: s.sheet for n, s in sheets.items()}).astype("str"),
        )
        rows["place"] = placed(rows["file"], rows["sheet"], rows["row"], self.language)
        return rows


BOOK_SHEETS = frozenset(folded(n) for n in ("Read me", "Codes", "Bitte lesen", "Codelisten"))


def _break(breaches: Breaches, table: str, problems: list[Problem]) -> None:
    for problem in problems:
        breaches.broke(
            problem.rule_id,
            table,
            problem.lines,
            problem.column,
            problem.value,
            problem.expected,
        )


def write_findings(findings: Findings, folder: Path) -> None:
    """findings.csv and findings.parquet with the place of each in the source files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    findings.rows.to_csv(folder / "findings.csv", index=False, encoding="utf-8-sig")
    findings.rows.to_parquet(folder / "findings.parquet", index=False)
    findings.coverage.to_parquet(folder / "coverage.parquet", index=False)
