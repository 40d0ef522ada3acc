"""The template as an Excel workbook: one sheet per table, its help, its lists, an example row."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from registry.codelists import Language, codelist
from registry.contract import Column, Contract, Kind, TableSpec
from registry.convert.excel import MARK
from registry.template.examples import example
from registry.template.wording import (
    CODES,
    EXAMPLE,
    HELP,
    READ_ME,
    STEPS,
    TITLE,
    WORDS,
    YES_NO,
)

LAST_ROW = 20_000  # of every sheet that has lists and limits; more rows may be filled
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDEST = 255  # characters of Excel's message beside a cell

INK, DARK, LIGHT, GREY, PAPER = "#1F2933", "#1F4E79", "#DCE6F1", "#7B8794", "#F5F7FA"

Ranges = Mapping[str, str]  # code list → the cells that hold its codes


def write_workbook(path: Path, language: Language | str, contract: Contract) -> None:
    """Write the workbook for `contract` in a language ("en" or "de")."""
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        formats = _formats(book)
        readme = book.add_worksheet(READ_ME[language])
        sheets = {name: book.add_worksheet(name) for name in contract}
        codes = book.add_worksheet(CODES[language])
        _write_readme(readme, formats, language, contract)
        ranges = _write_codes(codes, formats, language, contract)
        for name, spec in contract.items():
            _write_table(sheets[name], spec, formats, language, ranges)


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
    wrapped = {**base, "text_wrap": True}
    named = {
        "title": {**wrapped, "bold": True, "font_size": 14},
        "text": wrapped,
        "required": {**base, "bold": True, "bg_color": DARK, "font_color": "#FFFFFF", "border": 1},
        "optional": {**base, "bold": True, "bg_color": LIGHT, "border": 1},
        "help": {**wrapped, "font_size": 9, "bg_color": PAPER, "border": 1},
        "example": {**base, "italic": True, "font_color": GREY, "bg_color": PAPER},
        "example_day": {
            **base,
            "italic": True,
            "font_color": GREY,
            "bg_color": PAPER,
            "num_format": "yyyy-mm-dd",
        },
        "text_cell": {"num_format": "@"},
        "day_cell": {"num_format": "yyyy-mm-dd"},
        "plain_cell": {},
    }
    return {name: book.add_format(facts) for name, facts in named.items()}


def _write_readme(
    sheet: Any, formats: Mapping[str, Any], language: str, contract: Contract
) -> None:
    words = WORDS[language]
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 70)
    sheet.merge_range(0, 0, 0, 2, TITLE[language], formats["title"])
    sheet.set_row(0, 40)
    for row, step in enumerate(STEPS[language], start=2):
        sheet.merge_range(row, 0, row, 2, step, formats["text"])
        sheet.set_row(row, 16 * (1 + len(step) // 115))
    top = len(STEPS[language]) + 3
    for column, word in enumerate(("table", "sent", "row_is")):
        sheet.write_string(top, column, words[word], formats["required"])
    for row, spec in enumerate(contract.values(), start=top + 1):
        told = spec.description if language == "en" else spec.columns[spec.key].description["de"]
        sheet.write_string(row, 0, spec.name, formats["text"])
        sheet.write_string(row, 1, words["must" if spec.required else "may"], formats["text"])
        sheet.write_string(row, 2, told, formats["text"])


def _write_codes(
    sheet: Any, formats: Mapping[str, Any], language: Any, contract: Contract
) -> Ranges:
    """Every code list in two columns, code and meaning; returns where each list's codes stand."""
    names = dict.fromkeys(
        c.codes for spec in contract.values() for c in spec.columns.values() if c.codes
    )
    ranges = {}
    for number, name in enumerate(names):
        column = number * 3
        labels = codelist(name).labels(language)
        sheet.set_column(column, column, 26)
        sheet.set_column(column + 1, column + 1, 40)
        sheet.write_string(0, column, name, formats["required"])
        sheet.write_string(0, column + 1, WORDS[language]["label"], formats["required"])
        for row, code in enumerate(codelist(name).codes, start=1):
            sheet.write_string(row, column, code, formats["text_cell"])
            sheet.write_string(row, column + 1, labels[code])
        letter = xl_col_to_name(column, col_abs=True)
        last = len(codelist(name).codes) + 1
        ranges[name] = f"='{CODES[language]}'!{letter}$2:{letter}${last}"
    sheet.freeze_panes(1, 0)
    return ranges


