"""Ranges that do not overlap, the nearest result, and one fault per step of a patient's CK."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.laboratory import ck_course, in_range, makes_sense_in_its_unit, near
from schemas.submitted import CONTRACT
from tests.drawing import draw

CK_RULES = ("LAB-05", "LAB-06", "LAB-07", "LAB-08")
DAY = pd.Timestamp("2024-01-01")


ONE = draw("labs\npatient_id | analyte\nP1 | ck", CONTRACT).tables["labs"]


def ck(values: list[float], days: list[int], unit: str = "U/L") -> pd.DataFrame:
    """One patient's CK results, ULN 200."""
    labs = ONE.loc[[1] * len(values)].set_axis(range(1, len(values) + 1))
    dates = (DAY + pd.to_timedelta(days, unit="D")).astype("datetime64[s]")
    return labs.assign(value=values, collected_date=dates, unit=unit, upper_limit_normal=200.0)


@given(st.floats(0, 1e7), st.sampled_from(["U/L", "ukat/L"]))
def test_a_ck_is_outside_one_range_at_most(value: float, unit: str) -> None:
    labs = ck([value], [0], unit)
    outside = [bool(~in_range(labs, rule).iloc[0]) for rule in CK_RULES]

    assert sum(outside) <= 1
    if not makes_sense_in_its_unit(labs).iloc[0]:
        assert unit == "ukat/L"
        assert not outside[0]
        assert not outside[3]


@given(st.lists(st.tuples(st.floats(0, 3e6), st.integers(0, 40)), min_size=1, max_size=8))
def test_a_step_of_ck_has_one_fault_at_most(results: list[tuple[float, int]]) -> None:
    labs = ck([value for value, _ in results], [day for _, day in results])

    course = ck_course(labs)

    assert list(course.index) == list(labs.index)
    assert course.fillna(False).sum(axis="columns").max() <= 1


@settings(max_examples=15)
@given(st.lists(st.tuples(st.floats(10, 2e5), st.integers(0, 40)), max_size=8), st.randoms())
def test_the_order_of_rows_does_not_matter(results: list[tuple[float, int]], random) -> None:  # type: ignore[no-untyped-def]
    results = list({day: (value, day) for value, day in results}.values())
    labs = ck([value for value, _ in results], [day for _, day in results])
    shuffled = labs.sample(frac=1, random_state=random.randrange(1000))

    pd.testing.assert_frame_equal(ck_course(shuffled).sort_index(), ck_course(labs))


def test_the_nearest_row_of_the_same_patient() -> None:
    drawn = draw(
        """
        visits
        patient_id | visit_date
        P1         | 2024-02-01
        P2         | 2024-02-01
        P1         | .
        P1         | 2024-06-01

        labs
        patient_id | collected_date | value
        P1         | 2024-02-10     | 1
        P1         | 2024-01-25     | 2
        P2         | 2024-02-20     | 3
        .          | 2024-06-01     | 4
        """,
        CONTRACT,
    ).tables
    results = drawn["labs"][["patient_id", "collected_date", "value"]]

    found = near(drawn["visits"], "visit_date", results, "collected_date", 14)

    assert list(found.columns) == list(results.columns)
    assert list(found["value"].fillna(0)) == [2, 0, 0, 0]
    assert list(found.index) == [1, 2, 3, 4]


def test_only_earlier_rows_when_looking_backward() -> None:
    rows, same = ck([1, 2, 3], [0, 3, 4]), ck([9], [0])[["patient_id", "collected_date", "value"]]

    found = near(rows, "collected_date", same, "collected_date", 3, "backward", same_day=False)

    assert list(found["value"].notna()) == [False, True, False]
