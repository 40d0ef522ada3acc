"""The harmonised tables as sorted arrays: read once, shared by both outcome tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.outcomes import tis
from registry.outcomes.episodes import Episodes, read_episodes, running_drugs
from registry.outcomes.keys import (
    NEVER,
    Flags,
    Floats,
    Ints,
    Timeline,
    days,
    identifiers,
    positions,
    take,
    timeline,
    years,
)
from registry.outcomes.steps import Steps
from registry.outcomes.therapy_lines import Lines, find_lines

Tables = Mapping[str, pd.DataFrame]

# One day for all centres, or one for each: centre_id → day.
DataCut = date | Mapping[str, date]


@dataclass(frozen=True)
class Cohort:
    """Patients are numbered in the order of their ids; `of_patient` is their row in the table.

    What happened after a centre's data cut is not read: the data are complete up to it, not beyond.
    """

    people: pa.Array
    patients: pd.DataFrame
    visits: pd.DataFrame
    of_patient: Ints
    cut: Ints  # day, per patient
    visit: Timeline
    episodes: Episodes
    lines: Lines
    therapy_complete: Flags  # per patient: no row held back, none unusable

    def visit_column(self, name: str) -> Floats:
        """A number of each visit, in the order of `visit`."""
        return self.visits[name].to_numpy(dtype=np.float64)[self.visit.row]

    @cached_property
    def running(self) -> Steps:
        """The set of immunotherapies running on each day."""
        return running_drugs(self.episodes)

    @property
    def response_group(self) -> Ints:
        """Per line: position in tis.GROUPS of the patient; -1 unknown."""
        onset = years(self.patients["onset_date"])
        birth = self.patients["birth_year"].to_numpy(dtype=np.float64, na_value=np.nan)
        return tis.response_group(onset, birth)[self.of_patient][self.lines.patient]

    @property
    def index_day(self) -> Ints:
        """Per line: the start of the patient's first line."""
        first = np.searchsorted(self.lines.patient, self.lines.patient, side="left")
        return self.lines.start[first]


def read_cohort(tables: Tables, data_cut: DataCut, held_back: pd.Series | None) -> Cohort:
    """Number the patients, sort their visits, find their lines.

    Rows of patients who are not in `patients` are left out: they hang from a held-back patient.
    """
    patients, visits, therapies = (tables[name] for name in ("patients", "visits", "therapies"))
    people = identifiers(patients["patient_id"])
    of_patient = np.zeros(len(people), dtype=np.int64)
    of_patient[positions(patients["patient_id"], people)] = np.arange(len(patients))
    cut = _cuts(patients, data_cut)[of_patient]
    visit = timeline(
        positions(visits["patient_id"], people), days(visits["visit_date"]), cut, visits["visit_id"]
    )
    episodes, unusable = read_episodes(therapies, positions(therapies["patient_id"], people), cut)
    return Cohort(
        people=people,
        patients=patients,
        visits=visits,
        of_patient=of_patient,
        cut=cut,
        visit=visit,
        episodes=episodes,
        lines=find_lines(episodes),
        therapy_complete=~unusable & (rows_held_back(held_back, "therapies", people) == 0),
    )


def rows_held_back(held_back: pd.Series | None, table: str, people: pa.Array) -> Ints:
    """Rows of a table that were held back, per patient; the index is (table, patient_id)."""
    counts = np.zeros(len(people), dtype=np.int64)
    if held_back is not None and len(held_back):
        held = held_back[held_back.index.get_level_values(0) == table]
        at = positions(held.index.get_level_values(1).to_series().astype("str"), people)
        np.add.at(counts, at[at >= 0], held.to_numpy(dtype=np.int64)[at >= 0])
    return counts


def _cuts(patients: pd.DataFrame, data_cut: DataCut) -> Ints:
    if not isinstance(data_cut, Mapping):
        return np.full(len(patients), _day(data_cut))
    centres = identifiers(patients["centre_id"])
    of_centre = np.array([_day(data_cut[centre]) for centre in centres.to_pylist()], dtype=np.int64)
    return take(of_centre, positions(patients["centre_id"], centres), NEVER)


def _day(day: date) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))
