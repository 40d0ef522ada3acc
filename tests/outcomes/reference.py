"""The same outcomes, written as slowly and plainly as possible: per patient, day by day, in fractions.

Written from the definitions and not from the package, so that a mistake must be made twice to pass.
"""

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.outcomes.cohorts import Tables

Record = dict[str, Any]

SCORES = {
    "physician_global": (0, 7.5, 15, 17.5, 20),
    "patient_global": (0, 2.5, 5, 7.5, 10),
    "mmt": (0, 10, 20, 27.5, 32.5),
    "haq_di": (0, 5, 7.5, 7.5, 10),
    "muscle_enzyme": (0, 2.5, 5, 7.5, 7.5),
    "extramuscular": (0, 7.5, 12.5, 15, 20),
}
EDGES = {**dict.fromkeys(SCORES, (5, 15, 25, 40)), "mmt": (2, 10, 20, 30)}
COLUMN = {
    "physician_global": "physician_global_vas",
    "patient_global": "patient_global_vas",
    "mmt": "mmt_score",
    "haq_di": "haq_di",
    "extramuscular": "extramuscular_vas",
}
RANGE = {"physician_global": 10, "patient_global": 10, "haq_di": 3, "extramuscular": 10}
ENZYME_RANGE = {"ck": 15, "aldolase": 6, "ldh": 3, "ast": 3, "alt": 3}
THRESHOLDS = {"adult": (20, 40, 60), "juvenile": (30, 45, 70)}
LEVELS = ("minimal", "moderate", "major")
MONTHS = {3: 91, 6: 182, 12: 365, 24: 730}
STEROIDS = ("prednisone", "methylprednisolone")
SUPPRESSANTS = ("methotrexate", "azathioprine", "mycophenolate")
CLASS = {
    "prednisone": "gc", "methylprednisolone": "gc", "methotrexate": "is", "azathioprine": "is",
    "mycophenolate": "is", "ivig": "ig", "scig": "ig", "rituximab": "biologic", "plasma_exchange": "plex",
}  # fmt: skip
REASONS = ("inefficacy", "toxicity", "death", "remission", "patient_wish", "planned_end", "other")
FOR_EVER = 10**6


# --- reading ------------------------------------------------------------------------------------


def records(table: pd.DataFrame) -> list[Record]:
    """Rows as dicts: blank is None, a date is a number of days, a number is exact."""
    return [
        {column: _plain(row[position]) for position, column in enumerate(table.columns)}
        for row in table.itertuples(index=False, name=None)
    ]


def _plain(cell: Any) -> Any:
    if (
        cell is None
        or cell is pd.NaT
        or cell is pd.NA
        or (isinstance(cell, float) and math.isnan(cell))
    ):
        return None
    if isinstance(cell, pd.Timestamp):
        return (cell - pd.Timestamp("1970-01-01")).days
    if isinstance(cell, float):
        return Fraction(cell).limit_denominator(10**4)
    return cell


def of_patient(rows: list[Record], who: str) -> list[Record]:
    return [row for row in rows if row["patient_id"] == who]


class Patient:
    def __init__(self, facts: Record, tables: dict[str, list[Record]], cut: int, held: set[str]):
        self.id = facts["patient_id"]
        self.facts, self.cut = facts, cut
        self.visits = sorted(
            (v for v in of_patient(tables["visits"], self.id) if v["visit_date"] <= cut),
            key=lambda v: (v["visit_date"], v["visit_id"]),
        )
        self.labs = of_patient(tables["labs"], self.id)
        self.complete = self.id not in held
        self.episodes = []
        for episode in of_patient(tables["therapies"], self.id):
            start, stop = episode["start_date"], episode["stop_date"]
            if stop is None:
                stop = start if episode["frequency"] == "once" else FOR_EVER
            drug = episode["drug"] or ("statin_withdrawal" if episode["line"] == 0 else None)
            if start is None or drug is None or stop < start:
                self.complete = False
            elif start <= cut:
                self.episodes.append({**episode, "drug": drug, "start": start, "stop": stop})
        self.lines = lines_of(self.episodes)

    @property
    def group(self) -> str | None:
        if self.facts["onset_date"] is None or self.facts["birth_year"] is None:
            return None
        onset = (pd.Timestamp("1970-01-01") + pd.Timedelta(days=self.facts["onset_date"])).year
        return "adult" if onset - self.facts["birth_year"] >= 18 else "juvenile"


