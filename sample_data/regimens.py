"""Each drug as it is given: a row is one drug at one dose, so a taper is a dozen rows.

Every function gives frames of one row per patient who gets the drug; doses lie inside the usual
ranges of domain dossier §6. Days are numbers; `NEVER` is not given, or not stopped.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.centres import Centre
from sample_data.chance import NEVER, Days, Flags, Floats, Rng, Words, happens
from sample_data.course import TURNS
from sample_data.plan import LAST_RESORTS, Plan

# Steps of a taper: share of the first dose, days at it; full dose for six weeks (BSR 2022).
_SHARES = np.array([1, 0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.19, 0.14, 0.1, 0.07, 0.04])
_LASTS = np.array([42, 21, 21, 21, 28, 28, 28, 42, 56, 84, 120, 150])
_LOW_DOSE_STEP = 9  # about 5 mg a day, on which a third of the patients stay

_AFTER_TOXICITY = {
    "methotrexate": "azathioprine",
    "azathioprine": "mycophenolate_mofetil",
    "mycophenolate_mofetil": "methotrexate",
    "tacrolimus": "mycophenolate_mofetil",
}


def withdrawals(people: pd.DataFrame) -> pd.DataFrame:
    """Line 0: the statin is stopped and nothing else is given."""
    day = np.where(people["withdrawal"], people["intake"], NEVER)
    fields = {"start": day, "stop": NEVER, "intent": "induction", "stop_reason": None}
    return _episodes("statin_withdrawal", "procedure", np.nan, None, "once", **fields)


def glucocorticoids(
    people: pd.DataFrame, plan: Plan, centre: Centre, rng: Rng
) -> list[pd.DataFrame]:
    """Pulse, first taper, and a new lower one after each relapse."""
    n = len(people)
    weight, child = people["weight"].to_numpy(), people["child"].to_numpy()
    first_day = np.where(plan.pulse, plan.lines[:, 0], NEVER)
    full = (weight * np.where(child, 1, rng.uniform(0.7, 1, n))).clip(np.where(child, 10, 25), 60)
    given = [(plan.steroid, plan.lines[:, 0] + 3 * plan.pulse, full, "induction")]
    for k in range(1, TURNS):
        again = np.where(child, 0.5 * weight, (0.5 * weight).clip(25, 40))
        given.append((plan.flared[:, k], plan.lines[:, k], again, "rescue"))
    parts = [
        _episodes(
            "methylprednisolone",
            "iv",
            np.where(happens(rng, 0.5, n), 1000.0, 500.0),
            "mg",
            "daily",
            start=first_day,
            stop=first_day + 2,
            intent="induction",
            stop_reason="planned_end",
        )
    ]
    for k, (who, start, dose, intent) in enumerate(given):
        until = _next_flare(plan, k) - 1
        starts = np.where(who, start, NEVER)
        parts += _taper(starts, until, dose, centre.glucocorticoid, intent, rng)
    return parts


def _next_flare(plan: Plan, k: int) -> Days:
    """First day of the first line after line `k` that answers a relapse."""
    later = np.where(plan.flared, plan.lines, NEVER)[:, k + 1 :]
    return np.asarray(later.min(axis=1, initial=NEVER), dtype=np.int64)


def _taper(
    start: Days, until: Days, full: Floats, drug: str, intent: str, rng: Rng
) -> list[pd.DataFrame]:
    """One frame per step; a flare cuts the taper short, a third of patients stay on a low dose."""
    n = len(start)
    stays = happens(rng, 0.35, n)
    lasts = np.rint(_LASTS * rng.uniform(0.8, 1.3, (n, 1))).astype(np.int64)
    ends = start[:, None] + np.cumsum(lasts, axis=1)
    starts = np.hstack([start[:, None], ends[:, :-1]])
    starts[stays, _LOW_DOSE_STEP + 1 :] = NEVER
    ends[stays, _LOW_DOSE_STEP] = NEVER + 1
    starts = np.where(starts <= until[:, None], starts, NEVER)
    cut = ends - 1 > until[:, None]
    return [
        _episodes(
            drug,
            "po",
            _in_tablets(full * share),
            "mg",
            "daily",
            start=starts[:, k],
            stop=np.minimum(ends[:, k] - 1, until),
            intent="maintenance" if share < 0.2 else intent,
            stop_reason=np.where(cut[:, k], "inefficacy", "planned_end"),
        )
        for k, share in enumerate(_SHARES)
    ]


def _in_tablets(dose: Floats) -> Floats:
    """Steps of 2.5 mg from 10 mg, 1 mg from 4 mg, half a milligram below."""
    step = np.where(dose >= 10, 2.5, np.where(dose >= 4, 1.0, 0.5))
    return np.maximum(np.rint(dose / step), 1) * step


def immunosuppressants(people: pd.DataFrame, plan: Plan, rng: Rng) -> list[pd.DataFrame]:
    """The first drug, its successor after toxicity, and folic acid beside methotrexate."""
    n = len(people)
    start = np.where(plan.immunosuppressant != "", plan.lines[:, 0] + rng.integers(0, 28, n), NEVER)
    quiet = np.where(plan.lines < NEVER, plan.lines, 0).max(axis=1) + rng.integers(900, 2200, n)
    ends = np.where(happens(rng, 0.25, n), quiet, NEVER)
    toxic = happens(rng, 0.14, n)
    change = np.where(toxic, start + rng.integers(60, 400, n), NEVER)
    successor = pd.Series(plan.immunosuppressant).map(_AFTER_TOXICITY).fillna("").to_numpy(str)
    later = np.where(toxic & (start < NEVER), change + rng.integers(4, 15, n), NEVER)
    return [
        *_two_doses(people, plan.immunosuppressant, start, np.minimum(change, ends), toxic, rng),
        *_two_doses(people, successor, later, ends, np.zeros(n, bool), rng),
    ]


def _two_doses(
    people: pd.DataFrame, drug: Words, start: Days, stop: Days, toxic: Flags, rng: Rng
) -> list[pd.DataFrame]:
    """A start dose for some weeks, then the full one."""
    n = len(drug)
    raised = start + rng.integers(28, 43, n)
    route = np.where((drug == "methotrexate") & happens(rng, 0.4, n), "sc", "po")
    low, full, unit, frequency = _usual_doses(drug, people, rng)
    reason = np.where(toxic, "toxicity", "remission")
    folic = np.where(drug == "methotrexate", start, NEVER)
    rest = {"stop": stop, "intent": "maintenance"}
    return [
        _episodes(
            drug,
            route,
            low,
            unit,
            frequency,
            start=start,
            stop=np.minimum(raised - 1, stop),
            intent="induction",
            stop_reason=np.where(raised - 1 < stop, "planned_end", reason),
        ),
        _episodes(
            drug,
            route,
            full,
            unit,
            frequency,
            start=np.where(start < NEVER, raised, NEVER),
            stop_reason=reason,
            **rest,
        ),
        _episodes(
            "folic_acid", "po", 5.0, "mg", "weekly", start=folic, stop_reason="planned_end", **rest
        ),
    ]


def _usual_doses(
    drug: Words, people: pd.DataFrame, rng: Rng
) -> tuple[Floats, Floats, Words, Words]:
    """Start dose, full dose, unit and frequency for each patient's drug."""
    n, child = len(drug), people["child"].to_numpy()
    per_kg = np.rint(people["weight"].to_numpy() * rng.uniform(2, 2.4, n) / 25) * 25
    weekly = np.where(child, 10.0, rng.choice([15.0, 17.5, 20.0, 25.0], n))
    full: Mapping[str, Floats] = {
        "methotrexate": weekly,
        "azathioprine": per_kg.clip(75, 200),
        "mycophenolate_mofetil": rng.choice([1.0, 1.5], n),
        "tacrolimus": rng.choice([1.5, 2.0, 3.0], n),
    }
    low = {
        "methotrexate": np.where(child, 7.5, 10.0),
        "azathioprine": np.full(n, 50.0),
        "mycophenolate_mofetil": np.full(n, 0.5),
        "tacrolimus": np.full(n, 1.0),
    }
    unit = np.where(drug == "mycophenolate_mofetil", "g", "mg")
    often = {"methotrexate": "weekly", "azathioprine": "daily"}
    frequency = pd.Series(drug).map(often).fillna("twice_daily").to_numpy(str)
    return _pick(drug, low), _pick(drug, full), unit, frequency


