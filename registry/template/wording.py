"""What the template says to a person, once per language."""

FILE = {"en": "template.xlsx", "de": "vorlage.xlsx"}
READ_ME = {"en": "Read me", "de": "Bitte lesen"}
CODES = {"en": "Codes", "de": "Codelisten"}
HELP = {"en": "help", "de": "Hilfe"}
EXAMPLE = {"en": "example", "de": "Beispiel"}
YES_NO = {"en": ("yes", "no"), "de": ("ja", "nein")}

WORDS = {
    "en": {
        "key": "REQUIRED · your own key, once per row",
        "required": "REQUIRED",
        "optional": "optional",
        "filled": "may stay empty: filled in when converted",
        "unit": "unit: {unit}",
        "codes": "choose from the list “{codes}” (sheet Codes)",
        "links": "a key from the sheet {links}",
        "yes_no": "yes or no",
        "date": "a day",
        "scale": "{low} to {high}",
        "at_least": "{low} or more",
        "number": "Please enter a number{scale}.",
        "listed": "Please choose from the list.",
        "day": "Please enter a day.",
        "code": "code",
        "label": "meaning",
        "table": "sheet",
        "sent": "needed?",
        "row_is": "one row is",
        "must": "required",
        "may": "if you have it",
    },
    "de": {
        "key": "PFLICHT · eigener Schlüssel, in jeder Zeile ein anderer",
        "required": "PFLICHT",
        "optional": "freiwillig",
        "filled": "darf leer bleiben: wird beim Umwandeln ergänzt",
        "unit": "Einheit: {unit}",
        "codes": "aus der Liste „{codes}“ wählen (Blatt Codelisten)",
        "links": "ein Schlüssel aus dem Blatt {links}",
        "yes_no": "ja oder nein",
        "date": "ein Tag",
        "scale": "{low} bis {high}",
        "at_least": "{low} oder mehr",
        "number": "Bitte eine Zahl eingeben{scale}.",
        "listed": "Bitte aus der Liste wählen.",
        "day": "Bitte einen Tag eingeben.",
        "code": "Code",
        "label": "Bedeutung",
        "table": "Blatt",
        "sent": "nötig?",
        "row_is": "Schlüssel der Zeile",
        "must": "Pflicht",
        "may": "wenn vorhanden",
    },
}

TITLE = {
    "en": "Registry of immune-mediated necrotizing myopathy: template for one centre's data",
    "de": "Register der immunvermittelten nekrotisierenden Myopathie: Vorlage für die Daten eines "
    "Zentrums",
}

STEPS = {
    "en": (
        "One sheet is one table, one row is one patient, visit, result, therapy …",
        "Row 1 holds the names of the columns: please leave them as they are. Row 2 says what "
        "belongs into each column. Row 3 is an example.",
        "Fill in from row 4. Rows with “help” or “example” in column # are not sent; column # is "
        "otherwise yours.",
        "Dark columns are required in every row, light ones optional. Leave a cell empty where "
        "nothing is known; never write -1, 99 or 01.01.1900.",
        "Where the reason matters that a value is missing, there is a column ending in _absent.",
        "Many cells have a list to choose from: the meaning of every code stands on the sheet "
        "Codes.",
        "Keys (patient_id, visit_id …) are your own pseudonyms. They stay the same in every "
        "submission. No names, no dates of birth, no hospital numbers.",
        "centre_id may stay empty: it is filled in when the file is converted.",
        "Sheets without rows are not sent. Send everything you have each time, not only what is "
        "new.",
        "Then: registry convert template.xlsx --centre DE01 --data-cut 2026-09-30 --output package",
        "And:  registry check package --output report",
    ),
    "de": (
        "Ein Blatt ist eine Tabelle, eine Zeile ist eine Person, eine Visite, ein Messwert, eine "
        "Therapie …",
        "Zeile 1 enthält die Namen der Spalten: bitte so lassen. Zeile 2 sagt, was in jede Spalte "
        "gehört. Zeile 3 ist ein Beispiel.",
        "Bitte ab Zeile 4 ausfüllen. Zeilen mit „Hilfe“ oder „Beispiel“ in der Spalte # werden "
        "nicht gesendet; sonst gehört die Spalte # Ihnen.",
        "Dunkle Spalten sind in jeder Zeile Pflicht, helle freiwillig. Was nicht bekannt ist, "
        "bleibt "
        "leer; bitte nie -1, 99 oder 01.01.1900 schreiben.",
        "Wo der Grund zählt, warum ein Wert fehlt, gibt es eine Spalte mit der Endung _absent.",
        "Viele Zellen haben eine Auswahlliste: was jeder Code bedeutet, steht im Blatt Codelisten.",
        "Schlüssel (patient_id, visit_id …) sind Ihre eigenen Pseudonyme. Sie bleiben in jeder "
        "Lieferung gleich. Keine Namen, keine Geburtsdaten, keine Fallnummern.",
        "centre_id darf leer bleiben: sie wird beim Umwandeln ergänzt.",
        "Blätter ohne Zeilen werden nicht gesendet. Bitte jedes Mal alles senden, nicht nur das "
        "Neue.",
        "Danach: registry convert vorlage.xlsx --centre DE01 --data-cut 2026-09-30 --output paket",
        "Und:    registry check paket --output bericht",
    ),
}
