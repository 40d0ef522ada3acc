"""Intake: what every package passes before anything of ours looks at its tables.

limits.py     how much of anything a package may have, each with its reason
files.py      a folder or zip → the files that may be looked at, and those that may not
manifest.py   the bytes of datapackage.json → a JSON object, or nothing
reader.py     runs in a process of its own: one Parquet file after another → plain columns
reading.py    starts that process, believes nothing it says, starts another when it dies
personal.py   what must not stand in a pseudonymised submission: names, addresses, numbers
rules.py      the rules that say all this to the centre
"""
