"""docs/en and docs/de are what the declarations say; every rule and column is in them."""

import re
from pathlib import Path

import pytest

from docs.generate import limits, pages
from docs.words import TABLES_DE, WORDS
from registry.report.reasons import german, reason
from registry.rules import CATALOGUE, LANGUAGES
from schemas.submitted import CONTRACT

DOCS = Path("docs")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_pages_are_current(language: str) -> None:
    made = pages(language)
    kept = {path.name: path.read_text("utf-8") for path in (DOCS / language).glob("*.md")}

    assert {name for name in made if made[name] != kept.get(name)} == set(), "run `make docs`"


def test_the_table_of_limits_is_current() -> None:
    assert limits() == (DOCS / "limits.md").read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_and_column_has_its_place_and_every_link_leads_there(language: str) -> None:
    made = pages(language)
    headings = {
        name: {line[4:].lower() for line in text.splitlines() if line.startswith("### ")}
        | {line[3:].lower() for line in text.splitlines() if line.startswith("## ")}
        for name, text in made.items()
    }

    assert sorted(re.findall(r"^### (\S+)$", "\n".join(made.values()), re.MULTILINE)) == sorted(
        CATALOGUE
    )
    for spec in CONTRACT.values():
        for column in spec.columns:
            assert f"| `{column}` |" in made[f"{spec.name}.md"]
    for text in made.values():
        for name, anchor in re.findall(r"\]\((?!http)([\w-]+\.md)#?([\w-]*)\)", text):
            assert name in made
            assert not anchor or anchor in headings[name], anchor


@pytest.mark.parametrize("rule_id", sorted(CATALOGUE))
def test_every_rule_has_its_reason_in_german(rule_id: str) -> None:
    rule = CATALOGUE[rule_id]

    assert rule_id in german() or rule_id.rstrip("abc") in german()
    assert reason(rule, "de") != reason(rule, "en") == rule.reason
    assert reason(rule, "de").endswith(".")


def test_no_reason_is_of_a_rule_that_is_not_there() -> None:
    known = set(CATALOGUE) | {rule_id.rstrip("abc") for rule_id in CATALOGUE}

    assert set(german()) <= known


def test_the_words_exist_in_every_language() -> None:
    assert WORDS["en"].keys() == WORDS["de"].keys()
    assert set(TABLES_DE) == set(CONTRACT)
