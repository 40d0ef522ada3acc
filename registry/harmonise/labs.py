"""Laboratory results in the canonical unit of their analyte."""

import pandas as pd

from registry.harmonise.sources import CONVERTED
from registry.units import canonical_unit, to_canonical, unit_factor


def in_canonical_units(labs: pd.DataFrame) -> pd.DataFrame:
    """Value and limits of normal in the analyte's canonical unit, `unit_factor` beside them.

    Where the analyte is not measured in the unit, nothing can be said in another: value, limits
    and unit are blank, and only the source columns tell what was sent.
    """
    analyte, unit = labs["analyte"], labs["unit"]
    factor = unit_factor(analyte, unit)
    numbers = {name: to_canonical(labs[name], analyte, unit) for name in CONVERTED["labs"]}
    return labs.assign(
        **numbers,
        unit=canonical_unit(analyte).where(factor.notna()),
        unit_factor=factor.astype("float64"),
    )
