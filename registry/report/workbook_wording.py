"""What the workbook says, once per language."""

SHEETS = {
    "en": {"summary": "Summary", "findings": "Findings"},
    "de": {"summary": "Übersicht", "findings": "Befunde"},
}

# The columns of the findings sheet: key → heading. Answers are found again by these headings.
COLUMNS = {
    "en": {
        "severity": "consequence",
        "rule_id": "rule",
        "what": "what is wrong",
        "mend": "how to mend it",
        "table": "table",
        "row": "row",
        "place": "place in your file",
        "key": "key",
        "patient_id": "patient",
        "column": "column",
        "value": "value",
        "expected": "expected",
        "life": "since the last submission",
        "status": "state",
        "answer": "ANSWER",
        "comment": "COMMENT",
        "rule_version": "rule version",
        "identity": "identity",
        "value_hash": "value hash",
        "seal": "seal",
    },
    "de": {
        "severity": "Folge",
        "rule_id": "Regel",
        "what": "was nicht stimmt",
        "mend": "was zu tun ist",
        "table": "Tabelle",
        "row": "Zeile",
        "place": "Stelle in Ihrer Datei",
        "key": "Schlüssel",
        "patient_id": "Person",
        "column": "Spalte",
        "value": "Wert",
        "expected": "erwartet",
        "life": "seit der letzten Lieferung",
        "status": "Stand",
        "answer": "ANTWORT",
        "comment": "BEMERKUNG",
        "rule_version": "Regelfassung",
        "identity": "Kennung",
        "value_hash": "Wert-Prüfsumme",
        "seal": "Siegel",
    },
}

# What may be answered: the ledger's word → what the drop-down shows.
ANSWERS = {
    "en": {
        "corrected": "corrected",
        "confirmed": "confirmed correct",
        "cannot_be_determined": "cannot be determined",
        "not_applicable": "not applicable",
    },
    "de": {
        "corrected": "berichtigt",
        "confirmed": "stimmt so (bestätigt)",
        "cannot_be_determined": "nicht zu klären",
        "not_applicable": "trifft nicht zu",
    },
}

WORDS = {
    "en": {
        "title": "What the registry's check found",
        "centre": "centre",
        "submission": "submission",
        "data_cut": "data complete up to",
        "rule_set": "rule set",
        "waived": "Besides, confirmed as correct: {n}. Nothing is held back for that; they are "
        "listed last.",
        "blocks": "What blocks you",
        "blocks_nothing": "Nothing: the submission can go in.",
        "counts": "How many of what",
        "consequence": "consequence",
        "findings": "findings",
        "rows_hit": "rows concerned",
        "rows_of": "of rows sent",
        "means": "what follows",
        "wrong": "what is wrong and how to mend it",
        "by_rule": "Rule by rule",
        "rule": "rule",
        "broken": "broken",
        "asked": "of asked",
        "how": "How to answer",
        "how_1": "Sheet “{findings}”: one row is one finding. Correct your own data first and "
        "choose "
        "“{corrected}”; the next submission shows whether it is gone.",
        "how_2": "If the value is right as it is, choose “{confirmed}” and say why in the comment. "
        "A query is then settled until the value or the rule changes.",
        "how_3": "“{cannot}”: nobody can find out any more. “{not_applicable}”: the question does "
        "not arise for this patient.",
        "how_4": "Please change only the columns {answer} and {comment}, save the file and send it "
        "back to the registry. You may filter and sort whole rows.",
        "how_5": "The sheets with your data show the cells in question in colour; they are for "
        "reading. Correct in your own files, not here.",
        "how_6": "Answers you gave before are filled in where they still stand: you need not give "
        "them again. To take one back, choose another.",
        "left_out": "What is not in this workbook",
        "left_findings": "Only {n} of {all} findings are listed, the gravest first; all are in "
        "findings.parquet.",
        "left_rows": "Table {table}: {n} of {all} rows are shown, such with a finding listed here, "
        "to keep the file small.",
        "left_comments": "Only the first {n} cells carry a note; every cell in question is "
        "coloured.",
        "left_long": "Texts of more than {n} characters are cut; they end in “…”.",
        "row": "row",
        "line": "line in your file",
        "expected": "expected: {expected}",
        "note": "{rule} · {severity}: {what}",
    },
    "de": {
        "title": "Was die Prüfung des Registers gefunden hat",
        "centre": "Zentrum",
        "submission": "Lieferung",
        "data_cut": "Daten vollständig bis",
        "rule_set": "Regelwerk",
        "waived": "Außerdem als richtig bestätigt: {n}. Dafür wird nichts zurückgehalten; sie "
        "stehen am Ende der Liste.",
        "blocks": "Was die Lieferung aufhält",
        "blocks_nothing": "Nichts: die Lieferung kann eingereicht werden.",
        "counts": "Wie viele wovon",
        "consequence": "Folge",
        "findings": "Befunde",
        "rows_hit": "betroffene Zeilen",
        "rows_of": "von gesendeten Zeilen",
        "means": "was daraus folgt",
        "wrong": "was nicht stimmt und was zu tun ist",
        "by_rule": "Regel für Regel",
        "rule": "Regel",
        "broken": "verletzt",
        "asked": "von gefragten",
        "how": "Wie Sie antworten",
        "how_1": "Blatt „{findings}“: eine Zeile ist ein Befund. Bitte zuerst die eigenen Daten "
        "berichtigen und „{corrected}“ wählen; die nächste Lieferung zeigt, ob er behoben ist.",
        "how_2": "Stimmt der Wert, wie er ist, bitte „{confirmed}“ wählen und in der Bemerkung "
        "begründen. Eine Rückfrage ist damit erledigt, bis sich Wert oder Regel ändern.",
        "how_3": "„{cannot}“: niemand kann es mehr herausfinden. „{not_applicable}“: die Frage "
        "stellt sich bei dieser Person nicht.",
        "how_4": "Bitte nur die Spalten {answer} und {comment} ändern, die Datei speichern und dem "
        "Register zurücksenden. Filtern und Sortieren ganzer Zeilen ist erlaubt.",
        "how_5": "Die Blätter mit Ihren Daten zeigen die fraglichen Zellen farbig; sie sind zum "
        "Lesen. Berichtigt wird in den eigenen Dateien, nicht hier.",
        "how_6": "Frühere Antworten sind eingetragen, wo sie noch gelten: sie müssen nicht noch "
        "einmal gegeben werden. Um eine zurückzunehmen, bitte eine andere wählen.",
        "left_out": "Was nicht in dieser Mappe steht",
        "left_findings": "Aufgeführt sind nur {n} von {all} Befunden, die schwersten zuerst; alle "
        "stehen in findings.parquet.",
        "left_rows": "Tabelle {table}: gezeigt werden {n} von {all} Zeilen, die mit einem hier "
        "aufgeführten Befund, damit die Datei klein bleibt.",
        "left_comments": "Nur die ersten {n} Zellen tragen eine Notiz; farbig ist jede fragliche "
        "Zelle.",
        "left_long": "Texte mit mehr als {n} Zeichen sind gekürzt; sie enden mit „…“.",
        "row": "Zeile",
        "line": "Zeile in Ihrer Datei",
        "expected": "erwartet: {expected}",
        "note": "{rule} · {severity}: {what}",
    },
}

