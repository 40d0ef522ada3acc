"""One centre's tables in the registry's terms; several centres' tables as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from registry.contract import Contract
from registry.harmonise.exposures import with_agents
from registry.harmonise.labs import in_canonical_units
from registry.harmonise.serology import derived_interpretation
from registry.harmonise.sources import PROVENANCE, with_centre_wide_ids, with_sources
from registry.harmonise.therapies import with_drugs_and_doses
from registry.tables import empty

if TYPE_CHECKING:
    from registry.submission import Submission

Tables = dict[str, pd.DataFrame]


def harmonise(
    kept: Mapping[str, pd.DataFrame], submission: Submission, contract: Contract
) -> Tables:
    """Every table of the contract in the registry's terms; tables that were not sent have no rows.

    `kept` are the tables that go on, in the contract's columns and codes, indexed by row number in
    the submitted file. Every value that changes keeps what was submitted in `source_<column>`;
    every row says where it came from (`sources.PROVENANCE`). Ids become centre-wide. What is
    harmonised already is given back unchanged: twice is the same as once.
    """
    if any(set(PROVENANCE) <= set(table.columns) for table in kept.values()):
        return dict(kept)
    tables: Tables = {}
    for name, spec in contract.items():
        sent = kept[name] if name in kept else empty(spec)
        table = with_sources(sent, spec, submission)
        tables[name] = with_centre_wide_ids(table, spec, submission.centre)
    if "labs" in tables:
        tables["labs"] = in_canonical_units(tables["labs"])
    if "serology" in tables:
        derived = derived_interpretation(tables["serology"])
        tables["serology"] = tables["serology"].assign(derived_interpretation=derived)
    if "therapies" in tables:
        visits = tables.get("visits", pd.DataFrame())
        tables["therapies"] = with_drugs_and_doses(tables["therapies"], visits)
    if "exposures" in tables:
        tables["exposures"] = with_agents(tables["exposures"])
    return tables


def together(centres: Sequence[Mapping[str, pd.DataFrame]]) -> Tables:
    """The harmonised tables of several centres as one, rows numbered anew; {} for no centre."""
    names = list(dict.fromkeys(name for tables in centres for name in tables))
    return {
        name: pd.concat([tables[name] for tables in centres if name in tables], ignore_index=True)
        for name in names
    }
