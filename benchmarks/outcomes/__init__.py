"""Outcomes of visits: one definition, computed by this project and by hand in other libraries.

The definition is the core of `visit_outcomes` (definitions and sources: `registry/outcomes`):

- A line's *baseline* is its patient's last visit from 30 days before to 3 days after its start.
- A *row* is a visit and a line: the baseline itself, or a visit after it (where there is none: on
  or after the line's start), and no later than 3 days after the start of the patient's next line.
- *Enzymes* are CK, aldolase, LDH, AST, ALT as × ULN, rounded to nine decimals: the result nearest
  to the visit, at most 14 days off, the earlier of two as near. The line's enzyme is the one most
  abnormal at the baseline, the first of equals.
- *TIS*: six measures, each the absolute percent change (rounded to nine decimals) of its range
  since the baseline, banded right-closed and scored by tis_bands.csv; their sum where all six are
  known. MMT needs the same version (maximum) at both visits. The baseline itself has no score.
- *Category* by tis_thresholds.csv: adult where onset year - birth year ≥ 18, else juvenile.

Answer, one row per row as above, in any order: patient_id, visit_id, line, baseline_visit_id,
days_from_line_start, enzyme, ck_times_uln, the six scores, tis and tis_category.

The lines themselves are input, made once by `therapy_lines`: they are found in rounds, which no
query says. The input holds one visit per patient and day, and one exact result per patient, analyte
and day, so that no peer need choose; the registry's own functions look for both all the same. All
tables are in memory in the form their library works on, and so is the answer.
"""

SCORES = tuple(
    f"tis_{measure}"
    for measure in (
        *("physician_global", "patient_global", "mmt"),
        *("haq_di", "muscle_enzyme", "extramuscular"),
    )
)
COLUMNS = (
    *("patient_id", "visit_id", "line", "baseline_visit_id", "days_from_line_start"),
    *("enzyme", "ck_times_uln", *SCORES, "tis", "tis_category"),
)

# Score → column of visits, full range; MMT and the enzyme have no fixed range.
VAS = {
    "tis_physician_global": ("physician_global_vas", 10.0),
    "tis_patient_global": ("patient_global_vas", 10.0),
    "tis_haq_di": ("haq_di", 3.0),
    "tis_extramuscular": ("extramuscular_vas", 10.0),
}
BANDS = {
    **{score: column for score, (column, _) in VAS.items()},
    "tis_mmt": "mmt_score",
    "tis_muscle_enzyme": "muscle_enzyme",
}
