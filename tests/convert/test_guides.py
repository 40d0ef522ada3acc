"""The guides for sites: their commands are run as they stand, with the mistakes they describe."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from flows import path
from registry.harmonise.mapping import mapping_of
from registry.store import Store
from schemas.submitted import CONTRACT
from tests.convert.conftest import Registry
from tests.convert.test_template import few, filled_in

GUIDES = {"en": Path("docs/guide-for-sites.md"), "de": Path("docs/anleitung-fuer-zentren.md")}
BOOK = {"en": "template.xlsx", "de": "vorlage.xlsx"}
START = {"en": "start", "de": "vorlage"}
MISTAKES = {
    ("labs", 7, "value"): "12270 U/L",
    ("labs", 9, "analyte"): "CK-MB",
    ("labs", 11, "collected_date"): date(2031, 1, 1),
    ("visits", 5, "haq_di"): 30,
}

STEP = re.compile(r"<!-- by hand: (?P<hand>[a-z ]+) -->|```console\n(?P<console>.*?)```", re.DOTALL)


def typed(
    book: Path, cells: dict[tuple[str, int, str], object]
) -> dict[tuple[str, int, str], object]:
    """Type values into cells of the template; gives what stood there."""
    opened, before = openpyxl.load_workbook(book), {}
    for (sheet, row, column), value in cells.items():
        place = [cell.value for cell in opened[sheet][1]].index(column) + 1
        before[sheet, row, column] = opened[sheet].cell(row, place).value
        opened[sheet].cell(row, place).value = value
    opened.save(book)
    return before


def by_hand(folder: Path, language: str) -> dict[str, Callable[[], None]]:
    """What the guide tells a person to do between the commands."""
    book, right = folder / START[language] / BOOK[language], {}

    def fill_in() -> None:
        filled_in(book, few(3))
        right.update(typed(book, MISTAKES))

    def export() -> None:
        (folder / "export").mkdir()
        for name, table in few(3).items():
            days = [column for column in table if column.endswith("_date")]
            style = "01/%m/%Y" if name == "events" else "%d.%m.%Y"
            table[days] = table[days].map(
                lambda day, style=style: day.strftime(style), na_action="ignore"
            )
            table = table.map(lambda cell: str(cell).lower() if isinstance(cell, bool) else cell)
            table.assign(centre_id="DE01").to_csv(
                folder / "export" / f"{name}.csv", sep=";", decimal=",", index=False
            )

    return {"fill in": fill_in, "mend": lambda: typed(book, right) and None, "export": export}


def run(registry: Registry, command: str, folder: Path) -> list[str]:
    """A `registry …` of the guide in a folder of its own; gives the lines it prints."""
    assert command.startswith("registry ")
    done = registry(*command.split()[1:], folder=folder)
    assert done.stderr == ""
    assert done.returncode in (0, 1, 2, 3)
    return [line.rstrip() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("language", GUIDES)
def test_the_mapping_it_shows_is_one(language: str, tmp_path: Path) -> None:
    (shown,) = re.findall(
        r"```toml\n(.*?)```", GUIDES[language].read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "DE01.toml").write_text(shown, encoding="utf-8")

    assert mapping_of("DE01", CONTRACT, tmp_path).resource("events") == "event"


@pytest.mark.parametrize("language", GUIDES)
def test_a_guide_leads_from_mistakes_to_an_accepted_submission(
    language: str, registry: Registry, no_suites: None, tmp_path: Path
) -> None:
    hands = by_hand(tmp_path, language)
    done = []
    for step in STEP.finditer(GUIDES[language].read_text(encoding="utf-8")):
        if step["hand"]:
            hands[step["hand"]]()
            done.append(step["hand"])
            continue
        printed: list[str] = []
        for line in step["console"].splitlines():
            if line.startswith("$ "):
                printed = run(registry, line.removeprefix("$ "), tmp_path)
            else:
                assert line.rstrip() in printed, "\n".join([f"{line!r} is not among", *printed])

    assert done == ["fill in", "mend", "export"]
    package = tmp_path / {"en": "package", "de": "paket"}[language]
    assert path.ingest(package, Store(tmp_path / "store")).status == "accepted"
    assert pd.read_parquet(
        tmp_path / {"en": "report", "de": "bericht"}[language] / "findings.parquet"
    ).empty
