"""The version of the definitions: a column of every outcome table."""

# Any change that can change a published outcome raises it.
ALGORITHM_VERSION = "1.0"
