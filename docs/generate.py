"""The pages of the contract and the rules, from the declarations and their drawn examples.

    python -m docs.generate            write docs/en/, docs/de/ and docs/limits.md anew

One page per table with its columns and rules, one each for the package, for the rules every table
can break, for the release, for the code lists, and an index. The examples are those that the tests
run (tests/rules/), so this module stands outside the layers: it reads the tests, nothing reads it.
"""

import importlib
import pkgutil
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import tests.rules
from docs.words import TABLES_DE, WORDS
from flows import catalogue  # noqa: F401  (declares every rule)
from registry.codelists import codelist, names
from registry.contract import Column, TableSpec
from registry.intake.limits import PREFIX, Limits
from registry.report.reasons import reason
from registry.report.wording import CONSEQUENCE, SEVERITY
from registry.rules import CATALOGUE, LANGUAGES, Home, Rule
from registry.submission import receive
from schemas.submitted import CONTRACT
from tests.drawing import CELLS, EXAMPLES
from tests.packages import PACKAGE_EXAMPLES

HERE = Path(__file__).parent
PACKAGE, EVERY_TABLE, RELEASE, CODES, INDEX = (
    "package",
    "every-table",
    "release",
    "codes",
    "index",
)

for shown_in in pkgutil.iter_modules(tests.rules.__path__, "tests.rules."):
    importlib.import_module(shown_in.name)
importlib.import_module("tests.test_published")  # draws the rules of the release's rows


def pages(language: str) -> dict[str, str]:
    """File name → Markdown, of every page in a language."""
    about = {name: _table_page(spec, language) for name, spec in CONTRACT.items()}
    about[PACKAGE] = _rules_page(PACKAGE, language)
    about[EVERY_TABLE] = _rules_page(EVERY_TABLE, language)
    about[RELEASE] = _rules_page(RELEASE, language)
    about[CODES] = _codes_page(language)
    about[INDEX] = _index(language)
    mark = f"<!-- {WORDS[language]['generated']} -->"
    return {f"{name}.md": f"{mark}\n\n{text.strip()}\n" for name, text in about.items()}


def limits() -> str:
    """The table of `registry limits`, for the team, which speaks English."""
    lines = [f"| `{line.name}` | {line.limit} | {line.why} |" for line in Limits().lines]
    return "\n".join(
        [
            *(f"<!-- {WORDS['en']['generated']} -->", "", "# Limits of a package", ""),
            f"`{PREFIX}ROWS=5000000` in the environment overrides the limit of rows, and so on. "
            "What is above",
            "a limit is refused with a finding ([intake](intake.md)).",
            *("", "| limit | at most | why |", "|---|---:|---|", *lines, ""),
        ]
    )


def page_of(rule: Rule) -> str:
    """The page a rule stands on."""
    if rule.home is Home.RELEASE or rule.id.startswith("PUB-"):
        return RELEASE
    if rule.home is Home.PACKAGE:
        return PACKAGE
    return rule.about if rule.about in CONTRACT else EVERY_TABLE


def _rules_on(page: str) -> list[Rule]:
    return [
        CATALOGUE[rule_id] for rule_id in sorted(CATALOGUE) if page_of(CATALOGUE[rule_id]) == page
    ]


def _index(language: str) -> str:
    words = WORDS[language]
    sent = [
        f"| [{name}]({name}.md) | {words['required' if spec.required else 'optional']} "
        f"| {_first(_described(spec, language))} | {len(_rules_on(name))} |"
        for name, spec in CONTRACT.items()
    ]
    others = [
        f"- [{words[key]}]({page}.md): {words['n_rules'].format(n=len(_rules_on(page)))}"
        for page, key in (
            (PACKAGE, "package"),
            (EVERY_TABLE, "every_table"),
            (RELEASE, "release"),
        )
    ]
    rules = [
        f"| [{rule.id}]({page_of(rule)}.md#{rule.id.lower()}) | {rule.about} "
        f"| {SEVERITY[language][rule.severity]} | {_cell(rule.what(language))} |"
        for rule in (CATALOGUE[rule_id] for rule_id in sorted(CATALOGUE))
    ]
    return "\n".join(
        [
            *(f"# {words['index']}", "", f"## {words['tables']}", ""),
            f"| {words['table']} | {words['sent']} | {words['meaning']} | {words['rules']} |",
            *("|---|---|---|---:|", *sent, "", *others, f"- [{words['codes']}]({CODES}.md)", ""),
            *(f"## {words['rules']}", ""),
            f"| {words['rule']} | {words['table']} | {words['consequence']} | {words['finds']} |",
            *("|---|---|---|---|", *rules),
        ]
    )


