"""Prefect's home: when and where the path is walked; `path` and `cli` know no Prefect."""

from flows import settings  # noqa: F401  (Prefect reads its settings when it is imported)
