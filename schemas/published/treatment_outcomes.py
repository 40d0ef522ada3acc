"""Treatment outcomes: one row per line of therapy, derived by `registry.outcomes`."""

from typing import Any

from registry.outcomes import tis
from schemas.engine import Number, Text, Whole, YesNo, column
from schemas.published.table import Published

_AT_MONTHS = "the visit with a TIS nearest to it, at most 45 days off"
_ZU_MONATEN = "der nächstgelegenen Visite mit TIS, höchstens 45 Tage entfernt"


def _tis(en: str, de: str) -> Any:
    return column(en, de, unit="{score}", at_least=0, at_most=tis.MAXIMUM)


def _tis_at(months: int) -> Any:
    return _tis(
        f"TIS at {months} months: of {_AT_MONTHS}.", f"TIS nach {months} Monaten: {_ZU_MONATEN}."
    )


def _category_at(months: int) -> Any:
    return column(
        f"Response at {months} months: none, minimal, moderate, major.",
        f"Ansprechen nach {months} Monaten: none (keines), minimal, moderate (mäßig), major "
        "(stark).",
    )


def _days_at(months: int) -> Any:
    return column(
        f"Days from the line's start to the visit that tis_{months}m is of.",
        f"Tage vom Beginn der Linie bis zur Visite, von der tis_{months}m stammt.",
        unit="d",
    )


def _visit_at(months: int) -> Any:
    return column(
        f"Visit that tis_{months}m is of.",
        f"Visite, von der tis_{months}m stammt.",
        links="visits",
    )


def _days_to(en: str, de: str) -> Any:
    return column(
        f"Days from the line's start to {en}; blank where it was not reached.",
        f"Tage vom Beginn der Linie bis {de}; leer, wo nicht erreicht.",
        unit="d",
    )


def _sustained(en: str, de: str) -> Any:
    return column(
        f"Whether at the line's next visit with a TIS the response was still {en}; blank where "
        "none followed.",
        f"Ob das Ansprechen bei der nächsten Visite der Linie mit TIS noch {de} war; leer, wo "
        "keine folgte.",
    )


def _held_back(en: str, de: str) -> Any:
    return column(
        f"How many of the patient's {en} were held back until the centre corrects or confirms "
        "them: what this line may lack.",
        f"Wie viele {de} der Person zurückgehalten sind, bis das Zentrum sie berichtigt oder "
        "bestätigt: was dieser Linie fehlen kann.",
        required=True,
        at_least=0,
    )


