"""The pictures in docs/screens: FR01's report as a browser shows it.

    python -m tests.report.screens

A section is shown alone by hiding the others; nothing else of the page is changed.
"""

import tempfile
from pathlib import Path

from flows import path
from registry.report.html import report
from tests.report.browser import DARK, framed, screen
from tests.report.centres import CONTRACT, SAMPLES

SCREENS = Path("docs/screens")


def only(page: str, section: str, opened: str = "") -> str:
    """The page with one section, and the rule `opened` unfolded."""
    hidden = f"<style>section:not(#{section}) {{ display: none }}</style></head>"
    return page.replace("</head>", hidden).replace(f'" id="{opened}"', f'" id="{opened}" open')


def main() -> None:
    submission = path.receive(SAMPLES / "FR01")
    previous = path.receive(SAMPLES / "FR01.previous")
    findings = path.check_rows(submission) + path.check_whole(submission, previous)
    english, german = (report(findings, submission, CONTRACT, code) for code in ("en", "de"))
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, html, size, flags in (
            ("blocking.en", english, (1000, 900), ()),
            ("findings.de", only(german, "findings", "SUB-02"), (1000, 900), ()),
            ("completeness.en.dark", only(english, "completeness"), (1000, 900), (DARK,)),
            ("courses.de", only(german, "courses"), (1100, 1250), ()),
        ):
            page = Path(folder) / f"{name}.html"
            page.write_text(html, encoding="utf-8")
            screen(page, SCREENS / f"{name}.png", *size, *flags)
        page = Path(folder) / "phone.html"
        page.write_text(german, encoding="utf-8")
        screen(framed(page, 390, 844, unfold=False), SCREENS / "phone.de.png", 390, 844)


if __name__ == "__main__":
    main()
