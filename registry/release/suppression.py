"""Which counts of linked tables may be shown: none that is small, and none that gives one away.

A count of 1 to 10 people can point at one of them. Withholding it is not enough: where its row has
a total and the other counts are shown, it is a subtraction away. So further counts are withheld
until nobody who has all that is shown, and knows that counts are whole and not negative, can tell

- of a small count more than that it may be anything from 1 (or less) to 10 (or more);
- of any other withheld count more than that it lies in some range at least as wide.

Both are proved, not estimated: for each withheld count two *other tables* are found which agree
with everything shown, one in which it is low, one in which it is high. Finding the other table that
differs from the true one in as few and as small shown counts as possible says which those are, and
they are withheld too. Totals are counts like any other; a total that stands in several tables is
one count.

Threshold: CMS cell size suppression policy, counts 1-10. Method: secondary suppression by the
cheapest alternative table, Hundepool et al. 2012, Statistical Disclosure Control, ch. 4.
Not covered: what somebody knows besides, and what the difference between two releases tells.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

SMALLEST_SHOWN = 11

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def withheld(counts: Counts, sums: Counts, smallest: int = SMALLEST_SHOWN) -> Mask:
    """Which of `counts` (n,) to withhold.

    Each row of `sums` (m, n) is one sum that anybody can do: +1 at its parts, -1 at their total, so
    that `sums @ counts` is 0; ValueError where it is not.
    """
    if (sums @ counts).any():
        raise ValueError("The counts do not add up to their totals.")
    small = (counts > 0) & (counts < smallest)
    width = smallest - 2  # from 1 to the largest small count
    hidden, low, high = small.copy(), counts.copy(), counts.copy()
    while True:
        enough = np.where(small, 1 + width, low + width)
        too_low, too_high = hidden & (high < enough), small & (low > 1)
        if too_low.any():
            cell = int(np.argmax(too_low))
            other = _other_table(cell, int(enough[cell]), hidden, counts, sums)
        elif too_high.any():
            other = _other_table(int(np.argmax(too_high)), 1, hidden, counts, sums)
        else:
            return hidden
        # More withheld never tells more: a table that agrees once agrees for good.
        hidden |= other != counts
        low, high = np.minimum(low, other), np.maximum(high, other)


def _other_table(cell: int, value: int, hidden: Mask, counts: Counts, sums: Counts) -> Counts:
    """The table in which a count has this value, or lies beyond, that gives away least.

    It adds up as the true one does and differs from it in what costs least to withhold.
    """
    change = np.concatenate([sums, -sums], axis=1)  # of more and of less, both counted from 0
    this = np.zeros((1, change.shape[1]))
    this[0, [cell, cell + len(counts)]] = 1, -1
    wanted = value - counts[cell]
    beyond = (wanted, np.inf) if wanted > 0 else (-np.inf, wanted)
    found = milp(
        np.tile(np.where(hidden, 0.0, _cost(counts)), 2),
        integrality=np.ones(change.shape[1]),
        bounds=Bounds(0, np.concatenate([np.full(len(counts), np.inf), counts])),
        constraints=[LinearConstraint(change, 0, 0), LinearConstraint(this, *beyond)],
    )
    more, less = np.split(np.rint(found.x).astype("int64"), 2)
    other: Counts = counts + more - less
    if (sums @ other).any():
        raise ArithmeticError("The solver's table does not add up: nothing may be shown on it.")
    return other


def _cost(counts: Counts) -> npt.NDArray[np.float64]:
    """Of withholding a count: large ones tell analysts most; a withheld zero is a gap as well."""
    return np.where(counts == 0, 2.0, 1.0 + counts / max(1, counts.max()))
