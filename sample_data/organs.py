"""Organ findings: what was sought at diagnosis and, by MRI, again a year later.

Shares: domain dossier §1.4 and §7. What was not sought has no row; what was normal has one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from registry.codelists import codelist
from sample_data.chance import Days, Flags, Floats, Rng, as_dates, happens
from sample_data.findings import rows_of
from sample_data.visits import Traits

_SOUGHT = {
    "mri": 0.7,
    "emg": 0.8,
    "lung_function": 0.6,
    "echo": 0.6,
    "ecg": 0.7,
    "swallowing": 0.4,
    "ct": 0.5,
}


@dataclass(frozen=True)
class Reading:
    """One item in everyone it was sought in: abnormal or not, and its value where it has one."""

    domain: str
    item: str
    abnormal: Flags
    value: Floats | None = None


def organ_findings_table(people: pd.DataFrame, traits: Traits, rng: Rng) -> pd.DataFrame:
    """The table `organ_findings`, by person and day."""
    n = len(people)
    sought = {domain: happens(rng, share, n) for domain, share in _SOUGHT.items()}
    day = people["first_contact"].to_numpy() + rng.integers(1, 5, n)
    fat = happens(rng, 0.55, n)
    first = [
        Reading("mri", "muscle_oedema", happens(rng, 0.88, n)),
        Reading("mri", "fatty_replacement", fat),
        *_electric(people, rng),
        *_of_chest(people, rng),
        Reading("swallowing", "swallowing_study", traits.dysphagia),
        Reading("swallowing", "modified_diet", traits.dysphagia & happens(rng, 0.4, n)),
    ]
    later = people["start"].to_numpy() + rng.integers(330, 400, n)
    again = sought["mri"] & happens(rng, 0.4, n) & (later <= people["last"].to_numpy())
    second = [
        Reading("mri", "muscle_oedema", happens(rng, 0.35, n)),
        Reading("mri", "fatty_replacement", fat | happens(rng, 0.15, n)),  # never less
    ]
    parts = [_rows(people, sought[reading.domain], day, reading) for reading in first]
    parts += [_rows(people, again, later, reading) for reading in second]
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values(["person", "assessed_date"], kind="stable", ignore_index=True)


def _electric(people: pd.DataFrame, rng: Rng) -> list[Reading]:
    """EMG myopathic in nine of ten, and always where the CK is high; conduction of the heart."""
    n = len(people)
    srp = people["subtype"].eq("anti_srp").to_numpy()
    myopathic = happens(rng, 0.91, n) | people["presenting_ck"].gt(750).to_numpy()
    return [
        Reading("emg", "myopathic_units", myopathic),
        Reading("emg", "spontaneous_activity", happens(rng, 0.85, n)),
        Reading("ecg", "conduction_disorder", happens(rng, np.where(srp, 0.15, 0.04), n)),
    ]


def _of_chest(people: pd.DataFrame, rng: Rng) -> list[Reading]:
    """Lung disease in a fifth of anti-SRP; FVC in litres by height and sex, FEV1 part of it."""
    n = len(people)
    srp = people["subtype"].eq("anti_srp").to_numpy()
    lungs = happens(rng, np.where(srp, 0.2, 0.04), n)
    percent = np.where(lungs, rng.normal(68, 8, n), rng.normal(95, 9, n)).clip(35, 130).round()
    expected = np.where(people["female"], 3.6, 4.8) * (people["height"].to_numpy() / 170) ** 2.3
    fvc = (expected * percent / 100).clip(0.5, 7.5).round(2)
    fev1 = (fvc * rng.uniform(0.74, 0.88, n)).round(2)
    lvef = rng.normal(61, 5, n).clip(35, 75).round()
    return [
        Reading("lung_function", "fvc_percent_predicted", percent < 80, percent),
        Reading("lung_function", "fvc", percent < 80, fvc),
        Reading("lung_function", "fev1", percent < 80, fev1),
        Reading("echo", "lvef", lvef < 50, lvef),
        Reading("ct", "interstitial_lung_disease", lungs),
    ]


def _rows(people: pd.DataFrame, who: Flags, day: Days, reading: Reading) -> pd.DataFrame:
    units = codelist("organ_items").table.set_index("code")["unit"]
    return rows_of(
        people,
        who,
        assessed_date=as_dates(day),
        domain=reading.domain,
        item=reading.item,
        value=np.full(len(people), np.nan) if reading.value is None else reading.value,
        unit=units[reading.item],
        result=np.where(reading.abnormal, "abnormal", "normal"),
    )
