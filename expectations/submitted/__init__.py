"""What is asked of a submission as a whole: completeness, volume, distribution, drift.

Importing this declares the rules and imports no engine.
"""

from expectations.submitted import (
    drift,
    labs,
    patients,
    patients_seen,
    population,
    serology,
    therapies,
    visits,
    volume,
)

SUITES = (
    patients.patients,
    visits.visits,
    labs.labs,
    serology.serology,
    therapies.therapies,
    patients_seen.patients_seen,
    population.population,
    volume.volume,
    drift.drift,
)
