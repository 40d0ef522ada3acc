"""What converting says to a person, once per language; the rules have messages of their own."""

from registry.rules import LANGUAGES

PHRASES = {
    "en": {
        "utf-8-sig": "UTF-8 with a byte order mark",
        "utf-8": "UTF-8",
        "ascii": "plain ASCII",
        "cp1252": "cp1252 (Windows), because it is not UTF-8 and its umlauts are letters in cp1252",
        "utf-16": "UTF-16, because of its byte order mark",
        "said": "{what}, as you said",
        "by_mapping": "{what}, as the registry's mapping of the centre says",
        "separator": "separator {separator}, because it splits the header into {n} known columns",
        "separator_told": "separator {separator}, because the first line says so",
        "decimal": "decimal {name}, because of {n} numbers like {example}",
        "decimal_name": "decimal {name}",
        ",": "comma",
        ".": "point",
        "no_decimals": "no number with a decimal sign",
        "iso": "{n} days as year-month-day",
        "dotted": "{n} days as day.month.year, like {example}",
        "year_first": "{n} days with the year first, like {example}",
        "day": "day before month, because of {example}",
        "month": "month before day, because of {example}",
        "day_said": "day before month",
        "month_said": "month before day",
        "stripped": "blanks around {n} values removed",
        "rows": "{n} rows from line {first} on",
        "no_rows": "no rows: the table is not part of the package",
        "no_rows_required": "no rows",
        "blank_lines": "{n} blank lines skipped",
        "marked_rows": "{n} help and example rows skipped",
        "formulas": "holds formulas: what Excel last calculated is taken",
        "header_row": "header in row {row}",
        "centre_filled": "{column} filled with {centre} in {n} rows",
        "renamed": "column “{own}” taken for {column}",
        "redcap": "REDCap export: {n} lines, instruments {instruments}",
        "choices": "{n} choices replaced by their labels in {column}",
        "language": "language of the reports: {language}",
        "data_cut": "data complete up to {day}, from {where}",
        "expected_text": "a text; Excel has made a day of it",
        "expected_number": "a number",
        "expected_comparator": "a number; < and > go into the comparator column",
        "expected_grouped": "a number: is it {one} or {other}?",
        "expected_whole": "a whole number",
        "expected_date": "a day, e.g. {day}",
        "expected_century": "a day with a year of four digits",
        "expected_time": "a day without a time",
        "expected_yes_no": "yes or no",
        "expected_result": "a value; Excel shows an error here",
        "expected_calculated": "a value; open the file in Excel and save it, so that it is "
        "calculated",
        "expected_fields": "{n} fields, as in the header",
        "expected_quote": "a closed quotation mark",
        "expected_known": "one of {names}",
        "expected_near": "{name}?",
        "expected_choice": "one of {choices}",
        "q_encoding": "{file}: which encoding is this? It is neither UTF-8 nor clearly cp1252 "
        "(line {line}). Say --encoding, e.g. --encoding cp850 for an old DOS export or "
        "--encoding mac-roman for an old Mac; or export it as UTF-8.",
        "q_separator": "{file}: which sign separates the columns? None of ; , tab | splits the "
        "first "
        "line into columns of the contract. Say --separator, or check that the first line holds "
        "the column names.",
        "q_header": "{file}: which row holds the names of the columns? None of the first 30 names "
        "a column of the contract.",
        "q_decimal": "{file}: is {example} (line {line}) {one} or {other}? Say --decimal , or, "
        "where "
        "the comma separates thousands, --decimal . --thousands ,",
        "q_point": "{file}: is {example} (line {line}) {one} or {other}? Say --decimal . or, where "
        "the point separates thousands, --decimal , --thousands .",
        "q_both_decimals": "{file}: numbers are written with a decimal comma ({comma}, line "
        "{line}) "
        "and with a decimal point ({point}, line {other}). Say --decimal , or --decimal . for what "
        "is meant; the other cells are then reported one by one.",
        "q_order": "{file}: is {example} (line {line}) the day or the month first? "
        "Say --date-order day or --date-order month.",
        "q_both_orders": "{file}: {day} (line {line}) has the day first, {month} (line {other}) "
        "the "
        "month. Say --date-order for what is meant; the other cells are then reported one by one.",
        "q_data_cut": "Up to which day are the data complete? Say --data-cut, e.g. "
        "--data-cut 2026-09-30, or fill in registry:data_cut in {file}.",
        "q_centre": "{centre} is no centre code: two letters of the country and two digits, "
        "e.g. DE01.",
        "e_no_source": "{path} is neither a folder nor a file. Give the folder of your CSV files, "
        "one CSV file or an Excel file.",
        "e_no_table": "{path}: no table of the contract in it. A file or sheet is called like its "
        "table: {names}.",
        "e_kind": "{file} is not a CSV file and not an Excel workbook (.xlsx). Save it as one of "
        "them; an old .xls or an .ods by “Save as”.",
        "e_old_excel": "{file} is an old or encrypted Excel file. Save it as .xlsx without "
        "password.",
        "e_broken": "{file} cannot be opened: it is damaged or cut off. Save or export it again.",
        "e_bomb": "{file} unpacks to far more than a workbook holds; it was not opened.",
        "e_macros": "{file} holds macros, links to other files or data connections. Save it as "
        ".xlsx with values only.",
        "e_binary": "{file} is not a text file. Export the table as CSV.",
        "e_absent": "There is no file {file}.",
        "e_empty": "{file} is empty.",
        "e_exists": "{path} is there already and is not a package this command wrote. Give "
        "another folder.",
        "e_date": "{value} is no day. Write it like 2026-09-30.",
        "e_unknown_encoding": "There is no encoding {value}.",
        "asked": "No package was written. Answer what is asked above and convert again.",
        "refused": "No package was written. Mend what stands under “refused” and convert again.",
        "written": "Package written: {path}. Next: registry check {path} --output report",
        "findings_written": "What could not be converted, with its place: {path}",
        "head": "Converting {source} for {centre}",
        "place_line": " line ",
        "place_sheet": ", sheet ",
        "place_row": ", row ",
    },
    "de": {
        "utf-8-sig": "UTF-8 mit Byte-Reihenfolge-Marke",
        "utf-8": "UTF-8",
        "ascii": "reines ASCII",
        "cp1252": "cp1252 (Windows), weil es kein UTF-8 ist und die Umlaute in cp1252 Buchstaben "
        "sind",
        "utf-16": "UTF-16, wegen der Byte-Reihenfolge-Marke",
        "said": "{what}, wie angegeben",
        "by_mapping": "{what}, laut Zuordnung des Zentrums im Register",
        "separator": "Trennzeichen {separator}, weil es die Kopfzeile in {n} bekannte Spalten "
        "teilt",
        "separator_told": "Trennzeichen {separator}, weil die erste Zeile es sagt",
        "decimal": "Dezimal{name}, wegen {n} Zahlen wie {example}",
        "decimal_name": "Dezimal{name}",
        ",": "komma",
        ".": "punkt",
        "no_decimals": "keine Zahl mit Dezimalzeichen",
        "iso": "{n} Tage als Jahr-Monat-Tag",
        "dotted": "{n} Tage als Tag.Monat.Jahr, wie {example}",
        "year_first": "{n} Tage mit dem Jahr zuerst, wie {example}",
        "day": "Tag vor Monat, wegen {example}",
        "month": "Monat vor Tag, wegen {example}",
        "day_said": "Tag vor Monat",
        "month_said": "Monat vor Tag",
        "stripped": "Leerzeichen um {n} Werte entfernt",
        "rows": "{n} Zeilen ab Zeile {first}",
        "no_rows": "keine Zeilen: die Tabelle gehört nicht zum Paket",
        "no_rows_required": "keine Zeilen",
        "blank_lines": "{n} leere Zeilen übergangen",
        "marked_rows": "{n} Hilfe- und Beispielzeilen übergangen",
        "formulas": "enthält Formeln: genommen wird, was Excel zuletzt berechnet hat",
        "header_row": "Kopfzeile in Zeile {row}",
        "centre_filled": "{column} in {n} Zeilen mit {centre} gefüllt",
        "renamed": "Spalte „{own}“ als {column} gelesen",
        "redcap": "REDCap-Export: {n} Zeilen, Instrumente {instruments}",
        "choices": "{n} Auswahlwerte in {column} durch ihre Beschriftung ersetzt",
        "language": "Sprache der Berichte: {language}",
        "data_cut": "Daten vollständig bis {day}, aus {where}",
        "expected_text": "ein Text; Excel hat daraus einen Tag gemacht",
        "expected_number": "eine Zahl",
        "expected_comparator": "eine Zahl; < und > gehören in die Vergleichsspalte",
        "expected_grouped": "eine Zahl: ist es {one} oder {other}?",
        "expected_whole": "eine ganze Zahl",
        "expected_date": "ein Tag, z. B. {day}",
        "expected_century": "ein Tag mit vierstelligem Jahr",
        "expected_time": "ein Tag ohne Uhrzeit",
        "expected_yes_no": "ja oder nein",
        "expected_result": "ein Wert; Excel zeigt hier einen Fehler",
        "expected_calculated": "ein Wert; Datei in Excel öffnen und speichern, damit gerechnet "
        "wird",
        "expected_fields": "{n} Felder, wie in der Kopfzeile",
        "expected_quote": "ein geschlossenes Anführungszeichen",
        "expected_known": "eine von {names}",
        "expected_near": "{name}?",
        "expected_choice": "eine von {choices}",
        "q_encoding": "{file}: Welche Zeichenkodierung ist das? Es ist weder UTF-8 noch eindeutig "
        "cp1252 (Zeile {line}). Bitte --encoding angeben, z. B. --encoding cp850 für einen alten "
        "DOS-Export oder --encoding mac-roman für einen alten Mac; oder als UTF-8 exportieren.",
        "q_separator": "{file}: Welches Zeichen trennt die Spalten? Keines von ; , Tabulator | "
        "teilt "
        "die erste Zeile in Spalten des Vertrags. Bitte --separator angeben oder prüfen, ob die "
        "erste Zeile die Spaltennamen enthält.",
        "q_header": "{file}: Welche Zeile enthält die Spaltennamen? Keine der ersten 30 nennt eine "
        "Spalte des Vertrags.",
        "q_decimal": "{file}: Ist {example} (Zeile {line}) {one} oder {other}? Bitte --decimal , "
        "angeben oder, wenn das Komma Tausender trennt, --decimal . --thousands ,",
        "q_point": "{file}: Ist {example} (Zeile {line}) {one} oder {other}? Bitte --decimal . "
        "angeben oder, wenn der Punkt Tausender trennt, --decimal , --thousands .",
        "q_both_decimals": "{file}: Zahlen stehen mit Dezimalkomma ({comma}, Zeile {line}) und mit "
        "Dezimalpunkt ({point}, Zeile {other}). Bitte mit --decimal , oder --decimal . sagen, was "
        "gemeint ist; die anderen Zellen werden dann einzeln gemeldet.",
        "q_order": "{file}: Steht bei {example} (Zeile {line}) der Tag oder der Monat vorn? "
        "Bitte --date-order day (Tag) oder --date-order month (Monat) angeben.",
        "q_both_orders": "{file}: Bei {day} (Zeile {line}) steht der Tag vorn, bei {month} (Zeile "
        "{other}) der Monat. Bitte mit --date-order sagen, was gemeint ist; die anderen Zellen "
        "werden dann einzeln gemeldet.",
        "q_data_cut": "Bis zu welchem Tag sind die Daten vollständig? Bitte --data-cut angeben, "
        "z. B. --data-cut 2026-09-30, oder registry:data_cut in {file} ausfüllen.",
        "q_centre": "{centre} ist kein Zentrumscode: zwei Buchstaben des Landes und zwei Ziffern, "
        "z. B. DE01.",
        "e_no_source": "{path} ist weder ein Ordner noch eine Datei. Bitte den Ordner der "
        "CSV-Dateien, eine CSV-Datei oder eine Excel-Datei angeben.",
        "e_no_table": "{path}: enthält keine Tabelle des Vertrags. Datei oder Blatt heißt wie die "
        "Tabelle: {names}.",
        "e_kind": "{file} ist weder eine CSV-Datei noch eine Excel-Mappe (.xlsx). Bitte so "
        "speichern; altes .xls und .ods mit „Speichern unter“.",
        "e_old_excel": "{file} ist eine alte oder verschlüsselte Excel-Datei. Bitte als .xlsx ohne "
        "Kennwort speichern.",
        "e_broken": "{file} lässt sich nicht öffnen: beschädigt oder abgeschnitten. Bitte neu "
        "speichern oder exportieren.",
        "e_bomb": "{file} entpackt sich auf weit mehr, als eine Mappe enthält; sie wurde nicht "
        "geöffnet.",
        "e_macros": "{file} enthält Makros, Verknüpfungen mit anderen Dateien oder "
        "Datenverbindungen. Bitte als .xlsx nur mit Werten speichern.",
        "e_binary": "{file} ist keine Textdatei. Bitte die Tabelle als CSV exportieren.",
        "e_absent": "Die Datei {file} gibt es nicht.",
        "e_empty": "{file} ist leer.",
        "e_exists": "{path} gibt es schon, und es ist kein Paket dieses Befehls. Bitte einen "
        "anderen Ordner angeben.",
        "e_date": "{value} ist kein Tag. Bitte wie 2026-09-30 schreiben.",
        "e_unknown_encoding": "Es gibt keine Zeichenkodierung {value}.",
        "asked": "Kein Paket geschrieben. Bitte die Frage oben beantworten und neu umwandeln.",
        "refused": "Kein Paket geschrieben. Bitte beheben, was unter „abgelehnt“ steht, und neu "
        "umwandeln.",
        "written": "Paket geschrieben: {path}. Weiter mit: registry check {path} --output report",
        "findings_written": "Was sich nicht umwandeln ließ, mit seiner Stelle: {path}",
        "head": "{source} wird für {centre} umgewandelt",
        "place_line": " Zeile ",
        "place_sheet": ", Blatt ",
        "place_row": ", Zeile ",
    },
}


def say(language: str, key: str, /, **facts: object) -> str:
    """One phrase in a language; English where the language is not known."""
    return PHRASES[language if language in LANGUAGES else "en"][key].format(**facts)
