"""What every published table has in common: where its rows come from, how rules are declared."""

from dataclasses import replace
from typing import Any

from registry.contract import TableSpec
from registry.rules import Home
from schemas.engine import Table, Text, Whole, column


class Published(Table):
    """Base of every published table.

    Days are counted from the patient's index day, which is day 0: the start of the first line of
    therapy; of a patient never treated the first visit; without a visit the day of diagnosis.
    Negative days lie before it. There are no calendar dates.
    """

    centre_id: Text = column(
        "Centre that sent the row, e.g. DE01.",
        "Zentrum, das die Zeile gesendet hat, z. B. DE01.",
        required=True,
    )
    submission_id: Text = column(
        "Submission the row was taken from: the centre and the hash of its content.",
        "Lieferung, aus der die Zeile stammt: das Zentrum und der Hash ihres Inhalts.",
        required=True,
    )
    source_row: Whole = column(
        "Row in the centre's file, counted from 1. A derived row gives that of the visit or "
        "patient it was derived for.",
        "Zeile in der Datei des Zentrums, ab 1 gezählt. Eine abgeleitete Zeile nennt die der "
        "Visite oder Person, für die sie abgeleitet ist.",
        required=True,
        at_least=1,
    )
    mapping_version: Text = column(
        "Version of the mapping from the centre's names, codes and units to the registry's.",
        "Fassung der Zuordnung von Namen, Codes und Einheiten des Zentrums zu denen des Registers.",
        required=True,
    )

    @classmethod
    def spec(cls, required: bool = True) -> TableSpec:
        """The table in plain words: its own columns first, where they come from last."""
        plain = super().spec(required)
        inherited = Published.__annotations__
        own = {name: c for name, c in plain.columns.items() if name not in inherited}
        return replace(plain, columns={**own, **{name: plain.columns[name] for name in inherited}})

    @classmethod
    def home(cls) -> Home:
        """The release: a submitted table of the same name never asks these rules."""
        return Home.RELEASE


def the_patient() -> Any:
    """The column `patient_id` of every table but `patients`."""
    return column(
        "Pseudonym of the patient.", "Pseudonym der Person.", required=True, links="patients"
    )
