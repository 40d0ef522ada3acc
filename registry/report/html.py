"""The report as one HTML file: offline, on paper, in the dark, without a script.

Everything a centre sent is text here: Jinja2 escapes it, `visible` writes control and bidirectional
characters out, and the page forbids itself every script and every request.
"""

import logging
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.contract import Contract
from registry.errors import place_of
from registry.findings import Findings, hold_back
from registry.report import wording
from registry.report.blocking import held_by_table
from registry.report.chart import Chart, chart
from registry.report.completeness import completeness
from registry.report.course import FEWEST, Course, courses
from registry.report.grouped import Asked, asked_by_rule, grouped
from registry.report.inert import LONGEST, visible
from registry.report.page_wording import LIFE, STATUS, decimal, percent, say
from registry.report.reasons import reason
from registry.report.since import LIVES, since
from registry.rules import CATALOGUE, LANGUAGES, Rule, Severity, fingerprint
from registry.submission import Submission

log = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "templates"
FEW_RULES = 12  # a short report is shown open

_TIS = [
    {"value": 20 * n, "words": f"tis_{name}"}
    for n, name in ((1, "minimal"), (2, "moderate"), (3, "major"))
]
# Lines across a chart, where a tick stands, with a word of the page's: the adult's thresholds.
GUIDES = {"ck": [{"value": 1, "words": "ck_guide"}], "tis_first": _TIS, "tis_later": _TIS}


SIZES = {
    "ck": {"width": 720, "height": 400},
    "tis_first": {"width": 500, "height": 340},
    "tis_later": {"width": 500, "height": 340},
}


def write_report(
    findings: Findings,
    submission: Submission,
    contract: Contract,
    folder: Path,
    language: str | None = None,
    lives: pd.DataFrame | None = None,
) -> Path:
    """report.html in `folder`, which is made if need be. Arguments as of `report`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text(report(findings, submission, contract, language, lives), encoding="utf-8")
    return path


def report(
    findings: Findings,
    submission: Submission,
    contract: Contract,
    language: str | None = None,
    lives: pd.DataFrame | None = None,
) -> str:
    """The page of one submission, in the package's language unless told otherwise.

    `lives` says what became of each finding since the last submission (see `since`); without it
    the page says that there is nothing to compare with.
    """
    asked_for = language or submission.language
    spoken = asked_for if asked_for in LANGUAGES else "en"
    known = since(lives)
    is_waived = findings.rows["identity"].isin(known.waived if known else ())
    asking = findings.without(is_waived)
    kept = hold_back(submission.tables, asking, contract)
    tables, all_tables = held_by_table(submission, kept, contract)
    found = grouped(findings)
    template = environment(spoken).get_template("report.html.j2")
    return template.render(
        submission=submission,
        rule_set=fingerprint(),
        gravest=asking.gravest,
        counts=asking.counts(),
        n_waived=int(is_waived.sum()),
        blocking=asking.rows.groupby("severity")["rule_id"].unique().to_dict(),
        tables=tables,
        all_tables=all_tables,
        found=found,
        open_all=found.n_rules <= FEW_RULES,
        since=known,
        lives=LIVES,
        completeness=completeness(submission, contract),
        courses=_drawn(kept.tables, submission, contract),
        silent=_silent(findings),
        crashed=sorted(findings.coverage.dropna(subset="could_not_run")["rule_id"].unique()),
        kept=_kept(findings),
    )


@cache
def environment(language: str) -> Environment:
    """Templates that speak one language; a name they do not know is an error, not a blank."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(visible=visible, why_words=partial(wording.why, language))
    made.globals.update(
        language=language,
        say=partial(say, language),
        number=partial(wording.number, language),
        decimal=partial(decimal, language),
        percent=partial(percent, language),
        tick_words=lambda n: decimal(language, n, 0 if n >= 1 or n == 0 else 1 if n >= 0.1 else 2),
        why=partial(wording.why, language),
        n_rules=partial(_n_of, language, "rule"),
        n_findings=partial(_n_of, language, "finding"),
        rule_of=CATALOGUE.__getitem__,
        what=lambda rule: rule.what(language),
        mend=lambda rule: rule.mend(language),
        reason=lambda rule: reason(rule, language),
        longest=LONGEST,
        fewest=FEWEST,
        guides=GUIDES,
        Severity=Severity,
        severity_name=wording.SEVERITY[language],
        consequence=wording.CONSEQUENCE[language],
        verdict=wording.VERDICT[language],
        life_name=LIFE[language],
        status_name=STATUS[language],
    )
    return made


def _n_of(language: str, thing: str, n: int) -> str:
    if n == 1:
        return say(language, f"one_{thing}")
    return say(language, f"many_{thing}s", n=wording.number(language, n))


def _drawn(
    kept: Mapping[str, pd.DataFrame], submission: Submission, contract: Contract
) -> dict[str, tuple[Course, Chart]] | None:
    """Every course that has points, laid out; None where they could not be computed.

    Findings must reach the centre however odd its data are: a crash here costs the pictures only.
    """
    try:
        computed = courses(kept, submission, contract)
    except Exception as error:
        log.warning("the courses could not be computed: %s", place_of(error))
        return None
    return {
        name: (course, chart(course, logarithmic=name == "ck", **SIZES[name]))
        for name, course in computed.items()
        if course.n
    }


def _kept(findings: Findings) -> dict[str, Asked]:
    """Rules that nothing broke and that could run; the others tell their numbers themselves."""
    told = {*findings.rows["rule_id"], *findings.coverage.dropna(subset="could_not_run")["rule_id"]}
    return {rule: asked for rule, asked in asked_by_rule(findings).items() if rule not in told}


def _silent(findings: Findings) -> dict[str, list[Rule]]:
    """Rules that were asked of no row, by the reason why."""
    coverage = findings.coverage
    never = coverage.groupby("rule_id")["asked"].transform("sum") == 0
    silent = coverage[never & coverage["could_not_run"].isna()].dropna(subset="why_not_asked")
    rules: dict[str, list[Rule]] = {}
    for code, of_code in silent.groupby("why_not_asked"):
        rules[str(code)] = [CATALOGUE[rule_id] for rule_id in sorted(of_code["rule_id"].unique())]
    return rules
