"""What the README shows is what the program says; its commands are the Makefile's."""

import io
import re
from pathlib import Path

from rich.console import Console

from flows import path
from registry.report import terminal

README = Path("README.md").read_text(encoding="utf-8")


def blocks() -> list[str]:
    """Every fenced block of the README."""
    return re.findall(r"```\w*\n(.*?)```", README, flags=re.DOTALL)


def test_the_first_finding_is_the_real_output() -> None:
    shown = io.StringIO()
    findings = path.check_rows(path.receive(Path("sample_data/FR01")))

    terminal.show(Console(file=shown, soft_wrap=True), findings, "en", "rows_head")

    (finding,) = [block for block in blocks() if "TX-02" in block]
    assert finding in shown.getvalue()


def test_its_commands_are_targets_of_the_makefile() -> None:
    commands = re.findall(r"^make ([a-z]+)", blocks()[0], flags=re.MULTILINE)

    assert commands == ["demo", "test"]
    assert all(f"\n{command}:" in Path("Makefile").read_text() for command in commands)


def test_every_path_it_names_is_there() -> None:
    named = re.findall(r"`((?:registry|schemas|expectations|flows|docs)/[\w./]*)`", README)

    assert len(named) > 8
    assert [name for name in named if not Path(name).exists()] == []


def test_no_text_names_a_package_host_or_a_path_of_a_machine() -> None:
    files = [
        *Path().glob("*.md"),
        *Path("docs").glob("**/*.md"),
        Path("constraints.txt"),
        Path("Makefile"),
    ]

    for file in files:
        assert not re.search(r"https?://|/home/|/root/|/work/", file.read_text(encoding="utf-8")), (
            file
        )
