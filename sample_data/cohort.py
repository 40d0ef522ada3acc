"""A centre's tables: people, their course, and what each table records of it."""

import numpy as np
import pandas as pd

from sample_data.centres import Centre
from sample_data.columns import CONTRACT, Tables, conform
from sample_data.course import draw_course
from sample_data.findings import (
    biopsies_table,
    events_table,
    exposures_table,
    malignancies_table,
)
from sample_data.labs import draw_samples, labs_table
from sample_data.organs import organ_findings_table
from sample_data.people import draw_people, patients_table
from sample_data.plan import draw_plan
from sample_data.reported import reported_tis
from sample_data.serology import serology_table
from sample_data.therapies import therapies_table
from sample_data.visits import draw_traits, draw_visits, visits_table

_LETTERS = {
    "labs": "L",
    "serology": "S",
    "therapies": "T",
    "exposures": "X",
    "biopsies": "B",
    "malignancies": "M",
    "organ_findings": "O",
    "events": "E",
}


def cohort(
    centre: Centre, patients: int, seed: int, *, first: int = 1, total: int | None = None
) -> Tables:
    """All ten tables of a centre with `patients` patients, in the contract's columns and types.

    The same arguments give the same tables. `first` is the number of the first patient and `total`
    the size of the whole centre, for centres drawn in pieces: see `pieces`.
    """
    letters = [ord(letter) for letter in centre.code]
    rng = np.random.default_rng([seed, first, *letters])
    width = max(4, len(str(total or patients)))
    people = draw_people(centre, patients, rng, first, width)
    course, traits = draw_course(people, rng), draw_traits(people, rng)
    visits = draw_visits(people, course, rng)
    visits["visit_id"] = _keys(people, visits, "V")
    plan = draw_plan(people, course, rng)
    therapies = therapies_table(people, plan, centre, rng)
    therapies["therapy_id"] = _keys(people, therapies, "T")
    samples = draw_samples(people, visits, course, traits, centre, rng)
    seen = visits_table(people, visits, traits, centre, rng)
    labs = labs_table(people, samples, centre, rng)
    if centre.computes_tis:
        seen["tis_reported"] = reported_tis(visits, seen, labs, plan, rng)
    tables = {
        "patients": patients_table(people, centre, rng),
        "visits": seen,
        "labs": labs,
        "serology": serology_table(people, rng),
        "therapies": therapies,
        "exposures": exposures_table(people, rng),
        "biopsies": biopsies_table(people, rng),
        "malignancies": malignancies_table(people, rng),
        "organ_findings": organ_findings_table(people, traits, rng),
        "events": events_table(people, course, therapies, rng),
    }
    return {
        name: conform(name, _with_key(name, frame, people), centre.code)
        for name, frame in tables.items()
    }


def _with_key(table: str, frame: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    if CONTRACT[table].key in frame:
        return frame
    return frame.assign(**{CONTRACT[table].key: _keys(people, frame, _LETTERS[table])})


def _keys(people: pd.DataFrame, frame: pd.DataFrame, letter: str) -> pd.Series:
    """Keys such as P0001-V03: the row's number among its patient's rows."""
    by = "person" if "person" in frame else "patient_id"
    number = (frame.groupby(by).cumcount() + 1).astype("str").str.zfill(3 if letter == "L" else 2)
    ids = people["patient_id"][frame["person"]] if by == "person" else frame["patient_id"]
    return ids.set_axis(frame.index) + f"-{letter}" + number