def _write_table(
    sheet: Any, spec: TableSpec, formats: Mapping[str, Any], language: str, ranges: Ranges
) -> None:
    if spec.required:
        sheet.set_tab_color(DARK)
    sheet.write_string(0, 0, MARK, formats["optional"])
    sheet.write_string(1, 0, HELP[language], formats["help"])
    sheet.write_string(2, 0, EXAMPLE[language], formats["example"])
    sheet.set_column(0, 0, 9)
    sheet.set_row(1, 92)
    for place, column in enumerate(spec.columns.values(), start=1):
        sheet.set_column(place, place, max(18, len(column.name) + 3), formats[_cell(column.kind)])
        kind = "required" if column.required and column.name != "centre_id" else "optional"
        sheet.write_string(0, place, column.name, formats[kind])
        sheet.write_string(1, place, help_of(column, language), formats["help"])
        _write_example(sheet, place, example(spec.name, column.name), formats, language)
        check = _validation(column, language, ranges)
        if check:
            sheet.data_validation(3, place, LAST_ROW, place, check)
    sheet.freeze_panes(2, 1)


def _cell(kind: Kind) -> str:
    """Text stays text (0016098 keeps its zeros), days are shown as they are sent."""
    return {Kind.TEXT: "text_cell", Kind.DATE: "day_cell"}.get(kind, "plain_cell")


def help_of(column: Column, language: str) -> str:
    """Whether it is needed, what it means, and what may stand in it."""
    words = WORDS[language]
    needed = "key" if column.key else "required" if column.required else "optional"
    needed = "filled" if column.name == "centre_id" else needed
    parts = [words[needed], column.description[language]]
    if column.unit:
        parts.append(words["unit"].format(unit=column.unit))
    if column.codes:
        parts.append(words["codes"].format(codes=column.codes))
    if column.links:
        parts.append(words["links"].format(links=column.links))
    if column.kind in (Kind.YES_NO, Kind.DATE):
        parts.append(words[column.kind.value])
    if scale := _scale(column, language):
        parts.append(scale)
    return "\n".join(parts)


def _scale(column: Column, language: str) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (column.at_least, column.at_most))
    if low is not None and high is not None:
        return WORDS[language]["scale"].format(low=low, high=high)
    return WORDS[language]["at_least"].format(low=low) if low is not None else ""


def _write_example(
    sheet: Any, place: int, value: object, formats: Mapping[str, Any], language: str
) -> None:
    if isinstance(value, bool):
        value = YES_NO[language][0 if value else 1]
    if isinstance(value, str):
        sheet.write_string(2, place, value, formats["example"])
    elif isinstance(value, int | float):
        sheet.write_number(2, place, value, formats["example"])
    elif value is not None:
        sheet.write_datetime(2, place, value, formats["example_day"])
    else:
        sheet.write_blank(2, place, None, formats["example"])


def _validation(column: Column, language: str, ranges: Ranges) -> dict[str, Any]:
    """A list to choose from, or limits; a warning, never a bar: the check says what is wrong."""
    words = WORDS[language]
    told = {
        "error_type": "warning",
        "input_title": column.name[:32],
        "input_message": column.description[language][:WIDEST],
    }
    if column.codes:
        facts = {"validate": "list", "source": ranges[column.codes]}
        return {**told, **facts, "error_message": words["listed"]}
    if column.kind is Kind.YES_NO:
        facts = {"validate": "list", "source": list(YES_NO[language])}  # type: ignore[dict-item]
        return {**told, **facts, "error_message": words["listed"]}
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        scale = _scale(column, language)
        low = -1e15 if column.at_least is None else column.at_least
        high = 1e15 if column.at_most is None else column.at_most
        message = words["number"].format(scale=f" ({scale})" if scale else "")
        return {
            **told,
            "validate": "decimal" if column.kind is Kind.NUMBER else "integer",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_message": message,
        }
    return told | {"validate": "any"}
