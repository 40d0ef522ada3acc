"""Whose data may leave the registry: what the consent code lists say, patient by patient."""

import pandas as pd

from registry.codelists import codelist

COVERED = "covered"


def consent(patients: pd.DataFrame) -> pd.Series:
    """For every patient "covered", or why the consent does not cover a release.

    A status covers a release by itself, or leaves it to the scope (`codelists/consent_status.csv`,
    `consent_scopes.csv`). A scope that excludes reuse is respected whatever the status: who said
    "this registry only" is not released. Blank and unknown statuses cover nothing.
    """
    status, scope = patients["consent_status"], patients["consent_scope"]
    answer = ("consent_" + status.fillna("missing")).astype("str")
    excluded_by_scope = _yes(status, "consent_status", "covers_release") & scope.notna()
    answer = answer.mask(excluded_by_scope, "consent_scope_excludes_release")
    return answer.mask(is_covered(patients), COVERED)


def is_covered(patients: pd.DataFrame) -> pd.Series:
    """Whether each patient's consent covers a release; never blank."""
    status, scope = patients["consent_status"], patients["consent_scope"]
    allowed = _yes(scope, "consent_scopes", "covers_release")
    by_status = _yes(status, "consent_status", "covers_release") & (allowed | scope.isna())
    by_scope = _yes(status, "consent_status", "scope_decides") & allowed
    return by_status | by_scope


def _yes(codes: pd.Series, name: str, fact: str) -> pd.Series:
    """Whether the list `name` says yes to `fact` of the code; no for a blank or unknown one."""
    answers = codelist(name).says(fact)
    return codes.isin(answers.index[answers.fillna(False).astype(bool)])
