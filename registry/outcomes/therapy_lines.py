"""Lines of therapy, derived from the episodes and compared with what the centre submitted.

    0      statin withdrawal alone: from the withdrawal until immunotherapy begins
    1      the first immunotherapy, and everything that joins it within 60 days
    2, 3 … a later addition for inefficacy or toxicity, and what joins that within 60 days

An *addition* is a drug that begins more than 60 days after the line's start and has not run during
the line before. It opens the next line unless it is

- a switch for tolerability inside a class: a drug of the same class began earlier, ended within 60
  days of the addition (before or after), and not for inefficacy; or
- maintenance (`intent`), with no drug ended for inefficacy or toxicity within 60 days of it.

An addition with no reason stated opens a line: a drug that is added after the first two months is
added because the others did not suffice. All glucocorticoids are one drug here: a pulse, a changed
dose, or prednisolone for prednisone opens no line. A drug that is taken up again in the line it has
run in opens none either. Drugs given for another disease, antimalarials and supportive drugs belong
to no line. Source: `outcomes.md`; domain dossier section 6, a proposal of the registry.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from registry.outcomes import columns
from registry.outcomes.episodes import (
    INEFFICACY,
    NO_LINE,
    NO_REASON,
    STATIN_WITHDRAWAL,
    STOP_REASONS,
    TOXICITY,
    Episodes,
    drug_sets,
    drugs,
    read_episodes,
)
from registry.outcomes.keys import (
    FOREVER,
    NEVER,
    Flags,
    Ints,
    beginnings,
    dates,
    expand,
    identifiers,
    key,
    last_before,
    positions,
    runs,
)

JOINS_WITHIN_DAYS = 60


@dataclass(frozen=True)
class Lines:
    """One entry per line, sorted by patient and start."""

    patient: Ints
    number: Ints
    start: Ints
    next_start: Ints  # FOREVER for a patient's last line
    stop: Ints  # first day of the next line or last day of any of the line's drugs; FOREVER
    stop_reason: Ints  # position in STOP_REASONS; NO_REASON
    regimen: Ints  # bit mask over drugs(); 0 for statin withdrawal
    submitted: Ints  # the centre's number for the episode that opens the line; NO_LINE
    agrees: Flags  # every episode of the line that has a submitted number has this one
    comparable: Flags  # at least one has

    @property
    def keys(self) -> Ints:
        return key(self.patient, self.start)


def therapy_lines(therapies: pd.DataFrame) -> pd.DataFrame:
    """Derived lines: patient_id, line, start_date, stop_date, regimen, stop_reason, submitted_line,
    line_agrees. Key patient_id, line; `therapies` as harmonised, in any order."""
    people = identifiers(therapies["patient_id"])
    episodes, _ = _all_episodes(therapies)
    lines = find_lines(episodes)
    return pd.DataFrame(
        {
            "patient_id": columns.identifiers(people, lines.patient),
            "line": columns.whole(lines.number, lines.number >= 0),
            "start_date": dates(lines.start),
            "stop_date": dates(lines.stop),
            "regimen": columns.text(*regimens(lines)),
            "stop_reason": columns.text(_reason_codes(lines), STOP_REASONS),
            "submitted_line": columns.whole(lines.submitted, lines.submitted != NO_LINE),
            "line_agrees": columns.yes_no_where(lines.comparable, lines.agrees),
        }
    )


def episode_lines(therapies: pd.DataFrame) -> pd.DataFrame:
    """For every row of `therapies`, in its order: therapy_id, line, submitted_line, line_agrees.

    `line` is the derived one, blank for an episode that belongs to none.
    """
    episodes, _ = _all_episodes(therapies)
    lines = find_lines(episodes)
    derived = np.full(len(therapies), NO_LINE)
    submitted = np.full(len(therapies), NO_LINE)
    at = _line_of(episodes, lines)
    derived[episodes.row[at >= 0]] = lines.number[at[at >= 0]]
    submitted[episodes.row] = episodes.submitted_line
    both = (derived != NO_LINE) & (submitted != NO_LINE)
    return pd.DataFrame(
        {
            "therapy_id": therapies["therapy_id"].array,
            "line": columns.whole(derived, derived != NO_LINE),
            "submitted_line": columns.whole(submitted, submitted != NO_LINE),
            "line_agrees": columns.yes_no_where(both, derived == submitted),
        }
    )


def _all_episodes(therapies: pd.DataFrame) -> tuple[Episodes, Flags]:
    people = identifiers(therapies["patient_id"])
    patient = positions(therapies["patient_id"], people)
    return read_episodes(therapies, patient, np.full(len(people), FOREVER))


def regimens(lines: Lines) -> tuple[Ints, tuple[str, ...]]:
    """(position of each line's label, labels): the codes of its drugs, sorted, joined by "+".

    A line's drugs are those that begin in its first 60 days or go on from the line before.
    """
    return drug_sets(lines.regimen, nothing=STATIN_WITHDRAWAL)


def find_lines(episodes: Episodes) -> Lines:
    """The lines of every patient, by the rules of this module."""
    given = episodes.only(episodes.is_immunotherapy & ~episodes.other_disease)
    agents = _agent_runs(given)
    patient, start = _openings(agents)
    withdrawn_from, withdrawn = _withdrawals(episodes, patient, start)
    patient, start = np.r_[patient, withdrawn_from], np.r_[start, withdrawn]
    is_zero = np.r_[np.zeros(len(patient) - len(withdrawn), bool), np.ones(len(withdrawn), bool)]
    order = np.argsort(key(patient, start))
    patient, start, is_zero = patient[order], start[order], is_zero[order]
    has_next = np.r_[patient[1:] == patient[:-1], False][: len(patient)]
    next_start = np.where(has_next, np.roll(start, -1), FOREVER)
    stop = np.minimum(next_start, np.where(is_zero, FOREVER, _last_day(given, patient, next_start)))
    submitted, agrees, comparable = _compared(episodes, key(patient, start), is_zero)
    return Lines(
        patient=patient,
        number=_numbers(patient, is_zero),
        start=start,
        next_start=next_start,
        stop=stop,
        stop_reason=np.where(is_zero, NO_REASON, _stop_reasons(agents, key(patient, start), stop)),
        regimen=np.where(is_zero, 0, _regimens(given, key(patient, start))),
        submitted=submitted,
        agrees=agrees,
        comparable=comparable,
    )


# --- how long each drug ran, and why it ended ---------------------------------------------------


@dataclass(frozen=True)
class AgentRuns:
    """One entry per uninterrupted use of an agent (pauses of up to 60 days do not interrupt)."""

    patient: Ints
    agent: Ints
    drug_class: Ints
    first: Ints
    last: Ints
    last_before: Ints  # when the same agent's former run ended; NEVER
    maintenance: Flags  # every episode of its first day is
    reason: Ints  # gravest of the episodes that end it


def _agent_runs(given: Episodes) -> AgentRuns:
    agent = drugs().agent[given.drug]
    group = given.patient * (len(drugs().codes) + 1) + agent
    order, begin = runs(group, given.first, given.last, JOINS_WITHIN_DAYS)
    if not len(order):
        none = np.empty(0, dtype=np.int64)
        return AgentRuns(none, none, none, none, none, none, none.astype(bool), none)
    of_run = np.repeat(np.arange(len(begin)), np.diff(np.r_[begin, len(order)]))
    first, last = given.first[order], given.last[order]
    run_first, run_last = first[begin], np.maximum.reduceat(last, begin)
    ends = last == run_last[of_run]
    later = first > run_first[of_run]
    same_agent = group[order][begin][1:] == group[order][begin][:-1]
    return AgentRuns(
        patient=given.patient[order][begin],
        agent=agent[order][begin],
        drug_class=drugs().drug_class[given.drug[order][begin]],
        first=run_first,
        last=run_last,
        last_before=np.r_[NEVER, np.where(same_agent, run_last[:-1], NEVER)],
        maintenance=np.logical_and.reduceat(given.maintenance[order] | later, begin),
        reason=np.minimum.reduceat(np.where(ends, given.reason[order], NO_REASON), begin),
    )


# --- where lines begin ----------------------------------------------------------------------------


def _openings(agents: AgentRuns) -> tuple[Ints, Ints]:
    """(patient, start) of the lines from 1 on; one round per line, all patients at once."""
    additions = _may_open(agents)
    patients, starts = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    left = np.arange(len(agents.patient))
    opens = np.ones(len(left), dtype=bool)
    while opens.any():
        patient, start = _earliest(agents.patient[left[opens]], agents.first[left[opens]])
        patients.append(patient)
        starts.append(start)
        at = np.minimum(np.searchsorted(patient, agents.patient[left]), len(patient) - 1)
        latest = np.where(patient[at] == agents.patient[left], start[at], FOREVER)
        later = agents.first[left] > latest + JOINS_WITHIN_DAYS
        left, latest = left[later], latest[later]
        opens = additions[left] & (agents.last_before[left] <= latest)
    return np.concatenate(patients), np.concatenate(starts)


def _earliest(patient: Ints, first: Ints) -> tuple[Ints, Ints]:
    """The earliest day of each patient; `patient` is sorted."""
    begin = beginnings(patient)
    return patient[begin], np.minimum.reduceat(first, begin) if len(begin) else first


def _may_open(agents: AgentRuns) -> Flags:
    """Whether a run, were it new to the line, would open the next: see the module."""
    ended = np.argsort(key(agents.patient, agents.last))
    keys = key(agents.patient, agents.last)[ended]
    around = key(agents.patient, agents.first)
    run, position = expand(
        np.searchsorted(keys, around - JOINS_WITHIN_DAYS, side="left"),
        np.searchsorted(keys, around + JOINS_WITHIN_DAYS, side="right"),
    )
    other = ended[position]
    replaced = agents.agent[other] != agents.agent[run]
    replaced &= agents.first[other] < agents.first[run]
    run, other = run[replaced], other[replaced]
    same_class = agents.drug_class[other] == agents.drug_class[run]
    inefficacy = agents.reason[other] == INEFFICACY
    failed = inefficacy | (agents.reason[other] == TOXICITY)
    rows = len(agents.patient)
    switch = _any_of(run[same_class], rows) & ~_any_of(run[same_class & inefficacy], rows)
    return ~switch & (~agents.maintenance | _any_of(run[failed], rows))


def _any_of(members: Ints, rows: int) -> Flags:
    found = np.zeros(rows, dtype=bool)
    found[members] = True
    return found


def _withdrawals(episodes: Episodes, patient: Ints, start: Ints) -> tuple[Ints, Ints]:
    """(patient, day) of statin withdrawals that come before any immunotherapy."""
    withdrawn = episodes.only(episodes.is_statin_withdrawal)
    who, day = _earliest(withdrawn.patient, withdrawn.first)
    first_line = np.full(int(max(who.max(initial=-1), patient.max(initial=-1))) + 1, FOREVER)
    np.minimum.at(first_line, patient, start)
    alone = day < first_line[who]
    return who[alone], day[alone]


def _numbers(patient: Ints, is_zero: Flags) -> Ints:
    """Lines are counted from 0 where statin withdrawal came first, from 1 elsewhere."""
    begin = beginnings(patient)
    length = np.diff(np.r_[begin, len(patient)])
    before_first = np.repeat(begin - np.where(is_zero[begin], 0, 1), length)
    numbers: Ints = np.arange(len(patient)) - before_first
    return numbers


# --- what a line consists of ----------------------------------------------------------------------


def _line_of(episodes: Episodes, lines: Lines) -> Ints:
    """The line during which each episode begins; -1 for none and for drugs that form no line."""
    at = last_before(lines.keys, key(episodes.patient, episodes.first))
    forms = episodes.is_immunotherapy & ~episodes.other_disease
    return np.where(forms | episodes.is_statin_withdrawal, at, -1)


def _regimens(given: Episodes, line_keys: Ints) -> Ints:
    """Drugs that begin in a line's first 60 days, or ran before and go on past its first day."""
    earliest, latest = given.first - JOINS_WITHIN_DAYS, np.maximum(given.last - 1, given.first)
    episode, line = expand(
        np.searchsorted(line_keys, key(given.patient, earliest), side="left"),
        np.searchsorted(line_keys, key(given.patient, latest), side="right"),
    )
    masks, drug = np.zeros(len(line_keys), dtype=np.int64), given.drug[episode]
    for member in np.flatnonzero(np.bincount(drug)):
        masks[line[drug == member]] |= 1 << member
    return masks


def _last_day(given: Episodes, patient: Ints, until: Ints) -> Ints:
    """The last day on which any drug ran that began before `until`."""
    reached = np.maximum.accumulate(key(given.patient, given.last))
    begun = key(given.patient, given.first)
    at = np.searchsorted(begun, key(patient, until), side="left") - 1
    return reached[at] - key(patient, np.zeros_like(patient)) if len(reached) else until


def _stop_reasons(agents: AgentRuns, line_keys: Ints, stop: Ints) -> Ints:
    """The gravest reason of the drugs of this or an earlier line that ended near the line's stop.

    NO_REASON where the line goes on, or where a drug was added and none ended.
    """
    ended = np.argsort(key(agents.patient, agents.last))
    keys = key(agents.patient, agents.last)[ended]
    patient = (line_keys + FOREVER) >> 32
    line, position = expand(
        np.searchsorted(keys, key(patient, stop - JOINS_WITHIN_DAYS), side="left"),
        np.searchsorted(keys, key(patient, stop + JOINS_WITHIN_DAYS), side="right"),
    )
    run = ended[position]
    begun_in = last_before(line_keys, key(agents.patient, agents.first))[run]
    counted = (begun_in <= line) & (stop[line] < FOREVER)
    reasons = np.full(len(line_keys), NO_REASON)
    np.minimum.at(reasons, line[counted], agents.reason[run[counted]])
    return reasons


def _compared(episodes: Episodes, line_keys: Ints, is_zero: Flags) -> tuple[Ints, Flags, Flags]:
    """Per line (number submitted with its opening, whether all submitted agree, whether any is)."""
    number = _numbers((line_keys + FOREVER) >> 32, is_zero)
    forms = (episodes.is_immunotherapy & ~episodes.other_disease) | episodes.is_statin_withdrawal
    numbered = episodes.only(forms & (episodes.submitted_line != NO_LINE))
    keys = key(numbered.patient, numbered.first)
    line = last_before(line_keys, keys)
    numbered, keys, line = numbered.only(line >= 0), keys[line >= 0], line[line >= 0]
    submitted = np.full(len(line_keys), FOREVER)
    opening = keys == line_keys[line]
    np.minimum.at(submitted, line[opening], numbered.submitted_line[opening])
    differs = _any_of(line[numbered.submitted_line != number[line]], len(line_keys))
    given = _any_of(line, len(line_keys))
    return np.where(submitted < FOREVER, submitted, NO_LINE), ~differs, given


def _reason_codes(lines: Lines) -> Ints:
    return np.where(lines.stop_reason == NO_REASON, -1, lines.stop_reason)
