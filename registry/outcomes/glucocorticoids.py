"""Glucocorticoid dose on a day, and for how long it has been low."""

from dataclasses import dataclass

import numpy as np

from registry.outcomes.episodes import Episodes
from registry.outcomes.keys import MONTHS, Flags, Floats, Ints
from registry.outcomes.steps import Steps

LOW_DOSE_MG = 7.5
LOW_DOSE_DAYS = MONTHS[3]

# Doses are added as whole millionths of a milligram: sums are exact, and end at 0.
_PER_MG = 1_000_000


@dataclass(frozen=True)
class Doses:
    """Known daily dose in millionths of a mg, and number of running episodes of unknown dose."""

    known: Steps
    unknown: Steps


def doses(episodes: Episodes) -> Doses:
    """Prednisone equivalents of all glucocorticoid episodes, whatever they are given for.

    mg prednisone per day, factors in codelists/glucocorticoids.csv (applied when harmonising);
    episodes that overlap add up.
    """
    given = episodes.only(episodes.is_glucocorticoid)
    stated = ~np.isnan(given.prednisone_mg_day)
    amount = np.rint(np.where(stated, given.prednisone_mg_day, 0.0) * _PER_MG).astype(np.int64)
    return Doses(
        Steps.of(given.patient, given.first, given.last, amount),
        Steps.of(given.patient, given.first, given.last, (~stated).astype(np.int64)),
    )


def dose_mg(given: Doses, wanted: Ints) -> tuple[Floats, Flags]:
    """(mg prednisone equivalent of all episodes running that day, whether every dose is known)."""
    return given.known.at(wanted) / _PER_MG, given.unknown.at(wanted) == 0


def steroid_sparing(given: Doses, wanted: Ints, days_observed: Ints) -> tuple[Flags, Flags]:
    """(certainly, possibly) at most 7.5 mg/day on each of the last 91 days, the visit's included.

    `days_observed` are the days since the first line of therapy began: a patient not yet observed
    for 91 days has not been sparing steroids for three months. Domain dossier 3.3, a proposal.
    """
    high = given.known.days_since(given.known.levels > LOW_DOSE_MG * _PER_MG, wanted)
    unclear = given.unknown.days_since(given.unknown.levels > 0, wanted)
    possible = (high >= LOW_DOSE_DAYS) & (days_observed >= LOW_DOSE_DAYS)
    return possible & (unclear >= LOW_DOSE_DAYS), possible
