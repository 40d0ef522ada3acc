"""Prefect's home: when and where the path is walked. `path` and `cli` themselves know no Prefect."""
