"""Laboratory results: CK follows the disease, the other enzymes follow CK.

CK carries its within-person variation of 23 % (domain dossier §5); AST, ALT, LDH and aldolase are
powers of CK fitted to a published case (CK 11,426, aldolase 94, LDH 1,513, AST 193, ALT 137 U/L).
"""

import numpy as np
import pandas as pd

from sample_data.centres import Assay, Centre
from sample_data.chance import YEAR, Days, Flags, Floats, Rng, Words, as_dates
from sample_data.course import Course
from sample_data.visits import Traits

VARIATION = 0.2  # of the logarithm of CK, within a person
LOWEST_CK = 30

# Share of visits at which each analyte is measured; CK always, as the core set needs an enzyme.
_ASKED = {
    "ck": 1.0,
    "aldolase": 0.3,
    "ldh": 0.85,
    "ast": 0.9,
    "alt": 0.9,
    "troponin_t": 0.25,
    "troponin_i": 0.15,
    "crp": 0.7,
    "esr": 0.4,
    "creatinine": 0.75,
}
# Enzyme → value at a CK of 120 U/L, power of CK, spread of the logarithm.
_FOLLOWS_CK = {
    "aldolase": (4.4, 0.66, 0.18),
    "ldh": (190.0, 0.44, 0.1),
    "ast": (21.0, 0.46, 0.15),
    "alt": (21.0, 0.42, 0.2),
}
_LOWEST = {"crp": 0.6, "troponin_t": 5, "troponin_i": 3}  # below it a laboratory prints "<"


def draw_samples(
    people: pd.DataFrame,
    visits: pd.DataFrame,
    course: Course,
    traits: Traits,
    centre: Centre,
    rng: Rng,
) -> pd.DataFrame:
    """One row per blood sample, by person and day: `person`, `day`, `visit_id`, `ck` in U/L.

    One at first contact, before any treatment; one with each visit, sometimes some days before it;
    now and then one between two visits.
    """
    n = len(people)
    ahead = np.where(
        visits["type"].eq("scheduled") & (rng.random(len(visits)) < 0.12),
        rng.integers(1, 8, len(visits)),
        0,
    )
    with_visit = visits.assign(day=visits["day"] - ahead)[["person", "day", "visit_id"]]
    after = visits.loc[rng.random(len(visits)) < 0.15, ["person", "day"]]
    between = after.assign(day=after["day"] + rng.integers(18, 23, len(after)))
    in_time = between["day"] <= people["last"].to_numpy()[between["person"]]
    first = pd.DataFrame({"person": np.arange(n), "day": people["first_contact"].to_numpy()})
    samples = pd.concat([first, with_visit, between[in_time]], ignore_index=True)
    samples = samples.drop_duplicates(["person", "day"]).sort_values(
        ["person", "day"], ignore_index=True
    )
    return samples.assign(ck=_ck(samples, people, course, traits, centre, rng))


def _ck(
    samples: pd.DataFrame,
    people: pd.DataFrame,
    course: Course,
    traits: Traits,
    centre: Centre,
    rng: Rng,
) -> Floats:
    """CK in U/L: log-linear between the patient's normal and presenting value."""
    person = samples["person"].to_numpy()
    active = course.activity(person, samples["day"].to_numpy())
    stays = traits.ck_stays[person]
    raised = stays + (1 - stays) * active**0.7
    presenting = people["presenting_ck"].to_numpy()[person]
    healthy = np.where(people["female"], 85, 110)[person]
    ck = healthy * (presenting / healthy) ** raised * np.exp(rng.normal(0, VARIATION, len(person)))
    first = samples["day"].to_numpy() <= people["first_contact"].to_numpy()[person]
    ck = np.where(first, presenting, ck)
    ck = np.where(ck > centre.highest_ck, centre.highest_ck * rng.uniform(0.8, 1, len(ck)), ck)
    return _never_sixty_fold(np.maximum(ck, LOWEST_CK), person)


def _never_sixty_fold(ck: Floats, person: Days) -> Floats:
    """Successive values of a person near the ratio 60 look like a slip of units (LAB-09): keep off.

    The lower value of such a pair is raised, until there is no such pair.
    """
    same = person[1:] == person[:-1]
    for _ in range(20):
        ratio = np.abs(np.log(ck[1:] / ck[:-1]))
        slip = same & (ratio > np.log(48)) & (ratio < np.log(75))
        if not slip.any():
            break
        falling = ck[1:] < ck[:-1]
        ck[1:][slip & falling] *= 1.6
        ck[:-1][slip & ~falling] *= 1.6
    return ck


