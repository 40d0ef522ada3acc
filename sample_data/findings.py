"""What is found beside the core set: exposures, biopsies, cancer, events.

Frequencies: domain dossier §1.1 (histology), §1.4 (cancer, statins).
"""

import numpy as np
import pandas as pd

from registry.codelists import codelist
from sample_data.chance import (
    NEVER,
    YEAR,
    Days,
    Flags,
    Rng,
    Words,
    as_dates,
    choose,
    happens,
    whole,
)
from sample_data.course import Course

_STATINS = {"atorvastatin": 0.5, "simvastatin": 0.3, "rosuvastatin": 0.12, "pravastatin": 0.08}
_STATIN_DOSES = {
    "atorvastatin": (20, 40, 80),
    "simvastatin": (20, 40),
    "rosuvastatin": (5, 10, 20),
    "pravastatin": (20, 40),
}
_MUSCLES = {"vastus_lateralis": 0.5, "deltoid": 0.25, "biceps_brachii": 0.2, "rectus_femoris": 0.05}
# Share of biopsies that show the item; what speaks for another myopathy is not drawn.
_HISTOLOGY = {
    "necrosis": 0.956,
    "different_stages": 0.85,
    "regeneration": 0.9,
    "macrophage_predominant": 0.8,
    "lymphocytic_infiltrate": 0.2,
    "mhc1_sarcolemmal": 0.84,
    "c5b9_sarcolemmal": 0.682,
    "c5b9_capillary": 0.5,
    "perifascicular_atrophy": 0.0,
    "rimmed_vacuoles": 0.0,
    "p62": 0.6,
}
_CANCERS = {"C50.9": 0.3, "C18.9": 0.25, "C34.9": 0.25, "C61": 0.1, "C43.9": 0.1}
_SCREENING = {"ct": 0.55, "ct_and_pet": 0.2, "pet_ct": 0.1, "symptom_led": 0.15}


def rows_of(people: pd.DataFrame, who: Flags, **columns: object) -> pd.DataFrame:
    """One row for each patient of `who`, by person."""
    ids = {"person": np.arange(len(people)), "patient_id": people["patient_id"]}
    return pd.DataFrame({**ids, **columns})[who].reset_index(drop=True)


def exposures_table(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """The table `exposures`: the statin before onset, stopped by first contact, not taken again."""
    n = len(people)
    agent = choose(rng, _STATINS, n)
    doses = [rng.choice(_STATIN_DOSES[name], n) for name in _STATINS]
    start = people["onset"] - whole(rng.uniform(0.2, 8, n) * YEAR)
    seen = people["first_contact"] + rng.integers(0, 10, n)
    stop = np.where(people["withdrawal"], people["intake"], seen)
    atc = codelist("exposure_agents").table.set_index("code")["atc"]
    return rows_of(
        people,
        people["statin"].to_numpy(),
        agent=agent,
        atc=pd.Series(agent).map(atc),
        dose_mg=np.select([agent == name for name in _STATINS], doses).astype(float),
        start_date=as_dates(start),
        stop_date=as_dates(stop),
        withdrawn_permanently=happens(rng, 0.9, n),
    )


def biopsies_table(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """The table `biopsies`: half of the seropositive, all others, before any treatment.

    Without an antibody the diagnosis rests on the features of IMNM, so they are there.
    """
    n = len(people)
    positive = people["subtype"].str.startswith(("anti", "dual")).to_numpy()
    items = {
        name: _three_state(happens(rng, share, n), happens(rng, 0.93, n), rng)
        for name, share in _HISTOLOGY.items()
    }
    necrosis = np.where(positive, items["necrosis"], "present")
    typical = ~positive | ((necrosis == "present") & happens(rng, 0.9, n))
    return rows_of(
        people,
        ~positive | happens(rng, 0.5, n),
        biopsy_date=as_dates(people["first_contact"] + rng.integers(2, 7, n)),
        muscle=choose(rng, _MUSCLES, n),
        **{**items, "necrosis": necrosis},
        imnm_features=np.where(typical, "present", "absent"),
    )


def _three_state(found: Flags, looked: Flags, rng: Rng) -> Words:
    return np.where(looked, np.where(found, "present", "absent"), "not_assessed")


def malignancies_table(people: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """The table `malignancies`: about one adult in eight, within years of the diagnosis."""
    n = len(people)
    seronegative = people["subtype"].eq("seronegative").to_numpy()
    adult = ~people["child"].to_numpy()
    found = people["diagnosis"].to_numpy() + whole(rng.normal(0.3, 1.2, n) * YEAR)
    who = adult & (found <= people["last"].to_numpy()) & (found > people["birth"] + 30 * YEAR)
    code = choose(rng, _CANCERS, n)
    code = np.where((code == "C61") & people["female"].to_numpy(), "C54.1", code)
    return rows_of(
        people,
        who & happens(rng, np.where(seronegative, 0.2, 0.12), n),
        diagnosed_date=as_dates(found),
        icd10=code,
        screening_method=choose(rng, _SCREENING, n),
    )


def events_table(
    people: pd.DataFrame, course: Course, therapies: pd.DataFrame, rng: Rng
) -> pd.DataFrame:
    """The table `events`: relapses, toxicity of the therapies, infections, admissions."""
    n, last = len(people), people["last"].to_numpy()
    severe = happens(rng, 0.25, n)
    critical = severe & happens(rng, 0.1, n)
    intake = people["intake"].to_numpy()
    parts = [
        *(_event(people, flare, "relapse", "other_serious") for flare in _flares(course)),
        _event(people, np.where(severe, intake, NEVER), "hospitalisation", "hospitalisation"),
        _event(people, np.where(critical, intake + 3, NEVER), "icu", "life_threatening"),
        *(_event(people, _infection(people, rng), "infection", "non_serious") for _ in range(2)),
        _toxicities(therapies),
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["day"] <= last[rows["person"]]]
    rows = rows.sort_values(["person", "day"], kind="stable", ignore_index=True)
    return rows.assign(event_date=as_dates(rows["day"]))


def _event(people: pd.DataFrame, day: Days, kind: str, seriousness: str) -> pd.DataFrame:
    columns = {"day": day, "event_type": kind, "therapy_id": None, "seriousness": seriousness}
    return rows_of(people, day < NEVER, **columns)


def _flares(course: Course) -> list[Days]:
    return [
        np.where(course.relapse[:, k], course.turn[:, k], NEVER)
        for k in range(1, course.turn.shape[1])
    ]


def _infection(people: pd.DataFrame, rng: Rng) -> Days:
    """About one per twelve years under treatment, the first of a constant hazard."""
    return people["start"].to_numpy() + whole(rng.exponential(24 * YEAR, len(people)))


def _toxicities(therapies: pd.DataFrame) -> pd.DataFrame:
    """An adverse drug event on the day a drug was stopped for it."""
    stopped = therapies[therapies["stop_reason"].eq("toxicity")]
    return pd.DataFrame(
        {
            "person": stopped["person"],
            "patient_id": stopped["patient_id"],
            "day": stopped["stop"],
            "event_type": "adverse_drug_event",
            "therapy_id": stopped["therapy_id"],
            "seriousness": "non_serious",
        }
    )
