"""Every row rule holds and breaks exactly as drawn in tests/rules/."""

import importlib
import pkgutil

import pandas as pd
import pytest

import tests.rules
from registry.findings import Breaches
from registry.rules import Home, rules_of
from schemas.rows import check_rule
from schemas.standing import Asked
from schemas.submitted import CONTRACT
from tests.drawing import EXAMPLES, Drawn, draw

for drawn_in in pkgutil.iter_modules(tests.rules.__path__, "tests.rules."):
    importlib.import_module(drawn_in.name)

ROW_RULES = [
    rule.id
    for rule in rules_of(Home.ROW)
    if rule.about in CONTRACT and not rule.id.startswith("PUB")
]


def ask(rule_id: str, drawn: Drawn) -> Breaches:
    return check_rule(rule_id, Asked(drawn.tables, CONTRACT, pd.Timestamp("2026-06-30")))


@pytest.mark.parametrize("rule_id", ROW_RULES)
def test_holds_as_drawn(rule_id: str) -> None:
    answer = ask(rule_id, draw(EXAMPLES[rule_id].holds, CONTRACT))

    (covered,) = answer.coverage
    assert covered["asked"]
    assert not covered["broken"]
    assert not covered["could_not_run"]


@pytest.mark.parametrize("rule_id", ROW_RULES)
def test_breaks_as_drawn(rule_id: str) -> None:
    drawn = draw(EXAMPLES[rule_id].breaks, CONTRACT)

    answer = ask(rule_id, drawn)

    assert answer.rows, "nothing broke"
    (broken,) = answer.rows
    assert list(broken["row"]) == drawn.broken[broken["table"].iloc[0]]
