"""Antibodies: both IMNM antibodies tested in everyone, others on the same blot.

Kits, units and cut-offs: domain dossier §4. Anti-HMGCR is never read from a line blot, whose panel
lacks it; a positive anti-SRP blot is confirmed by immunoprecipitation from a second sample.
"""

import numpy as np
import pandas as pd

from sample_data.chance import Days, Flags, Rng, Words, as_dates, choose, happens

_HMGCR_KITS = {"HMGCR-IgG-ELISA": 0.6, "HMGCR-IgG-CLIA": 0.4}
_BLOT_PANEL = ("jo1", "pl7", "mi2", "mda5", "ro52")
_ELISA_HIGHEST = 200  # U/mL; above it the kit prints ">"


def serology_table(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """The table `serology`, by person and day."""
    subtype, n = people["subtype"], len(people)
    srp = subtype.isin(["anti_srp", "dual_positive"]).to_numpy()
    hmgcr = subtype.isin(["anti_hmgcr", "dual_positive"]).to_numpy()
    seen = people["first_contact"].to_numpy() + rng.integers(0, 3, n)
    everyone = np.ones(n, bool)
    kit = choose(rng, _HMGCR_KITS, n)  # one per patient: titres of two kits cannot be compared
    parts = [
        _hmgcr(kit, seen, hmgcr, everyone, rng),
        _blot("srp", seen, srp, everyone, rng),
        *(_blot(name, seen, _bystander(name, srp, rng), everyone, rng) for name in _BLOT_PANEL),
        _confirmed_by_precipitation(seen + rng.integers(4, 10, n), srp),
        _hmgcr(kit, *_before_seroconversion(people, seen, rng), rng),
        _not_done(seen, happens(rng, 0.06, n)),
    ]
    rows = pd.concat(parts, ignore_index=True)
    pending = rows["antibody"].eq("hmgcr") & subtype.eq("unclassified").to_numpy()[rows["person"]]
    rows.loc[pending, ["value", "value_comparator", "interpretation"]] = np.nan
    rows.loc[pending, "interpretation_absent"] = "pending"
    rows = rows.sort_values(["person", "day"], kind="stable", ignore_index=True)
    return rows.assign(
        patient_id=people["patient_id"].to_numpy()[rows["person"]],
        sample_date=as_dates(rows["day"]),
    )


def _hmgcr(kit: Words, day: Days, positive: Flags, tested: Flags, rng: Rng) -> pd.DataFrame:
    """ELISA in U/mL with a strong band from 60, CLIA in CU without one."""
    n = len(day)
    elisa = kit == "HMGCR-IgG-ELISA"
    value = np.where(positive, np.exp(rng.normal(4.6, 0.6, n)).clip(24), rng.uniform(1.5, 15, n))
    above = elisa & (value > _ELISA_HIGHEST)
    value = np.where(above, _ELISA_HIGHEST, value.round(1))
    reading = np.where(elisa & (value >= 60), "strong_positive", "positive")
    rows = _rows(day, "hmgcr", np.where(elisa, "elisa", "clia"), kit)
    return rows.assign(
        value=value,
        value_comparator=np.where(above, ">", "="),
        unit=np.where(elisa, "U/mL", "{CU}"),
        cutoff=20.0,
        interpretation=np.where(positive, reading, "negative"),
    )[tested]


def _blot(antibody: str, day: Days, positive: Flags, tested: Flags, rng: Rng) -> pd.DataFrame:
    """Signal intensity: 0–5 negative, 11–50 positive, above strongly so; the grey zone is left."""
    n = len(day)
    value = np.where(positive, np.rint(rng.uniform(28, 95, n)), np.rint(rng.uniform(0, 4, n)))
    reading = np.where(value >= 51, "strong_positive", "positive")
    return _rows(day, antibody, "line_blot", "MSA-line-blot-16").assign(
        value=value,
        value_comparator="=",
        unit="{SI}",
        cutoff=11.0,
        interpretation=np.where(positive, reading, "negative"),
    )[tested]


def _bystander(antibody: str, srp: Flags, rng: Rng) -> Flags:
    """Ro52 goes with anti-SRP; a second myositis-specific antibody is left to the real world."""
    chance = np.where(srp, 0.3, 0.08) if antibody == "ro52" else np.zeros(len(srp))
    return happens(rng, chance, len(srp))


def _confirmed_by_precipitation(day: Days, positive: Flags) -> pd.DataFrame:
    rows = _rows(day, "srp", "immunoprecipitation", "RNA-IP")
    return rows.assign(interpretation="positive")[positive]


def _before_seroconversion(people: pd.DataFrame, seen: Days, rng: Rng) -> tuple[Days, Flags, Flags]:
    """One in 25 anti-HMGCR patients was tested too early: negative, weeks before the positive."""
    n = len(people)
    early = np.maximum(people["onset"].to_numpy(), seen - rng.integers(40, 120, n))
    turned = people["subtype"].eq("anti_hmgcr").to_numpy() & happens(rng, 0.04, n) & (early < seen)
    return early, np.zeros(n, bool), turned


def _not_done(day: Days, asked: Flags) -> pd.DataFrame:
    rows = _rows(day, "cn1a", "elisa", "cN1A-IgG-ELISA")
    return rows.assign(interpretation_absent="not_done")[asked]


def _rows(day: Days, antibody: str, assay: object, kit: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person": np.arange(len(day)),
            "day": day,
            "antibody": antibody,
            "assay": assay,
            "kit": kit,
        }
    )