# --- lines ----------------------------------------------------------------------------------------


def forms_a_line(episode: Record) -> bool:
    return episode["drug"] in CLASS and episode["intent"] != "other_disease"


def agent(drug: str) -> str:
    return "gc" if drug in STEROIDS else drug


def runs_of(episodes: list[Record]) -> list[Record]:
    """Uses of an agent, pauses of up to 60 days bridged."""
    runs: list[Record] = []
    for name in sorted({agent(e["drug"]) for e in episodes}):
        own = sorted((e for e in episodes if agent(e["drug"]) == name), key=lambda e: e["start"])
        current: list[Record] = []
        for episode in own:
            if current and episode["start"] - max(e["stop"] for e in current) > 60:
                runs.append(_run(name, current))
                current = []
            current.append(episode)
        runs.append(_run(name, current))
    return runs


def _run(name: str, episodes: list[Record]) -> Record:
    start, stop = min(e["start"] for e in episodes), max(e["stop"] for e in episodes)
    reasons = [e["stop_reason"] for e in episodes if e["stop"] == stop and e["stop_reason"]]
    return {
        "agent": name,
        "class": CLASS[episodes[0]["drug"]],
        "start": start,
        "stop": stop,
        "reason": min(reasons, key=REASONS.index) if reasons else None,
        "maintenance": all(e["intent"] == "maintenance" for e in episodes if e["start"] == start),
    }


def opens_a_line(run: Record, runs: list[Record], line_start: int) -> bool:
    if run["start"] <= line_start + 60:
        return False
    if any(
        r["agent"] == run["agent"] and r["start"] < run["start"] and r["stop"] > line_start
        for r in runs
    ):
        return False
    ended = [
        r
        for r in runs
        if r["agent"] != run["agent"]
        and r["start"] < run["start"]
        and abs(r["stop"] - run["start"]) <= 60
    ]
    same_class = [r for r in ended if r["class"] == run["class"]]
    if same_class and not any(r["reason"] == "inefficacy" for r in same_class):
        return False
    failed = any(r["reason"] in ("inefficacy", "toxicity") for r in ended)
    return failed or not run["maintenance"]


def lines_of(episodes: list[Record]) -> list[Record]:
    forming = [e for e in episodes if forms_a_line(e)]
    withdrawn = [e["start"] for e in episodes if e["drug"] == "statin_withdrawal"]
    runs = runs_of(forming)
    starts = [min(r["start"] for r in runs)] if runs else []
    while starts:
        later = [r["start"] for r in runs if opens_a_line(r, runs, starts[-1])]
        if not later:
            break
        starts.append(min(later))
    numbered = list(enumerate(starts, start=1))
    if withdrawn and (not starts or min(withdrawn) < starts[0]):
        numbered = [(0, min(withdrawn)), *numbered]
    followers = [*(start for _, start in numbered[1:]), None][: len(numbered)]
    lines: list[Record] = []
    for (number, start), following in zip(numbered, followers, strict=True):
        lines.append(_line(number, start, following, forming, runs, lines))
    for line in lines:
        _compare_line(
            line,
            lines,
            [e for e in episodes if forms_a_line(e) or e["drug"] == "statin_withdrawal"],
        )
    return lines


def _line(number, start, following, forming, runs, earlier) -> Record:  # type: ignore[no-untyped-def]
    limit = FOR_EVER if following is None else following
    if number == 0:
        return {
            "line": 0,
            "start": start,
            "next": limit,
            "stop": limit,
            "regimen": "statin_withdrawal",
            "reason": None,
        }
    stop = min(limit, max(e["stop"] for e in forming if e["start"] < limit))
    regimen = {
        e["drug"]
        for e in forming
        if start <= e["start"] <= start + 60 or (e["start"] < start and e["stop"] > start)
    }
    reasons = [
        r["reason"]
        for r in runs
        if stop < FOR_EVER and r["reason"] and abs(r["stop"] - stop) <= 60 and r["start"] < limit
    ]
    return {
        "line": number,
        "start": start,
        "next": limit,
        "stop": stop,
        "regimen": "+".join(sorted(regimen)),
        "reason": min(reasons, key=REASONS.index) if reasons else None,
    }


