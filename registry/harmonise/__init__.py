"""The centres speak alike: names, codes, units, doses become the registry's, sources kept beside.

mapping     a centre's dialect as data; names and codes are the contract's from reading on
sources     what the centre wrote, and where the row came from
labs        one unit per analyte
serology    interpretation by assay and cut-off
therapies   one drug, one ATC code; doses in mg and prednisone equivalents
exposures   one agent, one ATC code
centres     all of it, for one centre; and several centres together
"""

from registry.harmonise.centres import harmonise, together
from registry.harmonise.sources import centre_wide

__all__ = ["centre_wide", "harmonise", "together"]
