"""How fast, beside what else could do the same: `make bench`, or one of

python -m benchmarks.rows       row checks of labs, beside eight other ways to ask them
python -m benchmarks.outcomes   outcomes of visits, beside pandas, polars and DuckDB by hand
python -m benchmarks.path       the whole path, step by step, at 1, 10 and 100 times the sample

Machines are noisy: only ratios of one run mean anything, so the contenders of a comparison take
turns, each measurement in a process of its own, and medians are compared.
"""
