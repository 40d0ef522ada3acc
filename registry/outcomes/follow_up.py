"""How long a patient was followed, and how the follow-up of a line ended."""

import numpy as np

from registry.outcomes.cohort import Cohort
from registry.outcomes.episodes import DEATH
from registry.outcomes.keys import FOREVER, NEVER, Ints, days, large_strings, positions

CENSORING = ("observed", "lost", "dead", "data_cut")
OBSERVED, LOST, DEAD, DATA_CUT = range(4)


def end_of_follow_up(cohort: Cohort) -> tuple[Ints, Ints]:
    """(last day, position in CENSORING) per patient.

    A living patient is followed up to the data cut, a dead one to the death (or, if it has no date,
    the last contact), every other (lost, opted out, status not known) to the last contact; NEVER
    where none of these is known.
    """
    patients = cohort.patients.iloc[cohort.of_patient]
    status = positions(patients["vital_status"], large_strings(("alive", "dead")))
    contact, death = days(patients["last_contact_date"]), days(patients["death_date"])
    death = np.where(death > NEVER, death, contact)
    last = np.where(status == 0, cohort.cut, np.where(status == 1, death, contact))
    return last, np.where(status == 0, DATA_CUT, np.where(status == 1, DEAD, LOST))


def line_ends(cohort: Cohort) -> tuple[Ints, Ints]:
    """(last day of each line under observation, position in CENSORING).

    `observed`: the line ended while the patient was followed, because the next began or its last
    drug stopped. A line that ends with the patient's death, or for it, ended by death.
    """
    lines = cohort.lines
    last, state = (per_patient[lines.patient] for per_patient in end_of_follow_up(cohort))
    ended = lines.stop < FOREVER
    died = (state == DEAD) & ((lines.stop >= last) | (lines.stop_reason == DEATH))
    return np.where(ended, lines.stop, last), np.where(ended & ~died, OBSERVED, state)
