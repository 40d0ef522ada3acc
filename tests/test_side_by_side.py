"""A job on two cores: nothing is lost, and an error is told."""

import threading
from collections.abc import Iterator

import pytest

from registry.side_by_side import made_ahead


@pytest.mark.parametrize("many", [0, 1, 5])
def test_the_same_items_come_in_their_order(many: int) -> None:
    assert list(made_ahead(iter(range(1, many + 1)))) == [*range(1, many + 1)]


def test_the_first_is_made_before_anybody_asks_for_it() -> None:
    is_made = threading.Event()

    def items() -> Iterator[str]:
        is_made.set()
        yield "one"

    ahead = made_ahead(items())

    assert is_made.wait(timeout=10)
    assert list(ahead) == ["one"]


def test_the_next_is_made_while_one_is_looked_at() -> None:
    one_is_looked_at = threading.Event()

    def items() -> Iterator[str]:
        yield "one"
        assert one_is_looked_at.wait(timeout=10)
        yield "next"

    for item in made_ahead(items()):
        if item == "one":
            one_is_looked_at.set()
    assert item == "next"


def test_an_error_of_the_maker_is_told_after_the_items_before_it() -> None:
    def items() -> Iterator[str]:
        yield "one"
        raise ValueError("no other")

    ahead = made_ahead(items())

    assert next(ahead) == "one"
    with pytest.raises(ValueError, match="no other"):
        next(ahead)
