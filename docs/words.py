"""What the generated pages say beside the declarations, once per language."""

WORDS = {
    "en": {
        "generated": "Made by `make docs` from the declarations; do not edit.",
        "index": "What a centre sends, and what is asked of it",
        "tables": "Tables",
        "rules": "Rules",
        "table": "Table",
        "sent": "Sent",
        "required": "required",
        "optional": "optional",
        "key": "key",
        "columns": "Columns",
        "column": "Column",
        "kind": "Kind",
        "needed": "Needed",
        "allowed": "Allowed",
        "meaning": "Meaning",
        "rule": "Rule",
        "finds": "What it finds",
        "consequence": "Consequence",
        "mend": "What to do",
        "why": "Why it matters",
        "holds_for": "Expected",
        "asked": "Asked where filled",
        "category": "Category",
        "source": "Source",
        "holds": "Holds",
        "breaks": "Breaks (the rows marked x, or the table as a whole)",
        "breaks_cell": "Breaks",
        "previous": "Last submission",
        "package": "The package as a whole",
        "every_table": "Rules that every table can break",
        "release": "What a release must hold",
        "release_intro": "These rules are asked of the published tables before they are published. "
        "A release that breaks one is not published; a centre cannot break them.",
        "codes": "Code lists",
        "code": "Code",
        "label": "Meaning",
        "number": "number",
        "text": "text",
        "whole": "whole number",
        "yes_no": "true / false",
        "date": "date",
        "blank": "(blank)",
        "conformance": "conformance",
        "completeness": "completeness",
        "plausibility": "plausibility",
        "n_rules": "{n} rules",
        "how": "In an example a dot is a blank cell, and a column `*` says how often its row "
        "stands there. A row that a rule cannot be asked of is neither kept nor broken.",
        "found": "found",
        "expected": "expected",
    },
    "de": {
        "generated": "Mit `make docs` aus den Deklarationen erzeugt; bitte nicht bearbeiten.",
        "index": "Was ein Zentrum sendet und was daran gefragt wird",
        "tables": "Tabellen",
        "rules": "Regeln",
        "table": "Tabelle",
        "sent": "Zu senden",
        "required": "Pflicht",
        "optional": "freiwillig",
        "key": "Schlüssel",
        "columns": "Spalten",
        "column": "Spalte",
        "kind": "Art",
        "needed": "Nötig",
        "allowed": "Erlaubt",
        "meaning": "Bedeutung",
        "rule": "Regel",
        "finds": "Was sie findet",
        "consequence": "Folge",
        "mend": "Was zu tun ist",
        "why": "Warum es wichtig ist",
        "holds_for": "Erwartet",
        "asked": "Gefragt, wo ausgefüllt",
        "category": "Kategorie",
        "source": "Quelle",
        "holds": "Eingehalten",
        "breaks": "Verletzt (die mit x bezeichneten Zeilen oder die Tabelle als Ganzes)",
        "breaks_cell": "Verletzt",
        "previous": "Letzte Lieferung",
        "package": "Das Paket als Ganzes",
        "every_table": "Regeln, die jede Tabelle verletzen kann",
        "release": "Was eine Freigabe einhalten muss",
        "release_intro": "Diese Regeln werden an die Tabellen gestellt, bevor sie veröffentlicht "
        "werden. Eine Freigabe, die eine davon verletzt, erscheint nicht; ein Zentrum kann sie "
        "nicht verletzen.",
        "codes": "Codelisten",
        "code": "Code",
        "label": "Bedeutung",
        "number": "Zahl",
        "text": "Text",
        "whole": "ganze Zahl",
        "yes_no": "true / false",
        "date": "Datum",
        "blank": "(leer)",
        "conformance": "Form",
        "completeness": "Vollständigkeit",
        "plausibility": "Plausibilität",
        "n_rules": "{n} Regeln",
        "how": "In einem Beispiel ist ein Punkt eine leere Zelle; eine Spalte `*` sagt, wie oft "
        "ihre Zeile dort steht. Eine Zeile, zu der eine Regel nicht gefragt werden kann, hält sie "
        "weder ein noch verletzt sie sie.",
        "found": "gefunden",
        "expected": "erwartet",
    },
}

# What one row of a table is, in German; the English is the model's own docstring.
TABLES_DE = {
    "patients": "Eine Zeile je Person: wer sie ist, was sie hat, wie es ihr geht und wozu sie "
    "eingewilligt hat.",
    "visits": "Eine Zeile je Visite: Körpermaße, Kernmaße, Befunde und was das Zentrum selbst "
    "daraus schließt. Das Muskelenzym der Kernmaße kommt aus labs, höchstens 14 Tage von der "
    "Visite entfernt. Globalurteil des Arztes, Kraft und extramuskuläre Aktivität beurteilt, wer "
    "untersucht; das eigene Globalurteil und den HAQ-DI die erkrankte Person, bei Kindern ein "
    "Elternteil.",
    "labs": "Eine Zeile je Ergebnis eines Analyten in einer Probe; Wert und Referenzwerte stehen "
    "in der Einheit der Zeile.",
    "serology": "Eine Zeile je Antikörperergebnis. „Nicht getestet“ ist nie „negativ“: Dafür gibt "
    "es einen eigenen Grund. Ergebnisse bleiben, wie sie berichtet wurden, jedes mit Kit, Einheit "
    "und Cut-off; keines wird umgerechnet, keines vom Register gedeutet, und ein späteres ersetzt "
    "kein früheres.",
    "therapies": "Eine Zeile je Episode eines Mittels in einer Dosis: Eine geänderte Dosis ist "
    "eine neue Zeile.",
    "biopsies": "Eine Zeile je Muskelbiopsie. Jedes Merkmal ist vorhanden, fehlt oder wurde nicht "
    "beurteilt. Seropositive IMNM braucht keine Biopsie (224. ENMC-Workshop), und keines der "
    "Merkmale muss da sein: Sarkolemmales C5b-9 findet sich bei 68 % der seropositiven und 17 % "
    "der antikörpernegativen Personen.",
    "exposures": "Eine Zeile je Einnahme eines Mittels, das eine Myopathie auslösen kann: Statine, "
    "Checkpoint-Inhibitoren.",
    "malignancies": "Eine Zeile je Krebserkrankung. Ihr Datum ist wichtig: Ob IMNM und Krebs "
    "zusammengehören, ist umstritten.",
    "organ_findings": "Eine Zeile je Merkmal und Untersuchung. Ein Merkmal, nach dem nicht gesucht "
    "wurde, hat keine Zeile: Fehlen ist nicht dasselbe wie nicht gesucht.",
    "events": "Eine Zeile je Ereignis; ein Ereignis, das zweierlei ist (eine Infektion, eine "
    "Aufnahme), ist zwei Zeilen.",
}
