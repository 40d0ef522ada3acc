"""Findings for a person at a terminal: by consequence, then by rule, each with what to do."""

import pandas as pd
from rich.console import Console
from rich.markup import escape

from registry.findings import Findings
from registry.report.inert import visible
from registry.report.wording import CONSEQUENCE, SEVERITY, VERDICT, number, phrase, why
from registry.rules import CATALOGUE, Severity

COLOUR = {
    Severity.REFUSE: "bold red",
    Severity.HOLD: "red",
    Severity.QUERY: "yellow",
    Severity.NOTE: "cyan",
}
ROWS_SHOWN = 5  # of one rule; the files have them all


def show(console: Console, findings: Findings, language: str, head: str) -> None:
    """Findings of one step under a heading, gravest first."""
    console.print(f"\n[bold]{escape(phrase(language, head))}[/bold]")
    if findings.rows.empty:
        console.print(phrase(language, "none_here"))
    for severity in Severity:
        rows = findings.rows[findings.rows["severity"] == severity.value]
        if rows.empty:
            continue
        name = SEVERITY[language][severity].upper()
        console.print(f"\n[{COLOUR[severity]}]{name}[/]  {CONSEQUENCE[language][severity]}")
        for rule_id, of_rule in rows.groupby("rule_id"):
            _show_rule(console, str(rule_id), of_rule, findings.coverage, language)
    _show_not_asked(console, findings, language)


def verdict(console: Console, findings: Findings, language: str) -> None:
    """The last lines: how many of what, and what follows."""
    counts = {severity: n for severity, n in findings.counts().items() if n}
    parts = [
        f"{number(language, n)} × {SEVERITY[language][severity]}" for severity, n in counts.items()
    ]
    if parts:
        console.print("\n" + " · ".join(parts))
    console.print(f"[bold]{VERDICT[language][findings.gravest]}[/bold]")


def _show_rule(
    console: Console, rule_id: str, rows: pd.DataFrame, coverage: pd.DataFrame, language: str
) -> None:
    rule = CATALOGUE[rule_id]
    covered = coverage[(coverage["rule_id"] == rule_id) & (coverage["broken"] > 0)]
    asked = phrase(
        language,
        "asked",
        broken=number(language, int(covered["broken"].sum())),
        asked=number(language, int(covered["asked"].sum())),
    )
    tables = ", ".join(rows["table"].unique())
    console.print(f"  [bold]{rule_id}[/bold] {escape(tables)} [dim]({asked})[/dim]")
    console.print(
        f"    {escape(rule.what(language))} [italic]{escape(rule.mend(language))}[/italic]"
    )
    for row in rows.head(ROWS_SHOWN).to_dict("records"):
        console.print(
            "      " + escape(_line({str(k): v for k, v in row.items()}, language)), highlight=False
        )
    if len(rows) > ROWS_SHOWN:
        n = number(language, len(rows) - ROWS_SHOWN)
        console.print(f"      [dim]{phrase(language, 'more', n=n)}[/dim]")


def _line(row: dict[str, object], language: str) -> str:
    """`row 17 · T-0012 · patient P-003 · frequency = daily · expected weekly`."""
    said = {name: None if pd.isna(value) else visible(str(value)) for name, value in row.items()}  # type: ignore[call-overload]
    place = (
        phrase(language, "whole")
        if said["row"] is None
        else phrase(language, "row", row=said["row"])
    )
    parts = [said.get("place"), f"{said['table']} {place}", said["key"]]
    if said["patient_id"] is not None and said["patient_id"] != said["key"]:
        parts.append(phrase(language, "patient", patient=said["patient_id"]))
    if said["column"] is not None:
        parts.append(f"{said['column']} = {said['value'] or phrase(language, 'blank')}")
    elif said["value"] is not None:
        parts.append(said["value"])
    if said["expected"] is not None:
        parts.append(phrase(language, "expected", expected=said["expected"]))
    return " · ".join(part for part in parts if part)


def _show_not_asked(console: Console, findings: Findings, language: str) -> None:
    """Rules that nothing could be asked of, by reason; and rules that crashed."""
    coverage = findings.coverage
    crashed = coverage.loc[coverage["could_not_run"].notna(), "rule_id"].unique()
    if len(crashed):
        console.print(f"[red]{phrase(language, 'could_not_run', rules=', '.join(crashed))}[/red]")
    asked = coverage.groupby("rule_id")["asked"].transform("sum")
    silent = coverage[
        (asked == 0) & coverage["could_not_run"].isna() & coverage["why_not_asked"].notna()
    ]
    for reason, rules in silent.groupby("why_not_asked")["rule_id"]:
        names = f"{', '.join(rules.unique())} ({why(language, str(reason))})"
        console.print(f"[dim]{phrase(language, 'not_asked', rules=names)}[/dim]")
