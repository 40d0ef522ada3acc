"""REDCap's flat export: one file for all instruments, repeated ones told apart by two columns.

The centre's mapping says the rest in the words it has for every dialect: `resource` is the
instrument, `columns` the fields, `codes` the choices. The column `redcap_row` is made here (record,
event, instrument and instance) for instruments whose rows have no key of their own.
"""

from collections.abc import Collection

import pandas as pd

from registry.contract import Contract, TableSpec
from registry.convert.sheet import Problem, Sheet, folded
from registry.convert.wording import say
from registry.harmonise.mapping import Mapping

INSTRUMENT, INSTANCE, EVENT = (
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_event_name",
)
OWN = (INSTRUMENT, INSTANCE, EVENT, "redcap_data_access_group", "redcap_survey_identifier")
ROW = "redcap_row"

FIELD, FORM = "Variable / Field Name", "Form Name"
TYPE, CHOICES = "Field Type", "Choices, Calculations, OR Slider Labels"
DICTIONARY = (FIELD, FORM, TYPE, CHOICES)

YES_NO_TYPES = ("yesno", "truefalse", "checkbox")
YES_NO = {"1": "true", "0": "false"}


def is_export(sheet: Sheet) -> bool:
    names = {folded(name) for name in sheet.names}
    return INSTRUMENT in names or EVENT in names


def is_dictionary(sheet: Sheet) -> bool:
    return {folded(name) for name in sheet.names} >= {folded(n) for n in DICTIONARY}


def tables_of(
    export: Sheet, dictionary: Sheet | None, mapping: Mapping, contract: Contract, language: str
) -> list[Sheet]:
    """One sheet per table of the contract that the export holds rows of; lines stay the export's.

    Fields that no table is mapped to are a problem of the first of them.
    """
    cells = export.cells.rename(columns={c: folded(c) for c in export.cells if folded(c) in OWN})
    repeated = cells.get(INSTRUMENT, pd.Series(None, index=cells.index, dtype="str"))
    cells = cells.assign(**{ROW: _row_keys(cells)})
    sheets = []
    for spec in contract.values():
        own = [mapping.own_column(spec.name, column) for column in spec.columns]
        instrument = mapping.resource(spec.name)
        rows = _rows_of(cells, repeated, instrument, _fields(own, cells))
        if rows.any():
            held = cells.loc[rows, [name for name in cells if name in own]]
            sheet = Sheet(instrument, export.file, None, held)
            if dictionary is not None:
                _read_choices(sheet, dictionary, spec, mapping, language)
            sheets.append(sheet)
    names = ", ".join(sheet.name for sheet in sheets)
    export.told.append(say(language, "redcap", n=len(cells), instruments=names))
    export.problems += _unread(cells, repeated, mapping, contract)
    if sheets:
        sheets[0].problems[:0] = export.problems
    return sheets


def _row_keys(cells: pd.DataFrame) -> pd.Series:
    """P001-visit-3: record, event, instrument and instance, as far as a row has them."""
    key = cells.iloc[:, 0]
    for name in (EVENT, INSTRUMENT, INSTANCE):
        if name in cells:
            key = key + ("-" + cells[name]).fillna("")
    return key.astype("str")


def _fields(own: Collection[str], cells: pd.DataFrame) -> list[str]:
    """Fields that only this table's instrument can have filled: not the record's id."""
    shared = {str(cells.columns[0]), ROW, *OWN}
    return [str(name) for name in cells if name in own and name not in shared]


def _rows_of(
    cells: pd.DataFrame, repeated: pd.Series, instrument: str, fields: list[str]
) -> pd.Series:
    """Rows of a repeated instrument; of one that is not repeated, rows with any of its fields."""
    own = repeated.eq(instrument).fillna(False).astype(bool)
    if own.any() or not fields:
        return own
    return repeated.isna() & cells[fields].notna().any(axis="columns")


def _unread(
    cells: pd.DataFrame, repeated: pd.Series, mapping: Mapping, contract: Contract
) -> list[Problem]:
    """Fields and repeated instruments that no table is read from."""
    read = {
        mapping.own_column(spec.name, column)
        for spec in contract.values()
        for column in spec.columns
    }
    fields = [
        name
        for name in cells.columns[1:]
        if name not in read and name not in (*OWN, ROW) and not name.endswith("_complete")
    ]
    instruments = {mapping.resource(name) for name in contract}
    others = sorted(set(repeated.dropna()) - instruments)
    return [Problem("CNV-03", column=name[:120]) for name in fields] + [
        Problem("CNV-05", value=name[:120]) for name in others
    ]


def _read_choices(
    sheet: Sheet, dictionary: Sheet, spec: TableSpec, mapping: Mapping, language: str
) -> None:
    """Raw choices as their labels, where the contract or the mapping knows the label and not the
    raw value; a raw value that the dictionary does not list is a problem."""
    by_name = {folded(name): name for name in dictionary.cells}
    field, type_, choices = (dictionary.cells[by_name[folded(n)]] for n in (FIELD, TYPE, CHOICES))
    types = dict(zip(field, type_, strict=True))
    labels = {name: _labels(text) for name, text in zip(field, choices, strict=True)}
    for column in spec.columns.values():
        name = mapping.own_column(spec.name, column.name)
        if name not in sheet.cells:
            continue
        raw = sheet.cells[name]
        if types.get(name) in YES_NO_TYPES or types.get(name.split("___")[0]) in YES_NO_TYPES:
            sheet.cells[name] = raw.map(YES_NO).astype("str").fillna(raw)
        elif types.get(name) in ("radio", "dropdown") and labels.get(name):
            known = {*_codes(column.codes), *mapping.own_codes(spec.name, column)}
            _relabel(sheet, name, labels[name], known, language)


def _relabel(
    sheet: Sheet, name: str, labels: dict[str, str], known: set[str], language: str
) -> None:
    raw = sheet.cells[name]
    listed = raw.isin([*labels, *labels.values()]) | raw.isna()
    translated = raw.map(labels).astype("str")
    takes = ~raw.isin(known) & translated.notna()
    sheet.cells[name] = raw.mask(takes, translated)
    if takes.any():
        sheet.told.append(say(language, "choices", n=int(takes.sum()), column=name))
    shown = ", ".join(labels)[:200]
    for value, lines in raw[~listed & ~raw.isin(known)].groupby(raw):
        expected = say(language, "expected_choice", choices=shown)
        sheet.problems.append(Problem("CNV-06", lines.index, name, str(value)[:120], expected))


def _codes(name: str | None) -> tuple[str, ...]:
    from registry.codelists import codelist

    return () if name is None else codelist(name).codes


def _labels(choices: object) -> dict[str, str]:
    """`1, Female | 2, Male` as raw value → label."""
    if not isinstance(choices, str):
        return {}
    pairs = (choice.partition(",") for choice in choices.split("|"))
    return {raw.strip(): label.strip() for raw, comma, label in pairs if comma}
