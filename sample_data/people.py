"""Who the patients are and the days that frame their observation.

Calibrated to domain dossier §1.4: shares of antibodies, statin by antibody, 58 % women, log-normal
presenting CK (median 6,000 U/L, σ 0.9), median delay of diagnosis 3 months, 5-year mortality 7 %.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.centres import Centre
from sample_data.chance import (
    MONTH,
    NEVER,
    YEAR,
    Days,
    Flags,
    Floats,
    Rng,
    Words,
    as_dates,
    choose,
    day_of,
    happens,
    lognormal,
    spread,
    whole,
    year_of,
)

DEATHS_PER_YEAR = -np.log(1 - 0.07) / 5
LOST_PER_YEAR = 0.025
OPTED_OUT_PER_YEAR = 0.004
ACCRUAL_YEARS = 12

_SUBTYPES = {"anti_hmgcr": 0.5, "anti_srp": 0.235, "seronegative": 0.225, "unclassified": 0.02}
_CHILD = {"anti_hmgcr": 0.06, "anti_srp": 0.05}
_STATIN = {"anti_hmgcr": 0.68, "anti_srp": 0.12, "seronegative": 0.2}
_AGE = {"anti_hmgcr": 52, "anti_srp": 47, "seronegative": 56}
_SCOPES = {
    "research_reuse": 0.6,
    "research_reuse_myositis": 0.25,
    "research_reuse_third_country": 0.15,
}
_DIAGNOSIS = {"ORPHA": "206569", "MONDO": "0016098", "SNOMED": "715863001", "ICD10": "G72.4"}


def draw_people(centre: Centre, n: int, rng: Rng, first: int, width: int) -> pd.DataFrame:
    """`n` people, numbered from `first`, one row each: who they are, and days since 1970."""
    people = _draw_persons(centre, n, rng)
    numbers = pd.Series(range(first, first + n)).astype("str")
    people["patient_id"] = "P" + numbers.str.zfill(width)
    return people.join(_draw_days(people, centre, rng))


def _draw_persons(centre: Centre, n: int, rng: Rng) -> pd.DataFrame:
    subtype = choose(rng, {**_SUBTYPES, "dual_positive": centre.dual_share}, n)
    child = happens(rng, _by(subtype, _CHILD, 0.0), n)
    statin = happens(rng, _by(subtype, _STATIN, 0.15), n) & ~child
    female = happens(rng, 0.58, n)
    adult_age = rng.normal(_by(subtype, _AGE, 52) + 9 * statin, 14 - 4 * statin).clip(18, 88)
    age = np.where(child, rng.uniform(4, 17.5, n), adult_age)
    ck = lognormal(rng, 6000, 0.9, n)
    ck = np.where(ck > centre.highest_ck, centre.highest_ck * rng.uniform(0.7, 1, n), ck)
    return pd.DataFrame(
        {
            "subtype": subtype,
            "child": child,
            "statin": statin,
            "female": female,
            "age": age,
            "presenting_ck": np.maximum(ck, centre.lowest_ck),
            **_draw_bodies(female, age, rng),
        }
    )


def _by(subtype: Words, values: Mapping[str, float], otherwise: float) -> Floats:
    return np.asarray(pd.Series(subtype).map(values).fillna(otherwise), dtype=np.float64)


def _draw_bodies(female: Flags, age: Floats, rng: Rng) -> dict[str, Floats]:
    """Height in cm and weight in kg; children by the rough growth of a school chart."""
    n = len(age)
    adult_height = np.where(female, 165, 178) + rng.normal(0, 6.5, n)
    adult_weight = np.where(female, 69, 83) * np.exp(rng.normal(0, 0.16, n))
    height = np.where(age < 18, np.minimum(80 + 5.8 * age, adult_height), adult_height)
    weight = np.where(age < 18, (8 + 2.7 * age) * np.exp(rng.normal(0, 0.1, n)), adult_weight)
    return {"height": height.round(), "weight": weight.clip(12, 118).round(1)}


def _draw_days(people: pd.DataFrame, centre: Centre, rng: Rng) -> pd.DataFrame:
    """Onset ≤ first contact ≤ diagnosis ≤ intake visit ≤ first line ≤ last contact."""
    n, cut = len(people), day_of(centre.data_cut)
    delay = whole(lognormal(rng, 3 * MONTH, 1.0, n).clip(16, 13 * YEAR))
    diagnosis = whole(cut - 330 - spread(rng, n) * ACCRUAL_YEARS * YEAR)
    intake = diagnosis + rng.integers(0, 6, n)
    withdrawal = people["statin"].to_numpy() & happens(rng, 0.1, n)
    untreated = withdrawal & happens(rng, 0.3, n)
    wait = np.where(withdrawal & ~untreated, rng.integers(60, 150, n), rng.integers(0, 5, n))
    last, status = _draw_ends(diagnosis, intake + wait, cut, rng)
    return pd.DataFrame(
        {
            "birth": diagnosis - delay - whole(people["age"].to_numpy() * YEAR),
            "onset": diagnosis - delay,
            "first_contact": diagnosis - np.minimum(delay, rng.integers(13, 40, n)),
            "diagnosis": diagnosis,
            "intake": intake,
            "withdrawal": withdrawal,
            "untreated": untreated,
            "start": intake + wait,
            "last": last,
            "vital_status": status,
        }
    )


def _draw_ends(diagnosis: Days, start: Days, cut: int, rng: Rng) -> tuple[Days, Words]:
    """Last day of observation and why it was the last; constant hazards."""
    n = len(diagnosis)
    waits = {
        "dead": diagnosis + whole(-np.log(spread(rng, n)) / DEATHS_PER_YEAR * YEAR),
        "lost_to_follow_up": start + 90 + whole(rng.exponential(YEAR / LOST_PER_YEAR, n)),
        "opted_out": start + 90 + whole(rng.exponential(YEAR / OPTED_OUT_PER_YEAR, n)),
        "alive": cut - rng.integers(0, 120, n),
    }
    days = np.stack(list(waits.values()))
    return np.maximum(days.min(axis=0), start + 25), np.array(list(waits))[days.argmin(axis=0)]


def patients_table(people: pd.DataFrame, centre: Centre, rng: Rng) -> pd.DataFrame:
    """The table `patients`."""
    n = len(people)
    dead = people["vital_status"].eq("dead")
    left = people["vital_status"].eq("opted_out")
    systems = choose(rng, centre.code_systems, n)
    status = np.where(happens(rng, 0.03, n), "restricted", "granted")
    causes = {"imnm": 0.15, "cancer": 0.25, "infection": 0.25, "cardiovascular": 0.25, "other": 0.1}
    biosample = pd.Series(happens(rng, 0.5, n))
    consent = np.where(left, people["last"], people["first_contact"] + rng.integers(0, 10, n))
    return pd.DataFrame(
        {
            "patient_id": people["patient_id"],
            "sex": np.where(people["female"], "female", "male"),
            "birth_year": year_of(people["birth"].to_numpy()),
            "onset_date": as_dates(people["onset"]),
            "diagnosis_date": as_dates(people["diagnosis"]),
            "first_contact_date": as_dates(people["first_contact"]),
            "last_contact_date": as_dates(people["last"]),
            "subtype": people["subtype"],
            "diagnosis_code_system": systems,
            "diagnosis_code": pd.Series(systems).map(_DIAGNOSIS),
            "vital_status": people["vital_status"],
            "death_date": as_dates(np.where(dead, people["last"], NEVER)),
            "death_cause": pd.Series(choose(rng, causes, n)).where(dead),
            "consent_status": np.where(left, "withdrawn_no_further_collection", status),
            "consent_scope": choose(rng, _SCOPES, n),
            "consent_date": as_dates(consent),
            "contact_for_research": happens(rng, 0.8, n),
            "biosample": biosample,
            "biobank_link": ("BB-" + people["patient_id"]).where(biosample),
        }
    )
