"""Serology: one row per antibody result."""

from schemas.engine import Number, Text, Whole, column
from schemas.published.table import Published, the_patient


class Serology(Published):
    """One row per antibody result. Values of different assays are not comparable, nor converted."""

    serology_id: Text = column("Pseudonym of the result.", "Pseudonym des Ergebnisses.", key=True)
    patient_id: Text = the_patient()
    sample_day: Whole = column("Day the sample was taken.", "Tag der Probenentnahme.", unit="d")
    antibody: Text = column(
        "Antibody tested for.", "Untersuchter Antikörper.", required=True, codes="antibodies"
    )
    assay: Text = column("Method of the test.", "Methode der Untersuchung.", codes="assays")
    value: Number = column("Result, in unit.", "Ergebnis, in unit.")
    value_comparator: Text = column(
        "How the true value compares with value; blank means equal.",
        "Wie sich der wahre Wert zu value verhält; leer heißt gleich.",
        codes="comparators",
    )
    unit: Text = column("Unit of value and cutoff.", "Einheit von value und cutoff.", codes="units")
    cutoff: Number = column(
        "Value from which the laboratory calls the test positive, in unit.",
        "Wert, ab dem das Labor den Test positiv nennt, in unit.",
    )
    interpretation: Text = column(
        "Result in the laboratory's own words.",
        "Ergebnis im Urteil des Labors.",
        codes="interpretations",
    )
    interpretation_absent: Text = column(
        "Why interpretation is blank: not tested is not negative.",
        "Warum interpretation leer ist: nicht untersucht ist nicht negativ.",
        codes="absent_reasons",
    )
    derived_interpretation: Text = column(
        "Result by the assay's cut-offs in the registry or the laboratory's own; blank where "
        "neither applies. It stands beside interpretation and never replaces it.",
        "Ergebnis nach den Grenzwerten des Tests im Register oder dem des Labors; leer, wo keiner "
        "gilt. Es steht neben interpretation und ersetzt sie nie.",
        codes="interpretations",
    )
