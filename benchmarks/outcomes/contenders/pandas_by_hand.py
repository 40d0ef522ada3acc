"""pandas as people write it: merges, merge_asof, and one vectorised step per measure."""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.outcomes import BANDS, COLUMNS, SCORES, VAS, data
from benchmarks.outcomes.contenders.registry_core import as_arrow
from registry.codelists import codelist, table

__all__ = ["as_arrow", "load", "outcomes"]

Tables = dict[str, pd.DataFrame]


def load(folder: Path) -> Tables:
    return data.load(folder)


def outcomes(tables: Tables) -> pd.DataFrame:
    enzyme_list = codelist("analytes").table
    enzyme_list = enzyme_list[enzyme_list["is_tis_enzyme"]].set_index("code")
    rows = _rows(tables)
    results = _results(tables["labs"], list(enzyme_list.index))
    rows = _with_enzymes(rows, results, list(enzyme_list.index))
    scores = _scores(rows, enzyme_list["tis_range_times_uln"])
    total = scores.sum(axis="columns", skipna=False)
    category = _category(rows, total, tables["patients"])
    rows = rows.assign(**scores, tis=total, tis_category=category)
    return rows[list(COLUMNS)]


def _rows(tables: Tables) -> pd.DataFrame:
    visits = tables["visits"].sort_values("visit_date")
    lines = tables["lines"].sort_values(["patient_id", "line"])
    lines = lines.assign(
        next_start=lines.groupby("patient_id")["start_date"].shift(-1),
        until=(lines["start_date"] + pd.Timedelta(days=3)).astype("datetime64[s]"),
    )
    measures = [column for column, _ in VAS.values()] + ["mmt_score", "mmt_max"]
    then = visits[["patient_id", "visit_date", "visit_id", *measures]].rename(
        columns={"visit_id": "baseline_visit_id", "visit_date": "baseline_date"}
        | {name: f"then_{name}" for name in measures}
    )
    lines = pd.merge_asof(
        lines.sort_values("until"),
        then,
        left_on="until",
        right_on="baseline_date",
        by="patient_id",
        tolerance=pd.Timedelta(days=33),
    )
    rows = visits.merge(lines, on="patient_id", suffixes=("", "_line"))
    first = rows["baseline_date"].fillna(rows["start_date"])
    last = rows["next_start"] + pd.Timedelta(days=3)
    within = (rows["visit_date"] >= first) & ~(rows["visit_date"] > last)
    rows = rows[within].reset_index(drop=True)
    return rows.assign(days_from_line_start=(rows["visit_date"] - rows["start_date"]).dt.days)


def _results(labs: pd.DataFrame, enzymes: list[str]) -> pd.DataFrame:
    labs = labs[labs["analyte"].isin(enzymes) & labs["value"].notna()]
    labs = labs[labs["upper_limit_normal"] > 0]
    ratio = (labs["value"] / labs["upper_limit_normal"]).round(9)
    results = labs[["patient_id", "analyte", "collected_date"]].assign(ratio=ratio)
    return results.sort_values("collected_date")


def _nearest(wanted: pd.DataFrame, results: pd.DataFrame) -> pd.Series:
    """The ratio nearest to `day` of each patient (and analyte), the earlier of two as near."""
    keys = [name for name in ("patient_id", "analyte") if name in wanted]
    wanted = wanted.dropna().rename_axis("at").reset_index().sort_values("day")
    found = []
    for direction in ("backward", "forward"):
        found.append(
            pd.merge_asof(
                wanted,
                results,
                left_on="day",
                right_on="collected_date",
                by=keys,
                tolerance=pd.Timedelta(days=14),
                direction=direction,
            )
        )
    before, after = ((near["collected_date"] - near["day"]).dt.days.abs() for near in found)
    earlier = before.notna() & ~(after < before)
    ratio = found[0]["ratio"].where(earlier, found[1]["ratio"])
    return ratio.set_axis(wanted["at"])


def _with_enzymes(rows: pd.DataFrame, results: pd.DataFrame, enzymes: list[str]) -> pd.DataFrame:
    visits = rows[["patient_id", "visit_date", "visit_id"]].drop_duplicates("visit_id")
    visits = visits.set_index("visit_id").rename(columns={"visit_date": "day"})
    ck = _nearest(visits, results[results["analyte"] == "ck"].drop(columns="analyte"))
    lines = rows[["patient_id", "line", "baseline_date"]].drop_duplicates(["patient_id", "line"])
    lines = lines.rename(columns={"baseline_date": "day"}).reset_index(drop=True)
    at_baseline = pd.DataFrame(
        {
            enzyme: _nearest(
                lines[["patient_id", "day"]],
                results[results["analyte"] == enzyme].drop(columns="analyte"),
            ).reindex(lines.index)
            for enzyme in enzymes
        }
    )
    measured = at_baseline.notna().any(axis="columns")
    lines["enzyme"] = at_baseline[measured].idxmax(axis="columns").reindex(lines.index)
    lines["then_enzyme"] = at_baseline.max(axis="columns")
    rows = rows.merge(lines.drop(columns="day"), on=["patient_id", "line"])
    wanted = rows[["patient_id", "visit_date", "enzyme"]].set_axis(
        ["patient_id", "day", "analyte"], axis="columns"
    )
    now = _nearest(wanted, results).reindex(rows.index)
    return rows.assign(ck_times_uln=rows["visit_id"].map(ck), now_enzyme=now)


def _scores(rows: pd.DataFrame, ranges: pd.Series) -> pd.DataFrame:
    changes = {
        score: (rows[f"then_{column}"] - rows[column]) / full * 100.0
        for score, (column, full) in VAS.items()
    }
    same = rows["mmt_max"].where(rows["mmt_max"] == rows["then_mmt_max"]).astype("float64")
    changes["tis_mmt"] = (rows["mmt_score"] - rows["then_mmt_score"]) / same * 100.0
    full = rows["enzyme"].map(ranges).astype("float64")
    changes["tis_muscle_enzyme"] = (rows["then_enzyme"] - rows["now_enzyme"]) / full * 100.0
    later = rows["visit_id"] != rows["baseline_visit_id"]
    bands = table("tis_bands").sort_values("above_percent", na_position="first")
    scores = {}
    for score in SCORES:
        band = bands[bands["measure"] == BANDS[score]]
        edges = [-np.inf, *band["above_percent"].dropna(), np.inf]
        at = pd.cut(changes[score].round(9), edges, labels=False, right=True)
        scores[score] = at.map(dict(enumerate(band["score"]))).where(later)
    return pd.DataFrame(scores)


def _category(rows: pd.DataFrame, total: pd.Series, patients: pd.DataFrame) -> pd.Series:
    age = patients["onset_date"].dt.year - patients["birth_year"].astype("float64")
    group = pd.Series(np.where(age >= 18, "adult", "juvenile"), index=patients["patient_id"])
    group = rows["patient_id"].map(group.where(age.notna().to_numpy()))
    limits = table("tis_thresholds").set_index("group").reindex(group).set_axis(rows.index)
    category = pd.Series("none", index=rows.index, dtype="str")
    for level in ("minimal", "moderate", "major"):
        category = category.mask(total >= limits[level], level)
    return category.where(total.notna() & group.notna())