def _pick(drug: Words, doses: Mapping[str, Floats]) -> Floats:
    return np.select([drug == name for name in doses], list(doses.values()), np.nan)


def immunoglobulins(people: pd.DataFrame, plan: Plan, rng: Rng) -> list[pd.DataFrame]:
    """2 g/kg every four weeks, six times; half go on with 1 g/kg. First line, or as a rescue."""
    n = len(people)
    starts = [(np.where(plan.ivig, plan.lines[:, 0] + rng.integers(0, 40, n), NEVER), "induction")]
    for k in range(1, TURNS):
        wanted = plan.rescue[:, k] == "ivig"
        starts.append((np.where(wanted, plan.lines[:, k], NEVER), "rescue"))
    goes_on = happens(rng, 0.5, n)
    parts = []
    for start, intent in starts:
        given = np.where(start < NEVER, start, NEVER)
        more = np.where(goes_on & (given < NEVER), given + 6 * 28, NEVER)
        for first, dose, why in ((given, 2.0, intent), (more, 1.0, "maintenance")):
            parts.append(
                _episodes(
                    "ivig",
                    "iv",
                    dose,
                    "g/kg",
                    "every_4_weeks",
                    start=first,
                    stop=first + 5 * 28 + 1,
                    intent=why,
                    stop_reason="planned_end",
                )
            )
    return parts


