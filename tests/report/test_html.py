"""The page says what blocks, what to do and what was not asked; it stays small; it is inert text."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import registry.report.html
from registry.findings import Breaches, Findings
from registry.report.course import courses
from registry.report.html import report
from registry.report.page_wording import LIFE, PAGE, STATUS, percent
from registry.report.since import LIVES
from registry.rules import CATALOGUE, LANGUAGES
from tests.report.centres import CONTRACT, checked, many, received

VOID = {"meta", "br", "link", "img", "input", "hr", "circle", "path"}


@dataclass
class Read(HTMLParser):
    """Text of a page, and every tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pieces, self.tags, self.open = [], [], []
        self.feed(page)
        self.text = " ".join("".join(self.pieces).split())

    def handle_starttag(self, tag, attrs):  # type: ignore[no-untyped-def]
        self.tags.append((tag, dict(attrs)))
        self.pieces.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):  # type: ignore[no-untyped-def]
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):  # type: ignore[no-untyped-def]
        assert self.open.pop() == tag

    def handle_data(self, data):  # type: ignore[no-untyped-def]
        if self.open and self.open[-1] != "style":
            self.pieces.append(data)


def read(findings: Findings, submission, **asked) -> Read:  # type: ignore[no-untyped-def]
    return Read(report(findings, submission, CONTRACT, **asked))


@pytest.fixture(scope="module")
def fr01() -> Read:
    return read(*checked("FR01"), language="en")


def test_it_says_first_what_blocks_with_denominators(fr01: Read) -> None:
    order = [fr01.text.index(f" {PAGE['en'][name]} ") for name in ("blocking", "completeness")]

    assert "The submission is refused." in fr01.text
    assert re.search(
        r"Once the submission is accepted, [\d,]+ of its 46,797 rows are still", fr01.text
    )
    assert order == sorted(order)


def test_a_finding_comes_with_row_key_column_value_expected_reason_and_how_to_mend(
    fr01: Read,
) -> None:
    rule = CATALOGUE["TX-02"]

    (told,) = re.findall(
        r"TX-02 (?:(?!TX-03).)*", fr01.text.partition(PAGE["en"]["findings_intro"])[2]
    )[:1]

    for said in (
        rule.what("en"),
        rule.mend("en"),
        rule.reason,
        "P0106",
        "therapies 2315 P0106-T03",
    ):
        assert said in told
    assert "frequency daily" in told
    assert "frequency ∉ {daily" in told
    assert "1 of 300" in told


def test_in_german_every_sentence_of_the_page_is_german() -> None:
    page = read(*checked("FR01"), language="de")

    assert ("html", {"lang": "de"}) in page.tags
    assert "Methotrexat" in page.text
    for key, english in PAGE["en"].items():
        if "{" not in english and len(english) > 25 and english != PAGE["de"][key]:
            assert english not in page.text, key


@pytest.mark.parametrize("words", [PAGE, LIFE, STATUS])
def test_every_phrase_exists_in_every_language(words: dict[str, dict[str, str]]) -> None:
    fields = {
        language: {key: sorted(re.findall(r"{(\w+)}", text)) for key, text in said.items()}
        for language, said in words.items()
    }

    assert set(words) == set(LANGUAGES)
    assert fields["en"] == fields["de"]


def test_a_clean_submission_reads_so(tmp_path: Path) -> None:
    _, submission = received(tmp_path / "clean")

    page = read(Findings.none(), submission, language="en")

    assert "Nothing found: the submission can go in as it is." in page.text
    assert "Nothing is held back: all 5 rows can go on." in page.text
    assert "There is nothing to draw" in page.text
    assert "There is nothing to compare with" in page.text