def _table_page(spec: TableSpec, language: str) -> str:
    words = WORDS[language]
    columns = [
        f"| `{column.name}` | {words[column.kind.value]} | {_needed(column, words)} "
        f"| {_allowed(column)} | {_cell(column.description[language])} |"
        for column in spec.columns.values()
    ]
    sent = words["required" if spec.required else "optional"]
    head = [
        *(f"# {spec.name} ({sent})", "", _described(spec, language), ""),
        *(f"## {words['columns']}", ""),
        f"| {words['column']} | {words['kind']} | {words['needed']} | {words['allowed']} "
        f"| {words['meaning']} |",
        *("|---|---|---|---|---|", *columns, "", f"## {words['rules']}", "", words["how"], ""),
    ]
    rules = [line for rule in _rules_on(spec.name) for line in _rule(rule, language)]
    return "\n".join([*head, *rules])


def _rules_page(page: str, language: str) -> str:
    words = WORDS[language]
    intro = [words["release_intro"], ""] if page == RELEASE else []
    rules = [line for rule in _rules_on(page) for line in _rule(rule, language)]
    return "\n".join([f"# {words[page.replace('-', '_')]}", "", *intro, *rules])


def _rule(rule: Rule, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield from (f"### {rule.id}", "", f"**{rule.what(language)}** {rule.mend(language)}", "")
    yield from (f"*{words['why']}:* {' '.join(reason(rule, language).split())}", "")
    consequence = f"{SEVERITY[language][rule.severity]}. {CONSEQUENCE[language][rule.severity]}"
    for word, fact in (
        ("consequence", consequence),
        ("holds_for", f"`{rule.expected}`" if rule.expected else ""),
        ("asked", ", ".join(f"`{column}`" for column in rule.on)),
        ("category", words[rule.category.value]),
        ("source", rule.source),
    ):
        if fact:
            yield f"- {words[word]}: {fact}"
    yield ""
    yield from _example(rule, words)


def _example(rule: Rule, words: dict[str, str]) -> Iterator[str]:
    """The example that the tests run; a rule of the published tables alone has none drawn."""
    if rule.id in EXAMPLES:
        drawn = EXAMPLES[rule.id]
        for word, text in (
            ("previous", drawn.previous),
            ("holds", drawn.holds),
            ("breaks", drawn.breaks),
        ):
            if text.strip():
                yield from (f"{words[word]}:", "", "```", textwrap.dedent(text).strip(), "```", "")
    elif rule.id in CELLS:
        cell = CELLS[rule.id]
        for word, sent in (("holds", cell.holds), ("breaks_cell", cell.breaks)):
            shown = words["blank"] if sent is None else f"`{sent}`"
            yield f"- {words[word]}: `{cell.table}.{cell.column}` = {shown}"
        yield ""
    elif rule.id in PACKAGE_EXAMPLES:
        yield from (f"- {words['breaks_cell']}: {_broken_package(rule, words)}", "")


def _broken_package(rule: Rule, words: dict[str, str]) -> str:
    """What the rule finds in its example's package."""
    with tempfile.TemporaryDirectory() as folder:
        package = PACKAGE_EXAMPLES[rule.id].breaks(Path(folder) / "package")
        (breach,) = (
            row
            for rows in receive(package, CONTRACT).breaches.rows
            for row in rows.to_dict("records")
            if row["rule_id"] == rule.id
        )
    facts = [f"`{breach['table']}`"]
    facts += [f"`{breach['column']}`"] if isinstance(breach["column"], str) else []
    for word in ("value", "expected"):
        if isinstance(breach[word], str):
            facts.append(f"{words['found' if word == 'value' else 'expected']} `{breach[word]}`")
    return ", ".join(facts)


def _codes_page(language: str) -> str:
    words = WORDS[language]
    lines = [f"# {words['codes']}", ""]
    for name in names():
        listed = codelist(name)
        labels = listed.labels("de" if language == "de" else "en")
        lines += [f"## {name}", "", f"| {words['code']} | {words['label']} |", "|---|---|"]
        lines += [f"| `{code}` | {_cell(labels[code])} |" for code in listed.codes]
        lines.append("")
    return "\n".join(lines)


def _allowed(column: Column) -> str:
    if column.links:
        return f"→ [{column.links}]({column.links}.md)"
    if column.codes:
        return f"[{column.codes}]({CODES}.md#{column.codes})"
    unit = f" {column.unit}" if column.unit else ""
    if column.at_least is None and column.at_most is None:
        return unit.strip()
    if column.at_most is None:
        return f"≥ {column.at_least:g}{unit}"
    if column.at_least is None:
        return f"≤ {column.at_most:g}{unit}"
    return f"{column.at_least:g} – {column.at_most:g}{unit}"


def _needed(column: Column, words: dict[str, str]) -> str:
    return words["key"] if column.key else words["required"] if column.required else ""


def _described(spec: TableSpec, language: str) -> str:
    return TABLES_DE[spec.name] if language == "de" else " ".join(spec.description.split())


def _first(text: str) -> str:
    return text.split(". ")[0].rstrip(".") + "."


def _cell(text: str) -> str:
    """Text within a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def write(folder: Path = HERE) -> None:
    """Write every page of every language into `folder`, and nothing else."""
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for name, text in pages(language).items():
            (folder / language / name).write_text(text, encoding="utf-8")
    (folder / "limits.md").write_text(limits(), encoding="utf-8")


if __name__ == "__main__":
    write()
