"""Invented centres of any size, or the samples that are committed.

    python -m sample_data.generate --centres 3 --patients 200 --seed 1 --output /tmp/centres
    python -m sample_data.generate --samples

The same numbers give the same bytes. Big centres are drawn and written in pieces.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from registry.harmonise.mapping import Mapping, mapping_of
from sample_data.centres import GERMAN, SWEDISH, Centre, any_centres
from sample_data.cohort import cohort
from sample_data.columns import CONTRACT, Tables
from sample_data.dialect import resource_names, spoken
from sample_data.package import write_package

HERE = Path(__file__).parent
CREATED = "2026-10-15T08:00:00Z"
PIECE = 4000  # patients held in memory at a time, some 250 MB

GERMAN_PATIENTS, GERMAN_SEED = 40, 2
SWEDISH_PATIENTS, SWEDISH_SEED = 36, 15

# What the Swedish centre keeps as text, with decimal comma and days as 31.12.2025.
SWEDISH_TEXT = (
    *("patients.onset_date", "patients.diagnosis_date", "patients.death_date"),
    *("patients.contact_for_research", "patients.biosample"),
    *("visits.visit_date", "visits.weight_kg", "visits.physician_global_vas", "visits.haq_di"),
    *("labs.collected_date", "labs.value"),
    *("serology.value", "therapies.dose", "therapies.start_date", "therapies.stop_date"),
)


def german_tables() -> Tables:
    """DE01: clean, in the contract's own terms."""
    return cohort(GERMAN, GERMAN_PATIENTS, GERMAN_SEED)


def swedish_tables() -> Tables:
    """SE01 in the contract's columns and codes, enzymes in µkat/L: what it has before it speaks."""
    return cohort(SWEDISH, SWEDISH_PATIENTS, SWEDISH_SEED)


def swedish_mapping() -> Mapping:
    """The mapping that the registry keeps of SE01."""
    return mapping_of(SWEDISH.code, CONTRACT)


def write_samples(folder: Path = HERE) -> None:
    """Write the committed packages into `folder`: DE01, SE01, FR01 and FR01's delivery before."""
    from sample_data.french import write_french  # it asks the rules, which no other centre needs

    _write(german_tables(), folder, GERMAN)
    mapping = swedish_mapping()
    in_dialect = spoken(swedish_tables(), mapping, SWEDISH_TEXT)
    _write(in_dialect, folder, SWEDISH, resource_names(mapping))
    write_french(folder, CREATED)


def _write(
    tables: Tables | Iterator[Tables],
    folder: Path,
    centre: Centre,
    names: dict[str, str] | None = None,
) -> None:
    write_package(
        tables,
        folder / centre.code,
        centre=centre.code,
        data_cut=centre.data_cut,
        language=centre.language,
        created=CREATED,
        resource_names=names,
    )


def pieces(centre: Centre, patients: int, seed: int) -> Iterator[Tables]:
    """A centre's tables, `PIECE` patients at a time."""
    for first in range(1, patients + 1, PIECE):
        count = min(PIECE, patients + 1 - first)
        yield cohort(centre, count, seed, first=first, total=patients)


def generate(centres: int, patients: int, seed: int, folder: Path) -> None:
    """Write `centres` packages of `patients` patients each into `folder`, one folder per centre."""
    with _progress() as progress:
        task = progress.add_task("patients", total=centres * patients)
        for centre in any_centres(centres):
            progress.update(task, description=centre.code)

            def counted(tables: Tables) -> Tables:
                progress.advance(task, len(tables["patients"]))
                return tables

            _write(map(counted, pieces(centre, patients, seed)), folder, centre)


def _progress() -> Progress:
    """On standard error, and only where somebody looks at it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), disable=not sys.stderr.isatty()
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sample_data.generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--centres", type=_positive, default=1, help="how many centres (1)")
    parser.add_argument("--patients", type=_positive, default=100, help="patients of each (100)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same bytes (1)")
    parser.add_argument("--output", type=Path, help="folder for the packages")
    parser.add_argument("--samples", action="store_true", help="rewrite the committed samples")
    wanted = parser.parse_args(arguments)
    if wanted.samples:
        write_samples(wanted.output or HERE)
    elif wanted.output is None:
        parser.error("--output is needed")
    else:
        generate(wanted.centres, wanted.patients, wanted.seed, wanted.output)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


if __name__ == "__main__":
    main()
