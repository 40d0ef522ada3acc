"""Three invented centres and the generator that made them.

Nobody in these packages exists. `cohort.cohort` draws a centre's patients, calibrated to published
cohorts; `package.write_package` writes them as a submission; `dialect` says them in a centre's own
words; `python -m sample_data.generate` does all three.
"""
