"""A suite is a frame and its rules: what is asked of a submission, or a release, as a whole.

    visits = table_suite("visits")

    @visits.rule("CMP-01", NOTE, COMPLETENESS, on="haq_di", source=…, en=…, de=…)
    def answer_the_core_set() -> Expectations:
        return [gx.ExpectColumnValuesToNotBeNull(column="haq_di", mostly=0.9)]

What speaks of one table is an ordinary expectation on it; what compares patients, deliveries or
centres is one on a small frame with a row per patient or per statistic (`registry.profile`).
Great Expectations is imported when a rule's function is called, not when it is declared.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from expectations import gx
from registry.codelists import table
from registry.profile import each
from registry.rules import Category, Home, Severity, declare

Tables = Mapping[str, pd.DataFrame]
Expectations = Sequence[Any]

FEWEST = 10  # rows, patients or statistics below which no share is judged


@dataclass(frozen=True)
class Given:
    """What a suite may look at; `absent` and `unsent` as in `schemas.standing.Asked`."""

    tables: Tables
    previous: Tables | None = None
    absent: Mapping[str, str] = field(default_factory=dict)
    unsent: Mapping[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Suite:
    """Expectations about one frame, which is made of the tables given.

    `located_by` are columns of the frame that say which row broke an expectation, where each row is
    a statistic with a finding of its own; without them a broken expectation is one finding.
    """

    name: str
    home: Home
    about: str
    frame: Callable[[Given], pd.DataFrame]
    tables: tuple[str, ...]
    located_by: tuple[str, ...] = ()
    against_previous: bool = False
    fewest: int = FEWEST
    rules: list[str] = field(default_factory=list)

    def rule(
        self,
        id: str,
        severity: Severity,
        category: Category,
        *,
        source: str,
        en: str,
        de: str,
        on: str = "",
        about: str = "",
        tables: str = "",
        expected: str = "",
    ) -> Callable[[Callable[[], Expectations]], Callable[[], Expectations]]:
        """Declare a rule whose function gives one or more expectations about the suite's frame.

        `about` is the table its findings name, `tables` all it needs (both the suite's, unless
        given), `on` the columns of `about` without which there is nothing to ask.
        """
        self.rules.append(id)
        return declare(
            id,
            severity,
            category,
            home=self.home,
            about=about or self.about,
            tables=tuple(tables.split()) or ((about,) if about else self.tables),
            on=on,
            source=source,
            en=en,
            de=de,
            expected=expected,
        )


def table_suite(table: str, home: Home = Home.WHOLE, name: str = "", fewest: int = FEWEST) -> Suite:
    """A suite about a table as it was sent."""

    def as_sent(given: Given) -> pd.DataFrame:
        return given.tables[table]

    return Suite(name or table, home, table, as_sent, (table,), fewest=fewest)


def statistics_suite(
    name: str,
    frame: Callable[[Given], pd.DataFrame],
    home: Home = Home.WHOLE,
    against_previous: bool = False,
) -> Suite:
    """A suite about a table of statistics (`registry.profile`): one finding for each of them."""
    located_by = ("table", "column", "unit", "shown")
    return Suite(name, home, "", frame, (), located_by, against_previous, fewest=1)


def between(statistic: str, at_least: float | None, at_most: float | None, *, fewest: float) -> Any:
    """A statistic lies in its bounds; it is not judged where it rests on fewer than `fewest`."""
    return gx.ExpectColumnValuesToBeBetween(
        column=statistic, min_value=at_least, max_value=at_most, meta={"fewest": fewest}
    )


def tolerated(rule_id: str) -> Expectations:
    """The rule's tolerances of `regression_tolerances.csv`, one expectation each."""
    limits = table("regression_tolerances").set_index("statistic")
    columns = ["at_least", "at_most", "counted_at_least"]
    return [
        between(statistic, bound(at_least), bound(at_most), fewest=int(fewest))
        for statistic, at_least, at_most, fewest in each(limits[limits["rule"] == rule_id][columns])
    ]


def bound(limit: float) -> float | None:
    """A limit of a table, None where it has none."""
    return None if pd.isna(limit) else limit


def spread(statistics: pd.DataFrame, expectations: Expectations) -> pd.DataFrame:
    """Statistics with a column for each that is expected of: its value, elsewhere blank.

    Blank too where a statistic rests on fewer than its expectation asks for. (Row conditions would
    say the same, and take Great Expectations four times as long.)
    """
    columns = {
        expectation.column: statistics["value"].where(
            (statistics["statistic"] == expectation.column)
            & (statistics["n"] >= expectation.meta["fewest"])
        )
        for expectation in expectations
    }
    return pd.concat([statistics, pd.DataFrame(columns, index=statistics.index)], axis="columns")
