"""Tables as people read them in Markdown."""

from collections.abc import Iterable

import pandas as pd


def markdown(table: pd.DataFrame) -> str:
    """A Markdown table; numbers to the right, blank where blank. Ends with a line feed."""
    right = [pd.api.types.is_numeric_dtype(dtype) for dtype in table.dtypes]
    text = table.astype("str").where(table.notna(), "")
    lines = [
        _line(table.columns),
        _line("--:" if number else "---" for number in right),
        *(_line(row) for row in text.itertuples(index=False)),
    ]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
