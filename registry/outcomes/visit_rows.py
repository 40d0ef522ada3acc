"""Which visits belong to which line, and which of them is its baseline."""

from dataclasses import dataclass

import numpy as np

from registry.outcomes.keys import FOREVER, Flags, Ints, Timeline, expand, key, last_before
from registry.outcomes.therapy_lines import Lines

BASELINE_BEFORE_DAYS, BASELINE_AFTER_DAYS = 30, 3


@dataclass(frozen=True)
class VisitRows:
    """One entry per visit and line: positions among lines and visits."""

    line: Ints
    visit: Ints
    baseline_of_line: Ints  # one entry per line; -1 for no baseline

    @property
    def baseline(self) -> Ints:
        """The visit that each row is compared with; -1 for none."""
        return self.baseline_of_line[self.line]

    @property
    def is_baseline(self) -> Flags:
        same: Flags = self.visit == self.baseline
        return same


def baselines(lines: Lines, visits: Timeline) -> Ints:
    """Position of each line's baseline; -1 for none.

    The last visit from 30 days before to 3 days after the line's start, not the worst (that would
    make every patient improve by regression to the mean). Of two on one day that with the later id.
    """
    window = BASELINE_BEFORE_DAYS + BASELINE_AFTER_DAYS
    return last_before(visits.keys, lines.keys + BASELINE_AFTER_DAYS, within=window)


def visit_rows(lines: Lines, visits: Timeline) -> VisitRows:
    """Visits of each line, in order.

    A visit belongs to a line if it is its baseline or lies after it (where there is none: on or
    after the line's start), and no later than 3 days after the next line's start. The baseline of
    the next line thus also closes this one. A visit outside every line has no row.
    """
    baseline = baselines(lines, visits)
    from_start = np.searchsorted(visits.keys, lines.keys, side="left")
    until = np.minimum(lines.next_start + BASELINE_AFTER_DAYS, FOREVER)
    line, visit = expand(
        np.where(baseline >= 0, baseline, from_start),
        np.searchsorted(visits.keys, key(lines.patient, until), side="right"),
    )
    return VisitRows(line, visit, baseline)
