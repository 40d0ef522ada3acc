"""Who gets which therapy, line by line.

Sequence after BSR 2022 and the ENMC workshop (domain dossier §6): glucocorticoid and an
immunosuppressant, with or without IVIG; IVIG or rituximab when that fails, sooner in anti-SRP.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.chance import NEVER, Days, Flags, Rng, Words, choose, happens
from sample_data.course import TURNS, Course

_IMMUNOSUPPRESSANTS = {
    "methotrexate": 0.45,
    "azathioprine": 0.27,
    "mycophenolate_mofetil": 0.18,
    "tacrolimus": 0.03,
    "": 0.07,
}
LAST_RESORTS = {
    "ciclosporin": 0.35,
    "cyclophosphamide": 0.2,
    "efgartigimod": 0.2,
    "plasma_exchange": 0.1,
    "tofacitinib": 0.15,
}


@dataclass(frozen=True)
class Plan:
    """Who gets what, one entry per patient (`lines`, `rescue`: one column per line)."""

    lines: Days  # first day of each line; NEVER where it does not come
    flared: Flags  # whether the line answers a relapse
    steroid: Flags
    pulse: Flags
    immunosuppressant: Words
    ivig: Flags
    rescue: Words


def draw_plan(people: pd.DataFrame, course: Course, rng: Rng) -> Plan:
    """Regimens by subtype and course."""
    n = len(people)
    treated = ~people["untreated"].to_numpy()
    srp = people["subtype"].eq("anti_srp").to_numpy()
    child = people["child"].to_numpy()
    mild = people["statin"].to_numpy() & people["subtype"].eq("anti_hmgcr").to_numpy()
    ivig_alone = mild & treated & happens(rng, 0.06, n)  # an option in mild statin cases (ENMC)
    steroid = treated & ~ivig_alone
    drug = np.where(child, "methotrexate", choose(rng, _IMMUNOSUPPRESSANTS, n))
    ivig = treated & (ivig_alone | happens(rng, np.where(srp, 0.3, 0.4), n))
    lines = course.turn.copy()
    lines[:, 0] = np.where(treated, lines[:, 0], NEVER)
    lines[:, 1:] += rng.integers(0, 3, (n, TURNS - 1))
    return Plan(
        lines=lines,
        flared=course.relapse,
        steroid=steroid,
        pulse=steroid & ~child & happens(rng, 0.3, n),
        immunosuppressant=np.where(steroid, drug, ""),
        ivig=ivig,
        rescue=_draw_rescues(ivig, srp, rng),
    )


def _draw_rescues(ivig: Flags, srp: Flags, rng: Rng) -> Words:
    """Shape (patients, TURNS): IVIG unless already given, else rituximab, then the last resorts."""
    n = len(ivig)
    first = np.where(~ivig & happens(rng, np.where(srp, 0.3, 0.65), n), "ivig", "rituximab")
    second = np.where(first == "ivig", "rituximab", choose(rng, LAST_RESORTS, n))
    return np.stack([np.full(n, ""), first, second], axis=1)
