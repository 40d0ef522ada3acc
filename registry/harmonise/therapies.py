"""Therapies: one drug, one ATC code, and doses that can be compared."""

import pandas as pd

from registry import doses
from registry.codelists import codelist, table


def with_drugs_and_doses(therapies: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """`drug` filled from the ATC code, `atc` of the current index; class and doses beside them.

    `atc_version` becomes the index's that the registry's codes are taken from, wherever the code
    is the registry's; a code that names no drug of the registry stays as it was submitted.
    """
    drug = doses.drug_of(therapies)
    atc = _atc_of(drug).fillna(_current(therapies["atc"]))
    is_ours = drug.notna() & atc.notna() | (atc != therapies["atc"])
    return therapies.assign(
        drug=drug,
        atc=atc,
        atc_version=therapies["atc_version"].mask(is_ours & atc.notna(), _version()),
        drug_class=doses.drug_class_of(drug).astype("str"),
        daily_dose_mg=doses.daily_dose_mg(therapies, visits).astype("float64"),
        prednisone_mg_day=doses.prednisone_mg_day(therapies, visits).astype("float64"),
    )


def _atc_of(drug: pd.Series) -> pd.Series:
    return drug.map(codelist("drugs").says("atc")).astype("str")


def _current(atc: pd.Series) -> pd.Series:
    history = table("atc_history").set_index("old_atc")["current_atc"]
    return atc.map(history).astype("str").fillna(atc)


def _version() -> str:
    """The day of the ATC index that `codelists/drugs.csv` and `atc_history.csv` are taken from."""
    return str(table("atc_history")["changed_by"].max().date())