def test_what_became_of_findings_is_told_when_it_is_known() -> None:
    findings, submission = checked("FR01")
    known = findings.rows.head(4)
    lives = known[["identity", "rule_id", "table", "key", "patient_id", "column"]].assign(
        life=["new", "persisting", "resolved", "resolved"],
        status=["open", "waived", "closed", "closed"],
    )

    page = read(findings, submission, language="en", lives=lives)

    section = page.text.partition(PAGE["en"]["since_intro"])[2]
    assert section.startswith(
        " 1 new 0 reopened 0 value changed, still wrong 1 persisting 2 resolved"
    )
    assert "Answer: 1 open · 1 confirmed as correct" not in section  # by number: two are closed
    assert "2 closed · 1 open · 1 confirmed as correct" in section
    assert set(LIVES) == set(LIFE["en"])


def test_what_was_not_asked_and_what_crashed_are_told_apart(tmp_path: Path) -> None:
    _, submission = received(tmp_path / "small")
    told = Breaches()
    told.covered("POP-01", "patients", could_not_run="ZeroDivisionError")
    told.covered("VOL-01", "patients", why_not_asked="no_previous_submission")
    coverage = pd.DataFrame(told.coverage).astype(Findings.none().coverage.dtypes.to_dict())

    page = read(Findings(Findings.none().rows, coverage), submission, language="en")

    crashed, silent = page.text.split(PAGE["en"]["crashed_text"])[1].split(
        PAGE["en"]["never_asked"]
    )
    assert "POP-01" in crashed
    assert "there is no earlier submission to compare with 1 rule VOL-01" in silent


def test_completeness_has_denominators_and_counts_reasons_apart(tmp_path: Path) -> None:
    columns = {"haq_di": [1.5, None, None], "haq_di_absent": [None, "not_done", None]}
    findings, submission = received(tmp_path / "p", columns={"visits": columns})

    page = read(findings, submission, language="en")

    assert "haq_di 33.3 % 1 of 3 + 1 with a reason" in page.text
    assert "haq_di_absent" not in page.text.partition(PAGE["en"]["completeness_intro"])[2]


@pytest.mark.parametrize(
    ("part", "shown"), [(0, "0 %"), (1, "0.1 %"), (9_999, "99.9 %"), (10_000, "100 %")]
)
def test_a_share_is_whole_only_where_it_is(part: int, shown: str) -> None:
    assert percent("en", part, 10_000) == shown.replace(" ", "\N{NO-BREAK SPACE}")


def test_every_path_of_a_chart_lies_within_it_and_the_median_is_that_of_the_curves(
    fr01: Read,
) -> None:
    _, submission = checked("DE01")
    drawn = courses(submission.tables, submission, CONTRACT)
    points, median = drawn["ck"].points, drawn["ck"].median

    at_six = [
        np.exp(np.interp(6, curve["month"], np.log(curve["value"])))
        for _, curve in points.groupby("curve")
        if curve["month"].min() <= 6 < curve["month"].max()
    ]

    assert median.set_index("month").loc[6, "value"] == pytest.approx(np.median(at_six))
    charts = [attrs for tag, attrs in fr01.tags if tag == "svg" and attrs.get("role") == "img"]
    paths = [a["d"] for tag, a in fr01.tags if tag == "path" and a.get("class") == "curve"]
    assert len(charts) == 3
    assert len(paths) > 200
    places = np.array([float(n) for d in paths for n in re.findall(r"-?[\d.]+", d)])
    assert places.min() >= 0
    assert places.max() <= 720


def test_a_crash_in_the_courses_costs_the_pictures_only(monkeypatch, caplog) -> None:  # type: ignore[no-untyped-def]
    def crash(*_: object) -> None:
        raise KeyError("P0001")

    monkeypatch.setattr(registry.report.html, "courses", crash)

    page = read(*checked("DE01"), language="en")

    assert PAGE["en"]["courses_failed"] in page.text
    assert "P0001" not in caplog.text


