"""The contract's tables as the generator fills them: columns in their order, kind and code list.

`schemas/submitted/` is the contract; it needs pandera, which this package must not import. A test
holds the two together.
"""

import pandas as pd

from registry.contract import Column, Contract, Kind, TableSpec
from registry.tables import PANDAS

Tables = dict[str, pd.DataFrame]

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
    "exposures": "exposure_id patient_id agent atc dose_mg start_date stop_date "
    "withdrawn_permanently",
    "biopsies": "biopsy_id patient_id biopsy_date muscle necrosis different_stages regeneration "
    "macrophage_predominant lymphocytic_infiltrate mhc1_sarcolemmal c5b9_sarcolemmal "
    "c5b9_capillary perifascicular_atrophy rimmed_vacuoles p62 imnm_features",
    "malignancies": "malignancy_id patient_id diagnosed_date icd10 screening_method",
    "organ_findings": "finding_id patient_id assessed_date domain item value unit result",
    "events": "event_id patient_id event_date event_type therapy_id seriousness",
}

_NUMBERS = (
    "weight_kg height_cm physician_global_vas patient_global_vas mmt_score haq_di "
    "extramuscular_vas tis_reported value upper_limit_normal lower_limit_normal cutoff dose dose_mg"
)
_WHOLES = "birth_year mmt_max line"
_YES_NO = "contact_for_research biosample flare_reported remission_reported withdrawn_permanently"
_KINDS = {
    **dict.fromkeys(_NUMBERS.split(), Kind.NUMBER),
    **dict.fromkeys(_WHOLES.split(), Kind.WHOLE),
    **dict.fromkeys(_YES_NO.split(), Kind.YES_NO),
}

# Code list → the columns that hold its codes, whatever the table.
_CODED = {
    "sex": "sex",
    "subtypes": "subtype",
    "diagnosis_code_systems": "diagnosis_code_system",
    "diagnosis_codes": "diagnosis_code",
    "vital_status": "vital_status",
    "death_causes": "death_cause",
    "consent_status": "consent_status",
    "consent_scopes": "consent_scope",
    "visit_types": "visit_type",
    "ambulation": "ambulation",
    "analytes": "analyte",
    "comparators": "value_comparator",
    "units": "unit",
    "antibodies": "antibody",
    "assays": "assay",
    "interpretations": "interpretation",
    "drugs": "drug",
    "routes": "route",
    "dose_units": "dose_unit",
    "frequencies": "frequency",
    "intents": "intent",
    "stop_reasons": "stop_reason",
    "exposure_agents": "agent",
    "muscles": "muscle",
    "three_state": "neck_flexor_weakness proximal_weakness distal_weakness dysphagia "
    "respiratory_involvement rash_dm_typical necrosis different_stages regeneration "
    "macrophage_predominant lymphocytic_infiltrate mhc1_sarcolemmal c5b9_sarcolemmal "
    "c5b9_capillary perifascicular_atrophy rimmed_vacuoles p62 imnm_features",
    "screening_methods": "screening_method",
    "organ_domains": "domain",
    "organ_items": "item",
    "organ_results": "result",
    "event_types": "event_type",
    "seriousness": "seriousness",
}
_CODES = {column: codes for codes, columns in _CODED.items() for column in columns.split()}


def _column(name: str, *, key: bool = False) -> Column:
    kind = Kind.DATE if name.endswith("_date") else _KINDS.get(name, Kind.TEXT)
    codes = "absent_reasons" if name.endswith("_absent") else _CODES.get(name)
    return Column(name, kind, description={}, key=key, codes=codes)


def _table(name: str, columns: str) -> TableSpec:
    own_key, *others = columns.split()
    described = [_column("centre_id"), _column(own_key, key=True), *map(_column, others)]
    return TableSpec(name, "", required=False, columns={c.name: c for c in described})


CONTRACT: Contract = {name: _table(name, columns) for name, columns in _COLUMNS.items()}


def conform(table: str, frame: pd.DataFrame, centre: str) -> pd.DataFrame:
    """`frame` with exactly the contract's columns in order and type, rows numbered from 1.

    What the frame does not hold is missing in every row; what the contract does not hold is left.
    """
    columns = CONTRACT[table].columns
    filled = frame.assign(centre_id=centre).reindex(columns=list(columns))
    typed = filled.astype({name: PANDAS[column.kind] for name, column in columns.items()})
    return typed.set_axis(pd.RangeIndex(1, len(typed) + 1))
