"""What a rule is, and the catalogue of all of them.

A rule is declared once, in the file of its table, by a decorator that ends here. Pandera checks, GX
expectations, report wording and the catalogue page all follow from that one declaration.
"""

import ast
import hashlib
import inspect
import itertools
import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from registry.intake.limits import Limits

LANGUAGES = ("en", "de")

RULE_ID = re.compile(r"[A-Z]{2,4}-\d{2}[a-c]?")  # a grade letter only where a line has grades


class Severity(StrEnum):
    """What follows from a broken rule: a consequence, not a mood."""

    REFUSE = "refuse"  # the submission as a whole is not accepted
    HOLD = "hold"  # the row is held back: no true patient could produce it
    QUERY = "query"  # the row is held back until the centre corrects or confirms it
    NOTE = "note"  # published with a flag; the centre is told

    @property
    def holds_back(self) -> bool:
        return self in (Severity.HOLD, Severity.QUERY)


class Category(StrEnum):
    """Kahn et al. 2016, doi:10.13063/2327-9214.1244."""

    CONFORMANCE = "conformance"
    COMPLETENESS = "completeness"
    PLAUSIBILITY = "plausibility"


class Home(StrEnum):
    """Which step of the path asks the rule."""

    CONVERT = "convert"  # registry/convert/: asked of a centre's own files, before the package
    PACKAGE = "package"  # registry/submission.py
    COLUMN = "column"  # schemas/standing.py: asked of every column it fits
    ROW = "row"  # schemas/submitted/
    WHOLE = "whole"  # expectations/submitted/
    RELEASE = "release"  # schemas/published/ and expectations/released/


@dataclass(frozen=True)
class Rule:
    """One thing that is true of good data.

    `about` is the table a finding names; `tables` are all tables the rule reads, `about` first.
    A row in which any column of `on` is blank is not asked. A finding shows the columns of `shows`,
    the one to be corrected first: those of `on`, unless the rule is about blanks. Rows that agree
    with a broken row on every column of `group` are held back with it, because nobody can tell
    which of them is right. Findings of a discreet rule give a place and neither key nor patient.
    What a rule says of a patient depends on that patient alone, unless it compares patients.
    """

    id: str
    severity: Severity
    category: Category
    home: Home
    about: str
    tables: tuple[str, ...]
    on: tuple[str, ...]
    shows: tuple[str, ...]
    group: tuple[str, ...]
    expected: str
    source: str
    messages: Mapping[str, str]
    reason: str
    name: str
    function: Callable[..., Any]
    is_discreet: bool = False
    compares_patients: bool = False

    @cached_property
    def version(self) -> str:
        """Which rule this is, 12 hex digits: what it asks, of what, and with what consequence.

        Its own limits in the tables of `codelists/` are a part of it; wording, reason, category and
        source may be improved without it becoming another rule.
        """
        asks = ast.parse(textwrap.dedent(inspect.getsource(self.function))).body[0]
        assert isinstance(asks, ast.FunctionDef)
        told = ast.get_docstring(asks) is not None
        body = [ast.dump(statement) for statement in asks.body[told:]]
        facts = (self.id, self.severity, self.home, self.about, self.tables, self.on, self.group)
        said = json.dumps([*facts, self.expected, ast.dump(asks.args), *body, *_limits(self.id)])
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def statement(self) -> str:
        """The function's name as words: finishes "a therapy …"."""
        return self.name.replace("_", " ")

    def message(self, language: str) -> str:
        """What is wrong and how to mend it; English where a language is not known."""
        return self.messages.get(language, self.messages["en"])

    def what(self, language: str) -> str:
        """The first sentence of the message: what is wrong."""
        return self.message(language).split(". ")[0].rstrip(".") + "."

    def mend(self, language: str) -> str:
        """The rest of the message: how to mend it."""
        _, _, rest = self.message(language).partition(". ")
        return rest


def _limits(rule_id: str) -> Iterator[str]:
    """The rule's rows in every table of limits that has any."""
    from registry import codelists

    for name in codelists.table_names():
        limits = codelists.table(name)
        if "rule" in limits and (of_rule := limits["rule"] == rule_id).any():
            yield limits[of_rule].drop(columns="source").to_csv(index=False)


CATALOGUE: dict[str, Rule] = {}

# Ids that once were rules: listed for ever, never used again.
RETIRED: dict[str, str] = {}

RuleFunction = Callable[..., Any]


def declare(
    id: str,
    severity: Severity,
    category: Category,
    *,
    home: Home,
    about: str,
    source: str,
    en: str,
    de: str,
    on: str = "",
    shows: str = "",
    group: str = "",
    expected: str = "",
    tables: tuple[str, ...] | None = None,
    is_discreet: bool = False,
    compares_patients: bool = False,
) -> Callable[[RuleFunction], RuleFunction]:
    """Decorator that puts a rule into the catalogue and gives the function back unchanged.

    `on`, `shows` and `group` are column names separated by spaces. Unless given, `tables` are the
    names of the function's parameters. Raises ValueError when an id is malformed, taken or retired.
    """

    def register(function: RuleFunction) -> RuleFunction:
        if not RULE_ID.fullmatch(id) or id in CATALOGUE or id in RETIRED:
            raise ValueError(f"Rule id {id} is malformed, already taken or retired.")
        CATALOGUE[id] = Rule(
            id=id,
            severity=severity,
            category=category,
            home=home,
            about=about,
            tables=tables if tables is not None else tuple(inspect.signature(function).parameters),
            on=tuple(on.split()),
            shows=tuple((shows or on).split()),
            group=tuple(group.split()),
            expected=expected,
            source=source,
            messages={"en": en, "de": de},
            reason=inspect.cleandoc(function.__doc__ or ""),
            name=function.__name__,
            function=function,
            is_discreet=is_discreet,
            compares_patients=compares_patients,
        )
        return function

    return register


def rules_of(home: Home, about: str | None = None) -> list[Rule]:
    """Every rule of a home, optionally of one table, in the order of their ids."""
    chosen = [
        rule
        for rule in CATALOGUE.values()
        if rule.home is home and (about is None or rule.about == about)
    ]
    return sorted(chosen, key=lambda rule: rule.id)


@cache
def fingerprint() -> str:
    """Which rules these are: 16 hex digits over the files that declare them and what they read.

    Two places with the same fingerprint find the same in the same package. Files are hashed, not
    the catalogue, so that it does not matter which rules have been imported yet; limits that the
    environment overrides count too.
    """
    here = Path(__file__).parent
    declaring = [here.parent.glob(f"{folder}/**/*.py") for folder in ("schemas", "expectations")]
    files = {*here.glob("*.py"), *here.glob("codelists/*.csv"), *itertools.chain(*declaring)}
    files |= {*here.glob("intake/*.py"), *here.glob("intake/*.csv")}
    digest = hashlib.sha256(str(Limits.of_environment().overridden or "").encode())
    for path in sorted(files, key=lambda path: path.relative_to(here.parent).as_posix()):
        digest.update(f"{path.relative_to(here.parent).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
