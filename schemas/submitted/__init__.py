"""What a centre sends: one file per table. These models, and their rules, are the contract."""

from schemas.engine import contract_of
from schemas.submitted import core_set, diagnosis, lab_values, therapy_courses, therapy_doses
from schemas.submitted.biopsies import Biopsies
from schemas.submitted.events import Events
from schemas.submitted.exposures import Exposures
from schemas.submitted.labs import Labs
from schemas.submitted.malignancies import Malignancies
from schemas.submitted.organ_findings import OrganFindings
from schemas.submitted.patients import Patients
from schemas.submitted.serology import Serology
from schemas.submitted.therapies import Therapies
from schemas.submitted.visits import Visits

# Files that hold only rules, of a table too large for one file; importing them declares the rules.
RULES = (core_set, diagnosis, lab_values, therapy_courses, therapy_doses)

REQUIRED = (Patients, Visits, Labs, Serology, Therapies)
OPTIONAL = (Biopsies, Exposures, Malignancies, OrganFindings, Events)

MODELS = REQUIRED + OPTIONAL
CONTRACT = contract_of(REQUIRED, OPTIONAL)
