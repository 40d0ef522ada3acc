"""The geometry of a line chart as SVG: scales, ticks and paths; the template draws them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from registry.report.course import Course

LEFT, RIGHT, TOP, BOTTOM = 64, 68, 12, 52  # pixels around the plot, for ticks and words
CURVES_DRAWN = 300  # more only make the picture black and the page heavy

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tick:
    """A place on an axis, in pixels, and the number that stands there."""

    at: float
    value: float


@dataclass(frozen=True)
class Chart:
    """A chart ready to be drawn. `curves` are path data; `drawn` of `n` curves are among them."""

    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    curves: tuple[str, ...]
    median: str
    dots: tuple[tuple[float, float], ...]
    drawn: int
    n: int
    width: int
    height: int

    left, top = LEFT, TOP

    @property
    def right(self) -> int:
        return self.width - RIGHT

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM


def chart(course: Course, *, logarithmic: bool, width: int, height: int) -> Chart:
    """Lay a course out in so many pixels. An axis that is not logarithmic goes from 0 to 100."""
    values = course.points["value"]
    last = max(12.0, float(np.ceil(course.points["month"].max() / 12) * 12))
    first = min(0.0, float(course.points["month"].min()))
    low, high = _decades(values) if logarithmic else (0.0, 100.0)

    def x_of(months: pd.Series) -> Floats:
        share = (months.to_numpy(np.float64) - first) / (last - first)
        return np.round(LEFT + share * (width - LEFT - RIGHT), 1)

    def y_of(numbers: pd.Series) -> Floats:
        clipped = numbers.to_numpy(np.float64).clip(low, high)
        share = (
            np.log10(clipped / low) / np.log10(high / low)
            if logarithmic
            else (clipped - low) / (high - low)
        )
        return np.round(height - BOTTOM - share * (height - BOTTOM - TOP), 1)

    points = _some(course.points)
    months = np.arange(0, last + 1, 6 if last <= 36 else 12)
    marks = (
        10.0 ** np.arange(np.log10(low), np.log10(high) + 1)
        if logarithmic
        else np.arange(low, high + 1, 20)
    )
    xs, ys = x_of(course.median["month"]), y_of(course.median["value"])
    return Chart(
        x=_ticks(x_of(pd.Series(months)), months),
        y=_ticks(y_of(pd.Series(marks)), marks),
        curves=_paths(points["curve"], x_of(points["month"]), y_of(points["value"])),
        median="".join(_paths(pd.Series(0, index=range(len(xs))), xs, ys)),
        dots=tuple(zip(xs.tolist(), ys.tolist(), strict=True)),
        drawn=int(points["curve"].nunique()),
        n=course.n,
        width=width,
        height=height,
    )


def _decades(values: pd.Series) -> tuple[float, float]:
    """Whole powers of ten around the values, 1 (the limit of normal) among them."""
    low = np.floor(np.log10(np.clip(values.min(), 0.01, 1)))
    high = np.ceil(np.log10(np.clip(values.max(), 10, 10_000)))
    return float(10.0**low), float(10.0**high)


def _some(points: pd.DataFrame) -> pd.DataFrame:
    """Every k-th curve where there are too many to draw."""
    curves = points["curve"].unique()
    every = -(-len(curves) // CURVES_DRAWN)
    return points[points["curve"].isin(curves[:: max(every, 1)])]


def _ticks(at: Floats, values: Floats) -> tuple[Tick, ...]:
    return tuple(Tick(*pair) for pair in zip(at.tolist(), values.tolist(), strict=True))


def _paths(curve: pd.Series, x: Floats, y: Floats) -> tuple[str, ...]:
    """One path per curve; a curve of a single point is a dot (round line cap)."""
    if not len(x):
        return ()
    numbers = curve.to_numpy()
    first = np.r_[True, numbers[1:] != numbers[:-1]]
    place = pd.Series(np.where(first, "M", "L")) + pd.Series(x).map("{:g}".format)
    pieces = place + " " + pd.Series(y).map("{:g}".format)
    joined = pieces.groupby(numbers, sort=False).agg("".join)
    single = pieces.groupby(numbers, sort=False).size() == 1
    return tuple(joined.where(~single, joined + "h0"))
