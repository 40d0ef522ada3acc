"""The release gate: does what is about to be published look right as a whole?

`schemas/published` asks every row. These suites ask again with another engine what a release must
never get wrong, and what only shows when the centres stand side by side.
"""

from expectations.released import outcomes, release

RELEASED = (outcomes.visit_outcomes, outcomes.treatment_outcomes, release.release)