def labs_table(
    people: pd.DataFrame, samples: pd.DataFrame, centre: Centre, rng: Rng
) -> pd.DataFrame:
    """The table `labs`: one row per sample and analyte measured in it."""
    analytes = list(_ASKED)
    values = _canonical_values(people, samples, rng)
    visit = samples["visit_id"].notna().to_numpy()
    asked = rng.random(values.shape) < np.where(visit[:, None], list(_ASKED.values()), 0)
    asked[:, 0] = True
    row, column = np.nonzero(asked)
    person = samples["person"].to_numpy()[row]
    limits = _upper_limits(people, samples, centre)[row, column]
    assays = [centre.laboratory[analyte] for analyte in analytes]
    frame = pd.DataFrame(
        {
            "patient_id": people["patient_id"].to_numpy()[person],
            "visit_id": samples["visit_id"].to_numpy()[row],
            "collected_date": as_dates(samples["day"].to_numpy()[row]),
            "analyte": np.array(analytes)[column],
            "value": _as_reported(values, assays)[row, column],
            "unit": np.array([assay.unit for assay in assays])[column],
            "upper_limit_normal": limits,
            "lower_limit_normal": np.array([assay.lower for assay in assays])[column],
            "loinc": np.array([assay.loinc for assay in assays])[column],
        }
    )
    return _with_comparators(frame, rng)


def _canonical_values(people: pd.DataFrame, samples: pd.DataFrame, rng: Rng) -> Floats:
    """Shape (samples, analytes), in the registry's units."""
    n, ck = len(samples), samples["ck"].to_numpy()
    person = samples["person"].to_numpy()
    enzymes = {
        name: at_normal * (ck / 120) ** power * np.exp(rng.normal(0, spread, n))
        for name, (at_normal, power, spread) in _FOLLOWS_CK.items()
    }
    muscle = np.exp(rng.normal(0, 0.4, n))
    creatinine = np.where(people["female"], 58, 70)[person] * np.exp(rng.normal(0, 0.15, n))
    others = {
        "troponin_t": 6 * (ck / 120) ** 0.5 * muscle,  # regenerating muscle releases it too
        "troponin_i": 4 * muscle,
        "crp": np.exp(rng.normal(0.8, 1.0, n)),
        "esr": np.exp(rng.normal(2.5, 0.6, n)).clip(1, 110),
        "creatinine": np.where(people["child"], 0.7, 1.0)[person] * creatinine,
    }
    return np.stack([{"ck": ck, **enzymes, **others}[analyte] for analyte in _ASKED], axis=1)


def _as_reported(values: Floats, assays: list[Assay]) -> Floats:
    """Values in the laboratory's units at its resolution, never 0."""
    columns = [
        on_grid(values[:, k] / assay.canonical, assay.step, assay.canonical)
        for k, assay in enumerate(assays)
    ]
    return np.stack(columns, axis=1)


MOST_INEXACT = 8  # neighbouring steps, up to 400 µkat/L


def on_grid(values: Floats, step: float, canonical: float) -> Floats:
    """Rounded to `step` (at least one), on grid points whose conversion has no rounding error.

    0.05 × 60 steps that are not exact in binary move one step up, so that a value converted by
    any route is the same double as the same value written in the registry's units.
    """
    decimals = max(0, -int(np.floor(np.log10(step))))
    steps = np.maximum(np.rint(values / step), 1)
    for _ in range(MOST_INEXACT):
        reported = np.round(steps * step, decimals)
        inexact = reported * canonical != np.round(reported * canonical, 9)
        steps = steps + (inexact & (canonical == 60))
    return np.round(steps * step, decimals)


def _upper_limits(people: pd.DataFrame, samples: pd.DataFrame, centre: Centre) -> Floats:
    """Upper limits of normal by sex and, in men, age at the sample; shape (samples, analytes)."""
    person = samples["person"].to_numpy()
    old = (samples["day"].to_numpy() - people["birth"].to_numpy()[person]) / YEAR >= 50
    group = np.where(people["female"].to_numpy()[person], 0, 1 + old)
    return np.array([centre.laboratory[analyte].upper for analyte in _ASKED]).T[group]


def _with_comparators(frame: pd.DataFrame, rng: Rng) -> pd.DataFrame:
    """Values under the lowest the method shows become "<"; a few are absent with a reason."""
    lowest = frame["analyte"].map(_LOWEST)
    censored = frame["value"].lt(lowest).to_numpy()
    lost = frame["analyte"].ne("ck").to_numpy() & (rng.random(len(frame)) < 0.006)
    reasons = np.where(rng.random(len(frame)) < 0.7, "not_done", "pending")
    return frame.assign(
        value=frame["value"].mask(censored, lowest).mask(lost),
        value_comparator=pd.Series(_sign(censored)).mask(lost),
        value_absent=pd.Series(reasons).where(lost),
    )


def _sign(censored: Flags) -> Words:
    return np.where(censored, "<", "=")
