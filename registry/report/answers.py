"""The returned workbook: its answers by finding, and plainly what could not be read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils.escape import unescape

from registry.convert.excel import opened
from registry.report.cells import SEALED, sealed
from registry.report.inert import visible
from registry.report.workbook import PROPERTIES
from registry.report.workbook_wording import ANSWERS, COLUMNS, PROBLEMS
from registry.rules import CATALOGUE, LANGUAGES, Severity

QUERY, NOTE = Severity.QUERY, Severity.NOTE  # can be confirmed

NEEDED = (*SEALED, "answer", "comment", "seal")
READ = ["identity", "answer", "comment", "value_hash", "rule_id", "rule_version"]
IDENTITY = r"[0-9a-f]{20}"
LONGEST_COMMENT = 2_000
WIDEST = 100  # columns looked at


@dataclass(frozen=True)
class Answers:
    """`rows`: one per finding, columns `READ` and `row` (in the sheet).

    `rule_version` is that of the rule when the workbook was written: it is what was answered.
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
    several = table.groupby("identity")["said"].transform("nunique") > 1
    doubts = {
        "comment_only": table["answer"].isna(),
        "unknown_answer": table["said"].isna(),
        "no_identity": ~table["identity"].str.fullmatch(IDENTITY, na=False),
        "changed": table["seal"].fillna("") != sealed(table),
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
    comment = read["comment"].map(_one_line, na_action="ignore").astype("str")
    rows = read.assign(answer=read["said"], comment=comment, row=read.index)
    return Answers(rows[[*READ, "row"]].reset_index(drop=True), problems, about)


def _text(cell: Any) -> str | None:
    """A cell as text; what Excel holds as a number is written as people do."""
    if cell is None:
        return None
    text = f"{cell:.15g}" if isinstance(cell, float) else unescape(str(cell)).strip()
    return text or None


def _one_line(comment: str) -> str:
    """A comment as it is kept, and the same again when the next workbook brings it back."""
    return visible(" ".join(comment.split()), LONGEST_COMMENT)[:LONGEST_COMMENT]


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=READ).astype("str").assign(row=pd.Series(dtype="int64"))


def known(answers: Answers, findings: pd.DataFrame, centre: str) -> Answers:
    """The answers about finding, value and rule as the registry has them; others are told.

    So is who confirms what only a correction settles. The rules of today must have been declared.
    """
    rows, texts = answers.rows, PROBLEMS[answers.language]
    held = rows["identity"].map(findings.set_index("identity")["value_hash"])
    is_same = held == rows["value_hash"]
    named = [name for name in rows["rule_id"].unique() if name in CATALOGUE]
    version = rows["rule_id"].map({name: CATALOGUE[name].version for name in named})
    doubts = {
        "unknown_identity": held.isna(),
        "other_value": held.notna() & ~is_same,
        "other_rule": is_same & (version != rows["rule_version"]),
    }
    is_known = ~pd.concat(doubts, axis="columns").any(axis="columns")
    settles = [name for name in named if CATALOGUE[name].severity in (QUERY, NOTE)]
    in_vain = is_known & rows["answer"].eq("confirmed") & ~rows["rule_id"].isin(settles)
    problems = [
        texts[name].format(row=row, rule=rule, centre=centre)
        for name, doubt in {**doubts, "in_vain": in_vain}.items()
        for row, rule in rows.loc[doubt, ["row", "rule_id"]].itertuples(index=False)
    ]
    return Answers(
        rows[is_known].reset_index(drop=True), answers.problems + problems, answers.about
    )