@pytest.fixture
def three_thousand_rules() -> Iterator[list[str]]:
    """Rules R-00 … in the catalogue, copies of one of them."""
    like = CATALOGUE["CSM-01"]
    ids = [f"X{a}{b}{c}-{n:02}" for a in "AB" for b in "ABCDE" for c in "ABC" for n in range(100)]
    CATALOGUE.update({rule_id: replace(like, id=rule_id) for rule_id in ids})
    yield ids
    for rule_id in ids:
        del CATALOGUE[rule_id]


def test_it_stays_small_with_3000_rules_and_100000_findings(
    three_thousand_rules: list[str],
) -> None:
    _, submission = checked("FR01")

    page = report(many(100_000, three_thousand_rules), submission, CONTRACT, language="en")

    told = Read(page)
    assert len(page.encode()) < 5_000_000
    assert "The page shows at most 1 rows of a rule, 3,000 of 100,000 findings in all." in told.text
    assert (
        sum(
            attrs.get("class", "").startswith("rule")
            for tag, attrs in told.tags
            if tag == "details"
        )
        == 3000
    )


HOSTILE = {
    "patient_id": ["<script>alert(1)</script>", "‮evil", '=HYPERLINK("http://x","y")'],
    "mmt_score": ["<img src=x onerror=alert(1)>", "x" * 4_000, "\x00{{ 7*7 }}"],
}


def test_hostile_values_are_text(tmp_path: Path) -> None:
    findings, submission = received(tmp_path / "h", columns={"visits": HOSTILE})

    page = read(findings, submission, language="en")

    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "a:x"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert "<script>alert(1)</script>" in page.text
    assert r"\u202eevil" in page.text
    assert r"\u0000{{ 7*7 }}" in page.text
    assert "x" * 120 + "… (cut here, 4,000 characters in all)" in page.text
    assert "x" * 121 not in page.text
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert all(link.startswith("#") for link in links)


def test_a_letter_in_a_cell_is_told_and_not_repeated(tmp_path: Path) -> None:
    labs = {"lab_id": ["L1", "L2"], "analyte": ["ck", "x" * 10_000]}
    findings, submission = received(tmp_path / "letter", columns={"labs": labs})

    page = read(findings, submission, language="en")

    assert (
        "SEC-05 labs: A text in this column is far longer than a code or a key can be" in page.text
    )
    assert "analyte 9.77 KiB ≤ 4 KiB" in page.text
    assert "xxx" not in page.text


def test_what_is_confirmed_blocks_nothing(tmp_path: Path) -> None:
    findings, submission = received(tmp_path / "waived", columns={"labs": {"analyte": ["CK-MB"]}})
    lives = findings.rows[["identity", "rule_id", "table", "key", "patient_id", "column"]].assign(
        life="persisting", status="waived"
    )

    page = read(findings, submission, language="en", lives=lives)

    assert "Nothing is held back: all 5 rows can go on." in page.text
    assert f"Besides, confirmed as correct: {len(findings.rows)} findings." in page.text
    assert "CK-MB persisting · confirmed as correct" in page.text


def test_the_page_asks_nothing_of_the_network(fr01: Read) -> None:
    asked = [
        (tag, a) for tag, a in fr01.tags if {"src", "href", "srcset", "data", "action"} & set(a)
    ]

    assert all(tag == "a" and attrs["href"].startswith("#") for tag, attrs in asked)
    policy = next(a["content"] for tag, a in fr01.tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    css = Path("registry/report/templates/report.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css


def test_every_link_of_the_page_leads_somewhere(fr01: Read) -> None:
    ids = [attrs["id"] for _, attrs in fr01.tags if "id" in attrs]

    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for tag, a in fr01.tags if tag == "a"} <= set(ids)


def test_a_check_without_output_imports_no_jinja() -> None:
    code = """
import sys
from pathlib import Path
from flows import cli, path
path.check_rows(path.receive(Path("sample_data/DE01")))
print([name for name in ("jinja2", "registry.report.html") if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
