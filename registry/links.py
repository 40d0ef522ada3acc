"""Whether ids are there: Series.isin makes a Python object of every id, and Arrow does not."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def among(ids: pd.Series, keys: pd.Series) -> pd.Series:
    """Whether each id is one of `keys`; a blank never is."""
    found = pc.is_in(_texts(ids), value_set=_texts(keys.dropna()))
    return pd.Series(found.to_numpy(zero_copy_only=False), index=ids.index, dtype=bool)


def _texts(values: pd.Series) -> pa.Array:
    texts = pa.array(values, from_pandas=True)
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return whole.cast(pa.large_string())