def _compare_line(line: Record, lines: list[Record], episodes: list[Record]) -> None:
    own = [
        e for e in episodes if line["start"] <= e["start"] < line["next"] and e["line"] is not None
    ]
    opening = [e["line"] for e in own if e["start"] == line["start"]]
    line["submitted"] = min(opening) if opening else None
    line["agrees"] = all(e["line"] == line["line"] for e in own) if own else None


# --- enzymes as intervals -----------------------------------------------------------------------


def result_near(patient: Patient, analyte: str, on: int) -> tuple[Any, Any] | None:
    """(low, high) × ULN of the nearest result."""
    usable = [
        lab
        for lab in patient.labs
        if lab["analyte"] == analyte
        and lab["value"] is not None
        and lab["upper_limit_normal"]
        and abs(lab["collected_date"] - on) <= 14
    ]
    if not usable:
        return None
    nearest = min(usable, key=lambda lab: (abs(lab["collected_date"] - on), lab["collected_date"]))
    same_day = [lab for lab in usable if lab["collected_date"] == nearest["collected_date"]]
    return max((times_uln(lab) for lab in same_day), key=lambda ends: (ends[0], ends[1]))


TINY = Fraction(1, 10**15)


def times_uln(lab: Record) -> tuple[Any, Any]:
    ratio = lab["value"] / lab["upper_limit_normal"]
    return {
        None: (ratio, ratio),
        "=": (ratio, ratio),
        "<": (Fraction(0), ratio - TINY),
        "<=": (Fraction(0), ratio),
        ">=": (ratio, math.inf),
        ">": (ratio + TINY, math.inf),
    }[lab["value_comparator"]]


def enzyme_at_baseline(patient: Patient, on: int) -> tuple[str | None, tuple[Any, Any] | None]:
    """("undecided", None) where a censored result leaves the choice open."""
    found = {a: r for a in ENZYME_RANGE if (r := result_near(patient, a, on))}
    if not found:
        return None, None
    chosen = max(found, key=lambda a: found[a][0])
    if any(found[a][1] > found[chosen][0] for a in found if a != chosen):
        return "undecided", None
    return chosen, found[chosen]


# --- Total Improvement Score -----------------------------------------------------------------------


def score(measure: str, percent: Any) -> float:
    return float(SCORES[measure][sum(percent > edge for edge in EDGES[measure])])


def is_mmt(visit: Record) -> bool:
    return visit["mmt_score"] is not None and visit["mmt_max"] is not None


def changes(base: Record, now: Record) -> dict[str, Any]:
    """Percent change of each measure that can be compared; for the enzyme an interval."""
    found: dict[str, Any] = {}
    for measure, full in RANGE.items():
        then, later = base[COLUMN[measure]], now[COLUMN[measure]]
        if then is not None and later is not None:
            found[measure] = (then - later) * 100 / full
    if is_mmt(base) and is_mmt(now) and base["mmt_max"] == now["mmt_max"]:
        found["mmt"] = (now["mmt_score"] - base["mmt_score"]) * 100 / base["mmt_max"]
    if base["result"] and now["result"]:
        full = ENZYME_RANGE[base["enzyme"]]
        (low, high), (now_low, now_high) = base["result"], now["result"]
        found["muscle_enzyme"] = tuple(
            nine_decimals(fall * 100 / full) for fall in (low - now_high, high - now_low)
        )
    return found


def nine_decimals(number: Any) -> Any:
    return number if math.isinf(number) else round(number, 9)


def scores(found: dict[str, Any]) -> dict[str, float]:
    result = {m: score(m, c) for m, c in found.items() if m != "muscle_enzyme"}
    if "muscle_enzyme" in found:
        low, high = (score("muscle_enzyme", end) for end in found["muscle_enzyme"])
        if low == high:
            result["muscle_enzyme"] = low
    return result


def ceilings(base: Record) -> dict[str, float]:
    found = {
        m: score(m, base[COLUMN[m]] * 100 / RANGE[m]) for m in RANGE if base[COLUMN[m]] is not None
    }
    if is_mmt(base):
        found["mmt"] = score(
            "mmt", (base["mmt_max"] - base["mmt_score"]) * Fraction(100) / base["mmt_max"]
        )
    if base["result"]:
        found["muscle_enzyme"] = score(
            "muscle_enzyme", base["result"][1] * 100 / ENZYME_RANGE[base["enzyme"]]
        )
    return found


