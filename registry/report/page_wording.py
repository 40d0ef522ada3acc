"""What the HTML report says beside the rules' own messages, once per language.

Severities, consequences, verdicts and "why not asked" are those of `registry.report.wording`.
"""

PAGE = {
    "en": {
        "title": "Report on the submission of {centre}",
        "unknown_centre": "an unknown centre",
        "submission": "Submission",
        "data_cut": "Data up to",
        "rule_set": "Rule set",
        "size": "Content",
        "rows_in_tables": "{rows} rows in {tables} tables",
        "for_you_only": "This page holds patients' values. It is meant for your centre only.",
        "contents": "Contents",
        # 1 what blocks
        "blocking": "What blocks you now",
        "blocked_refused": "The whole submission is kept out by {rules}. Nothing of it goes on "
        "until this is mended; what was accepted before stays as it is.",
        "blocked_held": "{held} of {rows} rows are held back. The others go on.",
        "blocked_nothing": "Nothing is held back: all {rows} rows can go on.",
        "waived": "Besides, confirmed as correct: {findings}. Nothing is held back for that.",
        "mend_first": "Mend these first",
        "then_held": "Once the submission is accepted, {held} of its {rows} rows are still held "
        "back.",
        "consequence": "Consequence",
        "follows": "What follows",
        "findings_n": "Findings",
        "rules_n": "Rules",
        "table": "Table",
        "rows_sent": "Rows sent",
        "held_own": "Held back for a finding of their own",
        "held_with": "Held back with the row they hang from",
        "goes_on": "Can go on",
        "all_tables": "All tables",
        "not_there": "not read",
        "what_hangs": "A row is held back with another when it cannot stand without it: the visits "
        "of a patient who is held back wait with the patient.",
        # 2 findings
        "findings": "Findings",
        "no_findings": "No rule was broken.",
        "findings_intro": "By consequence, then by rule, then by patient. Open a rule to see its "
        "rows, what to do and why it matters.",
        "capped": "The page shows at most {cap} rows of a rule, {shown} of {found} findings in "
        "all. The full list is in the workbook and in findings.parquet.",
        "more_rows": "{n} more rows of this rule are not shown here. The full list is in the "
        "workbook and in findings.parquet.",
        "broken_of_asked": "{broken} of {asked}",
        "to_do": "What to do",
        "why_it_matters": "Why it matters",
        "asked_of": "Asked",
        "asked_sentence": "{asked} asked, {broken} broken",
        "not_asked_sentence": "{n} not asked: {why}",
        "source": "Source",
        "patient": "Patient",
        "row": "Row",
        "key": "Key",
        "value_sent": "Column and value as sent",
        "expected": "Expected",
        "whole_table": "whole table",
        "no_patient": "no patient",
        "blank": "blank",
        "cut": "cut here, {n} characters in all",
        "one_rule": "1 rule",
        "many_rules": "{n} rules",
        "one_finding": "1 finding",
        "many_findings": "{n} findings",
        # 3 since the last submission
        "since": "Since your last submission",
        "since_nothing": "There is nothing to compare with: this is your first submission, or the "
        "findings of the one before are not at hand.",
        "since_intro": "The same problem keeps its identity from one submission to the next: it is "
        "known by its rule, its row's key and its column.",
        "life": "What became of it",
        "status": "Answer",
        "per_rule": "By rule",
        "resolved_list": "Resolved, {shown} of {n}",
        # 4 completeness
        "completeness": "How complete the tables are",
        "completeness_intro": "For each column the share of rows that hold a value, with the "
        "numbers behind it; a longer bar is a fuller column. A reason sent in place of a value is "
        "counted apart.",
        "required": "required",
        "filled": "{filled} of {rows}",
        "reason_given": "+ {n} with a reason",
        "column_not_sent": "not sent",
        "no_rows": "no rows",
        "table_absent": "{table}: {why}.",
        # 5 courses
        "courses": "The course of your patients",
        "courses_intro": "Computed from your own data by the registry's definitions, after "
        "conversion to common units and without the rows that are held back.",
        "courses_failed": "The courses could not be computed from these data.",
        "nothing_to_draw": "There is nothing to draw: no visit with a value after the start of a "
        "therapy.",
        "ck_title": "Creatine kinase since the first treatment",
        "ck_y": "CK, multiples of the upper limit of normal (ULN)",
        "months_x": "Months since the start of the line of therapy",
        "months_first_x": "Months since the start of the first line of therapy",
        "ck_guide": "1 × ULN",
        "tis_first": "Response in the first line",
        "tis_later": "Response in later lines",
        "tis_y": "Total Improvement Score (TIS)",
        "tis_minimal": "minimal",
        "tis_moderate": "moderate",
        "tis_major": "major",
        "tis_note": "Thresholds for adults: minimal 20, moderate 40, major 60; for children 30, 45 "
        "and 70.",
        "ck_note": "Results given as “less than” or “more than” are left out.",
        "one_line_each": "one patient",
        "one_line_each_line": "one line of therapy",
        "median": "median of at least {n}",
        "described": "{n} patients, {points} results over {months} months.",
        "described_median": "Median {first} at month {from_month}, {last} at month {to_month}.",
        "drawn_of": "{drawn} of {n} are drawn; the median is of all.",
        "numbers_behind": "The numbers",
        "month": "Month",
        "patients": "Patients",
        "lines": "Lines",
        "median_head": "Median",
        # 6 not asked
        "not_asked": "What was not asked",
        "not_asked_intro": "A rule that could not be asked is neither kept nor broken.",
        "crashed": "Could not run",
        "crashed_text": "These rules stopped with an error of their own. Nothing is known of what "
        "they ask. Please tell the registry team.",
        "all_ran": "Every rule could run.",
        "never_asked": "Rules that were asked of no row",
        "all_asked": "Every rule was asked of at least one row.",
        "reason": "Why",
        "rule": "Rule",
        "what_it_asks": "What it finds",
        "asked_head": "Asked",
        "not_asked_head": "Not asked",
        "every_rule": "Rules that nothing broke, and how often they were asked",
        "printed": "Made by the registry's own check. The same package, rule set and answers give "
        "the same page.",
    },
    "de": {
        "title": "Bericht zur Lieferung von {centre}",
        "unknown_centre": "einem unbekannten Zentrum",
        "submission": "Lieferung",
        "data_cut": "Datenstand",
        "rule_set": "Regelwerk",
        "size": "Inhalt",
        "rows_in_tables": "{rows} Zeilen in {tables} Tabellen",
        "for_you_only": "Diese Seite enthält Werte von Patientinnen und Patienten. Sie ist nur für "
        "Ihr Zentrum bestimmt.",
        "contents": "Inhaltsverzeichnis",
        "blocking": "Was jetzt im Weg steht",
        "blocked_refused": "Die ganze Lieferung wird von {rules} aufgehalten. Nichts davon geht "
        "weiter, bis dies behoben ist; was früher angenommen wurde, bleibt unverändert.",
        "blocked_held": "{held} von {rows} Zeilen werden zurückgehalten. Die übrigen gehen weiter.",
        "blocked_nothing": "Nichts wird zurückgehalten: Alle {rows} Zeilen können weitergehen.",
        "waived": "Außerdem als richtig bestätigt: {findings}. Dafür wird nichts zurückgehalten.",
        "mend_first": "Bitte zuerst beheben",
        "then_held": "Auch nach der Annahme bleiben {held} von {rows} Zeilen zurückgehalten.",
        "consequence": "Folge",
        "follows": "Was das bedeutet",
        "findings_n": "Befunde",
        "rules_n": "Regeln",
        "table": "Tabelle",
        "rows_sent": "Gesendete Zeilen",
        "held_own": "Zurückgehalten wegen eines eigenen Befunds",
        "held_with": "Zurückgehalten mit der Zeile, an der sie hängen",
        "goes_on": "Können weitergehen",
        "all_tables": "Alle Tabellen",
        "not_there": "nicht gelesen",
        "what_hangs": "Eine Zeile wird mit einer anderen zurückgehalten, wenn sie ohne diese nicht "
        "bestehen kann: Die Visiten einer zurückgehaltenen Person warten mit ihr.",
        "findings": "Befunde",
        "no_findings": "Keine Regel wurde verletzt.",
        "findings_intro": "Nach Folge, dann nach Regel, dann nach Person. Wer eine Regel "
        "aufklappt, sieht ihre Zeilen, was zu tun ist und warum es wichtig ist.",
        "capped": "Die Seite zeigt höchstens {cap} Zeilen je Regel, insgesamt {shown} von {found} "
        "Befunden. Die vollständige Liste steht in der Arbeitsmappe und in findings.parquet.",
        "more_rows": "{n} weitere Zeilen dieser Regel stehen hier nicht. Die vollständige Liste "
        "steht in der Arbeitsmappe und in findings.parquet.",
        "broken_of_asked": "{broken} von {asked}",
        "to_do": "Was zu tun ist",
        "why_it_matters": "Warum es wichtig ist",
        "asked_of": "Gefragt",
        "asked_sentence": "{asked} gefragt, {broken} verletzt",
        "not_asked_sentence": "{n} nicht gefragt: {why}",
        "source": "Quelle",
        "patient": "Person",
        "row": "Zeile",
        "key": "Schlüssel",
        "value_sent": "Spalte und Wert wie gesendet",
        "expected": "Erwartet",
        "whole_table": "ganze Tabelle",
        "no_patient": "ohne Person",
        "blank": "leer",
        "cut": "hier gekürzt, insgesamt {n} Zeichen",
        "one_rule": "1 Regel",
        "many_rules": "{n} Regeln",
        "one_finding": "1 Befund",
        "many_findings": "{n} Befunde",
        "since": "Seit Ihrer letzten Lieferung",
        "since_nothing": "Es gibt nichts zu vergleichen: Dies ist Ihre erste Lieferung, oder die "
        "Befunde der vorigen liegen nicht vor.",
        "since_intro": "Dasselbe Problem behält seine Kennung von einer Lieferung zur nächsten: "
        "Es wird an Regel, Schlüssel der Zeile und Spalte erkannt.",
        "life": "Was daraus wurde",
        "status": "Antwort",
        "per_rule": "Nach Regel",
        "resolved_list": "Erledigt, {shown} von {n}",
        "completeness": "Wie vollständig die Tabellen sind",
        "completeness_intro": "Für jede Spalte der Anteil der Zeilen mit einem Wert, mit den "
        "Zahlen dahinter; je länger der Balken, desto voller die Spalte. Ein Grund, der anstelle "
        "eines Werts gesendet wurde, wird getrennt gezählt.",
        "required": "Pflicht",
        "filled": "{filled} von {rows}",
        "reason_given": "+ {n} mit Grund",
        "column_not_sent": "nicht gesendet",
        "no_rows": "keine Zeilen",
        "table_absent": "{table}: {why}.",
        "courses": "Der Verlauf Ihrer Patientinnen und Patienten",
        "courses_intro": "Berechnet aus Ihren eigenen Daten nach den Definitionen des Registers, "
        "nach Umrechnung in gemeinsame Einheiten und ohne zurückgehaltene Zeilen.",
        "courses_failed": "Die Verläufe ließen sich aus diesen Daten nicht berechnen.",
        "nothing_to_draw": "Es gibt nichts zu zeichnen: keine Visite mit einem Wert nach Beginn "
        "einer Therapie.",
        "ck_title": "Kreatinkinase seit der ersten Behandlung",
        "ck_y": "CK, Vielfache des oberen Referenzwerts (ULN)",
        "months_x": "Monate seit Beginn der Therapielinie",
        "months_first_x": "Monate seit Beginn der ersten Therapielinie",
        "ck_guide": "1 × ULN",
        "tis_first": "Ansprechen in der ersten Linie",
        "tis_later": "Ansprechen in späteren Linien",
        "tis_y": "Total Improvement Score (TIS)",
        "tis_minimal": "minimal",
        "tis_moderate": "mäßig",
        "tis_major": "deutlich",
        "tis_note": "Schwellen für Erwachsene: minimal 20, mäßig 40, deutlich 60; für Kinder 30, "
        "45 und 70.",
        "ck_note": "Ergebnisse mit „kleiner als“ oder „größer als“ bleiben außen vor.",
        "one_line_each": "eine Person",
        "one_line_each_line": "eine Therapielinie",
        "median": "Median von mindestens {n}",
        "described": "{n} Personen, {points} Ergebnisse über {months} Monate.",
        "described_median": "Median {first} in Monat {from_month}, {last} in Monat {to_month}.",
        "drawn_of": "{drawn} von {n} sind gezeichnet; der Median ist von allen.",
        "numbers_behind": "Die Zahlen",
        "month": "Monat",
        "patients": "Personen",
        "lines": "Linien",
        "median_head": "Median",
        "not_asked": "Was nicht gefragt wurde",
        "not_asked_intro": "Eine Regel, die nicht gefragt werden konnte, ist weder eingehalten "
        "noch verletzt.",
        "crashed": "Konnte nicht laufen",
        "crashed_text": "Diese Regeln brachen mit einem eigenen Fehler ab. Wonach sie fragen, ist "
        "nicht bekannt. Bitte dem Registerteam melden.",
        "all_ran": "Jede Regel konnte laufen.",
        "never_asked": "Regeln, die keine Zeile betrafen",
        "all_asked": "Jede Regel wurde zu mindestens einer Zeile gefragt.",
        "reason": "Warum",
        "rule": "Regel",
        "what_it_asks": "Was sie findet",
        "asked_head": "Gefragt",
        "not_asked_head": "Nicht gefragt",
        "every_rule": "Regeln, die nichts verletzte, und wie oft sie gefragt wurden",
        "printed": "Erstellt von der Prüfung des Registers. Dasselbe Paket, dasselbe Regelwerk und "
        "dieselben Antworten ergeben dieselbe Seite.",
    },
}

