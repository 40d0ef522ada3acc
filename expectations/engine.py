"""Great Expectations asks the suites; its results become breaches, with their denominators.

A rule is asked, or there is a reason why not; a crash is *could not run*, by its class alone: the
text of an exception may hold a patient's values.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from expectations import gx
from expectations.released import RELEASED
from expectations.submitted import SUITES
from expectations.suite import Given, Suite, Tables, spread
from registry.findings import Breaches
from registry.profile import said
from registry.rules import CATALOGUE, Rule, Severity

# What begins the last line of a traceback; the lines of its message may hold anything.
EXCEPTION = re.compile(r"^([A-Za-z_][\w.]*(?:Error|Exception|Warning))(?=:|$)", re.M)

log = logging.getLogger(__name__)

GX_SEVERITY = {
    Severity.REFUSE: "critical",
    Severity.HOLD: "critical",
    Severity.QUERY: "warning",
    Severity.NOTE: "info",
}


def check_whole(
    tables: Tables,
    previous: Tables | None = None,
    absent: Mapping[str, str] | None = None,
    unsent: Mapping[str, set[str]] | None = None,
) -> Breaches:
    """Ask a submission as a whole; `previous` holds the tables of the centre's last accepted one.

    `absent` says why a table is not there, `unsent` which columns were not in its file.
    """
    return _check(SUITES, Given(tables, previous, absent or {}, unsent or {}))


def check_release(published: Tables) -> Breaches:
    """Ask a release as a whole, by the tables that are about to be published.

    A rule that could not run has broken: a gate opens to answers only.
    """
    breaches = _check(RELEASED, Given(published))
    for covered in breaches.coverage:
        if covered["could_not_run"]:
            breaches.broke(str(covered["rule_id"]), str(covered["table"]))
    return breaches


def check_rule(rule_id: str, given: Given) -> Breaches:
    """Ask one rule alone, as its drawn examples do."""
    suite = next(suite for suite in (*SUITES, *RELEASED) if rule_id in suite.rules)
    return check_suite(suite, given, [CATALOGUE[rule_id]])


def _check(suites: Iterable[Suite], given: Given) -> Breaches:
    breaches = Breaches()
    for suite in suites:
        breaches.extend(check_suite(suite, given, [CATALOGUE[rule_id] for rule_id in suite.rules]))
    return breaches


def check_suite(suite: Suite, given: Given, rules: list[Rule]) -> Breaches:
    """Ask some rules of one suite."""
    breaches = Breaches()
    asked = []
    for rule in rules:
        why_not = _why_not(rule, suite, given)
        if why_not:
            breaches.covered(rule.id, rule.about, why_not_asked=why_not)
        else:
            asked.append(rule)
    try:
        frame = suite.frame(given) if asked else pd.DataFrame()
    except Exception as error:  # a crash is "could not run": never "passed", never a traceback
        for rule in asked:
            _crashed(breaches, rule, type(error).__name__)
        return breaches
    _ask(suite, frame, asked, given, breaches)
    return breaches


def _why_not(rule: Rule, suite: Suite, given: Given) -> str | None:
    """Why a rule cannot be asked at all: a code of the report's wording, or None."""
    for name in rule.tables:
        if name not in given.tables:
            return given.absent.get(name, "table_not_sent")
    if suite.against_previous and given.previous is None:
        return "no_previous_submission"
    if rule.on and set(rule.on) <= given.unsent.get(rule.about, set()):
        return "column_not_sent"
    return None


def _crashed(breaches: Breaches, rule: Rule, crash: str) -> None:
    log.warning("rule %s could not run: %s", rule.id, crash)
    breaches.covered(rule.id, rule.about, could_not_run=crash)


# --- asking -----------------------------------------------------------------------------------


def as_gx(suite: Suite, expectations: Iterable[Any] | None = None) -> Any:
    """The suite as Great Expectations knows it; all of its expectations unless some are given."""
    if expectations is None:
        rules = [CATALOGUE[rule_id] for rule_id in suite.rules]
        expectations = [e for rule in rules for e in expectations_of(rule)]
    purpose = " ".join((suite.frame.__doc__ or f"The table {suite.about} as it was sent.").split())
    return gx.ExpectationSuite(
        name=f"{suite.home.value}_{suite.name}",
        expectations=list(expectations),
        notes=purpose,
        meta={"frame": purpose},
    )


def expectations_of(rule: Rule) -> list[Any]:
    """The rule's expectations with its facts on each: results come back in another order."""
    made = rule.function()
    for expectation in made:
        expectation.meta = {**(expectation.meta or {}), "rule": rule.id, "source": rule.source}
        expectation.severity = GX_SEVERITY[rule.severity]
        expectation.description = rule.statement
        expectation.notes = [rule.message("en"), rule.message("de")]
    return list(made)


