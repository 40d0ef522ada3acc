"""The contract's tables as the generator fills them."""

import pandas as pd

from registry.tables import PANDAS
from schemas.submitted import CONTRACT

__all__ = ["CONTRACT", "Tables", "conform"]

Tables = dict[str, pd.DataFrame]


def conform(table: str, frame: pd.DataFrame, centre: str) -> pd.DataFrame:
    """`frame` with exactly the contract's columns in order and type, rows numbered from 1.

    What the frame does not hold is missing in every row; what the contract does not hold is left.
    """
    columns = CONTRACT[table].columns
    filled = frame.assign(centre_id=centre).reindex(columns=list(columns))
    typed = filled.astype({name: PANDAS[column.kind] for name, column in columns.items()})
    return typed.set_axis(pd.RangeIndex(1, len(typed) + 1))
