"""Exposures: statins and immune checkpoint inhibitors before onset."""

from schemas.engine import Number, Text, Whole, YesNo, column
from schemas.published.table import Published, the_patient


class Exposures(Published):
    """One row per exposure to a drug that can trigger the disease."""

    exposure_id: Text = column("Pseudonym of the exposure.", "Pseudonym der Exposition.", key=True)
    patient_id: Text = the_patient()
    agent: Text = column(
        "Statin or immune checkpoint inhibitor.",
        "Statin oder Immuncheckpoint-Inhibitor.",
        codes="exposure_agents",
    )
    atc: Text = column("ATC code of the agent.", "ATC-Code des Wirkstoffs.")
    dose_mg: Number = column("Dose per day.", "Dosis pro Tag.", unit="mg/d", at_least=0)
    start_day: Whole = column("First day of the exposure.", "Erster Tag der Exposition.", unit="d")
    stop_day: Whole = column(
        "Last day of the exposure; blank while it goes on.",
        "Letzter Tag der Exposition; leer, solange sie dauert.",
        unit="d",
    )
    withdrawn_permanently: YesNo = column(
        "Whether the agent was stopped for good.", "Ob der Wirkstoff auf Dauer abgesetzt wurde."
    )
