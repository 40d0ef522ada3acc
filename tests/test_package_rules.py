"""Every package rule holds and breaks as shown in tests/rules/package.py."""

import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import tests.rules.package  # noqa: F401  (shows them)
from registry.rules import Home, rules_of
from registry.submission import receive
from sample_data.defects.package import NOT_PLANTED, break_package
from schemas.rows import check_rows
from schemas.standing import Asked
from schemas.submitted import CONTRACT, MODELS
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


def test_a_package_broken_in_every_way_breaks_every_package_rule_once_and_silences_none(
    tmp_path: Path,
) -> None:
    whole = Path(shutil.copytree("sample_data/DE01", tmp_path / "whole"))
    broken = Path(shutil.copytree(whole, tmp_path / "broken"))

    break_package(broken)

    planted = set(PACKAGE_RULES) - set(NOT_PLANTED) - {"SUB-10", "SUB-24"}  # planted in cells
    assert Counter(broken_rules(broken)) == Counter(planted)
    asked, found = asked_of_rows(whole)
    asked_still, found_now = asked_of_rows(broken)
    assert asked_still == asked
    assert found_now - found == Counter(["COL-02", "SUB-02"])


def asked_of_rows(package: Path) -> tuple[set[str], Counter[str]]:
    """(row rules that were asked of any row, rows broken by rule)."""
    received = receive(package, CONTRACT)
    asked = Asked(
        received.tables,
        CONTRACT,
        pd.Timestamp(received.made_on),
        centre=received.centre,
        absent=received.absent,
        unsent=received.unsent,
        unreadable=received.unreadable,
    )
    coverage = check_rows(MODELS, asked).coverage
    broken: Counter[str] = Counter()
    for line in coverage:
        broken[str(line["rule_id"])] += int(str(line["broken"]))
    return {str(line["rule_id"]) for line in coverage if line["asked"]}, broken