def _ask(
    suite: Suite, frame: pd.DataFrame, rules: list[Rule], given: Given, breaches: Breaches
) -> None:
    """Validate the expectations of all `rules` in one go."""
    expectations = []
    for rule in rules:
        try:
            made = expectations_of(rule)
        except Exception as error:
            _crashed(breaches, rule, type(error).__name__)
            continue
        unsent = given.unsent.get(rule.about, set())
        expectations += [e for e in made if getattr(e, "column", None) not in unsent]
    if not expectations:
        return
    wanted = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
    if suite.located_by:
        frame = spread(frame, expectations)
        located = {"unexpected_index_column_names": list(suite.located_by)}
        wanted = {**wanted, "result_format": "COMPLETE", **located}
    else:
        frame = frame[_columns_of(expectations, frame)]
    for result in sorted(gx.validate(frame, as_gx(suite, expectations), wanted), key=_in_order):
        _report(suite, frame, result, breaches)


def _columns_of(expectations: Iterable[Any], frame: pd.DataFrame) -> list[str]:
    """The columns that are read: Great Expectations copies the frame for each row condition."""
    words = set(re.findall(r"\w+", repr([e.configuration.kwargs for e in expectations])))
    return [str(column) for column in frame if column in words]


def _in_order(result: Any) -> tuple[str, str]:
    configuration = result.expectation_config
    return configuration.meta["rule"], str(configuration.kwargs)


# --- results as breaches ----------------------------------------------------------------------


def _report(suite: Suite, frame: pd.DataFrame, result: Any, breaches: Breaches) -> None:
    """One result of Great Expectations: its coverage, and what broke."""
    configuration, counts = result.expectation_config, result.result
    rule, column = CATALOGUE[configuration.meta["rule"]], _column(configuration.kwargs)
    crash = _crash(result.exception_info)
    if crash:
        _crashed(breaches, rule, crash)
        return
    asked = counts["element_count"] - counts.get("missing_count", 0)
    if suite.located_by:  # every other statistic's row is blank in this one's column
        left_out, why = int((frame["statistic"] == column).sum()) - asked, "too_few_rows"
    else:
        left_out, why = counts.get("missing_count", 0), "does_not_apply"
    if asked < suite.fewest:
        asked, left_out = 0, left_out + asked
        why = "too_few_rows" if left_out else "nothing_to_ask"
    broken = counts["unexpected_count"] if asked and not result.success else 0
    breaches.covered(
        rule.id,
        rule.about,
        column=None if suite.located_by else column,
        asked=asked,
        broken=broken,
        not_asked=left_out,
        why_not_asked=why if left_out or not asked else None,
    )
    if broken and suite.located_by:
        _statistics_broke(breaches, rule, configuration.kwargs, counts["unexpected_index_list"])
    elif broken:
        mostly, group = configuration.kwargs.get("mostly", 1.0), configuration.meta.get("group")
        kept = f"{said((asked - broken) / asked, '%')} ({asked - broken}/{asked})"
        breaches.broke(
            rule.id,
            rule.about,
            column=column,
            value=f"{group}: {kept}" if group else kept,
            expected=rule.expected or f"≥ {said(mostly, '%')}",
        )


def _column(kwargs: Mapping[str, Any]) -> str:
    """The column or columns that an expectation is about, separated by spaces."""
    pair = [kwargs[name] for name in ("column_B", "column_A") if name in kwargs]
    return " ".join([kwargs["column"]] if "column" in kwargs else pair or kwargs["column_list"])


def _statistics_broke(
    breaches: Breaches, rule: Rule, bounds: Mapping[str, Any], broken: list[dict[str, str]]
) -> None:
    """Each statistic out of bounds is a finding about its own table and column."""
    low, high = bounds.get("min_value"), bounds.get("max_value")
    for statistic in broken:
        breaches.broke(
            rule.id,
            statistic["table"],
            column=statistic["column"] or None,
            value=statistic["shown"],
            expected=rule.expected or _within(low, high, statistic["unit"]),
        )


def _within(low: float | None, high: float | None, unit: str) -> str:
    """Bounds in signs: `5 % … 75 %`, `≥ 90 %`, `≤ × 2`."""
    if low is None or high is None:
        return f"≤ {said(high or 0, unit)}" if low is None else f"≥ {said(low, unit)}"
    return f"{said(low, unit)} … {said(high, unit)}"


def _crash(information: Mapping[str, Any]) -> str | None:
    """The class of the exception; it comes flat, or keyed by the metric that failed."""
    told = [information, *(part for part in information.values() if isinstance(part, Mapping))]
    for part in told:
        if part.get("raised_exception"):
            classes = EXCEPTION.findall(part["exception_traceback"] or "")
            return str(classes[-1]).rsplit(".", 1)[-1] if classes else "Exception"
    return None
