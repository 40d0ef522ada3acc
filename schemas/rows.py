"""The rows of every table: all constraints of its columns and all its rules, in one pass."""

from registry.findings import Breaches
from registry.rules import CATALOGUE, Home, rules_of
from schemas.answers import Answers
from schemas.engine import Table
from schemas.parts import InMemory, Source
from schemas.questions import question_of, questions_of, sent_columns, why_not_asked
from schemas.row_pass import Tally, put
from schemas.standing import Asked


def check_rows(models: tuple[type[Table], ...], asked: Asked) -> Breaches:
    """Ask every column and every row rule of `models`; tables are indexed by row number from 1."""
    breaches = Breaches()
    for model in models:
        breaches.extend(_check_table(model, asked))
    return breaches


def _check_table(model: type[Table], asked: Asked) -> Breaches:
    name = model.table_name()
    if name in asked.tables:
        return check_table(model, asked, InMemory(asked.tables[name], asked.contract[name]))
    breaches = Breaches()
    for rule in rules_of(Home.ROW, name):
        breaches.covered(rule.id, name, why_not_asked=asked.absent.get(name, "table_not_sent"))
    return breaches


def check_table(model: type[Table], asked: Asked, source: Source) -> Breaches:
    """Everything there is to ask of one table, in one pass over `source`."""
    name = model.table_name()
    questions = questions_of(model, asked, source)
    tallies = put(questions, source)
    answers = Answers(name, source, asked)
    for question, tally in zip(questions, tallies, strict=True):
        if question.column is not None:
            answers.broke(question.rule_id, question.column, tally)
    for column in sent_columns(name, asked):
        answers.of_column(column)
    of_rule = {q.rule_id: t for q, t in zip(questions, tallies, strict=True) if q.column is None}
    for rule in rules_of(Home.ROW, name):
        answers.of_rule(rule, why_not_asked(rule, asked), of_rule.get(rule.id, Tally()))
    return answers.breaches


def check_rule(rule_id: str, asked: Asked) -> Breaches:
    """Ask one row rule alone, as its drawn examples do."""
    rule = CATALOGUE[rule_id]
    why_not = why_not_asked(rule, asked)
    source = InMemory(asked.tables[rule.about], asked.contract[rule.about])
    (tally,) = put([question_of(rule, asked)], source) if why_not is None else [Tally()]
    answers = Answers(rule.about, source, asked)
    answers.of_rule(rule, why_not, tally)
    return answers.breaches
