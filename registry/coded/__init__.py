"""Columns of some thousand rows, text in dictionary codes: pandas' words, at the speed of numpy.

A rule's function is written for a DataFrame. Asked of `Rows`, the same words (`eq`, `isin`,
`notna`, `<=`, `&`, `.dt.days` …) are answered with numpy, and questions about text are put to the
*distinct* values only, whose answers are then spread over the rows. Words that need other rows
(`groupby`, `sort_values`, `duplicated` …) are not here: they raise, and whoever asked asks pandas.

Blank is what pandas makes of it: False in a comparison, except that a yes/no or a whole number that
is blank makes the answer unknown (`Truth.known`), as pandas' nullable types do.
"""

from registry.coded.rows import Rows, array_of, rows_of
from registry.coded.text import Distinct, Text, per_code, text_of
from registry.coded.truth import (
    Bools,
    Column,
    ToldLater,
    Truth,
    TruthOfCodes,
    all_of,
    as_bools,
    taken,
)

__all__ = [
    "Bools",
    "Column",
    "Distinct",
    "Rows",
    "Text",
    "ToldLater",
    "Truth",
    "TruthOfCodes",
    "all_of",
    "array_of",
    "as_bools",
    "per_code",
    "rows_of",
    "taken",
    "text_of",
]
