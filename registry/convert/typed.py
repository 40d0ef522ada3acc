"""One sheet as one table of the contract: its columns found, its cells in the contract's types."""

import difflib
import re
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from registry import cells as reading
from registry.contract import Column, Kind, TableSpec
from registry.convert.excel import ERRORS, UNCALCULATED
from registry.convert.sheet import Problem, Said, Sheet, folded
from registry.convert.style import (
    EITHER,
    ISO,
    OTHER,
    SIGNS,
    Style,
    date_order_of,
    days_in,
    decimal_of,
    numbers_in,
    yes_no_in,
)
from registry.convert.wording import say
from registry.harmonise.mapping import Mapping, TextFormat
from registry.tables import to_arrow

NUMERIC = (Kind.NUMBER, Kind.WHOLE)


@dataclass
class Typed:
    """A table ready to be written, in the centre's own column names, and what was found on the way.

    `columns` are Arrow arrays; `cells` the same as text, indexed by line in the source file;
    `own_columns` contract column → own column; `asked` non-blank cells of each contract column.
    """

    spec: TableSpec
    sheet: Sheet
    own_columns: dict[str, str]
    columns: dict[str, pa.Array] = field(default_factory=dict)
    cells: pd.DataFrame = field(default_factory=pd.DataFrame)
    asked: dict[str, int] = field(default_factory=dict)


def typed(
    sheet: Sheet, spec: TableSpec, mapping: Mapping, said: Said, centre: str, language: str
) -> Typed:
    """The sheet as `spec`. Raises Question where its numbers or days can be read in two ways.

    A cell that cannot be read is a problem of the sheet; its column is then stored as text, in the
    way of writing that the mapping tells the registry, so that `registry check` finds it too.
    """
    found = _columns(sheet, spec, mapping, language)
    _fill_centre(sheet, spec, mapping, found, centre, language)
    cells = sheet.cells[list(found.values())].set_axis(list(found), axis="columns")
    native = _native(sheet, found)
    style = _style(cells, native, spec, mapping, said, sheet, language)
    own = {name: mapping.own_column(spec.name, name) for name in spec.columns if name in found}
    table = Typed(spec, sheet, own, cells=cells.rename(columns=own))
    for name in own:
        column = spec.columns[name]
        codes = mapping.own_codes(spec.name, column)
        texts = _canonical(cells[name], native[name], column, style, codes)
        values = reading.read(pa.chunked_array([_text(texts)]), column.kind, TextFormat()).values
        values = values.set_axis(cells.index)
        unreadable = cells[name].notna() & values.isna()
        table.asked[name] = int(cells[name].notna().sum())
        if unreadable.any():
            _report(
                sheet, cells[name][unreadable], native[name], column, own[name], style, language
            )
            written = _written(texts, column.kind, mapping.text).where(~unreadable, cells[name])
            table.columns[own[name]] = _text(written)
        else:
            table.columns[own[name]] = to_arrow(values.reset_index(drop=True), column.kind)
    return table


def _columns(sheet: Sheet, spec: TableSpec, mapping: Mapping, language: str) -> dict[str, str]:
    """Contract column → name in the file, in the contract's order; other names are problems."""
    there = {folded(name): name for name in reversed(sheet.names)}
    found: dict[str, str] = {}
    for name in spec.columns:
        own = mapping.own_column(spec.name, name)
        held = there.get(folded(own)) or there.get(folded(name))
        if held is not None and held not in found.values():
            found[name] = held
            if held not in (own, name):
                sheet.told.append(say(language, "renamed", own=held, column=own))
    known = {
        folded(mapping.own_column(spec.name, c)): mapping.own_column(spec.name, c)
        for c in spec.columns
        if c not in found
    }
    for held in sheet.names:
        if held not in found.values():
            near = difflib.get_close_matches(folded(held), list(known), n=1, cutoff=0.7)
            expected = say(language, "expected_near", name=known[near[0]]) if near else None
            sheet.problems.append(Problem("CNV-03", column=held[:120], expected=expected))
    return found


def _fill_centre(
    sheet: Sheet,
    spec: TableSpec,
    mapping: Mapping,
    found: dict[str, str],
    centre: str,
    language: str,
) -> None:
    """The centre's code in every row that does not name a centre: it is the same in all of them."""
    if "centre_id" not in spec.columns:
        return
    name = found.setdefault("centre_id", mapping.own_column(spec.name, "centre_id"))
    held = sheet.cells.get(name, pd.Series(None, index=sheet.cells.index, dtype="str"))
    if held.isna().any():
        n = int(held.isna().sum())
        sheet.told.append(say(language, "centre_filled", column=name, centre=centre, n=n))
    sheet.cells = sheet.cells.assign(**{name: held.fillna(centre)})


