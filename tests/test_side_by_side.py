"""A job on two cores: nothing is done twice, nothing is left, nothing comes too early."""

import threading

import pytest

from registry.side_by_side import by_two_threads


def test_every_job_is_done_once_with_each_item_and_one_item_after_the_other():
    done = []
    by_two_threads(iter("abc"), range(100), lambda item, job: done.append((item, job)))
    assert [item for item, _ in done] == ["a"] * 100 + ["b"] * 100 + ["c"] * 100
    assert sorted(done) == [(item, job) for item in "abc" for job in range(100)]


def test_both_threads_do_jobs():
    both_are_here = threading.Barrier(2, timeout=10)
    by_two_threads(iter("a"), range(2), lambda item, job: both_are_here.wait())


@pytest.mark.parametrize("job", [0, 1], ids=["of the first thread", "of the other"])
def test_an_error_is_told_whichever_thread_it_happens_in(job):
    both_are_here = threading.Barrier(2, timeout=10)

    def do(item, which):
        both_are_here.wait()
        if which == job:
            raise ValueError(f"job {which}")

    with pytest.raises(ValueError, match=f"job {job}"):
        by_two_threads(iter("ab"), range(2), do)