# What became of a finding since the last submission, and what the centre answered.
LIFE = {
    "en": {
        "new": "new",
        "reopened": "reopened",
        "changed": "value changed, still wrong",
        "persisting": "persisting",
        "resolved": "resolved",
        "gone": "gone with its row",
    },
    "de": {
        "new": "neu",
        "reopened": "wieder offen",
        "changed": "Wert geändert, noch falsch",
        "persisting": "weiterhin",
        "resolved": "erledigt",
        "gone": "mit der Zeile entfallen",
    },
}

STATUS = {
    "en": {
        "open": "open",
        "answered": "answered",
        "waived": "confirmed as correct",
        "verified": "verified",
        "closed": "closed",
    },
    "de": {
        "open": "offen",
        "answered": "beantwortet",
        "waived": "als richtig bestätigt",
        "verified": "geprüft",
        "closed": "geschlossen",
    },
}


def say(language: str, key: str, /, **facts: object) -> str:
    """One phrase of the page."""
    return PAGE[language][key].format(**facts)


def decimal(language: str, number: float, places: int = 1) -> str:
    """1,234.5 in English, 1.234,5 in German."""
    text = f"{number:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def percent(language: str, part: int, whole: int) -> str:
    """Never "100 %" where one is missing, nor "0 %" where there is one."""
    share = part / whole * 100
    if 0 < part < whole:
        share = min(max(share, 0.1), 99.9)
    return decimal(language, share, 0 if part in (0, whole) else 1) + "\N{NO-BREAK SPACE}%"
