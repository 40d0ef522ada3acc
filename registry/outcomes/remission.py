"""Remission: no activity over at least six months, on or off therapy.

No activity at a visit: physician global 0, CK at most the ULN, normal strength (MMT at least 97.5 %
of its maximum). Activity is judged at visits. It has been absent over six months when two visits at
least 182 days apart are without activity and none between them shows any; a visit at which it
cannot be judged neither proves nor ends it. A stretch of more than 410 days (a yearly visit and its
window) in which nobody saw the patient without activity does end it.

- off therapy: no immunotherapy ran on any of the last 182 days of such a time (clinical remission);
- on therapy: every other remission (complete clinical response).

"No therapy" is what the episodes say: the lasting effect of an infusion is not modelled. Source:
IMACS as in domain dossier 3.2 (from memory), six months as in Autoimmun Rev 2025;24:103879.
"""

from dataclasses import dataclass

import numpy as np

from registry.outcomes.keys import MONTHS, Flags, Floats, Ints

REMISSION_DAYS = MONTHS[6]
LONGEST_GAP_DAYS = 410

# 97.5 % as whole numbers: 78 of 80, 146.25 of 150, 253.5 of 260.
_STRENGTH_OF_40 = 39


def strength_normal(mmt: Floats, maximum: Floats) -> tuple[Flags, Flags]:
    """(certainly, possibly) MMT at least 97.5 % of the maximum of its version."""
    return mmt * 40 >= maximum * _STRENGTH_OF_40, ~(mmt * 40 < maximum * _STRENGTH_OF_40)


def no_activity(
    physician_global: Floats, ck_normal: tuple[Flags, Flags], strength: tuple[Flags, Flags]
) -> tuple[Flags, Flags]:
    """(certainly, possibly) physician global 0, CK at most the ULN and normal strength."""
    certain = (physician_global == 0) & ck_normal[0] & strength[0]
    possible = ~(physician_global > 0) & ck_normal[1] & strength[1]
    return certain, possible


def days_without_activity(patient: Ints, day: Ints, inactive: Flags, judged: Flags) -> Ints:
    """Days since activity was first seen absent, at visits without activity; -1 at all others.

    Visits sorted by patient and day.
    """
    at = np.flatnonzero(judged)
    who, when, quiet = patient[at], day[at], inactive[at]
    begins = np.ones(len(at), dtype=bool)
    goes_on = (who[1:] == who[:-1]) & quiet[:-1] & (when[1:] - when[:-1] <= LONGEST_GAP_DAYS)
    begins[1:] = ~goes_on
    began = np.maximum.accumulate(np.where(begins, np.arange(len(at)), 0)) if len(at) else at
    found = np.full(len(patient), -1)
    found[at] = np.where(quiet, when - when[began], -1)
    return found


@dataclass(frozen=True)
class Quiet:
    """Per visit: days without activity (-1), whether activity could be judged, days since the last
    immunotherapy (0 while one runs), and whether the patient's therapies are known completely."""

    days: Ints
    judged: Flags
    untreated_days: Ints
    therapy_complete: Flags


def on_therapy(quiet: Quiet) -> tuple[Flags, Flags]:
    """(certainly, possibly) in remission on therapy: known episodes are enough to prove it."""
    long_enough = quiet.days >= REMISSION_DAYS
    treated = np.minimum(quiet.untreated_days, quiet.days) < REMISSION_DAYS
    certain = long_enough & treated
    return certain, certain | ~quiet.judged | (long_enough & ~quiet.therapy_complete)


def off_therapy(quiet: Quiet) -> tuple[Flags, Flags]:
    """(certainly, possibly) in remission off therapy: only therapies known completely can say."""
    untreated = np.minimum(quiet.untreated_days, quiet.days) >= REMISSION_DAYS
    possible = untreated | ~quiet.judged | ~quiet.therapy_complete
    return untreated & quiet.therapy_complete, possible
