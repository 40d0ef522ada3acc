"""Excel workbooks from outside: looked at before they are opened, read without believing them.

Refused unopened: what unpacks to more than a workbook holds, macros, links to other files, data
connections. Read with openpyxl (read only) over defusedxml, which refuses entities.
"""

import re
import warnings
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.escape import unescape

from registry.convert.sheet import (
    CannotConvert,
    Problem,
    Sheet,
    Watch,
    known_in,
    named,
    stripped,
)
from registry.convert.wording import say

if not openpyxl.DEFUSEDXML:  # a hard condition: without it an entity bomb fills the memory
    raise ImportError("Reading Excel files needs defusedxml.")

OLE = b"\xd0\xcf\x11\xe0"  # old .xls, and .xlsx with a password
ZIP = b"PK"

MEMBERS = 5_000
UNPACKED = 2 << 30  # bytes of all members; a million rows of 30 columns unpack to about 1 GB
RATIO, FROM = 250, 10 << 20  # deflate reaches 1,032; sheets of a real workbook about 5 to 60

ACTIVE = re.compile(
    r"vbaProject|macrosheets/|dialogsheets/|externalLinks/|connections\.xml|queryTables/|activeX/"
    r"|embeddings/|ctrlProps/",
    re.IGNORECASE,
)
MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")

ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA")

UNCALCULATED = "=…"  # stands for a formula without a result

LOOKED_AT = 30  # rows from the top in which the header may stand
WIDEST = 1_000  # columns
ROWS_TOLD = 5_000

MARK = "#"  # the template's column that says which rows are help
MARKED = ("help", "example", "hilfe", "beispiel")


@contextmanager
def opened(path: Path, language: str, *, formulas: bool = False) -> Iterator[Any]:
    """The workbook, read only, values as last calculated (or `formulas`). Raises CannotConvert."""
    _guard(path, language)
    try:
        with (
            path.open("rb") as file,
            warnings.catch_warnings(),
        ):  # openpyxl leaves a broken one open
            warnings.simplefilter("ignore")  # what openpyxl does not know of is not ours to say
            book = openpyxl.load_workbook(
                file, read_only=True, data_only=not formulas, keep_links=False
            )
            try:
                yield book
            finally:
                book.close()
    except CannotConvert:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads it to
        raise CannotConvert(say(language, "e_broken", file=path.name)) from error


def _guard(path: Path, language: str) -> None:
    """Refuse before opening what is no workbook, or more than one. Raises CannotConvert."""
    facts = {"file": path.name}
    if not path.is_file():
        raise CannotConvert(say(language, "e_absent", **facts))
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(OLE):
        raise CannotConvert(say(language, "e_old_excel", **facts))
    if not head.startswith(ZIP):
        raise CannotConvert(say(language, "e_kind" if head else "e_empty", **facts))
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if _is_bomb(members, path.stat().st_size):
                raise CannotConvert(say(language, "e_bomb", **facts))
            if any(ACTIVE.search(member.filename) for member in members):
                raise CannotConvert(say(language, "e_macros", **facts))
            if MACRO_TYPE.search(archive.read("[Content_Types].xml")):
                raise CannotConvert(say(language, "e_macros", **facts))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError, NotImplementedError):
        raise CannotConvert(say(language, "e_broken", **facts)) from None


def _is_bomb(members: list[zipfile.ZipInfo], size: int) -> bool:
    """By what the archive says of itself; zipfile reads no more of a member than it says."""
    too_many = len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED
    dense = any(
        m.file_size > FROM and m.file_size > RATIO * max(m.compress_size, 1) for m in members
    )
    overlapping = sum(m.compress_size for m in members) > size
    return too_many or dense or overlapping


def read_workbook(
    path: Path, known: Collection[str], language: str, watch: Watch
) -> tuple[list[Sheet], list[str]]:
    """Every sheet with a header of known (folded) column names, and the names of the others.

    Raises CannotConvert where the file is damaged, too large or active.
    """
    sheets, others = [], []
    has_formulas = _has_formulas(path, language)
    with opened(path, language) as book:
        for position, worksheet in enumerate(book.worksheets):
            rows = _rows(worksheet, path, watch)
            found = _under_header(rows, known)
            if found is None:
                others.append(str(worksheet.title))
                continue
            header_row, header, cells = found
            sheet = _sheet(path, str(worksheet.title), header, cells, language)
            if header_row > 1:
                sheet.told.insert(0, say(language, "header_row", row=header_row))
            if has_formulas:
                _look_for_uncalculated(sheet, path, position, header_row, language)
            sheets.append(sheet)
    return sheets, others


def _has_formulas(path: Path, language: str) -> bool:
    _guard(path, language)
    try:
        with zipfile.ZipFile(path) as archive:
            sheets = [m for m in archive.infolist() if m.filename.startswith("xl/worksheets/")]
            return any(_mentions(archive, member) for member in sheets)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise CannotConvert(say(language, "e_broken", file=path.name)) from None


