"""`registry rules` and `registry tables`: the catalogue and the contract at a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

# Importing these declares their rules; none of them imports its engine's slow half.
import expectations.released
import expectations.submitted  # noqa: F401
import registry.convert.rules
import registry.submission  # noqa: F401
import schemas.published  # noqa: F401
from registry.codelists import codelist
from registry.contract import Column, TableSpec
from registry.errors import UserError
from registry.report.wording import CONSEQUENCE, SEVERITY
from registry.rules import CATALOGUE, RETIRED, Rule
from schemas.submitted import CONTRACT


def show_rules(console: Console, rule_id: str | None, language: str) -> None:
    """Every rule in a line, or one with message, reason and source."""
    if rule_id is None:
        _list_rules(console, language)
    elif rule_id in CATALOGUE:
        _show_rule(console, CATALOGUE[rule_id], language)
    elif rule_id in RETIRED:
        console.print(f"{rule_id} is retired: {RETIRED[rule_id]}")
    else:
        raise UserError(f"There is no rule {rule_id}. `registry rules` lists them all.")


def _list_rules(console: Console, language: str) -> None:
    table = RichTable("id", "table", "consequence", "category", "what is wrong when it breaks")
    for rule in sorted(CATALOGUE.values(), key=lambda rule: (rule.home, rule.id)):
        table.add_row(
            rule.id,
            rule.about,
            SEVERITY[language][rule.severity],
            rule.category.value,
            escape(rule.what(language)),
        )
    console.print(table)
    console.print(f"{len(CATALOGUE)} rules")


def _show_rule(console: Console, rule: Rule, language: str) -> None:
    console.print(f"[bold]{rule.id}[/bold]  {rule.about}: {rule.statement}")
    console.print(f"{SEVERITY[language][rule.severity]}: {CONSEQUENCE[language][rule.severity]}\n")
    console.print(escape(rule.message(language)))
    console.print(f"\n[dim]{escape(rule.reason)}[/dim]")
    for name, fact in (
        ("category", rule.category.value),
        ("reads", ", ".join(rule.tables)),
        ("asked where filled", ", ".join(rule.on)),
        ("held back together", ", ".join(rule.group)),
        ("expected", rule.expected),
        ("source", rule.source),
    ):
        if fact:
            console.print(f"{name}: {escape(fact)}", highlight=False)


def show_tables(console: Console, name: str | None, language: str) -> None:
    """Every table in a line, or one column by column."""
    if name is None:
        table = RichTable("table", "sent", "columns", "one row is")
        for spec in CONTRACT.values():
            sent = "required" if spec.required else "optional"
            table.add_row(spec.name, sent, str(len(spec.columns)), escape(spec.description))
        console.print(table)
    elif name in CONTRACT:
        _show_table(console, CONTRACT[name], language)
    else:
        raise UserError(f"There is no table {name}. The tables are {', '.join(CONTRACT)}.")


def _show_table(console: Console, spec: TableSpec, language: str) -> None:
    console.print(f"[bold]{spec.name}[/bold]  {escape(spec.description)}")
    table = RichTable("column", "kind", "needed", "allowed", "meaning")
    for column in spec.columns.values():
        table.add_row(
            column.name,
            column.kind.value,
            "key" if column.key else "required" if column.required else "",
            escape(_allowed(column)),
            escape(column.description[language]),
        )
    console.print(table)


def _allowed(column: Column) -> str:
    if column.links:
        return f"→ {column.links}"
    if column.codes:
        codes = codelist(column.codes).codes
        return ", ".join(codes) if len(codes) <= 8 else f"{', '.join(codes[:6])}, … ({len(codes)})"
    ends = [f"{end:g}" if end is not None else "" for end in (column.at_least, column.at_most)]
    return f"{' – '.join(ends)} {column.unit or ''}".strip(" –") if any(ends) else column.unit or ""