# What is told of a returned workbook, row by row.
PROBLEMS = {
    "en": {
        "no_sheet": "This is not a workbook of the registry: it has no sheet with the columns "
        "{columns}.",
        "unknown_answer": "Row {row}: “{answer}” is no answer. Choose one of: {answers}. Not read.",
        "comment_only": "Row {row}: a comment without an answer. Choose an answer. Not read.",
        "changed": "Row {row}: rule, value or identity were changed in the workbook, so that "
        "nobody knows what the answer is about. Put the row back as it came. Not read.",
        "no_identity": "Row {row}: the identity of the finding is missing or damaged. Not read.",
        "two_answers": "Row {row}: the same finding has another answer in another row. Not read.",
        "unknown_identity": "Row {row}: the registry knows no such finding of {centre}. Not read.",
        "other_value": "Row {row}: the answer is about another value than the registry's last "
        "submission of {centre} holds. Not read.",
        "other_rule": "Row {row}: rule {rule} has changed since this workbook was written. Please "
        "look again, in a new workbook. Not read.",
        "in_vain": "Row {row}: read, but confirming settles nothing here: rule {rule} asks no "
        "question, the data have to be corrected. If they cannot, write to the registry.",
    },
    "de": {
        "no_sheet": "Dies ist keine Mappe des Registers: es fehlt ein Blatt mit den Spalten "
        "{columns}.",
        "unknown_answer": "Zeile {row}: „{answer}“ ist keine Antwort. Bitte wählen: {answers}. "
        "Nicht gelesen.",
        "comment_only": "Zeile {row}: eine Bemerkung ohne Antwort. Bitte eine Antwort wählen. "
        "Nicht "
        "gelesen.",
        "changed": "Zeile {row}: Regel, Wert oder Kennung wurden in der Mappe geändert; niemand "
        "weiß, worauf sich die Antwort bezieht. Bitte die Zeile wiederherstellen. Nicht gelesen.",
        "no_identity": "Zeile {row}: die Kennung des Befundes fehlt oder ist beschädigt. Nicht "
        "gelesen.",
        "two_answers": "Zeile {row}: derselbe Befund hat in einer anderen Zeile eine andere "
        "Antwort. "
        "Nicht gelesen.",
        "unknown_identity": "Zeile {row}: das Register kennt keinen solchen Befund von {centre}. "
        "Nicht gelesen.",
        "other_value": "Zeile {row}: die Antwort gilt einem anderen Wert als dem der letzten "
        "Lieferung von {centre}. Nicht gelesen.",
        "other_rule": "Zeile {row}: die Regel {rule} hat sich geändert, seit diese Mappe "
        "geschrieben wurde. Bitte in einer neuen Mappe noch einmal ansehen. Nicht gelesen.",
        "in_vain": "Zeile {row}: gelesen, doch hier genügt keine Bestätigung: die Regel {rule} ist "
        "keine Rückfrage, die Daten müssen berichtigt werden. Geht das nicht, bitte dem Register "
        "schreiben.",
    },
}
