"""What a centre sends: one file per table. These models are the contract."""

from schemas.engine import contract_of
from schemas.submitted.therapies import Therapies

REQUIRED = (Therapies,)
OPTIONAL = ()

MODELS = REQUIRED + OPTIONAL
CONTRACT = contract_of(REQUIRED, OPTIONAL)
