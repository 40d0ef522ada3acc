"""Every package rule holds and breaks as shown in tests/rules/package.py."""

from pathlib import Path

import pytest

import tests.rules.package  # noqa: F401  (shows them)
from registry.rules import Home, rules_of
from registry.submission import receive
from schemas.submitted import CONTRACT
from tests.packages import PACKAGE_EXAMPLES

PACKAGE_RULES = [rule.id for rule in rules_of(Home.PACKAGE)]


def ask(rule_id: str, package: Path) -> dict[str, object]:
    coverage = receive(package, CONTRACT).breaches.coverage
    (covered,) = (line for line in coverage if line["rule_id"] == rule_id)
    return covered


def broken_rules(package: Path) -> list[str]:
    return [str(breach["rule_id"].iloc[0]) for breach in receive(package, CONTRACT).breaches.rows]


@pytest.mark.parametrize("rule_id", PACKAGE_RULES)
def test_holds_as_shown(rule_id: str, tmp_path: Path) -> None:
    covered = ask(rule_id, PACKAGE_EXAMPLES[rule_id].holds(tmp_path))

    assert covered["asked"]
    assert not covered["broken"]
    assert not covered["could_not_run"]


@pytest.mark.parametrize("rule_id", PACKAGE_RULES)
def test_breaks_once_as_shown(rule_id: str, tmp_path: Path) -> None:
    covered = ask(rule_id, PACKAGE_EXAMPLES[rule_id].breaks(tmp_path))

    assert covered["broken"] == 1


def test_the_minimal_package_breaks_nothing(tmp_path: Path) -> None:
    assert broken_rules(PACKAGE_EXAMPLES["SUB-11"].holds(tmp_path)) == []


def test_only_package_rules_are_shown() -> None:
    assert sorted(PACKAGE_EXAMPLES) == PACKAGE_RULES
