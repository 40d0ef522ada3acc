"""Every rule that any column can break holds and breaks as shown in tests/rules/columns.py."""

from pathlib import Path

import pytest

import tests.rules.columns  # noqa: F401  (shows them)
from flows import path
from registry.rules import Home, rules_of
from tests.drawing import CELLS
from tests.packages import package

STANDING_RULES = [rule.id for rule in rules_of(Home.COLUMN)]


def broken(rule_id: str, sent: str | None, folder: Path) -> tuple[int, int]:
    """(asked, broken) of the rule about the example's column, in a package that holds the cell."""
    shown = CELLS[rule_id]
    columns = {shown.table: {shown.column: [sent]}}
    coverage = path.check_rows(path.receive(package(folder, columns=columns))).coverage
    of_rule = coverage[(coverage["rule_id"] == rule_id) & (coverage["table"] == shown.table)]
    of_column = of_rule[of_rule["column"] == shown.column]
    return int(of_column["asked"].sum()), int(of_column["broken"].sum())


@pytest.mark.parametrize("rule_id", STANDING_RULES)
def test_holds_as_shown(rule_id: str, tmp_path: Path) -> None:
    asked, n_broken = broken(rule_id, CELLS[rule_id].holds, tmp_path)

    assert (asked > 0, n_broken) == (True, 0)


@pytest.mark.parametrize("rule_id", STANDING_RULES)
def test_breaks_as_shown(rule_id: str, tmp_path: Path) -> None:
    assert broken(rule_id, CELLS[rule_id].breaks, tmp_path)[1] == 1


def test_only_standing_rules_are_shown_so() -> None:
    assert sorted(CELLS) == sorted(STANDING_RULES)