def reason(base: Record | None, now: Record, same: bool, scored: dict[str, float]) -> str | None:
    if base is None:
        return "no_baseline_visit"
    if same:
        return "baseline_visit"
    for measure in ("physician_global", "mmt", "patient_global", "haq_di", "extramuscular"):
        for visit, when in ((base, "baseline"), (now, "visit")):
            if visit[COLUMN[measure]] is None or (measure == "mmt" and visit["mmt_max"] is None):
                return f"{measure}_missing_at_{when}"
        if measure == "mmt" and base["mmt_max"] != now["mmt_max"]:
            return "mmt_version_changed"
    if base["enzyme"] is None:
        return "muscle_enzyme_missing_at_baseline"
    if base["enzyme"] != "undecided" and now["result"] is None:
        return "muscle_enzyme_missing_at_visit"
    return None if len(scored) == 6 else "muscle_enzyme_censored"


def tis_of(base: Record | None, now: Record, same: bool, group: str | None) -> Record:
    found = changes(base, now) if base and not same else {}
    scored = scores(found)
    ceiling = ceilings(base) if base else {}
    total = sum(scored.values()) if len(scored) == 6 else None
    partly = len(scored) < 6 and {"physician_global", "mmt"} <= set(scored)
    counted = ceiling if same else scored
    attainable = (
        sum(ceiling[m] for m in counted) if {"physician_global", "mmt"} <= set(counted) else None
    )
    if same:  # both must be recorded for a partial score ever to exist
        attainable = sum(ceiling.values())
    category = None
    if total is not None and group:
        category = ("none", *LEVELS)[sum(total >= limit for limit in THRESHOLDS[group])]
    row = {
        "tis": total,
        "tis_category": category,
        "tis_partial": sum(scored.values()) if partly else None,
        "tis_attainable": attainable,
        "n_measures": len(counted),
        "tis_reason": reason(base, now, same, scored),
    }
    for measure in SCORES:
        change = found.get(measure)
        if measure == "muscle_enzyme" and change:
            change = change[0] if change[0] == change[1] else None
        row[f"tis_{measure}"] = scored.get(measure)
        row[f"change_percent_{measure}"] = change
    return row


# --- IMACS ------------------------------------------------------------------------------------------


def relative(then: Any, later: Any) -> Any:
    """Fall in percent of the former value."""
    if then == 0:
        return Fraction(0) if later == 0 else -math.inf
    if then == math.inf:
        return Fraction(100)
    return -math.inf if later == math.inf else nine_decimals(100 - 100 * later / then)


def relative_changes(base: Record, now: Record) -> dict[str, tuple[Any, Any]]:
    """Relative change of the six measures as intervals; anything from -inf to inf where missing."""
    found = dict.fromkeys(SCORES, (-math.inf, math.inf))
    for measure in RANGE:
        then, later = base[COLUMN[measure]], now[COLUMN[measure]]
        if then is not None and later is not None:
            found[measure] = (relative(then, later),) * 2
    if is_mmt(base) and is_mmt(now) and base["mmt_max"] == now["mmt_max"]:
        found["mmt"] = (-relative(base["mmt_score"], now["mmt_score"]),) * 2
    if base["result"] and now["result"]:
        (low, high), (now_low, now_high) = base["result"], now["result"]
        found["muscle_enzyme"] = (relative(low, now_high), relative(high, now_low))
    return found


def worlds(intervals: dict[str, tuple[Any, Any]]) -> list[dict[str, Any]]:
    """The most and the least favourable of all values in the intervals: both answers are monotonic."""
    return [{m: ends[side] for m, ends in intervals.items()} for side in (0, 1)]


def agreed(answers: list[bool]) -> bool | None:
    return answers[0] if len(set(answers)) == 1 else None


def improved(base: Record, now: Record) -> bool | None:
    def holds(change: dict[str, Any]) -> bool:
        worse = [m for m in change if change[m] <= -25]
        return sum(c >= 20 for c in change.values()) >= 3 and len(worse) <= 2 and "mmt" not in worse

    return agreed([holds(world) for world in worlds(relative_changes(base, now))])


