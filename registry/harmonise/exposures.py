"""Exposures: one agent, one ATC code."""

import pandas as pd

from registry.codelists import codelist


def with_agents(exposures: pd.DataFrame) -> pd.DataFrame:
    """`agent` filled from the ATC code, and `atc` by the agent; a foreign code stays as it was."""
    agents = codelist("exposure_agents").table.dropna(subset="atc")
    by_atc = exposures["atc"].map(agents.set_index("atc")["code"]).astype("str")
    agent = exposures["agent"].fillna(by_atc)
    atc = agent.map(agents.set_index("code")["atc"]).astype("str").fillna(exposures["atc"])
    return exposures.assign(agent=agent, atc=atc)
