"""Events: relapses, hospital stays, infections, adverse drug events, intensive care."""

from schemas.engine import Text, Whole, column
from schemas.published.table import Published, the_patient


class Events(Published):
    """One row per event the centre reported; derived relapses are in treatment_outcomes."""

    event_id: Text = column("Pseudonym of the event.", "Pseudonym des Ereignisses.", key=True)
    patient_id: Text = the_patient()
    event_day: Whole = column("Day of the event.", "Tag des Ereignisses.", unit="d")
    event_type: Text = column("Kind of event.", "Art des Ereignisses.", codes="event_types")
    therapy_id: Text = column(
        "Therapy the event is attributed to, where it is released.",
        "Therapie, der das Ereignis zugeschrieben wird, soweit freigegeben.",
        links="therapies",
    )
    seriousness: Text = column(
        "How serious the event was.", "Schwere des Ereignisses.", codes="seriousness"
    )
