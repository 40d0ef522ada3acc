"""Events: one row per relapse, admission, infection, adverse drug event or intensive care."""

from schemas.engine import Date, Table, Text, column


class Events(Table):
    """One row per event; an event that is two things (an infection, an admission) is two rows."""

    centre_id: Text = column(
        "Centre that sends the row, e.g. DE01.",
        "Zentrum, das die Zeile sendet, z. B. DE01.",
        required=True,
    )
    event_id: Text = column(
        "The centre's own key of the event, stable between submissions.",
        "Eigener Schlüssel des Ereignisses, gleich in jeder Lieferung.",
        key=True,
    )
    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
    event_date: Date = column(
        "First day of the event.", "Erster Tag des Ereignisses.", required=True
    )
    event_type: Text = column(
        "What happened.", "Was geschehen ist.", required=True, codes="event_types"
    )
    therapy_id: Text = column(
        "Therapy that the event is put down to; blank where there is none.",
        "Therapie, auf die das Ereignis zurückgeführt wird; leer, wenn es keine gibt.",
        links="therapies",
    )
    seriousness: Text = column(
        "Gravest criterion of seriousness that the event meets (ICH E2A).",
        "Schwerstes Kriterium der Schwere, das das Ereignis erfüllt (ICH E2A).",
        codes="seriousness",
    )