def worsened(base: Record, now: Record) -> bool | None:
    rises = {m: _rise(base, now, COLUMN[m]) for m in ("physician_global", "extramuscular")}

    def holds(side: int, change: dict[str, Any]) -> bool:
        physician, extramuscular = (rises[m][side] for m in ("physician_global", "extramuscular"))
        three = sum(c <= -30 for c in change.values()) >= 3
        return (physician >= 2 and change["mmt"] <= -20) or extramuscular >= 2 or three

    return agreed(
        [holds(side, world) for side, world in enumerate(worlds(relative_changes(base, now)))]
    )


def _rise(base: Record, now: Record, column: str) -> tuple[Any, Any]:
    """(in the worst case, in the best case)"""
    if base[column] is None or now[column] is None:
        return math.inf, -math.inf
    return (now[column] - base[column],) * 2


# --- therapy on a day -------------------------------------------------------------------------------


def running(patient: Patient, on: int) -> set[str]:
    return {
        e["drug"] for e in patient.episodes if e["drug"] in CLASS and e["start"] <= on <= e["stop"]
    }


def steroid(patient: Patient, on: int) -> tuple[float, bool]:
    """(sum of the known doses, whether all are known)"""
    doses = [
        e["prednisone_mg_day"]
        for e in patient.episodes
        if e["drug"] in STEROIDS and e["start"] <= on <= e["stop"]
    ]
    known = sum((round(d, 6) for d in doses if d is not None), start=Fraction(0))
    return float(known), None not in doses


def steroid_sparing(patient: Patient, on: int, index: int) -> bool | None:
    if on - index < 91:
        return False
    last_days = [steroid(patient, d) for d in range(on - 90, on + 1)]
    if any(dose > 7.5 for dose, _ in last_days):
        return False
    return True if all(stated for _, stated in last_days) else None


def combination_days(patient: Patient, start: int, on: int) -> int:
    days = (running(patient, d) for d in range(start, on))
    return sum(bool(set(STEROIDS) & drugs and set(SUPPRESSANTS) & drugs) for drugs in days)


# --- remission --------------------------------------------------------------------------------------


def ck_normal(patient: Patient, on: int) -> bool | None:
    return known_at_most(result_near(patient, "ck", on), Fraction(1))


def known_at_most(result: tuple[Any, Any] | None, limit: Any) -> bool | None:
    if result is None:
        return None
    if result[1] <= limit:
        return True
    return False if result[0] > limit else None


def strength_normal(visit: Record) -> bool | None:
    return visit["mmt_score"] >= Fraction("0.975") * visit["mmt_max"] if is_mmt(visit) else None


def no_activity(patient: Patient, visit: Record) -> bool | None:
    physician = visit["physician_global_vas"]
    signs = [
        None if physician is None else physician == 0,
        ck_normal(patient, visit["visit_date"]),
        strength_normal(visit),
    ]
    if False in signs:
        return False
    return None if None in signs else True


def quiet_since(patient: Patient, position: int) -> int | None:
    """First day of the uninterrupted time without activity that this visit belongs to."""
    visit = patient.visits[position]
    if not no_activity(patient, visit):
        return None
    began = visit["visit_date"]
    for former in reversed(patient.visits[:position]):
        state = no_activity(patient, former)
        if state is False or (state and began - former["visit_date"] > 410):
            break
        if state:
            began = former["visit_date"]
    return began


def remission(patient: Patient, position: int) -> tuple[bool | None, bool | None]:
    """(on therapy, off therapy)"""
    on = patient.visits[position]["visit_date"]
    if no_activity(patient, patient.visits[position]) is None:
        return None, None
    began = quiet_since(patient, position)
    in_remission = began is not None and on - began >= 182
    treated = any(running(patient, d) for d in range(on - 181, on + 1))
    if in_remission and treated:
        return True, False if patient.complete else None
    if not patient.complete:
        return (None if in_remission else False), None
    return False, in_remission


# --- the two tables -----------------------------------------------------------------------------


def patients_of(tables: Tables, cut: int, held: set[str] = frozenset()) -> list[Patient]:  # type: ignore[assignment]
    plain = {name: records(table) for name, table in tables.items()}
    facts = sorted(plain["patients"], key=lambda p: p["patient_id"])
    return [Patient(fact, plain, cut, held) for fact in facts]