class TreatmentOutcomes(Published):
    """One row per line of therapy, as the registry derives lines from the episodes.

    Line 0 is statin withdrawal alone; line 1 the first immunotherapy and what joins it within 60
    days; a later addition for inefficacy or toxicity opens the next line, a switch for tolerability
    inside a class of drugs does not. Columns `days_to_…` count from the line's start, except
    days_to_start, which counts from the index day. All outcomes follow from visit_outcomes.
    """

    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", key=True, links="patients"
    )
    line: Whole = column(
        "Line of therapy as the registry derives it: 0 is statin withdrawal alone.",
        "Therapielinie nach Ableitung des Registers: 0 ist alleiniges Absetzen des Statins.",
        key=True,
        at_least=0,
    )
    submitted_line: Whole = column(
        "Line of therapy as the centre counts it, of the episode that opens the line.",
        "Therapielinie nach Zählung des Zentrums, der Episode, die die Linie eröffnet.",
        at_least=0,
    )
    line_agrees: YesNo = column(
        "Whether every episode that begins in the line has the centre's same number; blank where "
        "the centre gives none.",
        "Ob jede in der Linie begonnene Episode beim Zentrum dieselbe Nummer trägt; leer, wo das "
        "Zentrum keine angibt.",
    )
    regimen: Text = column(
        "Drugs of the line: those that begin in its first 60 days or go on into it; sorted codes "
        'joined by "+".',
        "Wirkstoffe der Linie: in den ersten 60 Tagen begonnen oder weitergeführt; sortierte "
        "Codes, mit „+“ verbunden.",
        required=True,
    )
    start_day: Whole = column(
        "First day of the line.", "Erster Tag der Linie.", required=True, unit="d"
    )
    stop_day: Whole = column(
        "Day on which the line ended: the next one began, or the last of its drugs was stopped; "
        "blank while it goes on.",
        "Tag, an dem die Linie endete: Beginn der nächsten oder Ende ihres letzten Wirkstoffs; "
        "leer, solange sie läuft.",
        unit="d",
    )
    days_to_start: Whole = column(
        "Days from the index day, the start of the patient's first line, to the start of this one.",
        "Tage vom Indextag, dem Beginn der ersten Linie der Person, bis zum Beginn dieser Linie.",
        required=True,
        unit="d",
        at_least=0,
    )
    duration_days: Whole = column(
        "Days from the line's start to its end or, while it goes on, to the end of follow-up.",
        "Tage vom Beginn der Linie bis zu ihrem Ende oder, solange sie läuft, bis zum Ende der "
        "Nachbeobachtung.",
        unit="d",
        at_least=0,
    )
    stop_reason: Text = column(
        "Why the line ended: the gravest reason given for its drugs that stopped within 60 days of "
        "its end; blank where it goes on or a drug was only added.",
        "Warum die Linie endete: der schwerste Grund, der für ihre innerhalb von 60 Tagen um das "
        "Ende abgesetzten Wirkstoffe angegeben ist; leer, wo sie läuft oder nur ein Wirkstoff "
        "hinzukam.",
        codes="stop_reasons",
    )
    censoring: Text = column(
        "How the observation of the line ended: observed (its end was seen), lost, dead, data_cut.",
        "Wie die Beobachtung der Linie endete: observed (ihr Ende wurde beobachtet), lost (nicht "
        "weiter beobachtet), dead (verstorben), data_cut (Datenstand).",
        required=True,
    )

    response_group: Text = column(
        "Whose thresholds apply: adult (year of onset - year of birth at least 18) or juvenile. "
        "Only the year of birth is known. Blank where a year is missing.",
        "Wessen Schwellen gelten: adult (Jahr des Beginns - Geburtsjahr mindestens 18) oder "
        "juvenile. Bekannt ist nur das Geburtsjahr. Leer, wo ein Jahr fehlt.",
    )
    baseline_visit_id: Text = column(
        "The line's baseline: the last visit from 30 days before to 3 days after its start.",
        "Ausgangsvisite der Linie: die letzte von 30 Tagen vor bis 3 Tage nach ihrem Beginn.",
        links="visits",
    )
    days_to_baseline: Whole = column(
        "Days from the line's start to its baseline; negative before it.",
        "Tage vom Beginn der Linie bis zur Ausgangsvisite; negativ, wenn diese davor liegt.",
        unit="d",
        at_least=-30,
        at_most=3,
    )
    tis_attainable: Number = _tis(
        "Highest TIS that the baseline allows, over the measures recorded there.",
        "Höchster TIS, den der Ausgangswert zulässt, über die dort erhobenen Maße.",
    )
    n_visits: Whole = column(
        "Visits of the line after its baseline.",
        "Visiten der Linie nach der Ausgangsvisite.",
        required=True,
        at_least=0,
    )
    n_tis: Whole = column(
        "How many of these have a TIS.",
        "Wie viele davon einen TIS haben.",
        required=True,
        at_least=0,
    )

    tis_3m: Number = _tis_at(3)
    tis_category_3m: Text = _category_at(3)
    days_to_tis_3m: Whole = _days_at(3)
    tis_visit_id_3m: Text = _visit_at(3)
    tis_6m: Number = _tis_at(6)
    tis_category_6m: Text = _category_at(6)
    days_to_tis_6m: Whole = _days_at(6)
    tis_visit_id_6m: Text = _visit_at(6)
    tis_12m: Number = _tis_at(12)
    tis_category_12m: Text = _category_at(12)
    days_to_tis_12m: Whole = _days_at(12)
    tis_visit_id_12m: Text = _visit_at(12)
    tis_24m: Number = _tis_at(24)
    tis_category_24m: Text = _category_at(24)
    days_to_tis_24m: Whole = _days_at(24)
    tis_visit_id_24m: Text = _visit_at(24)

    tis_best: Number = _tis("Highest TIS of the line.", "Höchster TIS der Linie.")
    tis_category_best: Text = column(
        "Response at the highest TIS: none, minimal, moderate, major.",
        "Ansprechen beim höchsten TIS: none (keines), minimal, moderate (mäßig), major (stark).",
    )
    days_to_tis_best: Whole = _days_to(
        "the first visit with the highest TIS", "zur ersten Visite mit dem höchsten TIS"
    )
    days_to_minimal: Whole = _days_to(
        "the first visit with at least a minimal response",
        "zur ersten Visite mit mindestens minimalem Ansprechen",
    )
    minimal_sustained: YesNo = _sustained("at least minimal", "mindestens minimal")
    days_to_moderate: Whole = _days_to(
        "the first visit with at least a moderate response",
        "zur ersten Visite mit mindestens mäßigem Ansprechen",
    )
    moderate_sustained: YesNo = _sustained("at least moderate", "mindestens mäßig")
    days_to_major: Whole = _days_to(
        "the first visit with a major response", "zur ersten Visite mit starkem Ansprechen"
    )
    major_sustained: YesNo = _sustained("major", "stark")

    relapse: YesNo = column(
        "Whether a response was followed by worsening after IMACS against the best response; "
        "blank without a response, or where no later visit can tell.",
        "Ob auf ein Ansprechen eine Verschlechterung nach IMACS gegenüber dem besten Ansprechen "
        "folgte; leer ohne Ansprechen, oder wo keine spätere Visite es erkennen lässt.",
    )
    days_to_relapse: Whole = _days_to("the first relapse", "zum ersten Rezidiv")
    remission_on_therapy: YesNo = column(
        "Whether a visit after the baseline found remission on therapy, see visit_outcomes; blank "
        "where none could tell.",
        "Ob eine Visite nach der Ausgangsvisite eine Remission unter Therapie zeigte, siehe "
        "visit_outcomes; leer, wo keine es erkennen lässt.",
    )
    days_to_remission_on_therapy: Whole = _days_to(
        "the first such visit", "zur ersten solchen Visite"
    )
    remission_off_therapy: YesNo = column(
        "Whether a visit after the baseline found remission off therapy, see visit_outcomes; blank "
        "where none could tell, and where therapy rows of the patient are held back.",
        "Ob eine Visite nach der Ausgangsvisite eine Remission ohne Therapie zeigte, siehe "
        "visit_outcomes; leer, wo keine es erkennen lässt und wo Therapiezeilen der Person "
        "zurückgehalten sind.",
    )
    days_to_remission_off_therapy: Whole = _days_to(
        "the first such visit", "zur ersten solchen Visite"
    )
    refractory: YesNo = column(
        "Whether no visit reached a minimal response although a TIS was measured after at least 91 "
        "days of a glucocorticoid with an immunosuppressant; blank where this was never tested.",
        "Ob keine Visite ein minimales Ansprechen erreichte, obwohl nach mindestens 91 Tagen "
        "Glukokortikoid mit Immunsuppressivum ein TIS erhoben wurde; leer, wo dies nie geprüft "
        "wurde.",
    )

    visits_held_back: Whole = _held_back("visits", "Visiten")
    labs_held_back: Whole = _held_back("laboratory results", "Laborbefunde")
    therapies_held_back: Whole = _held_back("therapy episodes", "Therapieepisoden")
    algorithm_version: Text = column(
        "Version of the definitions by which the row was derived.",
        "Fassung der Definitionen, nach denen die Zeile abgeleitet ist.",
        required=True,
    )
