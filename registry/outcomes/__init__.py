"""What happened to the patients: outcomes derived from harmonised tables by pure functions.

Three tables, recomputable by anyone who has the published rows:

    visit_outcomes      one row per visit and line of therapy
    treatment_outcomes  one row per line of therapy
    therapy_lines       the lines themselves, beside what the centre submitted

Nothing here reads a site's own flags as truth; they are carried and compared. What cannot be known
is null, with a reason. Definitions and sources stand in the function that computes them.
"""

from registry.outcomes.per_line import treatment_outcomes
from registry.outcomes.per_visit import visit_outcomes
from registry.outcomes.therapy_lines import episode_lines, therapy_lines
from registry.outcomes.version import ALGORITHM_VERSION

__all__ = [
    "ALGORITHM_VERSION",
    "episode_lines",
    "therapy_lines",
    "treatment_outcomes",
    "visit_outcomes",
]
