"""What every descriptor of a release says of it, in one place."""

NAME = "imnm-registry"
TITLE = "IMNM treatment registry: harmonised tables and outcomes"
DESCRIPTION = (
    "Harmonised tables and outcomes of patients with immune-mediated necrotizing myopathy, "
    "pseudonymised, with days counted from each patient's index day in place of calendar dates."
)
KEYWORDS = ("immune-mediated necrotizing myopathy", "treatment outcome", "patient registry")
PUBLISHER = "IMNM treatment registry"
USE = (
    "Pseudonymised personal data under controlled access: use them as the data-use agreement and "
    "each patient's consent_scope allow, and do not try to find out who anybody is."
)
PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = {
    ".parquet": PARQUET,
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
}
