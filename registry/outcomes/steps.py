"""What runs on a day: sums of intervals as a step function per patient."""

from dataclasses import dataclass

import numpy as np

from registry.outcomes.keys import FOREVER, SAME_GROUP, Flags, Ints, key

_BEFORE_ALL = -(2**62)


@dataclass(frozen=True)
class Steps:
    """A whole number per patient that changes on certain days; 0 before the first.

    `levels[i]` holds from the day of `keys[i]` to the day before `keys[i + 1]`. All intervals end,
    if only at FOREVER, so a patient's last level is 0, and a day before a patient's first step
    finds the last step of the patient before: also 0. No look-up needs to compare patients.
    """

    keys: Ints
    levels: Ints

    @classmethod
    def of(cls, patient: Ints, first: Ints, last: Ints, amount: Ints) -> "Steps":
        """The sum of `amount` over the intervals first … last (both included) of each patient."""
        when = np.r_[_BEFORE_ALL, key(patient, first), key(patient, last + 1)]
        change = np.r_[0, amount, -amount]
        order = np.argsort(when)
        when, level = when[order], np.cumsum(change[order])
        final = np.r_[when[1:] != when[:-1], True]
        return cls(when[final], level[final])

    def at(self, wanted: Ints) -> Ints:
        """The level on each wanted key."""
        return self.levels[self._step(wanted)]

    def days_since(self, holds: Flags, wanted: Ints) -> Ints:
        """Days from the last day on which `holds` (one flag per step) to each wanted key.

        0 on such a day; FOREVER where there was none before. `holds` must be false at level 0.
        """
        ends = np.maximum.accumulate(np.where(holds, np.roll(self.keys, -1) - 1, _BEFORE_ALL))
        since = wanted - np.minimum(ends[self._step(wanted)], wanted)
        return np.where(since < SAME_GROUP, since, FOREVER)

    def days_before(self, holds: Flags, wanted: Ints) -> Ints:
        """How many days before each wanted key `holds`, counted from an origin common to a patient.

        Only the difference of two keys of one patient means anything. `holds` must be false at 0.
        """
        length = np.where(holds, np.roll(self.keys, -1) - self.keys, 0)
        step = self._step(wanted)
        into: Ints = np.where(holds[step], wanted - self.keys[step], 0)
        return (np.cumsum(length) - length)[step] + into

    def _step(self, wanted: Ints) -> Ints:
        return np.searchsorted(self.keys, wanted, side="right") - 1
