"""Labs: what a result needs beside it to be of use."""

from expectations import gx
from expectations.suite import Expectations, table_suite
from registry.codelists import codelist
from registry.rules import Category, Severity

labs = table_suite("labs")


@labs.rule(
    "CMP-04",
    Severity.QUERY,
    Category.COMPLETENESS,
    on="upper_limit_normal",
    source="NIEHS IMACS response criteria page; reference intervals (PMC4975217 T3)",
    en="Many results of a muscle enzyme lack their upper limit of normal. Send the limit that "
    "your laboratory printed beside the result, in the same unit.",
    de="Bei vielen Ergebnissen eines Muskelenzyms fehlt der obere Normwert. Bitte den Grenzwert "
    "mitsenden, den Ihr Labor neben das Ergebnis gedruckt hat, in derselben Einheit.",
)
def give_the_upper_limit_of_normal_beside_every_muscle_enzyme() -> Expectations:
    """The response score counts in multiples of it, and laboratories differ by a factor of two."""
    analytes = codelist("analytes").table
    return [
        gx.ExpectColumnValuesToNotBeNull(
            column="upper_limit_normal",
            row_condition=(gx.Column("analyte") == enzyme) & gx.Column("value").is_not_null(),
            mostly=0.95,
            meta={"group": enzyme},
        )
        for enzyme in analytes["code"][analytes["is_tis_enzyme"]]
    ]
