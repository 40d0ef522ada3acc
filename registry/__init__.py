"""The domain of the registry: rules, findings, submissions, harmonising, outcomes, releases.

Knows none of the engines: nothing here imports pandera, great_expectations or prefect.
"""