def rescues(people: pd.DataFrame, plan: Plan) -> list[pd.DataFrame]:
    """Rituximab courses half a year apart until the next line, or one of the last resorts."""
    child = people["child"].to_numpy()
    parts = []
    for k in range(1, TURNS):
        next_line = plan.lines[:, k + 1] if k + 1 < TURNS else np.full(len(people), NEVER)
        parts += _rituximab(plan.rescue[:, k] == "rituximab", plan.lines[:, k], next_line, child)
        for drug in LAST_RESORTS:
            start = np.where(plan.rescue[:, k] == drug, plan.lines[:, k], NEVER)
            parts.append(_last_resort(drug, start, people))
    return parts


def _rituximab(who: Flags, line: Days, next_line: Days, child: Flags) -> list[pd.DataFrame]:
    """1,000 mg twice, 14 days apart; children 375 mg/m² once a week for four weeks."""
    parts = []
    for course, intent in enumerate(("rescue", "maintenance", "maintenance")):
        day = line + 183 * course
        day = np.where(who & (day < next_line - 120), day, NEVER)
        rest = {"intent": intent, "stop_reason": "planned_end"}
        for infusion in (0, 14):
            start = np.where((day < NEVER) & ~child, day + infusion, NEVER)
            parts.append(
                _episodes("rituximab", "iv", 1000.0, "mg", "once", start=start, stop=start, **rest)
            )
        start = np.where(child, day, NEVER)
        parts.append(
            _episodes(
                "rituximab", "iv", 375.0, "mg/m2", "weekly", start=start, stop=start + 21, **rest
            )
        )
    return parts


def _last_resort(drug: str, start: Days, people: pd.DataFrame) -> pd.DataFrame:
    """One episode each, in the doses of domain dossier §6."""
    route, dose, unit, frequency, days = {
        "ciclosporin": ("po", 1.75, "mg/kg", "twice_daily", 400),
        "cyclophosphamide": ("iv", 750.0, "mg", "every_4_weeks", 141),
        "efgartigimod": ("iv", 10.0, "mg/kg", "weekly", 21),
        "plasma_exchange": ("procedure", 5.0, "sessions", "per_cycle", 12),
        "tofacitinib": ("po", 5.0, "mg", "twice_daily", 500),
    }[drug]
    rest = {"stop": start + days, "intent": "rescue", "stop_reason": "planned_end"}
    return _episodes(drug, route, dose, unit, frequency, start=start, **rest)


def _episodes(
    drug: object, route: object, dose: object, unit: object, frequency: object, **columns: object
) -> pd.DataFrame:
    """One row per patient; `start`, `stop` in days (NEVER: not given, not stopped)."""
    frame = {"drug": drug, "route": route, "dose": dose, "dose_unit": unit, "frequency": frequency}
    rows = pd.DataFrame({**columns, **frame})
    return rows.assign(person=np.arange(len(rows)))[rows["start"] < NEVER]