def _native(sheet: Sheet, found: dict[str, str]) -> pd.DataFrame:
    """Which cells the file stores as something else than text, by contract column."""
    names = list(found.values())
    if sheet.native is None:
        flags = pd.DataFrame(False, index=sheet.cells.index, columns=names)
    else:
        flags = sheet.native.reindex(columns=names, index=sheet.cells.index, fill_value=False)
    return flags.set_axis(list(found), axis="columns")


def _style(
    cells: pd.DataFrame,
    native: pd.DataFrame,
    spec: TableSpec,
    mapping: Mapping,
    said: Said,
    sheet: Sheet,
    language: str,
) -> Style:
    """How the sheet's text cells write numbers and days; told with the reason."""
    written = cells.mask(native)
    kinds = {str(name): spec.columns[str(name)].kind for name in cells}
    numbers = _together(written, [name for name, kind in kinds.items() if kind in NUMERIC])
    days = _together(written, [name for name, kind in kinds.items() if kind is Kind.DATE])
    if said.decimal is None and mapping.writes_text:
        decimal: str | None = mapping.text.decimal
        name = say(language, "decimal_name", name=say(language, mapping.text.decimal))
        why = say(language, "by_mapping", what=name)
    else:
        decimal, why = decimal_of(numbers, said, sheet.place, language)
    order, told = date_order_of(days, said, sheet.place, language)
    if len(numbers):
        sheet.told.append(why)
    sheet.told += told
    return Style(decimal, said.thousands, order)


def _together(cells: pd.DataFrame, columns: list[str]) -> pd.Series:
    """All filled cells of some columns in one series, by line."""
    filled = [cells[name].dropna() for name in columns]
    return pd.concat(filled).sort_index(kind="stable") if filled else pd.Series(dtype="str")


def _canonical(
    texts: pd.Series, native: pd.Series, column: Column, style: Style, codes: dict[str, str]
) -> pd.Series:
    """Text as the contract writes it; blank where it cannot be read as the column's kind."""
    if column.kind is Kind.TEXT:
        became_a_day = native & texts.str.fullmatch(ISO, na=False)
        return texts.mask(became_a_day | texts.isin((*ERRORS, UNCALCULATED)))
    if column.kind is Kind.YES_NO:
        return yes_no_in(texts, codes)
    if column.kind is Kind.DATE:
        return days_in(texts, style)
    own = numbers_in(texts.mask(native), style)
    return own.fillna(numbers_in(texts.where(native), Style()))


def _text(texts: pd.Series) -> pa.Array:
    return pa.array(texts.reset_index(drop=True), pa.string(), from_pandas=True)


def _written(texts: pd.Series, kind: Kind, style: TextFormat) -> pd.Series:
    """Canonical text in the way the registry knows the centre to write."""
    if kind in NUMERIC:
        return texts.str.replace(".", style.decimal, regex=False)
    if kind is Kind.DATE and style.date != TextFormat().date:
        days = pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce")
        return days.dt.strftime(style.date).astype("str")
    return texts


def _report(
    sheet: Sheet,
    texts: pd.Series,
    native: pd.Series,
    column: Column,
    own: str,
    style: Style,
    language: str,
) -> None:
    """One problem per unreadable value, at all its lines."""
    texts = texts[texts != UNCALCULATED]  # the sheet has reported it
    for value, lines in texts.groupby(texts):
        expected = _expected(str(value), column, style, language)
        sheet.problems.append(Problem("CNV-01", lines.index, own, str(value), expected))


def _expected(value: str, column: Column, style: Style, language: str) -> str:
    if value in ERRORS:
        return say(language, "expected_result")
    if column.kind is Kind.TEXT:
        return say(language, "expected_text")
    if column.kind is Kind.YES_NO:
        return say(language, "expected_yes_no")
    if column.kind is Kind.DATE:
        return _expected_day(value, language)
    return _expected_number(value, column, style, language)


def _expected_day(value: str, language: str) -> str:
    if re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[T ]\d.*", value):
        return say(language, "expected_time")
    if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2}", value):
        return say(language, "expected_century")
    return say(language, "expected_date", day="31.12.2025" if language == "de" else "2025-12-31")


def _expected_number(value: str, column: Column, style: Style, language: str) -> str:
    group = OTHER[style.decimal or "."]
    if re.fullmatch(EITHER.format(d=SIGNS[group]), value):
        sign = "," if language == "de" else "."
        one, other = value.replace(group, sign), value.replace(group, "")
        return say(language, "expected_grouped", one=one, other=other)
    if value[:1] in "<>≤≥":
        return say(language, "expected_comparator")
    return say(language, "expected_whole" if column.kind is Kind.WHOLE else "expected_number")
