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
    statuses = codelist("consent_status").table.set_index("code")
    scopes = codelist("consent_scopes").table.set_index("code")["covers_release"]
    status, scope = patients["consent_status"], patients["consent_scope"]
    allowed = _yes(scope, scopes)
    by_status = _yes(status, statuses["covers_release"]) & (allowed | scope.isna())
    by_scope = _yes(status, statuses["scope_decides"]) & allowed
    answer = ("consent_" + status.fillna("missing")).astype("str")
    excluded_by_scope = _yes(status, statuses["covers_release"]) & scope.notna()
    answer = answer.mask(excluded_by_scope, "consent_scope_excludes_release")
    return answer.mask(by_status | by_scope, COVERED)


def _yes(codes: pd.Series, answers: pd.Series) -> pd.Series:
    """Whether the list answers yes for the code; no for a blank or unknown one."""
    return codes.isin(answers.index[answers.fillna(False).astype(bool)])