def baseline_of(patient: Patient, line: Record) -> int | None:
    start = line["start"]
    found = [i for i, v in enumerate(patient.visits) if start - 30 <= v["visit_date"] <= start + 3]
    return found[-1] if found else None


def visit_outcomes(patient: Patient) -> list[Record]:
    rows: list[Record] = []
    for line in patient.lines:
        at = baseline_of(patient, line)
        base = None
        if at is not None:
            base = {**patient.visits[at]}
            base["enzyme"], base["result"] = enzyme_at_baseline(patient, base["visit_date"])
            base["ck"] = result_near(patient, "ck", base["visit_date"])
        of_line: list[Record] = []
        for position, visit in enumerate(patient.visits):
            begun = position >= at if at is not None else visit["visit_date"] >= line["start"]
            if begun and visit["visit_date"] <= line["next"] + 3:
                of_line.append(_visit_row(patient, line, base, position, position == at, of_line))
        rows += of_line
    return rows


def _visit_row(
    patient: Patient,
    line: Record,
    base: Record | None,
    position: int,
    same: bool,
    former: list[Record],
) -> Record:
    visit = patient.visits[position]
    on = visit["visit_date"]
    enzyme = base["enzyme"] if base else None
    now = {**visit, "result": result_near(patient, enzyme, on) if enzyme in ENZYME_RANGE else None}
    ck = result_near(patient, "ck", on)
    compared = base is not None and not same
    on_therapy, off_therapy = remission(patient, position)
    row = {
        "patient_id": patient.id,
        "visit_id": visit["visit_id"],
        "line": line["line"],
        "visit_date": on,
        "baseline_visit_id": base["visit_id"] if base else None,
        "days_from_line_start": on - line["start"],
        "response_group": patient.group,
        **tis_of(base, now, same, patient.group),
        "enzyme": enzyme if enzyme != "undecided" else None,
        "enzyme_baseline_times_uln": exact(base["result"]) if base else None,
        "enzyme_times_uln": exact(now["result"]),
        "ck_times_uln": exact(ck),
        "ck_normal": known_at_most(ck, 1),
        "ck_response": ck_response(base["ck"], ck) if base and compared else None,
        **_therapy(patient, line, on),
        "imacs_doi": improved(base, now) if base and compared else None,
        "imacs_worsening": worsened(base, now) if base and compared else None,
        "relapse": relapse(now, former),
        "strength_normal": strength_normal(visit),
        "no_activity": no_activity(patient, visit),
        "remission_on_therapy": on_therapy,
        "remission_off_therapy": off_therapy,
        "state": now,
    }
    reported = visit["tis_reported"]
    row["tis_reported"], row["remission_reported"] = reported, visit["remission_reported"]
    row["tis_agrees"] = (
        reported == row["tis"] if reported is not None and row["tis"] is not None else None
    )
    either = (
        True
        if True in (on_therapy, off_therapy)
        else None
        if None in (on_therapy, off_therapy)
        else False
    )
    both = visit["remission_reported"] is not None and either is not None
    row["remission_agrees"] = visit["remission_reported"] == either if both else None
    row["algorithm_version"] = "1.0"
    return row


def exact(result: tuple[Any, Any] | None) -> Any:
    return result[0] if result and result[0] == result[1] else None


def ck_response(base: tuple[Any, Any] | None, now: tuple[Any, Any] | None) -> bool | None:
    if now is None:
        return None
    low, high = base or (Fraction(0), math.inf)
    if now[1] <= 2 or now[1] <= low / 4:
        return True
    return False if now[0] > 2 and now[0] > high / 4 else None


def relapse(now: Record, former: list[Record]) -> bool | None:
    responses = [r for r in former if r["tis_category"] in LEVELS]
    if not responses:
        return None
    best = max(r["tis"] for r in responses)
    return worsened([r for r in responses if r["tis"] == best][-1]["state"], now)


