"""How active each patient's disease is on any day: the one latent curve that all measures follow.

Activity is 1 before treatment and falls towards a floor; each turning point (a relapse, or the
decision that a line does not work) starts a new fall. Strength, globals, enzymes and therapies all
read this curve, which is what makes them agree with each other. Relapse on taper 40–65 %, rescue
for inefficacy in a quarter: domain dossier §8.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data.chance import NEVER, Days, Flags, Floats, Rng, happens, lognormal

TURNS = 3


@dataclass(frozen=True)
class Course:
    """Arrays of shape (patients, TURNS); the first turning point is the start of line 1.

    `turn` is the day (NEVER: it does not come), `relapse` whether activity flared on it, `peak`
    the activity on it, `floor` where it falls to and `pace` in how many days (time constant).
    """

    turn: Days
    relapse: Flags
    peak: Floats
    floor: Floats
    pace: Floats

    def activity(self, person: Days, day: Days) -> Floats:
        """Disease activity, 0 to about 1, of `person` (row number) on `day`; both of shape (m,)."""
        active = np.ones(len(day))
        for k in range(TURNS):
            since = day - self.turn[person, k]
            floor, peak = self.floor[person, k], self.peak[person, k]
            fallen = floor + (peak - floor) * np.exp(-np.maximum(since, 0) / self.pace[person, k])
            active = np.where(since >= 0, fallen, active)
        return active


def draw_course(people: pd.DataFrame, rng: Rng) -> Course:
    """A course for each of `people`; turning points in the last month of observation are left."""
    n = len(people)
    fails = happens(rng, np.where(people["subtype"].eq("anti_srp"), 0.3, 0.24), n)
    fails &= ~people["untreated"].to_numpy()
    turn, relapse = _draw_turns(people, fails, rng)
    floor = np.stack([_draw_floor(fails, rng), *(_draw_floor(fails & False, rng) for _ in "23")], 1)
    pace = np.stack([lognormal(rng, days, 0.45, n) for days in (270, 130, 130)], axis=1)
    pace[:, 0] *= np.where(people["untreated"], 2, 1)
    peak = np.ones((n, TURNS))
    course = Course(turn, relapse, peak, floor, pace)
    for k in range(1, TURNS):  # what a line starts from without a flare is what the last one left
        before = course.activity(np.arange(n), turn[:, k] - 1)
        peak[:, k] = np.where(relapse[:, k], before + rng.uniform(0.35, 0.6, n), before)
    return course


def _draw_turns(people: pd.DataFrame, fails: Flags, rng: Rng) -> tuple[Days, Flags]:
    n, start = len(people), people["start"].to_numpy()
    may_relapse = ~fails & ~people["untreated"].to_numpy()
    relapses = may_relapse & happens(rng, 0.6, n)
    first = np.where(fails, start + rng.integers(125, 215, n), start + rng.integers(240, 900, n))
    first = np.where(fails | relapses, first, NEVER)
    again = happens(rng, 0.35, n) & (first < NEVER)
    second = np.where(again, first + rng.integers(300, 1000, n), NEVER)
    latest = people["last"].to_numpy() - 30
    turn = np.stack([start, *(np.where(t <= latest, t, NEVER) for t in (first, second))], axis=1)
    return turn, np.stack([np.zeros(n, bool), relapses, again], axis=1)


def _draw_floor(fails: Flags, rng: Rng) -> Floats:
    """What treatment leaves of activity: nothing in two thirds, most of it where the line fails."""
    n = len(fails)
    quiet = happens(rng, 0.65, n)
    left = np.where(quiet, 0, rng.uniform(0.03, 0.25, n))
    return np.where(fails, rng.uniform(0.7, 0.95, n), left)
