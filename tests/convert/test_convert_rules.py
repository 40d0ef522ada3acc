"""Every rule of converting breaks and holds as shown; none is asked of a package."""

from collections.abc import Callable
from pathlib import Path

import pytest

import registry.convert.rules  # noqa: F401  (declares them)
from registry.rules import Home, rules_of
from tests.convert.files import convert, csv_file

GOOD = "lab_id,patient_id,value\nL1,P1,5"


def choices(raw: str) -> Callable[[Path], Path]:
    """A REDCap export whose data dictionary knows the choices 1 and 2."""

    def write(folder: Path) -> Path:
        csv_file(folder, f"patient_id,redcap_repeat_instrument,sex\nP1,,{raw}", "export.csv")
        head = (
            'Variable / Field Name,Form Name,Field Type,"Choices, Calculations, OR Slider Labels"'
        )
        csv_file(folder, f'{head}\nsex,patients,radio,"1, female | 2, male"', "dictionary.csv")
        return folder

    return write


def files(**texts: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        for name, text in texts.items():
            csv_file(folder, text, f"{name}.csv")
        return folder

    return write


BREAKS = {
    "CNV-01": files(labs="lab_id,patient_id,value\nL1,P1,5 mg"),
    "CNV-02": files(labs="lab_id,patient_id,value\nL1,P1"),
    "CNV-03": files(labs="lab_id,patient_id,valeu\nL1,P1,5"),
    "CNV-04": files(labs="lab_id,patient_id,Lab_ID\nL1,P1,L1"),
    "CNV-05": files(labs=GOOD, lab_results=GOOD),
    "CNV-06": choices("9"),
}
HOLDS = {**dict.fromkeys(BREAKS, files(labs=GOOD)), "CNV-06": choices("2")}


def test_every_rule_is_shown() -> None:
    assert sorted(BREAKS) == [rule.id for rule in rules_of(Home.CONVERT)]


@pytest.mark.parametrize("rule_id", sorted(BREAKS))
def test_holds_and_breaks_once_as_shown(rule_id: str, tmp_path: Path) -> None:
    for name in ("good", "bad"):
        (tmp_path / name).mkdir()

    held = convert(HOLDS[rule_id](tmp_path / "good"))
    broken = convert(BREAKS[rule_id](tmp_path / "bad"))

    assert held.findings.rows.empty
    assert list(broken.findings.rows["rule_id"]) == [rule_id]
    assert (broken.package is None) == (rule_id in ("CNV-02", "CNV-04")), (
        "what refuses writes no package"
    )
