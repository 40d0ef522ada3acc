"""Publish what analysts may rely on: an immutable release, its passport, then the pointer.

tables, excluded = publishable(harmonised, visit_outcomes, treatment_outcomes, secret, PUBLISHED)
passport = Passport(submissions=…, data_cuts=…, rule_set=…, code=…, algorithm_version=…, excluded=…)
if same_as_latest(root, fingerprint(passport)) is None:
    write_release(root, tables, PUBLISHED, passport)
open_release(root).pandas("visit_outcomes")
"""

from registry.release.history import Listed, releases
from registry.release.passport import Passport, fingerprint
from registry.release.publishable import publishable
from registry.release.read import (
    NoRelease,
    Release,
    ReleaseDamaged,
    ReleaseWithdrawn,
    open_release,
)
from registry.release.write import same_as_latest, write_release

__all__ = [
    "Listed",
    "NoRelease",
    "Passport",
    "Release",
    "ReleaseDamaged",
    "ReleaseWithdrawn",
    "fingerprint",
    "open_release",
    "publishable",
    "releases",
    "same_as_latest",
    "write_release",
]