def _mentions(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a sheet holds a formula, read piece by piece."""
    tail = b""
    with archive.open(member) as file:
        while piece := file.read(1 << 20):
            if FORMULA.search(tail + piece):
                return True
            tail = piece[-8:]
    return False


def _rows(worksheet: Any, path: Path, watch: Watch) -> Iterator[tuple[Any, ...]]:
    worksheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    for number, row in enumerate(worksheet.iter_rows(max_col=WIDEST, values_only=True), start=1):
        if number % ROWS_TOLD == 0:
            watch(f"{path.name}, {worksheet.title}", min(number / (1 << 20), 1.0))
        yield row
    watch(f"{path.name}, {worksheet.title}", 1.0)


def _under_header(
    rows: Iterator[tuple[Any, ...]], known: Collection[str]
) -> tuple[int, list[str], pd.DataFrame] | None:
    """(row of the header, its names, the rows under it by their number); None without a header."""
    head = list(islice(rows, LOOKED_AT))
    hits = [known_in([c for c in row if isinstance(c, str)], known) for row in head]
    if not any(hits):
        return None
    at = int(np.argmax(hits))
    width = max(i for i, c in enumerate(head[at]) if c is not None) + 1
    header = ["" if c is None else str(c) for c in head[at][:width]]
    below = [row[:width] for row in head[at + 1 :]]
    below.extend(row[:width] for row in rows)
    index = pd.RangeIndex(at + 2, at + 2 + len(below))
    return at + 1, header, pd.DataFrame(below, index=index, columns=range(width), dtype=object)


def _sheet(path: Path, title: str, header: list[str], cells: pd.DataFrame, language: str) -> Sheet:
    cells = cells[cells.notna().any(axis="columns")]
    told = []
    cells, marked = _without_marked_rows(header, cells)
    if marked:
        told.append(say(language, "marked_rows", n=marked))
    native = cells.map(lambda cell: cell is not None and not isinstance(cell, str)).astype(bool)
    bare, changed = stripped(cells.map(_written).astype("str"))
    bare = bare[bare.notna().any(axis="columns")]
    if changed:
        told.append(say(language, "stripped", n=changed))
    tidy, problems = named(header, bare, len(bare))
    tidy = tidy.drop(columns=[name for name in tidy if name == MARK])
    kept = native.loc[tidy.index].set_axis(header, axis="columns")
    kept = kept.loc[:, ~kept.columns.duplicated()].rename(columns=str.strip)
    return Sheet(title, path.name, title, tidy, kept[list(tidy)], problems, told)


def _without_marked_rows(header: list[str], cells: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The rows that the template does not mark as help or example, and how many it marks."""
    if MARK not in header:
        return cells, 0
    marks = cells[header.index(MARK)].astype("str").str.strip().str.casefold()
    is_marked = marks.isin(MARKED).to_numpy(dtype=bool)
    return cells[~is_marked], int(is_marked.sum())


def _written(cell: Any) -> str | None:
    """A cell as text in the contract's way of writing: 5, 0.5, true, 2025-12-31."""
    if isinstance(cell, str):
        return str(
            unescape(cell)
        )  # Excel writes "_x000D_" for a carriage return, openpyxl leaves it
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _look_for_uncalculated(
    sheet: Sheet, path: Path, position: int, header_row: int, language: str
) -> None:
    """Formulas whose result was never stored would be read as blank: each is a problem."""
    with opened(path, language, formulas=True) as book:
        rows = _rows(book.worksheets[position], path, lambda *_: None)
        wanted = [row for number, row in enumerate(rows, start=1) if number >= header_row]
    header = [str(name).strip() if name is not None else "" for name in wanted[0]]
    index = pd.RangeIndex(header_row + 1, header_row + len(wanted))
    formulas = pd.DataFrame(wanted[1:], index=index, columns=range(len(header)), dtype=object)
    sheet.told.append(say(language, "formulas"))
    expected = say(language, "expected_calculated")
    for place, name in enumerate(header):
        if name not in sheet.cells:
            continue
        blank = sheet.cells[name].reindex(index).isna().to_numpy(dtype=bool)
        is_formula = formulas[place].map(_is_formula).to_numpy(dtype=bool)
        lost = index[blank & is_formula]
        if len(lost):
            sheet.problems.append(Problem("CNV-01", lost, name, UNCALCULATED, expected))
            lines = sheet.cells.index.union(lost)
            sheet.cells = sheet.cells.reindex(lines)
            sheet.cells.loc[lost, name] = UNCALCULATED
            if sheet.native is not None:
                sheet.native = sheet.native.reindex(lines, fill_value=False)


def _is_formula(cell: Any) -> bool:
    return (isinstance(cell, str) and cell.startswith("=")) or type(cell).__name__.endswith(
        "Formula"
    )
