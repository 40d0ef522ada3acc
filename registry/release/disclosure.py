"""How easily somebody could be found in a release: patients alike in what others may know of them.

A combination of country, sex, year of birth and antibody can be known to a neighbour. Patients with
the same combination form a cell; k is the size of the smallest cell. The report gates nothing: in a
rare disease k is 1 nearly everywhere, which is why patient rows are under controlled access.
"""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from registry.release.markdown import markdown
from registry.release.public import PublicTable
from registry.release.suppression import SMALLEST_SHOWN

SMALL = 5  # of a report that does not leave controlled access

RISK = pa.schema(
    [
        ("known", pa.string()),
        ("patients", pa.int64()),
        ("cells", pa.int64()),
        ("k", pa.int64()),
        ("unique", pa.int64()),
        ("unique_share", pa.float64()),
        ("in_cells_below_5", pa.int64()),
        ("in_cells_below_5_share", pa.float64()),
        ("in_cells_below_11", pa.int64()),
        ("in_cells_below_11_share", pa.float64()),
        ("mean_risk", pa.float64()),
    ]
)
SIZES = pa.schema(
    [("known", pa.string()), ("size", pa.int64()), ("cells", pa.int64()), ("patients", pa.int64())]
)

# What somebody might know, most first.
KNOWN = (
    ("centre", "sex", "birth_year", "subtype"),
    ("country", "sex", "birth_year", "subtype"),
    ("country", "sex", "birth_decade", "subtype"),
    ("sex", "birth_decade", "subtype"),
    ("sex", "birth_decade"),
)


def disclosure(patients: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(risk, sizes of the small cells) of the published patients, in the schemas RISK and SIZES.

    A blank is a value like any other. `mean_risk` is the chance to pick the right patient of a
    cell, averaged over patients: cells per patient.
    """
    known = _known(patients)
    sizes = {" + ".join(q): known.groupby(list(q), dropna=False).size() for q in KNOWN}
    risk = pd.DataFrame([{"known": name} | _risk(size) for name, size in sizes.items()])
    small = [
        size[size.lt(SMALLEST_SHOWN)].value_counts().sort_index().rename("cells")
        for size in sizes.values()
    ]
    counted = pd.concat(small, keys=sizes, names=["known", "size"]).reset_index()
    return risk, counted.assign(patients=counted["size"] * counted["cells"])


def _known(patients: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "centre": patients["centre_id"],
            "country": patients["centre_id"].str[:2],
            "sex": patients["sex"],
            "birth_year": patients["birth_year"],
            "birth_decade": patients["birth_year"] // 10 * 10,
            "subtype": patients["subtype"],
        }
    )


def _risk(size: pd.Series) -> dict[str, float]:
    patients = int(size.sum())
    below = {limit: int(size[size.lt(limit)].sum()) for limit in (2, SMALL, SMALLEST_SHOWN)}
    shares = {limit: n / patients if patients else 0.0 for limit, n in below.items()}
    return {
        "patients": patients,
        "cells": len(size),
        "k": int(size.min()) if patients else 0,
        "unique": below[2],
        "unique_share": shares[2],
        "in_cells_below_5": below[SMALL],
        "in_cells_below_5_share": shares[SMALL],
        "in_cells_below_11": below[SMALLEST_SHOWN],
        "in_cells_below_11_share": shares[SMALLEST_SHOWN],
        "mean_risk": len(size) / patients if patients else 0.0,
    }


def disclosure_readme(
    version: str, risk: pd.DataFrame, sizes: pd.DataFrame, public: Mapping[str, PublicTable]
) -> str:
    """The report to be read, in English with a German summary."""
    shares = {c: risk[c].map("{:.1%}".format) for c in RISK.names if c.endswith("_share")}
    rounded = shares | {"mean_risk": risk["mean_risk"].map("{:.3f}".format)}
    withheld = pd.DataFrame(
        {
            "table": list(public),
            "counts": [len(t.counts) for t in public.values()],
            "shown": [int(t.counts["patients"].notna().sum()) for t in public.values()],
            "withheld": [int(t.counts["patients"].isna().sum()) for t in public.values()],
        }
    )
    return "\n".join(
        [
            f"# Disclosure report of release {version}",
            "",
            "*Deutsch:* Wie leicht jemand zu finden wäre, der über eine Person weiß, was unter "
            "„known“ steht: k ist die kleinste Zahl gleicher Personen, „unique“ zählt die, die "
            "niemandem gleichen. Deshalb liegen die Patientenzeilen unter kontrolliertem Zugang.",
            "",
            "## Controlled tier: patient rows",
            "",
            "Pseudonyms are keyed, there are no calendar dates but the year of birth, no free "
            "text. What somebody could still find who knows of a person:",
            "",
            markdown(risk.assign(**rounded)),
            "## Small cells",
            "",
            f"How many cells have fewer than {SMALLEST_SHOWN} patients, by size.",
            "",
            markdown(sizes),
            "## Public tier: counts",
            "",
            f"In `public/` no count from 1 to {SMALLEST_SHOWN - 1} is shown, and none can be told "
            "from the others: each withheld small count could, for all that is shown, be 1 or less "
            f"and {SMALLEST_SHOWN - 1} or more. Zeros are shown. Not covered: what somebody knows "
            "besides, and what the difference between two releases tells.",
            "",
            markdown(withheld),
        ]
    )
