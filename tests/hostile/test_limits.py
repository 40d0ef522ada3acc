"""Limits: one table with reasons, which the environment overrides line by line."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flows import cli
from registry.intake.limits import MIB, LimitError, Limits
from registry.submission import receive
from schemas.submitted import CONTRACT
from tests.packages import package


def test_the_environment_overrides_a_line() -> None:
    assert Limits.of_environment({"PATH": "/bin"}) == Limits()

    changed = Limits.of_environment({"REGISTRY_LIMIT_ROWS": "7"})

    assert changed == replace(Limits(), rows=7)
    assert changed.overridden == {"rows": 7}


def test_what_is_overridden_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = package(tmp_path, columns={"labs": {"value": [1.0, 2.0, 3.0]}})
    monkeypatch.setenv("REGISTRY_LIMIT_ROWS", "2")

    received = receive(made, CONTRACT)

    refusal = received.package.resources["labs"].refusal
    assert refusal is not None
    assert (refusal.why, refusal.found, refusal.allowed) == ("rows", "3", "≤ 2")


@pytest.mark.parametrize("text", ["", "-1", "0", "1e9", "ten", "9" * 40, "²"])
def test_a_limit_that_is_no_number_is_a_sentence(text: str) -> None:
    with pytest.raises(LimitError, match="REGISTRY_LIMIT_ROWS must be a whole number"):
        Limits.of_environment({"REGISTRY_LIMIT_ROWS": text})


def test_a_limit_that_nobody_knows_is_a_sentence() -> None:
    with pytest.raises(LimitError, match=r"ROWZ is no limit .* REGISTRY_LIMIT_ROWS was meant\?"):
        Limits.of_environment({"REGISTRY_LIMIT_ROWZ": "7"})


def test_every_line_is_shown_with_its_reason_and_what_it_usually_is() -> None:
    lines = {line.name: line for line in Limits(file=32 * MIB).lines}

    assert lines["file"][1:3] == ("32 MiB", "64 MiB")
    assert lines["rows"][1:3] == ("2,000,000", None)
    assert all(line.why for line in lines.values())


@pytest.mark.parametrize(
    ("variable", "ends", "says"),
    [
        ("REGISTRY_LIMIT_ROWS", 0, "5,000,000 (usually"),
        ("REGISTRY_LIMIT_ROW", 3, "REGISTRY_LIMIT_ROW is no limit of the registry."),
    ],
)
def test_the_command_line_shows_the_table_that_holds(
    variable: str,
    ends: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, "5000000")
    monkeypatch.setattr(sys, "argv", ["registry", "limits"])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == ends
    assert says in "".join(capsys.readouterr())
