"""Row checks of labs: the same checks, the same file and the same answer from every contender.

checks.py      the checks as plain data: codes, units, ranges, and what each of them asks
data.py        labs.parquet of any size with planted defects, and its patients and visits
pandas_masks   the checks as pandas expressions, for the peers that run on pandas
polars_masks   the checks as polars expressions, for the peers that run on polars
peers/         one module per contender: `prepare(facts)` declares, `check(folder, prepared)` asks

The answer is, for every check, the numbers (from 1) of *all* rows that fail it.
"""
