"""Visit outcomes: one row per visit and line of therapy, derived by `registry.outcomes`."""

from typing import Any

from registry.outcomes.remission import REMISSION_DAYS
from registry.outcomes.tis import MAXIMUM, MEASURES, REASONS
from schemas.engine import Number, Text, Whole, YesNo, column
from schemas.published.table import Published


def _score(en: str, de: str, at_most: float) -> Any:
    """Points of one measure of the TIS."""
    return column(
        f"Points of the TIS for {en}; blank where it is not scored.",
        f"Punkte des TIS für {de}; leer, wo nicht bewertet.",
        unit="{score}",
        at_least=0,
        at_most=at_most,
    )


def _change(en: str, de: str) -> Any:
    """Absolute percent change of one measure."""
    return column(
        f"Change of {en} since the baseline, in percent of its full range; + is improvement.",
        f"Veränderung seit dem Ausgangswert, {de}, in Prozent des vollen Messbereichs; + ist eine "
        "Besserung.",
        unit="%",
    )


class VisitOutcomes(Published):
    """One row per visit and line of therapy: a visit that closes a line and is the baseline of the
    next has a row for each. Derived from visits, labs and therapies; see algorithm_version.

    A visit belongs to a line from its baseline (else its start) to 3 days after the next line's
    start. The baseline is the last visit from 30 days before to 3 days after the line's start.
    """

    patient_id: Text = column(
        "Pseudonym of the patient.", "Pseudonym der Person.", key=True, links="patients"
    )
    visit_id: Text = column(
        "Pseudonym of the visit.", "Pseudonym der Visite.", key=True, links="visits"
    )
    line: Whole = column(
        "Line of therapy as the registry derives it: 0 is statin withdrawal alone.",
        "Therapielinie nach Ableitung des Registers: 0 ist alleiniges Absetzen des Statins.",
        key=True,
        at_least=0,
    )
    visit_day: Whole = column("Day of the visit.", "Tag der Visite.", required=True, unit="d")
    baseline_visit_id: Text = column(
        "The line's baseline, with which this visit is compared; blank where it has none.",
        "Ausgangsvisite der Linie, mit der diese Visite verglichen wird; leer, wo sie fehlt.",
        links="visits",
    )
    days_from_line_start: Whole = column(
        "Days since the line's start; negative at a baseline before it.",
        "Tage seit Beginn der Linie; negativ bei einer Ausgangsvisite davor.",
        required=True,
        unit="d",
    )

    response_group: Text = column(
        "Whose thresholds apply: adult (year of onset - year of birth at least 18) or juvenile. "
        "Only the year of birth is known. Blank where a year is missing.",
        "Wessen Schwellen gelten: adult (Jahr des Beginns - Geburtsjahr mindestens 18) oder "
        "juvenile. Bekannt ist nur das Geburtsjahr. Leer, wo ein Jahr fehlt.",
    )
    tis: Number = column(
        "Total Improvement Score (2016 ACR/EULAR) against the line's baseline, from all six "
        "measures; blank, with tis_reason, where one is missing.",
        "Total Improvement Score (ACR/EULAR 2016) gegenüber dem Ausgangswert der Linie, aus allen "
        "sechs Maßen; leer, mit tis_reason, wo eines fehlt.",
        unit="{score}",
        at_least=0,
        at_most=MAXIMUM,
    )
    tis_category: Text = column(
        "Response by the TIS: none, minimal, moderate or major (adult from 20, 40, 60; juvenile "
        "from 30, 45, 70).",
        "Ansprechen nach dem TIS: none (keines), minimal, moderate (mäßig) oder major (stark); "
        "Erwachsene ab 20, 40, 60, Kinder ab 30, 45, 70.",
    )
    tis_partial: Number = column(
        "Sum of the points scored, where physician global and MMT are among them but not all six. "
        "Never to be compared with tis.",
        "Summe der vergebenen Punkte, wo ärztliche Globalbeurteilung und MMT dabei sind, aber "
        "nicht alle sechs Maße. Nie mit tis zu vergleichen.",
        unit="{score}",
        at_least=0,
        at_most=MAXIMUM,
    )
    tis_attainable: Number = column(
        "Highest tis (or tis_partial) that the baseline allows; at the baseline itself over the "
        "measures recorded there.",
        "Höchster tis (oder tis_partial), den der Ausgangswert zulässt; bei der Ausgangsvisite "
        "selbst über die dort erhobenen Maße.",
        unit="{score}",
        at_least=0,
        at_most=MAXIMUM,
    )
    n_measures: Whole = column(
        "How many of the six measures are scored; at the baseline, recorded.",
        "Wie viele der sechs Maße bewertet sind; bei der Ausgangsvisite: erhoben.",
        required=True,
        at_least=0,
        at_most=len(MEASURES),
    )
    tis_reason: Text = column(
        f"Why tis is blank, the gravest reason: {', '.join(REASONS)}.",
        f"Warum tis leer ist, der schwerste Grund: {', '.join(REASONS)}.",
    )
    tis_physician_global: Number = _score("physician global", "die ärztliche Globalbeurteilung", 20)
    change_percent_physician_global: Number = _change(
        "physician global", "ärztliche Globalbeurteilung"
    )
    tis_patient_global: Number = _score("patient global", "die Globalbeurteilung der Person", 10)
    change_percent_patient_global: Number = _change(
        "patient global", "Globalbeurteilung der Person"
    )
    tis_mmt: Number = _score("manual muscle testing", "den manuellen Muskeltest", 32.5)
    change_percent_mmt: Number = _change("manual muscle testing", "manueller Muskeltest")
    tis_haq_di: Number = _score("HAQ-DI", "den HAQ-DI", 10)
    change_percent_haq_di: Number = _change("HAQ-DI", "HAQ-DI")
    tis_muscle_enzyme: Number = _score("the muscle enzyme", "das Muskelenzym", 7.5)
    change_percent_muscle_enzyme: Number = column(
        "Fall of the muscle enzyme since the baseline, in percent of its full range (CK 15, "
        "aldolase 6, LDH, AST, ALT 3 × ULN); blank where a result is given as < or >.",
        "Abfall des Muskelenzyms seit dem Ausgangswert in Prozent seines vollen Bereichs (CK 15, "
        "Aldolase 6, LDH, AST, ALT 3 × obere Normgrenze); leer bei Befunden mit < oder >.",
        unit="%",
    )
    tis_extramuscular: Number = _score("extramuscular activity", "die extramuskuläre Aktivität", 20)
    change_percent_extramuscular: Number = _change(
        "extramuscular activity", "extramuskuläre Aktivität"
    )

    enzyme: Text = column(
        "The muscle enzyme of the line: of CK, aldolase, LDH, AST, ALT the most abnormal (× ULN) "
        "at the baseline.",
        "Das Muskelenzym der Linie: von CK, Aldolase, LDH, AST, ALT das bei der Ausgangsvisite am "
        "stärksten erhöhte (× obere Normgrenze).",
        codes="analytes",
    )
    enzyme_baseline_times_uln: Number = column(
        "That enzyme at the baseline, as multiple of the upper limit of normal.",
        "Dieses Enzym bei der Ausgangsvisite als Vielfaches der oberen Normgrenze.",
        unit="{ULN}",
        at_least=0,
    )
    enzyme_times_uln: Number = column(
        "That enzyme at this visit, as multiple of the upper limit of normal.",
        "Dieses Enzym bei dieser Visite als Vielfaches der oberen Normgrenze.",
        unit="{ULN}",
        at_least=0,
    )
    ck_times_uln: Number = column(
        "CK nearest to the visit, at most 14 days off, as multiple of its upper limit of normal; "
        "blank where it is given as < or >.",
        "CK, die der Visite am nächsten liegt (höchstens 14 Tage), als Vielfaches ihrer oberen "
        "Normgrenze; leer bei Befunden mit < oder >.",
        unit="{ULN}",
        at_least=0,
    )
    ck_normal: YesNo = column(
        "Whether that CK is at or below its upper limit of normal.",
        "Ob diese CK ihre obere Normgrenze nicht überschreitet.",
    )
    ck_response: YesNo = column(
        "Whether CK is at most 2 × ULN or has fallen by at least 75 % of the baseline; blank at "
        "the baseline.",
        "Ob die CK höchstens 2 × obere Normgrenze beträgt oder um mindestens 75 % des "
        "Ausgangswerts gefallen ist; leer bei der Ausgangsvisite.",
    )

    gc_prednisone_mg_day: Number = column(
        "Prednisone equivalent of all glucocorticoid episodes running on the day; blank with "
        "therapy_reason.",
        "Prednison-Äquivalent aller an diesem Tag laufenden Glukokortikoid-Episoden; leer mit "
        "therapy_reason.",
        unit="mg/d",
        at_least=0,
    )
    gc_free: YesNo = column(
        "Whether no glucocorticoid is running on the day.",
        "Ob an diesem Tag kein Glukokortikoid läuft.",
    )
    steroid_sparing: YesNo = column(
        "Whether the dose was at most 7.5 mg/d prednisone on each of the last 91 days; false in "
        "the first 91 days of treatment.",
        "Ob die Dosis an jedem der letzten 91 Tage höchstens 7,5 mg/d Prednison betrug; nein in "
        "den ersten 91 Tagen der Behandlung.",
    )
    therapies_running: Text = column(
        'Immunotherapies running on the day: sorted drug codes joined by "+", or none.',
        "An diesem Tag laufende Immuntherapien: sortierte Wirkstoffcodes, mit „+“ verbunden, oder "
        "none.",
    )
    combination_days: Whole = column(
        "Days since the line's start on which a glucocorticoid and an immunosuppressant (class of "
        "drug) ran together.",
        "Tage seit Beginn der Linie, an denen ein Glukokortikoid und ein Immunsuppressivum "
        "(Wirkstoffklasse) zugleich liefen.",
        unit="d",
        at_least=0,
    )
    therapy_reason: Text = column(
        "Why columns about therapy are blank: therapy_held_back (rows of the patient were held "
        "back or cannot be used) or glucocorticoid_dose_missing.",
        "Warum Spalten zur Therapie leer sind: therapy_held_back (Zeilen der Person wurden "
        "zurückgehalten oder sind nicht verwendbar) oder glucocorticoid_dose_missing (Dosis "
        "eines Glukokortikoids fehlt).",
    )

    imacs_doi: YesNo = column(
        "Improvement after IMACS against the baseline: at least 3 of 6 measures better by 20 % of "
        "their value, at most 2 worse by 25 %, MMT not among these.",
        "Besserung nach IMACS gegenüber dem Ausgangswert: mindestens 3 von 6 Maßen um 20 % ihres "
        "Werts besser, höchstens 2 um 25 % schlechter, die MMT nicht darunter.",
    )
    imacs_worsening: YesNo = column(
        "Worsening after IMACS against the baseline: physician global +2 cm and MMT -20 %, or "
        "extramuscular activity +2 cm, or any 3 of 6 measures worse by 30 %.",
        "Verschlechterung nach IMACS gegenüber dem Ausgangswert: ärztliche Globalbeurteilung +2 cm "
        "und MMT -20 %, oder extramuskuläre Aktivität +2 cm, oder 3 von 6 Maßen um 30 % "
        "schlechter.",
    )
    relapse: YesNo = column(
        "Worsening after IMACS against the best response so far in the line; blank before a "
        "response.",
        "Verschlechterung nach IMACS gegenüber dem bislang besten Ansprechen der Linie; leer vor "
        "einem Ansprechen.",
    )

    strength_normal: YesNo = column(
        "Whether MMT is at least 97.5 % of its maximum.",
        "Ob die MMT mindestens 97,5 % ihres Höchstwerts beträgt.",
    )
    no_activity: YesNo = column(
        "Whether there is no activity: physician global 0, CK normal, strength normal.",
        "Ob keine Aktivität besteht: ärztliche Globalbeurteilung 0, CK und Kraft normal.",
    )
    remission_on_therapy: YesNo = column(
        f"No activity for at least {REMISSION_DAYS} days, with therapy in that time "
        "(complete clinical response).",
        f"Keine Aktivität seit mindestens {REMISSION_DAYS} Tagen, mit Therapie in dieser "
        "Zeit (vollständiges klinisches Ansprechen).",
    )
    remission_off_therapy: YesNo = column(
        f"No activity and no immunotherapy for at least {REMISSION_DAYS} days (clinical "
        "remission).",
        f"Keine Aktivität und keine Immuntherapie seit mindestens {REMISSION_DAYS} Tagen "
        "(klinische Remission).",
    )

    tis_reported: Number = column(
        "Total Improvement Score as the centre computed it; never used to derive anything.",
        "Total Improvement Score nach Rechnung des Zentrums; geht in keine Ableitung ein.",
        unit="{score}",
        at_least=0,
        at_most=MAXIMUM,
    )
    tis_agrees: YesNo = column(
        "Whether tis_reported equals tis; blank where one is missing.",
        "Ob tis_reported gleich tis ist; leer, wo eines fehlt.",
    )
    remission_reported: YesNo = column(
        "Whether the centre calls it remission; never used to derive anything.",
        "Ob das Zentrum eine Remission angibt; geht in keine Ableitung ein.",
    )
    remission_agrees: YesNo = column(
        "Whether remission_reported equals the derived remission, on or off therapy.",
        "Ob remission_reported der abgeleiteten Remission mit oder ohne Therapie entspricht.",
    )
    algorithm_version: Text = column(
        "Version of the definitions by which the row was derived.",
        "Fassung der Definitionen, nach denen die Zeile abgeleitet ist.",
        required=True,
    )
