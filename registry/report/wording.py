"""Every phrase of a report that is not a rule's own message, once per language."""

from registry.rules import LANGUAGES, Severity

SEVERITY = {
    "en": {
        Severity.REFUSE: "refused",
        Severity.HOLD: "held back",
        Severity.QUERY: "query",
        Severity.NOTE: "note",
    },
    "de": {
        Severity.REFUSE: "abgelehnt",
        Severity.HOLD: "zurückgehalten",
        Severity.QUERY: "Rückfrage",
        Severity.NOTE: "Hinweis",
    },
}

CONSEQUENCE = {
    "en": {
        Severity.REFUSE: "The submission is not accepted until this is mended.",
        Severity.HOLD: "These rows are held back from every release until they are mended.",
        Severity.QUERY: "These rows are held back until you correct or confirm them.",
        Severity.NOTE: "These rows are published with a flag; please have a look.",
    },
    "de": {
        Severity.REFUSE: "Die Lieferung wird erst angenommen, wenn dies behoben ist.",
        Severity.HOLD: "Diese Zeilen erscheinen in keiner Freigabe, bis sie berichtigt sind.",
        Severity.QUERY: "Diese Zeilen bleiben zurückgehalten, bis sie berichtigt oder "
        "bestätigt sind.",
        Severity.NOTE: "Diese Zeilen werden mit Vermerk veröffentlicht; bitte ansehen.",
    },
}

VERDICT = {
    "en": {
        None: "Nothing found: the submission can go in as it is.",
        Severity.NOTE: "The submission can go in. Please look at the notes.",
        Severity.QUERY: "The submission can go in. Rows with a query wait for your answer.",
        Severity.HOLD: "The submission can go in. Some of its rows are held back until "
        "they are mended.",
        Severity.REFUSE: "The submission is refused. Mend what stands under “refused” first.",
    },
    "de": {
        None: "Nichts gefunden: Die Lieferung kann so eingereicht werden.",
        Severity.NOTE: "Die Lieferung kann eingereicht werden. Bitte die Hinweise ansehen.",
        Severity.QUERY: "Die Lieferung kann eingereicht werden. Zeilen mit Rückfrage "
        "warten auf Antwort.",
        Severity.HOLD: "Die Lieferung kann eingereicht werden. Einige Zeilen werden "
        "zurückgehalten, "
        "bis sie berichtigt sind.",
        Severity.REFUSE: "Die Lieferung wird abgelehnt. Bitte zuerst beheben, was unter "
        "„abgelehnt“ steht.",
    },
}

# Why rows, or a whole rule, could not be asked: the codes of `coverage.why_not_asked`.
WHY = {
    "en": {
        "table_not_sent": "the table was not sent",
        "table_unreadable": "the table cannot be read",
        "column_not_sent": "a column was not sent",
        "blank": "a value is blank",
        "does_not_apply": "blank, or the rule is not about such rows",
        "already_wrong": "a value in the row is already wrong",
        "nothing_to_ask": "there was nothing to ask",
        "no_previous_submission": "there is no earlier submission to compare with",
        "too_few_rows": "too few rows to judge",
    },
    "de": {
        "table_not_sent": "die Tabelle wurde nicht gesendet",
        "table_unreadable": "die Tabelle ist nicht lesbar",
        "column_not_sent": "eine Spalte wurde nicht gesendet",
        "blank": "ein Wert ist leer",
        "does_not_apply": "leer, oder die Regel betrifft solche Zeilen nicht",
        "already_wrong": "ein Wert der Zeile ist schon falsch",
        "nothing_to_ask": "es gab nichts zu fragen",
        "no_previous_submission": "es gibt keine frühere Lieferung zum Vergleich",
        "too_few_rows": "zu wenige Zeilen für ein Urteil",
    },
}

PHRASES = {
    "en": {
        "submission": "submission",
        "data_cut": "data up to {day}",
        "rule_set": "rule set {fingerprint}",
        "rows_checked": "{rows} rows in {tables} tables",
        "row": "row {row}",
        "whole": "whole table",
        "patient": "patient {patient}",
        "expected": "expected {expected}",
        "asked": "{broken} of {asked} asked",
        "more": "… and {n} more: see findings.json or findings.parquet",
        "not_asked": "Not asked: {rules}",
        "could_not_run": "Could not run: {rules}. Please tell the registry team.",
        "waiting_whole": "Now asking about the submission as a whole …",
        "rows_head": "Row by row",
        "whole_head": "The submission as a whole",
        "writing_workbook": "Writing the workbook …",
        "convert_head": "What could not be converted",
        "none_here": "Nothing found.",
        "written": "Written: {folder}",
        "blank": "blank",
        "rules": "rules",
    },
    "de": {
        "submission": "Lieferung",
        "data_cut": "Datenstand {day}",
        "rule_set": "Regelwerk {fingerprint}",
        "rows_checked": "{rows} Zeilen in {tables} Tabellen",
        "row": "Zeile {row}",
        "whole": "ganze Tabelle",
        "patient": "Person {patient}",
        "expected": "erwartet {expected}",
        "asked": "{broken} von {asked} gefragten",
        "more": "… und {n} weitere: siehe findings.json oder findings.parquet",
        "not_asked": "Nicht gefragt: {rules}",
        "could_not_run": "Konnte nicht laufen: {rules}. Bitte dem Registerteam melden.",
        "waiting_whole": "Nun die Fragen an die Lieferung als Ganzes …",
        "rows_head": "Zeile für Zeile",
        "whole_head": "Die Lieferung als Ganzes",
        "writing_workbook": "Die Mappe wird geschrieben …",
        "convert_head": "Was sich nicht umwandeln ließ",
        "none_here": "Nichts gefunden.",
        "written": "Geschrieben: {folder}",
        "blank": "leer",
        "rules": "Regeln",
    },
}


def phrase(language: str, key: str, /, **facts: object) -> str:
    """One phrase in a language; English where the language is not known."""
    spoken = language if language in LANGUAGES else "en"
    return PHRASES[spoken][key].format(**facts)


def why(language: str, code: str) -> str:
    """Why something was not asked, in words."""
    return WHY[language if language in LANGUAGES else "en"].get(code, code)


def number(language: str, n: int) -> str:
    """12,345 in English, 12.345 in German."""
    text = f"{n:,}"
    return text.replace(",", ".") if language == "de" else text
