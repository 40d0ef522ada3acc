"""Visits: when they happen and the core set on its grids (IMACS; domain dossier §2).

VAS in 0.1 cm, HAQ-DI in 1/8, strength in whole points of the centre's version of the MMT.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.centres import Centre
from sample_data.chance import (
    NEVER,
    YEAR,
    Flags,
    Floats,
    Rng,
    Words,
    as_dates,
    choose,
    happens,
)
from sample_data.course import TURNS, Course

# Days after the start of line 1; 6 weeks, 3, 6, 9, 12 and 18 months, then half-yearly.
_SCHEDULE = np.array([42, 91, 182, 274, 365, 548, *(365 * 2 + 183 * k for k in range(24))])
_ALWAYS_KEPT = 5  # the visits of the first year, on which response is judged

MEASURES = (
    "physician_global_vas",
    "patient_global_vas",
    "mmt_score",
    "haq_di",
    "extramuscular_vas",
)


@dataclass(frozen=True)
class Traits:
    """How a patient's activity shows, one number per patient.

    Shares of each scale at full activity, `damage` (weakness that stays), and `ck_stays`: the part
    of the presenting CK's logarithm that stays raised at full strength (Tiniakou 2017: 55 % of
    patients at full strength still had CK > 500 U/L).
    """

    physician: Floats
    patient: Floats
    weakness: Floats
    disability: Floats
    extramuscular: Floats
    damage: Floats
    ck_stays: Floats
    dysphagia: Flags
    neck: Flags


def draw_traits(people: pd.DataFrame, rng: Rng) -> Traits:
    """Correlated through one severity; half of the patients have no extramuscular activity."""
    n = len(people)
    severity = rng.normal(0, 1, n)

    def share(mean: float, sd: float, low: float, high: float) -> Floats:
        return (mean + sd * (0.7 * severity + 0.7 * rng.normal(0, 1, n))).clip(low, high)

    damaged = happens(rng, np.where(people["child"], 0.6, 0.25), n)
    inside = happens(rng, np.where(people["subtype"].eq("anti_srp"), 0.6, 0.4), n)
    return Traits(
        physician=share(0.55, 0.15, 0.25, 0.95),
        patient=share(0.52, 0.17, 0.15, 0.95),
        weakness=share(0.24, 0.1, 0.05, 0.55),
        disability=share(0.45, 0.17, 0.08, 0.9),
        extramuscular=np.where(inside, rng.uniform(0.05, 0.45, n), 0),
        damage=np.where(damaged, rng.uniform(0.03, 0.2, n), 0),
        ck_stays=rng.uniform(-0.2, 0.8, n).clip(0),
        dysphagia=happens(rng, 0.35, n),
        neck=happens(rng, 0.6, n),
    )


def draw_visits(people: pd.DataFrame, course: Course, rng: Rng) -> pd.DataFrame:
    """One row per visit, by person and day: `person`, `day`, `number` (from 1), `type`, `activity`.

    Intake, the schedule (later visits are missed at times) and one visit at each turning point,
    which takes the place of scheduled visits within three weeks.
    """
    n, start = len(people), people["start"].to_numpy()
    jitter = rng.normal(0, 6, (n, len(_SCHEDULE))).clip(-18, 18)
    scheduled = start[:, None] + _SCHEDULE + np.rint(jitter).astype(np.int64)
    missed = rng.random(scheduled.shape) < 0.12
    missed[:, :_ALWAYS_KEPT] = False
    for k in range(1, TURNS):
        missed |= np.abs(scheduled - course.turn[:, [k]]) < 21
    scheduled[missed] = NEVER
    waited = (people["withdrawal"] & ~people["untreated"]).to_numpy()
    extra = np.where(waited, start, NEVER)[:, None]
    days = np.hstack([people[["intake"]].to_numpy(), extra, course.turn[:, 1:], scheduled])
    types = np.array(["baseline", "scheduled", *["turn"] * (TURNS - 1)])
    types = np.concatenate([types, np.repeat("scheduled", len(_SCHEDULE))])
    person, slot = np.nonzero(days <= people[["last"]].to_numpy())
    visits = pd.DataFrame({"person": person, "day": days[person, slot], "type": types[slot]})
    flare = course.relapse[person, np.clip(slot - 1, 0, TURNS - 1)]
    visits["type"] = visits["type"].where(
        visits["type"] != "turn", np.where(flare, "flare", "unscheduled")
    )
    visits = visits.sort_values(["person", "day"], ignore_index=True)
    visits["number"] = visits.groupby("person").cumcount() + 1
    visits["activity"] = course.activity(visits["person"].to_numpy(), visits["day"].to_numpy())
    return visits


def visits_table(
    people: pd.DataFrame, visits: pd.DataFrame, traits: Traits, centre: Centre, rng: Rng
) -> pd.DataFrame:
    """The table `visits`, one row per row of `visits` and in its order."""
    person, n = visits["person"].to_numpy(), len(visits)
    measures = _measures(visits, traits, centre, rng)
    strength = measures["mmt_score"] / centre.mmt_max
    frame = pd.DataFrame(
        {
            "visit_id": visits["visit_id"],
            "patient_id": people["patient_id"].to_numpy()[person],
            "visit_date": as_dates(visits["day"]),
            "visit_type": visits["type"],
            **_bodies(people, visits, rng),
            **_with_reasons(measures, visits, rng),
            **_findings(visits, traits, strength, rng),
            "ambulation": _ambulation(strength),
            "flare_reported": visits["type"].eq("flare"),
            "remission_reported": visits["activity"].lt(0.04),
        },
        index=range(n),
    )
    return frame.assign(mmt_max=np.where(frame["mmt_score"].notna(), centre.mmt_max, np.nan))


def _measures(visits: pd.DataFrame, traits: Traits, centre: Centre, rng: Rng) -> dict[str, Floats]:
    """The core set; quiet disease is rated exactly 0 by the physician, as it is in clinic."""
    person, active = visits["person"].to_numpy(), visits["activity"].to_numpy()
    awake = np.minimum(active / 0.08, 1)  # error of rating shrinks as there is less to rate
    damage = traits.damage[person]
    normal = rng.normal(0, 1, (5, len(visits)))
    lacking = traits.weakness[person] * active + damage + 0.012 * normal[2] * awake
    scales = {
        "physician_global_vas": 10 * traits.physician[person] * active + 0.4 * normal[0] * awake,
        "patient_global_vas": 10 * traits.patient[person] * (0.8 * active + 1.2 * damage)
        + np.abs(0.35 * normal[1]) * (0.5 + awake),
        "extramuscular_vas": 10 * traits.extramuscular[person] * active,
    }
    globals_cm = {name: np.round(cm.clip(0, 10), 1) for name, cm in scales.items()}
    globals_cm["patient_global_vas"] = _never_thrice(globals_cm["patient_global_vas"], visits)
    haq = 24 * traits.disability[person] * (0.85 * active + 1.3 * damage) + 0.9 * normal[3] * awake
    return {
        **globals_cm,
        "mmt_score": np.rint(centre.mmt_max * (1 - lacking).clip(0.1, 1)),
        "haq_di": np.rint(haq.clip(0, 24)) / 8,
    }


def _never_thrice(marks: Floats, visits: pd.DataFrame) -> Floats:
    """Nobody hits the same millimetre at three visits running: that would look copied (CSM-08)."""
    again = np.append(False, marks[1:] == marks[:-1]) & (visits["number"].to_numpy() % 2 == 1)
    return np.round(marks + np.where(again, np.where(marks < 10, 0.1, -0.1), 0), 1)


def _with_reasons(measures: dict[str, Floats], visits: pd.DataFrame, rng: Rng) -> dict[str, object]:
    """Each measure with its `_absent` sibling: seldom missing, more often after the first year."""
    chance = np.where(visits["number"].to_numpy() <= _ALWAYS_KEPT, 0.004, 0.025)
    reasons = {"not_done": 0.7, "refused": 0.15, "unknown": 0.15}
    columns: dict[str, object] = {}
    for name in MEASURES:
        missing = rng.random(len(visits)) < chance
        columns[name] = np.where(missing, np.nan, measures[name])
        columns[f"{name}_absent"] = pd.Series(choose(rng, reasons, len(visits))).where(missing)
    return columns


def _bodies(people: pd.DataFrame, visits: pd.DataFrame, rng: Rng) -> dict[str, Floats]:
    """Weight, always where a dose per kilogram may follow, and height; children grow."""
    person = visits["person"].to_numpy()
    years = (visits["day"].to_numpy() - people["start"].to_numpy()[person]) / YEAR
    age = people["age"].to_numpy()[person]
    growing = np.where(age < 18, np.minimum(age + years.clip(0), 18) - age, 0)
    weight = people["weight"].to_numpy()[person] + 2.7 * growing
    weight = weight * (1 + rng.normal(0, 0.015, len(visits)))
    height = people["height"].to_numpy()[person] + 5 * growing
    unweighed = visits["type"].eq("scheduled").to_numpy() & (rng.random(len(visits)) < 0.08)
    return {
        "weight_kg": np.where(unweighed, np.nan, weight.clip(10, 119).round(1)),
        "height_cm": np.minimum(height, 200).round(),
    }


def _findings(
    visits: pd.DataFrame, traits: Traits, strength: Floats, rng: Rng
) -> dict[str, object]:
    person, active = visits["person"].to_numpy(), visits["activity"].to_numpy()
    weak = strength < 0.97
    findings = {
        "neck_flexor_weakness": traits.neck[person] & (strength < 0.85),
        "proximal_weakness": weak,
        "distal_weakness": strength < 0.72,
        "dysphagia": traits.dysphagia[person] & (active > 0.4),
        "respiratory_involvement": traits.extramuscular[person] * active > 0.2,
        "rash_dm_typical": np.zeros(len(visits), bool),
    }
    return {name: _three_state(found, rng) for name, found in findings.items()}


def _three_state(found: Flags, rng: Rng) -> Words:
    looked = rng.random(len(found)) < 0.97
    return np.where(looked, np.where(found, "present", "absent"), "not_assessed")


def _ambulation(strength: Floats) -> Words:
    words = np.array(["bedridden", "wheelchair", "aid", "independent"])
    return words[np.searchsorted([0.4, 0.5, 0.65], strength, side="right")]
