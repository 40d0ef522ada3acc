"""Drawn examples of the rules of therapies."""

from tests.drawing import example

example(
    "TX-10",
    holds="""
        therapies
        start_date | stop_date
        2024-01-01 | 2024-02-01
        2024-01-01 | 2024-01-01
        2024-01-01 | .
    """,
    breaks="""
        therapies
        start_date | stop_date  | !
        2024-03-01 | 2024-02-01 | x
        2024-03-01 | 2024-03-02 |
    """,
)