def _therapy(patient: Patient, line: Record, on: int) -> Record:
    dose, stated = steroid(patient, on)
    complete = patient.complete
    reason = None if stated else "glucocorticoid_dose_missing"
    return {
        "gc_prednisone_mg_day": dose if complete and stated else None,
        "gc_free": (stated and dose == 0) if complete else None,
        "steroid_sparing": steroid_sparing(patient, on, patient.lines[0]["start"])
        if complete
        else None,
        "therapies_running": ("+".join(sorted(running(patient, on))) or "none")
        if complete
        else None,
        "combination_days": combination_days(patient, line["start"], on) if complete else None,
        "therapy_reason": reason if complete else "therapy_held_back",
    }


def treatment_outcomes(patient: Patient, rows: list[Record]) -> list[Record]:
    """From the patient's rows of `visit_outcomes`."""
    return [
        _line_row(patient, line, [r for r in rows if r["line"] == line["line"]])
        for line in patient.lines
    ]


def _line_row(patient: Patient, line: Record, rows: list[Record]) -> Record:
    later = [r for r in rows if r["tis_reason"] != "baseline_visit"]
    base = next((r for r in rows if r["tis_reason"] == "baseline_visit"), None)
    scored = [r for r in later if r["tis"] is not None]
    index = patient.lines[0]["start"]
    row = {
        "patient_id": patient.id,
        "line": line["line"],
        "submitted_line": line["submitted"],
        "line_agrees": line["agrees"],
        "regimen": line["regimen"],
        "index_date": index,
        "start_date": line["start"],
        "stop_date": line["stop"] if line["stop"] < FOR_EVER else None,
        "days_to_start": line["start"] - index,
        **_end(patient, line),
        "response_group": patient.group,
        "baseline_visit_id": base["visit_id"] if base else None,
        "days_to_baseline": base["days_from_line_start"] if base else None,
        "tis_attainable": base["tis_attainable"] if base else None,
        "n_visits": len(later),
        "n_tis": len(scored),
    }
    for months, target in MONTHS.items():
        near = [r for r in scored if abs(r["days_from_line_start"] - target) <= 45]
        found = min(
            near,
            key=lambda r: (abs(r["days_from_line_start"] - target), r["visit_date"]),
            default={},
        )
        row[f"tis_{months}m"] = found.get("tis")
        row[f"tis_category_{months}m"] = found.get("tis_category")
        row[f"days_to_tis_{months}m"] = found.get("days_from_line_start")
        row[f"tis_visit_id_{months}m"] = found.get("visit_id")
    best = max(scored, key=lambda r: (r["tis"], -r["visit_date"]), default={})
    row["tis_best"], row["tis_category_best"] = best.get("tis"), best.get("tis_category")
    row["days_to_tis_best"] = best.get("days_from_line_start")
    for level, name in enumerate(LEVELS):
        row[f"days_to_{name}"], row[f"{name}_sustained"] = _reached(scored, set(LEVELS[level:]))
    for name in ("relapse", "remission_on_therapy", "remission_off_therapy"):
        hits = [r["days_from_line_start"] for r in later if r[name]]
        known = any(r[name] is not None for r in later)
        row[name], row[f"days_to_{name}"] = (
            (bool(hits) if known else None),
            (hits[0] if hits else None),
        )
    responded = any(r["tis_category"] in LEVELS for r in scored)
    tested = any((r["combination_days"] or 0) >= 91 and r["tis_category"] for r in scored)
    row["refractory"] = False if responded else True if tested else None
    row["algorithm_version"] = "1.0"
    return row


def _reached(scored: list[Record], categories: set[str]) -> tuple[int | None, bool | None]:
    known = [r for r in scored if r["tis_category"]]
    for row, following in pairwise([*known, None]):
        if row and row["tis_category"] in categories:
            return row["days_from_line_start"], following[
                "tis_category"
            ] in categories if following else None
    return None, None


def _end(patient: Patient, line: Record) -> Record:
    facts = patient.facts
    status = {"alive": "data_cut", "dead": "dead"}.get(facts["vital_status"], "lost")
    contact, death = facts["last_contact_date"], facts["death_date"]
    last = {"data_cut": patient.cut, "dead": contact if death is None else death, "lost": contact}[
        status
    ]
    if line["stop"] < FOR_EVER:
        died = status == "dead" and (
            line["reason"] == "death" or last is None or line["stop"] >= last
        )
        status, last = ("dead" if died else "observed"), line["stop"]
    duration = None if last is None or last < line["start"] else last - line["start"]
    return {"duration_days": duration, "stop_reason": line["reason"], "censoring": status}
