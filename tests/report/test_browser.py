"""In a real browser: nothing runs, nothing is asked for, nothing is wider than the page."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from registry.findings import Findings
from registry.report.html import report, write_report
from tests.report.browser import DARK, chromium, framed, screen, title_of
from tests.report.centres import CONTRACT, checked, received
from tests.report.test_html import HOSTILE


@pytest.fixture(scope="module")
def fr01(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """FR01's report in German: long words, every rule."""
    findings, submission = checked("FR01")
    return write_report(findings, submission, CONTRACT, tmp_path_factory.mktemp("fr01"), "de")


def test_hostile_values_ids_and_names_are_text_in_the_dom(tmp_path: Path) -> None:
    name = '<script>document.title="run"</script>=HYPERLINK("http://x")\N{RIGHT-TO-LEFT OVERRIDE}'
    columns = {"visits": {**HOSTILE, name: ["a", "b", "c"]}}
    findings, submission = received(tmp_path / "package", columns=columns)

    dom = chromium(write_report(findings, submission, CONTRACT, tmp_path, "en"), "--dump-dom")

    assert title_of(dom) == "Report on the submission of DE01"
    assert not re.search(r"<(script|img|iframe|object|embed|form)\b", dom)
    text = unescape(re.sub(r"<[^>]+>", "", dom))
    shown = name.replace("\N{RIGHT-TO-LEFT OVERRIDE}", r"\u202e")
    assert shown in text
    for value in ("<script>alert(1)</script>", r"\u202eevil", '=HYPERLINK("http://x","y")'):
        assert value in text
    assert not re.search("[\N{LEFT-TO-RIGHT EMBEDDING}-\N{RIGHT-TO-LEFT OVERRIDE}]", text)
    assert "cut here, 4,000 characters in all" in text


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_page_whatever_its_width(fr01: Path, width: int) -> None:
    dom = chromium(framed(fr01, width, 2000), "--dump-dom", "--window-size=1400,2000")

    measured = json.loads(unescape(title_of(dom)))
    assert measured == {"page": width, "wide": []}


def test_hostile_values_do_not_widen_it(tmp_path: Path) -> None:
    findings, submission = received(tmp_path / "package", columns={"visits": HOSTILE})
    page = write_report(findings, submission, CONTRACT, tmp_path, "en")

    dom = chromium(framed(page, 390, 2000), "--dump-dom", "--window-size=1400,2000")

    assert json.loads(unescape(title_of(dom))) == {"page": 390, "wide": []}


def test_dark_is_another_picture_than_light(fr01: Path, tmp_path: Path) -> None:
    screen(fr01, tmp_path / "light.png", 800, 600)
    screen(fr01, tmp_path / "dark.png", 800, 600, DARK)

    light, dark = ((tmp_path / f"{name}.png").read_bytes() for name in ("light", "dark"))
    assert light.startswith(b"\x89PNG")
    assert light != dark


def pages(html: str, path: Path) -> int:
    """How many sheets a page takes when printed."""
    path.write_text(html, encoding="utf-8")
    chromium(path, f"--print-to-pdf={path.with_suffix('.pdf')}", "--no-pdf-header-footer")
    return len(re.findall(rb"/Type\s*/Page\b", path.with_suffix(".pdf").read_bytes()))


def test_on_paper_every_finding_is_open(tmp_path: Path) -> None:
    findings, submission = checked("FR01")
    some = Findings(findings.rows.head(30), findings.coverage)
    closed = report(some, submission, CONTRACT, "en")
    opened = closed.replace('<details class="rule', '<details open class="rule')

    assert closed.count("<details open") < opened.count("<details open")
    assert pages(closed, tmp_path / "closed.html") == pages(opened, tmp_path / "open.html") > 4
