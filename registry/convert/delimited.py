"""CSV: encoding and separator found and told, or asked; every line counted."""

import codecs
import csv
import re
from collections.abc import Collection, Iterator
from io import TextIOWrapper
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from registry.convert.sheet import (
    CannotConvert,
    Problem,
    Question,
    Said,
    Sheet,
    Watch,
    folded,
    known_in,
    named,
    stripped,
)
from registry.convert.wording import say

SEPARATORS = (";", ",", "\t", "|")
SPOKEN = {"tab": "\t", "\\t": "\t"}  # how a tabulator is said at a command line
BYTES_AT_ONCE = 1 << 22
LINES_AT_ONCE = 50_000
LONGEST_FIELD = 100_000  # characters; beyond it a quotation mark was never closed

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# In cp1252 these bytes are signs („ ” … –), in cp850 and Mac Roman they are umlauts: between two
# letters they are a letter, and the file is not cp1252. 0x92 is the apostrophe of "Crohn’s".
LETTERS_ELSEWHERE = re.compile(rb"[A-Za-z][\x80-\x91\x93-\x99\x9b-\x9d][A-Za-z]")


def read_csv(
    path: Path, said: Said, known: Collection[str], language: str, watch: Watch
) -> Sheet | None:
    """The table of a CSV file; None where its header has no name of the contract or the centre.

    `known` are folded column names. Raises CannotConvert where the file is no text, Question where
    encoding or separator cannot be told for sure.
    """
    encoding, told = _encoding(path, said, language)
    with path.open(encoding=encoding, newline="") as file:
        first, line = _first_line(file)
        if first.casefold().startswith("sep=") and len(first) > 4:
            separator, why = first[4], say(language, "separator_told", separator=_shown(first[4]))
            first, header_line = _first_line(file)
            line += header_line
        else:
            found = _separator(first, said, known, language)
            if found is None:
                return None
            separator, why = found
    sheet = _records(path, encoding, separator, line, language, watch)
    sheet.told[:0] = [told, why]
    return sheet


def _encoding(path: Path, said: Said, language: str) -> tuple[str, str]:
    """(encoding, why). Files that are no text at all are refused here."""
    with path.open("rb") as file:
        head = file.read(BYTES_AT_ONCE)
    if not head.strip():
        raise CannotConvert(say(language, "e_empty", file=path.name))
    marked = next((name for mark, name in MARKS if head.startswith(mark)), None)
    if b"\0" in head and marked != "utf-16":
        raise CannotConvert(say(language, "e_binary", file=path.name))
    if said.encoding is not None:
        return _said_encoding(path, said.encoding, language)
    if marked is not None and _decodes(path, marked):
        return marked, say(language, marked)
    if marked is None and _decodes(path, "ascii"):
        return "ascii", say(language, "ascii")
    if marked is None and _decodes(path, "utf-8"):
        return "utf-8", say(language, "utf-8")
    odd = _first_odd_line(path)
    if marked is None and odd is None and _decodes(path, "cp1252"):
        return "cp1252", say(language, "cp1252")
    raise Question(say(language, "q_encoding", file=path.name, line=odd or "?"))


def _said_encoding(path: Path, encoding: str, language: str) -> tuple[str, str]:
    try:
        codecs.lookup(encoding)
        fits = _decodes(path, encoding)
    except (LookupError, ValueError):
        raise CannotConvert(say(language, "e_unknown_encoding", value=encoding)) from None
    if not fits:
        raise Question(say(language, "q_encoding", file=path.name, line="?"))
    return encoding, say(language, "said", what=encoding)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while part := file.read(BYTES_AT_ONCE):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _first_odd_line(path: Path) -> int | None:
    """The first line in which a sign of cp1252 stands where only a letter can stand."""
    content = path.read_bytes()
    odd = LETTERS_ELSEWHERE.search(content)
    return None if odd is None else content.count(b"\n", 0, odd.start()) + 1


def _first_line(file: Iterator[str]) -> tuple[str, int]:
    """(the first line that is not blank, its number from here)."""
    for number, line in enumerate(file, start=1):
        if line.strip():
            return line.rstrip("\r\n"), number
    return "", 1


def _separator(
    header: str, said: Said, known: Collection[str], language: str
) -> tuple[str, str] | None:
    """(separator, why): the sign that splits the header into most known columns."""
    if said.separator is not None:
        separator = SPOKEN.get(said.separator, said.separator)[:1] or ","
        shown = say(language, "separator_told", separator=_shown(separator))
        return separator, say(language, "said", what=shown.split(",")[0])
    hits = {sign: known_in(_split(header, sign), known) for sign in SEPARATORS}
    best = max(SEPARATORS, key=lambda sign: hits[sign])
    if not hits[best]:
        return None
    return best, say(language, "separator", separator=_shown(best), n=hits[best])


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _shown(separator: str) -> str:
    return "tab" if separator == "\t" else f"'{separator}'"


