"""What analysts get: one file per table. These models are also the data dictionary."""

from collections.abc import Mapping

import pandas as pd

from registry.findings import Breaches
from schemas.engine import contract_of
from schemas.published import gate, outcome_rules
from schemas.published.biopsies import Biopsies
from schemas.published.events import Events
from schemas.published.exposures import Exposures
from schemas.published.labs import Labs
from schemas.published.malignancies import Malignancies
from schemas.published.organ_findings import OrganFindings
from schemas.published.patients import Patients
from schemas.published.serology import Serology
from schemas.published.therapies import Therapies
from schemas.published.treatment_outcomes import TreatmentOutcomes
from schemas.published.visit_outcomes import VisitOutcomes
from schemas.published.visits import Visits

__all__ = ["PUBLISHED", "PUBLISHED_MODELS", "check_published", "outcome_rules"]

PUBLISHED_MODELS = (
    Patients,
    Visits,
    Labs,
    Serology,
    Therapies,
    Biopsies,
    Exposures,
    Malignancies,
    OrganFindings,
    Events,
    VisitOutcomes,
    TreatmentOutcomes,
)
PUBLISHED = contract_of(PUBLISHED_MODELS)


def check_published(tables: Mapping[str, pd.DataFrame]) -> Breaches:
    """Ask every column, key and row rule of the published models; see `schemas.published.gate`."""
    return gate.ask(PUBLISHED_MODELS, PUBLISHED, tables)
