"""Whatever was submitted is text wherever it is shown: terminal, JSON, Markdown."""

import io
import json
import unicodedata
from pathlib import Path

import pytest
from rich.console import Console

from flows import path
from registry.findings import Findings
from registry.report import terminal
from registry.report.files import write_files
from registry.report.inert import is_plain, json_text, markdown, visible
from tests.packages import package

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}",
    '=HYPERLINK("https://example.org","x")',
    "[red]x[/red] [link=https://example.org]y[/link]",
    "![x](https://example.org/x.png)",
    "| a | b |",
    "\x1b[2J\x1b]0;title\x07",
    "abc\u202egnp.exe",
    "a\u2028b\u0085c\u200bd",
    "\x9b31m",
)


def invisible(text: str) -> list[str]:
    """Control, format and bidi characters but for the ends of lines."""
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]


@pytest.fixture(scope="module", params=HOSTILE)
def found(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Findings]:
    """A hostile text and the findings of a package that has it as a value and as a column's name."""
    value: str = request.param
    own = {"therapies": {"drug": [value], value: ["x"]}}
    made = package(tmp_path_factory.mktemp("package"), columns=own)
    return value, path.check_rows(path.receive(made))


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_value_at_the_terminal_is_shown_as_it_is_written(
    language: str, found: tuple[str, Findings]
) -> None:
    value, findings = found
    shown = io.StringIO()

    terminal.show(Console(file=shown, soft_wrap=True), findings, language, "rows_head")

    assert visible(value) in shown.getvalue()
    assert invisible(shown.getvalue()) == []


def test_a_terminal_in_colour_gets_no_sequence_of_the_centres(tmp_path: Path) -> None:
    own = {"therapies": {"drug": list(HOSTILE)}}
    findings = path.check_rows(path.receive(package(tmp_path, columns=own)))
    shown = io.StringIO()

    terminal.show(Console(file=shown, force_terminal=True), findings, "en", "rows_head")

    sequences = {part.split("m")[0] for part in shown.getvalue().split("\x1b[")[1:]}
    assert all(set(sequence) <= set("0123456789;") for sequence in sequences)
    assert "\x1b]" not in shown.getvalue(), "no title, no link"


def test_json_says_the_same_and_shows_nothing_invisible(tmp_path: Path) -> None:
    own = {"therapies": {"drug": list(HOSTILE)}}
    received = path.receive(package(tmp_path / "package", columns=own))
    write_files(path.check_rows(received), tmp_path, path.about(received))

    text = (tmp_path / "findings.json").read_text(encoding="utf-8")

    assert invisible(text) == []
    said = {finding["value"] for finding in json.loads(text)["findings"]}
    assert set(HOSTILE) <= said, "machines get the value as it is"


@pytest.mark.parametrize("value", HOSTILE)
def test_markdown_has_no_sign_left_that_means_something(value: str) -> None:
    escaped = markdown(value)

    assert "\n" not in escaped
    assert "<" not in escaped
    assert invisible(escaped) == []
    bare = escaped.replace("\\\\", "").replace("&lt;", "").replace("&amp;", "")
    for sign in "[]()|`*_!#:":
        assert bare.count(sign) == bare.count("\\" + sign)


def test_plain_is_what_is_shown_as_it_is() -> None:
    assert is_plain("labs")
    assert not any(map(is_plain, ("", "a\nb", "\u202ex", "x" * 1000)))


def test_json_text_changes_no_meaning() -> None:
    document = {"a\u202e": ["\x7f", "é", "\u2028", "\ufeff", '"', "\\"]}

    written = json_text(json.dumps(document, ensure_ascii=False))

    assert json.loads(written) == document
    assert "é" in written
    assert invisible(written) == []