def _records(
    path: Path, encoding: str, separator: str, header_line: int, language: str, watch: Watch
) -> Sheet:
    """Every record of the file under its header, indexed by the line on which it begins."""
    header: list[str] | None = None
    parts, problems = [], []
    csv.field_size_limit(LONGEST_FIELD)
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw, TextIOWrapper(raw, encoding, newline="") as file:
        for _ in range(header_line - 1):
            file.readline()
        reader = csv.reader(file, delimiter=separator, strict=True)
        before = header_line - 1
        while True:
            rows, broken = _some(reader)
            if not rows and not broken:
                break
            # By columns: rows of unequal length are filled up here and reported below.
            frame = pd.DataFrame(dict(enumerate(zip_longest(*rows))), dtype="str")
            frame = frame.reindex(range(len(rows)))
            lines = _lines(frame, before)
            if header is None and rows:
                header, rows, lines, frame = rows[0], rows[1:], lines[1:], frame.iloc[1:]
            if broken:
                at = lines[-1] + 1 if len(lines) else before + 1
                expected = say(language, "expected_quote")
                problems.append(Problem("CNV-02", pd.Index([at]), expected=expected))
            fields = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
            part, ragged = _framed(frame.set_axis(lines), fields, len(header or []), language)
            parts.append(part)
            problems += ragged
            before = header_line - 1 + reader.line_num
            watch(path.name, raw.tell() / size)
    cells = pd.concat(parts) if parts else pd.DataFrame(dtype="str")
    return _sheet(path, header or [], cells, problems, language)


def _some(reader: Iterator[list[str]]) -> tuple[list[list[str]], bool]:
    """Up to LINES_AT_ONCE records; True where the one after them is broken off by a stray quote."""
    rows: list[list[str]] = []
    try:
        rows.extend(islice(reader, LINES_AT_ONCE))
    except csv.Error:
        return rows, True
    return rows, False


def _lines(frame: pd.DataFrame, before: int) -> np.ndarray:
    """The line on which each record begins: a field in quotation marks may go over several."""
    breaks = np.zeros(len(frame), dtype=np.int64)
    for column in frame.columns:
        breaks += frame[column].str.count(r"\r\n|\r|\n").fillna(0).to_numpy(dtype=np.int64)
    ends: np.ndarray = before + np.cumsum(breaks + 1)
    return ends - breaks


def _framed(
    frame: pd.DataFrame, fields: np.ndarray, width: int, language: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Records of the header's width; the others are problems. Blank lines are no records.

    `frame` is indexed by line, `fields` says how many fields each record has.
    """
    frame = frame.reindex(columns=range(max(width, frame.shape[1])))
    lines = frame.index
    filled = ~frame.isin([""]) & frame.notna()
    blank = ~filled.any(axis="columns").to_numpy()
    too_many = filled.iloc[:, width:].any(axis="columns").to_numpy()
    swallowed = _swallowed(frame.iloc[:, :width])
    ragged = ~blank & ((fields < width) | too_many | swallowed)
    problems = [
        Problem(
            "CNV-02",
            lines[ragged & (fields == n)],
            value=str(n),
            expected=say(language, "expected_fields", n=width),
        )
        for n in np.unique(fields[ragged])
    ]
    return frame.loc[~blank & ~ragged, range(width)], problems


def _swallowed(frame: pd.DataFrame) -> np.ndarray:
    """Rows with a field that seems to hold a whole line: a break and two separators."""
    lost = frame.apply(lambda c: c.str.contains(r"[\r\n][^\r\n]*[;,\t|][^\r\n]*[;,\t|]", na=False))
    return lost.to_numpy(dtype=bool).any(axis=1) if frame.shape[1] else np.zeros(len(frame), bool)


def _sheet(
    path: Path, header: list[str], cells: pd.DataFrame, problems: list[Problem], language: str
) -> Sheet:
    bare, changed = stripped(cells.astype("str"))
    tidy, of_names = named(header, bare, len(bare))
    told = [say(language, "stripped", n=changed)] if changed else []
    return Sheet(path.stem, path.name, None, tidy, problems=of_names + problems, told=told)


def is_header_of(names: Collection[str], wanted: Collection[str]) -> bool:
    """Whether all of `wanted` (folded) are among the names of a header."""
    return {folded(name) for name in names} >= set(wanted)
