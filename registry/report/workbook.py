"""The workbook: findings one row each with a place for the answer, and the data, bad cells marked.

Nothing submitted becomes a formula or a link. Written with constant memory, row after row, as
xlsxwriter has no other way. A cell costs some 9 µs, so there is an end to findings and data: beyond
it nobody reads on, and what is left out is said on the first sheet. The same package, rules and
answers give the same bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from registry.convert.places import Source, places_of
from registry.findings import Findings
from registry.report.cells import LONGEST, cells, has_long, sealed, texts
from registry.report.page_wording import LIFE, STATUS
from registry.report.wording import CONSEQUENCE, SEVERITY, VERDICT, number
from registry.report.workbook_wording import ANSWERS, COLUMNS, SHEETS, WORDS
from registry.rules import CATALOGUE, LANGUAGES, Rule, Severity, fingerprint

FINDINGS = 200_000  # the report shows fewer and points here; beyond, Excel takes minutes to open
CELLS = 100_000  # of submitted data in all; beyond, only rows with findings
NOTES = 2_000  # cells that carry a note: Excel takes a minute to open ten times as many

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
PROPERTIES = ("centre", "submission", "rule_set", "language")

FILL = {
    Severity.REFUSE: "#F4B6B0",
    Severity.HOLD: "#F9D0B4",
    Severity.QUERY: "#FFE9A8",
    Severity.NOTE: "#D5E8F7",
}
WIDTH = {
    "severity": 15,
    "rule_id": 9,
    "what": 44,
    "mend": 44,
    "table": 14,
    "row": 8,
    "place": 26,
    "key": 16,
    "patient_id": 12,
    "column": 22,
    "value": 26,
    "expected": 26,
    "life": 18,
    "status": 20,
    "answer": 22,
    "comment": 36,
    "rule_version": 10,
    "identity": 10,
    "value_hash": 10,
    "seal": 10,
}
A4 = 9  # Excel's number of it
HIGH = {"title": 26, "heading": 20}  # points of rows in larger letters
LINE = 15  # points of one line of text: not every program finds the height of wrapped text itself
MOST_LINES = 8
SUMMARY_COLUMNS, SUMMARY_WIDTH = 5, 100
TO_FILL = ("answer", "comment")
OF_LIVES = ("life", "status")
HIDDEN = ("rule_version", "identity", "value_hash", "seal")
SETTLED = ("answered", "waived")  # statuses: listed below what still waits for an answer
GRAVITY = {severity.value: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Shown:
    """What a workbook is written from.

    `about` names centre, submission and data_cut; `submitted` holds the centre's own columns by
    row number; `sources` says for converted tables where each row stood in the centre's file.
    `lives` is what the registry knows of the findings (identity, life, status, answer, comment):
    an answer that still stands is filled in. `made_on` is the day of the package.
    """

    findings: Findings
    about: Mapping[str, str]
    submitted: Mapping[str, pd.DataFrame]
    language: str
    made_on: date
    sources: Mapping[str, Source] = field(default_factory=dict)
    lives: pd.DataFrame | None = None


def write_workbook(
    path: Path, shown: Shown, findings: int = FINDINGS, cells: int = CELLS, notes: int = NOTES
) -> None:
    """Write the workbook, with at most so many findings, cells of data, and notes on cells."""
    language = shown.language if shown.language in LANGUAGES else "en"
    with xlsxwriter.Workbook(path, OPTIONS) as book:
        book.set_properties({"created": datetime.combine(shown.made_on, time(), UTC)})
        _Book(book, shown, language, findings, cells, notes).write()


class _Book:
    """One workbook on its way: sheets in order, and what had to be left out."""

    def __init__(
        self, book: Any, shown: Shown, language: str, findings: int, cells: int, notes: int
    ) -> None:
        self.book, self.shown, self.language = book, shown, language
        self.most, self.cells_left, self.notes_left, self.notes = findings, cells, notes, notes
        self.rows = _open_and_gravest_first(shown)
        self.asking = Findings(self.rows[self.rows["status"] != "waived"], shown.findings.coverage)
        self.words = WORDS[language]
        self.left_out: list[str] = []
        self.formats = _formats(book)

    def write(self) -> None:
        facts = {**self.shown.about, "rule_set": fingerprint(), "language": self.language}
        for name in PROPERTIES:
            self.book.set_custom_property(f"registry {name}", facts.get(name, ""), "text")
        summary = self.book.add_worksheet(SHEETS[self.language]["summary"])
        findings = self.book.add_worksheet(SHEETS[self.language]["findings"])
        for sheet in (summary, findings):  # on paper: as wide as a page lying on its side
            sheet.set_landscape()
            sheet.set_paper(A4)
            sheet.fit_to_pages(1, 0)
        findings.repeat_rows(0)
        self._write_findings(findings)
        self._write_tables()
        self._write_summary(summary, facts)  # last: now it is known what was left out

    # --- findings -----------------------------------------------------------------------------

    def _write_findings(self, sheet: Any) -> None:
        self._left_out_of("left_findings", self.rows.head(self.most), self.rows)
        self.rows = self.rows.head(self.most)
        table = self._as_table(self.rows)
        if has_long(self.rows["value"].astype("str")):
            self._left("left_long", n=number(self.language, LONGEST))
        sheet.set_row(0, 2 * LINE)
        for place, key in enumerate(table.columns):
            options = {"hidden": True} if key in HIDDEN else {}
            sheet.set_column(place, place, WIDTH[key], None, options)
            heading = COLUMNS[self.language][key]
            sheet.write_string(0, place, heading, self.formats["head"])
        fills = [self.formats[name] for name in self.rows["severity"]]
        columns = [cells(table[key]) for key in table.columns]
        wrapped, severity = self.formats["wrapped"], list(table.columns).index("severity")
        heights = _heights(table)
        to_fill = [place for place, key in enumerate(table.columns) if key in TO_FILL]
        for row, values in enumerate(zip(*columns, strict=True), start=1):
            sheet.set_row(row, heights[row - 1])
            sheet.write_row(row, 0, values, wrapped)
            for place in to_fill:
                sheet.write(row, place, values[place], self.formats["answer"])
            sheet.write_string(row, severity, values[severity], fills[row - 1])
        last, width = max(len(table), 1), len(table.columns) - 1
        self._validate(sheet, list(table.columns).index("answer"), last)
        sheet.autofilter(0, 0, last, width)
        sheet.freeze_panes(1, 2)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})

    def _as_table(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Findings in the words of the language; columns in the order of COLUMNS."""
        names = {severity.value: name for severity, name in SEVERITY[self.language].items()}
        rules = {rule_id: CATALOGUE[rule_id] for rule_id in rows["rule_id"].unique()}

        def of_rule(fact: Callable[[Rule], str]) -> pd.Series:
            facts = {rule_id: fact(rule) for rule_id, rule in rules.items()}
            told: pd.Series = rows["rule_id"].map(facts).astype("str")
            return told

        told = rows.assign(
            severity=rows["severity"].map(names),
            what=of_rule(lambda rule: rule.what(self.language)),
            mend=of_rule(lambda rule: rule.mend(self.language)),
            place=places_of(rows, self.shown.sources, self.language),
            value=texts(rows["value"].astype("str")),
            life=rows["life"].map(LIFE[self.language]).astype("str"),
            status=rows["status"].map(STATUS[self.language]).astype("str"),
            answer=rows["answer"].map(ANSWERS[self.language]).astype("str"),
            rule_version=of_rule(lambda rule: rule.version),
        )
        told["seal"] = sealed(told)
        left_out = OF_LIVES if self.shown.lives is None else ()
        return told[[key for key in COLUMNS[self.language] if key not in left_out]]

    def _validate(self, sheet: Any, column: int, last: int) -> None:
        labels = list(ANSWERS[self.language].values())
        sheet.data_validation(
            1,
            column,
            last,
            column,
            {"validate": "list", "source": labels, "error_type": "stop"},
        )

    # --- the centre's data --------------------------------------------------------------------

    def _write_tables(self) -> None:
        everything = sum(table.size for table in self.shown.submitted.values())
        is_large, rows = everything > self.cells_left, self.rows
        for name, table in self.shown.submitted.items():
            found = rows[(rows["table"] == name) & rows["row"].notna()]
            shown = table
            if is_large:
                concerned = table[table.index.isin(found["row"].astype("int64"))]
                shown = concerned.head(max(0, self.cells_left) // max(1, table.shape[1]))
                self.cells_left -= shown.size
            self._left_out_of("left_rows", shown, table, table=name)
            self._write_table(self.book.add_worksheet(name[:31]), name, shown, found)
        if self.notes_left < 0:
            self._left("left_comments", n=number(self.language, self.notes))

    def _write_table(self, sheet: Any, name: str, table: pd.DataFrame, found: pd.DataFrame) -> None:
        columns = {self.words["row"]: table.index.tolist()}
        source = self.shown.sources.get(name)
        if source is not None:
            lines = source.lines_of(pd.Series(table.index, index=table.index))
            columns[self.words["line"]] = cells(lines)
        before = len(columns)
        held = [cells(table[column]) for column in table]
        for place, heading in enumerate([*columns, *table.columns]):
            sheet.set_column(place, place, min(max(12, len(str(heading)) + 3), 40))
        sheet.write_row(
            0, 0, [*columns, *texts(pd.Series(table.columns, dtype="str"))], self.formats["head"]
        )
        marks = self._marks(found, table, before)
        rows = zip(*columns.values(), *held, strict=True)
        for row, (line, values) in enumerate(zip(table.index, rows, strict=True), start=1):
            sheet.write_row(row, 0, values)
            for place, look, note in marks.get(line, ()):
                self._mark(sheet, row, place, values[place], look, note)
        sheet.autofilter(0, 0, max(len(table), 1), max(len(columns) + len(held) - 1, 0))
        sheet.freeze_panes(1, before)

    def _marks(
        self, found: pd.DataFrame, table: pd.DataFrame, before: int
    ) -> dict[int, list[tuple[int, str, str]]]:
        """Row number → (column, severity, note) of its bad cells, the gravest finding of each."""
        if found.empty:
            return {}
        places = {column: place for place, column in enumerate(table.columns, start=before)}
        each = _gravest_first(found)
        each = each.assign(of=each["column"].str.split(" ")).explode("of")
        each["place"] = each["of"].map(places)
        each = each[each["place"].notna()]
        if each.empty:
            return {}
        told = {r: self._note(r) for r in each["rule_id"].unique()}
        expected = texts(each["expected"]).map(self._expected, na_action="ignore").astype("str")
        each["note"] = each["rule_id"].map(told) + ("\n" + expected).fillna("")
        cell = each.groupby(["row", "place"], sort=True)
        first = cell.agg(severity=("severity", "first"), note=("note", "\n\n".join)).reset_index()
        marks: dict[int, list[tuple[int, str, str]]] = {}
        for row, place, severity, note in first.itertuples(index=False):
            marks.setdefault(int(row), []).append((int(place), severity, note))
        return marks

    def _note(self, rule_id: str) -> str:
        rule = CATALOGUE[rule_id]
        severity = SEVERITY[self.language][rule.severity]
        return self.words["note"].format(
            rule=rule_id, severity=severity, what=rule.message(self.language)
        )

    def _expected(self, expected: str) -> str:
        return self.words["expected"].format(expected=expected)

    def _mark(self, sheet: Any, row: int, place: int, value: Any, look: str, note: str) -> None:
        if value is None:
            sheet.write_blank(row, place, None, self.formats[look])
        else:
            is_day = hasattr(value, "isoformat")
            sheet.write(row, place, value, self.formats[f"{look} day" if is_day else look])
        self.notes_left -= 1
        if self.notes_left >= 0:
            sheet.write_comment(row, place, note[:LONGEST], {"x_scale": 2.5, "y_scale": 1.6})

    # --- summary ------------------------------------------------------------------------------

    def _write_summary(self, sheet: Any, facts: Mapping[str, str]) -> None:
        sheet.hide_gridlines(2)
        for place, width in enumerate((24, 14, 18, 20, SUMMARY_WIDTH)):
            sheet.set_column(place, place, width)
        lines = [
            *self._head(facts),
            *self._blocking(),
            *self._counted(),
            *self._how(),
            *self._by_rule(),
        ]
        for row, (values, look) in enumerate(lines):
            if look in HIGH:
                sheet.set_row(row, HIGH[look])
            elif len(values) == SUMMARY_COLUMNS:
                sheet.set_row(row, LINE * -(-len(values[-1]) // SUMMARY_WIDTH))
            sheet.write_row(row, 0, values, self.formats[look])

    def _head(self, facts: Mapping[str, str]) -> list[tuple[list[Any], str]]:
        verdict = VERDICT[self.language][self.asking.gravest]
        told = [
            ([self.words[name], facts.get(name, "")], "plain")
            for name in ("centre", "submission", "data_cut", "rule_set")
        ]
        n = len(self.shown.findings.rows) - len(self.asking.rows)
        waived = [([self.words["waived"].format(n=number(self.language, n))], "plain")] if n else []
        title = ([self.words["title"]], "title")
        return [title, *told, ([], "plain"), ([verdict], "strong"), *waived]

    def _blocking(self) -> list[tuple[list[Any], str]]:
        rows = self.asking.rows
        refused = rows[rows["severity"] == Severity.REFUSE.value]
        lines = self._heading("blocks")
        if refused.empty:
            return [*lines, ([self.words["blocks_nothing"]], "plain")]
        for rule_id, of_rule in refused.groupby("rule_id"):
            message = CATALOGUE[str(rule_id)].message(self.language)
            tables = ", ".join(of_rule["table"].unique())
            look = f"{Severity.REFUSE.value} line"
            lines.append(([rule_id, len(of_rule), tables, "", message], look))
        return lines

    def _counted(self) -> list[tuple[list[Any], str]]:
        rows = self.asking.rows
        sent = sum(len(table) for table in self.shown.submitted.values())
        names = ("consequence", "findings", "rows_hit", "rows_of", "means")
        lines = [*self._heading("counts"), ([self.words[name] for name in names], "head")]
        for severity in Severity:
            of = rows[rows["severity"] == severity.value]
            hit = len(of.loc[of["row"].notna(), ["table", "row"]].drop_duplicates())
            name = SEVERITY[self.language][severity]
            means = CONSEQUENCE[self.language][severity]
            lines.append(([name, len(of), hit, sent, means], f"{severity.value} line"))
        return lines

    def _how(self) -> list[tuple[list[Any], str]]:
        answers = ANSWERS[self.language]
        facts = {
            "findings": SHEETS[self.language]["findings"],
            "corrected": answers["corrected"],
            "confirmed": answers["confirmed"],
            "cannot": answers["cannot_be_determined"],
            "not_applicable": answers["not_applicable"],
            "answer": COLUMNS[self.language]["answer"],
            "comment": COLUMNS[self.language]["comment"],
        }
        steps = range(1, 6 if self.shown.lives is None else 7)
        how = [([self.words[f"how_{n}"].format(**facts)], "plain") for n in steps]
        left = [([text], "plain") for text in self.left_out]
        missing = [*self._heading("left_out"), *left] if left else []
        return [*self._heading("how"), *how, *missing]

    def _by_rule(self) -> list[tuple[list[Any], str]]:
        """Every broken rule with its denominator, gravest first."""
        findings = self.shown.findings
        covered = findings.coverage.groupby("rule_id")[["broken", "asked"]].sum()
        names = ("rule", "broken", "asked", "consequence", "wrong")
        lines = [*self._heading("by_rule"), ([self.words[name] for name in names], "head")]
        order = _gravest_first(findings.rows).drop_duplicates("rule_id")
        for rule_id in order["rule_id"]:
            rule = CATALOGUE[rule_id]
            broken, asked = covered.loc[rule_id] if rule_id in covered.index else (0, 0)
            severity = SEVERITY[self.language][rule.severity]
            message = rule.message(self.language)
            lines.append(([rule_id, int(broken), int(asked), severity, message], "line"))
        return lines if len(order) else []

    def _heading(self, key: str) -> list[tuple[list[Any], str]]:
        return [([], "plain"), ([self.words[key]], "heading")]

    def _left_out_of(
        self, key: str, some: pd.DataFrame, every: pd.DataFrame, **facts: object
    ) -> None:
        """Say how many of how many rows are shown, unless all are."""
        if len(some) < len(every):
            n, all_ = (number(self.language, len(rows)) for rows in (some, every))
            self._left(key, n=n, all=all_, **facts)

    def _left(self, key: str, **facts: object) -> None:
        self.left_out.append(self.words[key].format(**facts))


def _open_and_gravest_first(shown: Shown) -> pd.DataFrame:
    """Findings with what is known of their lives; what waits for an answer is before the rest."""
    names, rows = ["life", "status", "answer", "comment"], shown.findings.rows
    lives = pd.DataFrame(columns=["identity", *names]) if shown.lives is None else shown.lives
    known = lives.set_index("identity")[names].astype("str").reindex(rows["identity"])
    told = _gravest_first(rows.join(known.set_axis(rows.index)))
    is_settled = told["status"].isin(SETTLED)
    return pd.concat([told[~is_settled], told[is_settled]])


def _gravest_first(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows.assign(gravity=rows["severity"].map(GRAVITY))
    return order.sort_values(["gravity", "rule_id", "patient_id", "table", "row"], kind="stable")


def _heights(table: pd.DataFrame) -> list[int]:
    """Points that each row needs for its longest wrapped text."""
    shown = [key for key in table.columns if key not in HIDDEN and table[key].dtype == "str"]
    lines = pd.concat([table[key].str.len() / (WIDTH[key] * 0.95) for key in shown], axis="columns")
    most = np.ceil(lines.max(axis="columns").fillna(1)).clip(1, MOST_LINES)
    return [int(lines) * LINE for lines in most]


def _formats(book: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    left = {**base, "align": "left", "text_wrap": True}
    named: dict[str, dict[str, Any]] = {
        "plain": base,
        "line": left,
        "wrapped": {**base, "text_wrap": True},
        "title": {**base, "bold": True, "font_size": 16},
        "strong": {**base, "bold": True},
        "heading": {**base, "bold": True, "font_size": 13, "font_color": "#1F4E79"},
        "head": {
            **base,
            "bold": True,
            "bg_color": "#1F4E79",
            "font_color": "#FFFFFF",
            "text_wrap": True,
        },
        "answer": {**base, "text_wrap": True, "bg_color": "#FFFBE6", "border": 1},
    }
    for severity, colour in FILL.items():
        named[f"{severity.value} line"] = {**left, "bg_color": colour}
        named[severity.value] = {**base, "bg_color": colour}
        named[f"{severity.value} day"] = {**base, "bg_color": colour, "num_format": "yyyy-mm-dd"}
    return {name: book.add_format(facts) for name, facts in named.items()}
