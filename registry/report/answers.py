"""The returned workbook: its answers by finding, and plainly what could not be read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils.escape import unescape

from registry.convert.excel import opened
from registry.report.cells import sealed
from registry.report.workbook import PROPERTIES
from registry.report.workbook_wording import ANSWERS, COLUMNS, PROBLEMS
from registry.rules import LANGUAGES

NEEDED = ("rule_id", "value", "answer", "comment", "identity", "value_hash", "seal")
IDENTITY = r"[0-9a-f]{20}"
LONGEST_COMMENT = 2_000
WIDEST = 100  # columns looked at


@dataclass(frozen=True)
class Answers:
    """`rows`: identity, answer, comment, value_hash, rule_id, row (in the sheet), one per finding.

    `answer` is a word of the ledger: corrected, confirmed, cannot_be_determined, not_applicable.
    `problems` says in the workbook's language which rows were not read, and why; `about` is the
    centre, submission, rule set and language that the workbook was written for, "" where unsaid.
    """

    rows: pd.DataFrame
    problems: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.about.get("language", "en")


def read_answers(path: Path) -> Answers:
    """Every answered row of a workbook that the registry wrote, in whatever order it came back.

    Raises CannotConvert where the file is no workbook, is damaged, or must not be opened.
    """
    with opened(path, "en") as book:
        about = _about(book)
        for worksheet in book.worksheets:
            worksheet.reset_dimensions()
            rows = worksheet.iter_rows(max_col=WIDEST, values_only=True)
            language, header = _header(next(iter(rows), ()))
            if language is not None:
                body = [row[: len(header)] for row in rows]
                table = pd.DataFrame(body, columns=header, dtype=object)
                return _answers(table, {**about, "language": language})
    needed = ", ".join(COLUMNS["en"][key] for key in NEEDED)
    return Answers(_none(), [PROBLEMS["en"]["no_sheet"].format(columns=needed)], about)


def _about(book: Any) -> dict[str, str]:
    said = {p.name: str(p.value) for p in book.custom_doc_props.props}
    return {name: said.get(f"registry {name}", "")[:100] for name in PROPERTIES}


def _header(cells: tuple[Any, ...]) -> tuple[str | None, list[str]]:
    """(language, keys of the columns); None where this is not the header of a findings sheet."""
    for language in LANGUAGES:
        keys = {heading: key for key, heading in COLUMNS[language].items()}
        header = [keys.get(str(cell).strip(), f"column {n}") for n, cell in enumerate(cells)]
        if set(NEEDED) <= set(header) and len(set(header)) == len(header):
            return language, header
    return None, []


def _answers(table: pd.DataFrame, about: dict[str, str]) -> Answers:
    texts = PROBLEMS[about["language"]]
    table = table.set_axis(pd.RangeIndex(2, len(table) + 2)).map(_text).astype("str")
    table = table[table["answer"].notna() | table["comment"].notna()]
    words = {label: word for word, label in ANSWERS[about["language"]].items()}
    table["said"] = table["answer"].str.casefold().map(words).astype("str")
    seal = sealed(table["identity"], table["value_hash"], table["rule_id"], table["value"])
    several = table.groupby("identity")["said"].transform("nunique") > 1
    doubts = {
        "comment_only": table["answer"].isna(),
        "unknown_answer": table["said"].isna(),
        "no_identity": ~table["identity"].str.fullmatch(IDENTITY, na=False),
        "changed": table["seal"].fillna("") != seal,
        "two_answers": several,
    }
    reason = pd.Series(None, index=table.index, dtype="str")
    for name, holds in doubts.items():
        reason = reason.mask(reason.isna() & holds, name)
    listed = ", ".join(ANSWERS[about["language"]].values())
    problems = [
        texts[name].format(row=row, answer=str(answer)[:60], answers=listed)
        for row, name, answer in zip(reason.index, reason, table["answer"], strict=True)
        if pd.notna(name)
    ]
    read = table[reason.isna()].drop_duplicates("identity")
    rows = pd.DataFrame(
        {
            "identity": read["identity"],
            "answer": read["said"],
            "comment": read["comment"].str.slice(0, LONGEST_COMMENT),
            "value_hash": read["value_hash"],
            "rule_id": read["rule_id"],
            "row": read.index,
        }
    )
    return Answers(rows.reset_index(drop=True), problems, about)


def _text(cell: Any) -> str | None:
    """A cell as text; what Excel holds as a number is written as people do."""
    if cell is None:
        return None
    text = f"{cell:.15g}" if isinstance(cell, float) else unescape(str(cell)).strip()
    return text or None


def _none() -> pd.DataFrame:
    names = ("identity", "answer", "comment", "value_hash", "rule_id")
    return pd.DataFrame(
        {**{n: pd.Series(dtype="str") for n in names}, "row": pd.Series(dtype="int64")}
    )


def known(answers: Answers, findings: pd.DataFrame, centre: str) -> Answers:
    """The answers about findings that the registry has, with the value it has; others are told."""
    texts = PROBLEMS[answers.language]
    hashes = findings.drop_duplicates("identity").set_index("identity")["value_hash"]
    held = answers.rows["identity"].map(hashes)
    unknown = held.isna()
    other = ~unknown & (held != answers.rows["value_hash"])
    problems = [
        texts[name].format(row=row, centre=centre)
        for name, doubt in (("unknown_identity", unknown), ("other_value", other))
        for row in answers.rows.loc[doubt, "row"]
    ]
    rows = answers.rows[~unknown & ~other].reset_index(drop=True)
    return Answers(rows, answers.problems + problems, answers.about)
