"""The contract's tables as the generator fills them: columns in their order, each with its kind.

`schemas/submitted/` is the contract; it needs pandera, which this package must not import. A test
holds the two together.
"""

from collections.abc import Mapping

import pandas as pd

from registry.contract import Kind
from registry.tables import PANDAS

Tables = dict[str, pd.DataFrame]

TEXT, NUMBER, WHOLE, YES_NO, DATE = Kind

# Columns by kind where it is not text.
_DATES = {"onset_date", "diagnosis_date", "first_contact_date", "last_contact_date", "death_date"}
_DATES |= {"consent_date", "visit_date", "collected_date", "sample_date", "start_date", "stop_date"}
_DATES |= {"biopsy_date", "diagnosed_date", "assessed_date", "event_date"}
_NUMBERS = {"weight_kg", "height_cm", "physician_global_vas", "patient_global_vas", "mmt_score"}
_NUMBERS |= {"haq_di", "extramuscular_vas", "tis_reported", "value", "upper_limit_normal"}
_NUMBERS |= {"lower_limit_normal", "cutoff", "dose", "dose_mg"}
_WHOLES = {"birth_year", "mmt_max", "line"}
_YES_NO = {"contact_for_research", "biosample", "flare_reported", "remission_reported"}
_YES_NO |= {"withdrawn_permanently"}

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(_DATES, DATE),
    **dict.fromkeys(_NUMBERS, NUMBER),
    **dict.fromkeys(_WHOLES, WHOLE),
    **dict.fromkeys(_YES_NO, YES_NO),
}

_COLUMNS = {
    "patients": "patient_id sex birth_year onset_date diagnosis_date first_contact_date "
    "last_contact_date subtype diagnosis_code_system diagnosis_code vital_status death_date "
    "death_cause consent_status consent_scope consent_date contact_for_research biosample "
    "biobank_link",
    "visits": "visit_id patient_id visit_date visit_type weight_kg height_cm "
    "physician_global_vas physician_global_vas_absent patient_global_vas "
    "patient_global_vas_absent mmt_score mmt_score_absent mmt_max haq_di haq_di_absent "
    "extramuscular_vas extramuscular_vas_absent neck_flexor_weakness proximal_weakness "
    "distal_weakness dysphagia respiratory_involvement rash_dm_typical ambulation "
    "flare_reported remission_reported tis_reported",
    "labs": "lab_id patient_id visit_id collected_date analyte value value_comparator "
    "value_absent unit upper_limit_normal lower_limit_normal loinc",
    "serology": "serology_id patient_id sample_date antibody assay kit value value_comparator "
    "unit cutoff interpretation interpretation_absent",
    "therapies": "therapy_id patient_id drug atc atc_version route dose dose_unit frequency "
    "start_date stop_date line intent stop_reason",
    "biopsies": "biopsy_id patient_id biopsy_date muscle necrosis different_stages regeneration "
    "macrophage_predominant lymphocytic_infiltrate mhc1_sarcolemmal c5b9_sarcolemmal "
    "c5b9_capillary perifascicular_atrophy rimmed_vacuoles p62 imnm_features",
    "exposures": "exposure_id patient_id agent atc dose_mg start_date stop_date "
    "withdrawn_permanently",
    "malignancies": "malignancy_id patient_id diagnosed_date icd10 screening_method",
    "organ_findings": "finding_id patient_id assessed_date domain item value unit result",
    "events": "event_id patient_id event_date event_type therapy_id seriousness",
}

COLUMNS: dict[str, dict[str, Kind]] = {
    table: {name: _KINDS.get(name, TEXT) for name in ["centre_id", *names.split()]}
    for table, names in _COLUMNS.items()
}

KEYS = {table: list(columns)[1] for table, columns in COLUMNS.items()}


def conform(table: str, frame: pd.DataFrame, centre: str) -> pd.DataFrame:
    """`frame` with exactly the contract's columns in order and type, rows numbered from 1.

    What the frame does not hold is missing in every row; what the contract does not hold is left.
    """
    columns = COLUMNS[table]
    filled = frame.assign(centre_id=centre).reindex(columns=list(columns))
    typed = filled.astype({name: PANDAS[kind] for name, kind in columns.items()})
    return typed.set_axis(pd.RangeIndex(1, len(typed) + 1))
