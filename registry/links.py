"""Whether ids are there: Series.isin makes a Python object of every id, and Arrow does not."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(_texts(ids), value_set=_texts(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


def repeated(keys: pd.Series) -> pd.Series:
    """Whether each key stands in an earlier row already; blanks do not repeat each other.

    Keys that a program numbers are in order, and then one comparison with the next tells.
    """
    filled = keys.dropna()
    texts = _texts(filled)
    if pc.all(pc.less(texts[:-1], texts[1:])).as_py() is not False:
        return pd.Series(False, index=keys.index)
    return filled.duplicated().reindex(keys.index, fill_value=False)


def _texts(values: pd.Series) -> pa.Array:
    texts = pa.array(values, from_pandas=True)
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return whole.cast(pa.large_string())
