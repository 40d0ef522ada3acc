"""The release gate."""

from expectations.suite import Suite

RELEASED: tuple[Suite, ...] = ()
