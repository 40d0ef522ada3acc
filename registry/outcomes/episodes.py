"""Therapy episodes as arrays: who, what, from when to when."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from registry.codelists import codelist
from registry.outcomes.keys import (
    FOREVER,
    NEVER,
    Flags,
    Floats,
    Ints,
    days,
    key,
    large_strings,
    positions,
    runs,
    whole_numbers,
)
from registry.outcomes.steps import Steps

# Why an episode or a line ended, gravest first: of several reasons the first is given.
STOP_REASONS = (
    "inefficacy",
    "toxicity",
    "death",
    "remission",
    "patient_wish",
    "planned_end",
    "other",
)
INEFFICACY, TOXICITY, DEATH = 0, 1, 2
NO_REASON = len(STOP_REASONS)

STATIN_WITHDRAWAL = "statin_withdrawal"
NO_LINE = -1


@dataclass(frozen=True)
class Drugs:
    """The drug list, in the order of its codes; one bit of an int64 per drug."""

    codes: tuple[str, ...]
    drug_class: Ints
    is_immunotherapy: Flags
    is_glucocorticoid: Flags
    is_immunosuppressant: Flags
    agent: Ints  # the drug itself, but one for all glucocorticoids

    def mask(self, members: Flags) -> int:
        return int(np.bitwise_or.reduce(np.where(members, 1 << np.arange(len(self.codes)), 0)))


@cache
def drugs() -> Drugs:
    """Raises ValueError when the list has outgrown the 62 bits that a set of drugs is kept in."""
    rows = codelist("drugs").table.sort_values("code")
    if len(rows) > 62:
        raise ValueError("more than 62 drugs: keep sets of drugs in two words")
    group = rows["drug_class"].to_numpy(dtype=object)
    glucocorticoid = group == "glucocorticoid"
    return Drugs(
        codes=tuple(rows["code"]),
        drug_class=np.unique(group.astype(str), return_inverse=True)[1],
        is_immunotherapy=rows["is_immunotherapy"].to_numpy(dtype=bool),
        is_glucocorticoid=glucocorticoid,
        is_immunosuppressant=group == "immunosuppressant",
        agent=np.where(glucocorticoid, len(rows), np.arange(len(rows))),
    )


@dataclass(frozen=True)
class Episodes:
    """One entry per usable episode, sorted by patient and first day.

    `drug` is a position in `drugs()`, -1 for statin withdrawal that names no drug; `last` is
    FOREVER while it runs; `reason` a position in STOP_REASONS, or NO_REASON.
    """

    row: Ints  # position in the table
    patient: Ints
    drug: Ints
    first: Ints
    last: Ints
    prednisone_mg_day: Floats
    other_disease: Flags
    maintenance: Flags
    reason: Ints
    submitted_line: Ints

    def only(self, chosen: Flags | Ints) -> "Episodes":
        parts: dict[str, Any] = {f.name: getattr(self, f.name)[chosen] for f in fields(self)}
        return Episodes(**parts)

    @property
    def is_statin_withdrawal(self) -> Flags:
        withdrawal: Flags = self.drug == drugs().codes.index(STATIN_WITHDRAWAL)
        return withdrawal | (self.drug < 0)

    @property
    def is_immunotherapy(self) -> Flags:
        return (self.drug >= 0) & drugs().is_immunotherapy[self.drug]

    @property
    def is_glucocorticoid(self) -> Flags:
        return (self.drug >= 0) & drugs().is_glucocorticoid[self.drug]


def read_episodes(therapies: pd.DataFrame, patient: Ints, until: Ints) -> tuple[Episodes, Flags]:
    """(usable episodes that begin by `until` of their patient, patients with an unusable one).

    Unusable is an episode without a start, without a drug (unless the centre counts it as line 0),
    or one that stops before it starts. Such a patient's therapy is not known completely. What is
    given `once` and has no stop date ran on its first day only; anything else goes on.
    """
    first, last = days(therapies["start_date"]), days(therapies["stop_date"])
    once = positions(therapies["frequency"], _single_doses()) >= 0
    last = np.where(last > NEVER, last, np.where(once, first, FOREVER))
    line = whole_numbers(therapies["line"], NO_LINE)
    drug = positions(therapies["drug"], large_strings(drugs().codes))
    intent = positions(therapies["intent"], large_strings(("maintenance", "other_disease")))
    reason = positions(therapies["stop_reason"], large_strings(STOP_REASONS))
    usable = (first > NEVER) & (last >= first) & ((drug >= 0) | (line == 0))
    incomplete = np.zeros(len(until), dtype=bool)
    incomplete[patient[~usable & (patient >= 0)]] = True
    episodes = Episodes(
        row=np.arange(len(therapies)),
        patient=patient,
        drug=drug,
        first=first,
        last=last,
        prednisone_mg_day=therapies["prednisone_mg_day"].to_numpy(dtype=np.float64),
        other_disease=intent == 1,
        maintenance=intent == 0,
        reason=np.where(reason < 0, NO_REASON, reason),
        submitted_line=line,
    )
    counted = usable & (patient >= 0)
    counted &= (first <= until[patient]) if len(until) else False
    chosen = np.flatnonzero(counted)
    order = np.argsort(key(patient[chosen], first[chosen]))
    return episodes.only(chosen[order]), incomplete


@cache
def _single_doses() -> pa.Array:
    frequencies = codelist("frequencies").table
    return large_strings(tuple(frequencies.loc[frequencies["kind"] == "single", "code"]))


def running_drugs(episodes: Episodes) -> Steps:
    """The set of immunotherapies running on each day, as a bit mask over `drugs()`.

    Whatever they are given for: prednisone for asthma also holds down a myositis. Overlapping
    episodes of one drug are joined first, so that adding and taking away its bit gives the set.
    """
    given = episodes.only(episodes.is_immunotherapy)
    order, begin = runs(given.patient * len(drugs().codes) + given.drug, given.first, given.last, 0)
    first, last = given.first[order], given.last[order]
    return Steps.of(
        given.patient[order][begin],
        first[begin],
        np.maximum.reduceat(last, begin) if len(begin) else last,
        1 << given.drug[order][begin],
    )


def drug_sets(masks: Ints, nothing: str) -> tuple[Ints, tuple[str, ...]]:
    """(position of each mask's label, the labels): sorted drug codes joined by "+"."""
    found, distinct = pd.factorize(masks)
    labels = tuple(_label(int(mask)) or nothing for mask in distinct)
    return found.astype(np.int64), labels


def _label(mask: int) -> str:
    return "+".join(code for bit, code in enumerate(drugs().codes) if mask >> bit & 1)


def combination_days(running: Steps, start: Ints, until: Ints) -> Ints:
    """Days between two keys with a glucocorticoid and an immunosuppressant (drug class) running."""
    steroids = running.levels & drugs().mask(drugs().is_glucocorticoid)
    suppressants = running.levels & drugs().mask(drugs().is_immunosuppressant)
    both = (steroids != 0) & (suppressants != 0)
    return running.days_before(both, until) - running.days_before(both, start)
