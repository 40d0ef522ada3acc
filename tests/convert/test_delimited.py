"""CSV: what is found is told, what is in doubt is asked, and every cell keeps its line."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from flows import path
from registry.convert.sheet import CannotConvert, Said
from tests.convert.files import DE01, convert, csv_file, exported, tables_of, told

HEAD = "lab_id;patient_id;collected_date;analyte;value;unit;upper_limit_normal"


def rows_of(made) -> list[tuple[object, ...]]:  # type: ignore[no-untyped-def]
    """(rule, line, column, value, expected) of every finding."""
    columns = ["rule_id", "row", "column", "value", "expected"]
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in made.findings.rows[columns].itertuples(index=False)
    ]


@pytest.mark.parametrize("style", ["german", "english"])
def test_an_export_gives_the_very_tables_of_the_centre(style: str, tmp_path: Path) -> None:
    made = convert(exported(tmp_path / "export", style))

    assert made.findings.rows.empty
    assert made.questions == []
    assert made.package is not None
    expected, got = path.receive(DE01), path.receive(made.package)
    assert got.breaches.rows == [], "the package itself is as it must be"
    for name, table in expected.tables.items():
        pd.testing.assert_frame_equal(got.tables[name], table)


def test_what_was_found_is_told_with_its_reason(tmp_path: Path) -> None:
    labs = csv_file(
        tmp_path,
        f"""
        {HEAD}
        L1;Zoë;31.12.2025;ck;1234,5;U/L;170
        """,
        encoding="cp1252",
    )

    made = convert(labs, language="en")

    assert told(made, "labs.csv") == (
        "cp1252 (Windows), because it is not UTF-8 and its umlauts are letters in cp1252; "
        "separator ';', because it splits the header into 7 known columns; "
        "centre_id filled with DE01 in 1 rows; "
        "decimal comma, because of 1 numbers like 1234,5; "
        "1 days as day.month.year, like 31.12.2025; "
        "1 rows from line 2 on"
    )
    assert made.package is not None
    (row,) = tables_of(made.package)["labs"].to_dict("records")
    assert row == {
        "centre_id": "DE01",
        "lab_id": "L1",
        "patient_id": "Zoë",
        "collected_date": date(2025, 12, 31),
        "analyte": "ck",
        "value": 1234.5,
        "unit": "U/L",
        "upper_limit_normal": 170.0,
    }


@pytest.mark.parametrize(
    ("cells", "question"),
    [
        (
            "01/02/2025;ck;5,5;U/L;170",
            "labs.csv: is 01/02/2025 (line 2) the day or the month first? Say --date-order day or --date-order month.",
        ),
        (
            "2025-12-31;ck;1,234;U/L;170",
            "labs.csv: is 1,234 (line 2) 1.234 or 1234? Say --decimal , or, where the comma separates thousands, --decimal . --thousands ,",
        ),
        (
            "2025-12-31;ck;1.234;U/L;170",
            "labs.csv: is 1.234 (line 2) 1.234 or 1234? Say --decimal . or, where the point separates thousands, --decimal , --thousands .",
        ),
        (
            "2025-12-31;ck;5,5;U/L;0.5",
            "labs.csv: numbers are written with a decimal comma (5,5, line 2) and with a decimal point (0.5, line 2). Say --decimal , or --decimal . for what is meant; the other cells are then reported one by one.",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_and_nothing_is_written(
    cells: str, question: str, tmp_path: Path
) -> None:
    made = convert(csv_file(tmp_path, f"{HEAD}\nL1;P1;{cells}"))

    assert made.questions == [question]
    assert made.package is None


@pytest.mark.parametrize(
    ("said", "cells", "day", "value"),
    [
        (Said(date_order="day"), "01/02/2025;ck;5;U/L;170", date(2025, 2, 1), 5.0),
        (Said(date_order="month"), "01/02/2025;ck;5;U/L;170", date(2025, 1, 2), 5.0),
        (Said(decimal=","), "2025-12-31;ck;1,234;U/L;170", date(2025, 12, 31), 1.234),
        (
            Said(decimal=".", thousands=","),
            "2025-12-31;ck;1,234;U/L;170",
            date(2025, 12, 31),
            1234.0,
        ),
        (
            Said(decimal=",", thousands="."),
            "2025-12-31;ck;12.345,5;U/L;170",
            date(2025, 12, 31),
            12345.5,
        ),
        (Said(), "2025/12/31;ck;12.345,5;U/L;170", date(2025, 12, 31), 12345.5),
        (Said(), "13/02/2025;ck;1.234.567;U/L;170", date(2025, 2, 13), 1234567.0),
    ],
)
def test_an_answer_settles_it_and_so_does_a_cell_with_one_reading(
    said: Said, cells: str, day: date, value: float, tmp_path: Path
) -> None:
    made = convert(csv_file(tmp_path, f"{HEAD}\nL1;P1;{cells}"), said=said)

    assert made.package is not None
    (row,) = tables_of(made.package)["labs"].to_dict("records")
    assert (row["collected_date"], row["value"]) == (day, value)


def test_a_cell_that_cannot_be_read_is_a_finding_with_its_place_and_every_other_row_goes_on(
    tmp_path: Path,
) -> None:
    labs = csv_file(
        tmp_path,
        f"""
        {HEAD}
        L1;P1;31.12.2025;ck;12,5;U/L;170
        L2;P1;31.12.25;ck;12 mg;U/L;170

        L3;P1;31.02.2025;ck;<5;U/L;"1
        70"
        L4;P1;31.12.2025;ck;1.234;U/L;170
        """,
    )

    made = convert(labs)

    assert rows_of(made) == [
        ("CNV-01", 3, "collected_date", "31.12.25", "a day with a year of four digits"),
        ("CNV-01", 3, "value", "12 mg", "a number"),
        ("CNV-01", 5, "collected_date", "31.02.2025", "a day, e.g. 2025-12-31"),
        ("CNV-01", 5, "upper_limit_normal", "1\n70", "a number"),
        ("CNV-01", 5, "value", "<5", "a number; < and > go into the comparator column"),
        ("CNV-01", 7, "value", "1.234", "a number: is it 1.234 or 1234?"),
    ]
    assert list(made.findings.rows["place"].unique()) == [
        "labs.csv line 3",
        "labs.csv line 5",
        "labs.csv line 7",
    ]
    assert made.package is not None
    assert list(tables_of(made.package)["labs"]["value"]) == ["12.5", "12 mg", "<5", "1.234"], (
        "unread cells go on as they are"
    )


def test_check_finds_the_same_cells_and_names_the_line_of_the_file(tmp_path: Path) -> None:
    export = exported(tmp_path / "export", "german")
    labs = export / "labs.csv"
    lines = labs.read_text(encoding="cp1252").splitlines()
    value = lines[0].split(";").index("value")
    lines[16] = ";".join(
        [*lines[16].split(";")[:value], "12 mg", *lines[16].split(";")[value + 1 :]]
    )
    labs.write_text("\n".join([lines[0], "", *lines[1:]]), encoding="cp1252")

    made = convert(export)

    assert made.package is not None
    (at,) = made.findings.rows["place"]
    submission = path.receive(made.package)
    found = path.with_places(path.check_rows(submission), submission, "en").rows
    (unreadable,) = found.loc[found["rule_id"] == "COL-02", "place"]
    assert unreadable == at == "labs.csv line 18"


def test_a_ragged_line_or_an_open_quote_refuses_the_file_and_names_every_line(
    tmp_path: Path,
) -> None:
    labs = csv_file(
        tmp_path,
        f"""
        {HEAD}
        L1;P1;31.12.2025;ck;12,5;U/L;170
        L2;P1;31.12.2025;ck;12;5;U/L;170
        L3;P1;31.12.2025
        L4;P1;31.12.2025;ck;12,5;U/L;170;;
        L5;P1;31.12.2025;"ck;12,5;U/L;170
        L6;P1;31.12.2025;ck";12,5;U/L;170
        """,
    )

    made = convert(labs)

    assert [(rule, line) for rule, line, *_ in rows_of(made)] == [
        ("CNV-02", 3),
        ("CNV-02", 4),
        ("CNV-02", 6),
    ]
    assert made.package is None


def test_unknown_and_doubled_columns_and_files_are_told(tmp_path: Path) -> None:
    csv_file(tmp_path, "lab_id,patient_id,colected_date,surname\nL1,P1,2025-12-31,Doe", "labs.csv")
    csv_file(tmp_path, "lab_id,lab_id\nL1,L2", "Labs.txt")
    csv_file(tmp_path, "a,b\n1,2", "remarks.csv")
    (tmp_path / "letter.docx").write_bytes(b"PK")

    made = convert(tmp_path)

    assert [(rule, value) for rule, _, _, value, _ in rows_of(made)] == [
        ("CNV-04", "Labs.txt | labs.csv"),
        ("CNV-05", "letter.docx"),
        ("CNV-05", "remarks.csv"),
        ("CNV-04", None),
    ]
    assert made.package is None


def test_a_column_left_out_is_named_with_what_it_may_have_meant(tmp_path: Path) -> None:
    labs = csv_file(tmp_path, "lab_id,patient_id,colected_date,surname\nL1,P1,2025-12-31,Doe")

    made = convert(labs)

    assert rows_of(made) == [
        ("CNV-03", None, "colected_date", None, "collected_date?"),
        ("CNV-03", None, "surname", None, None),
    ]
    assert made.package is not None
    assert list(tables_of(made.package)["labs"]) == ["centre_id", "lab_id", "patient_id"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "labs.csv is empty."),
        (b"lab_id;value\n\x00\x01\x02", "labs.csv is not a text file."),
        (b"\xd0\xcf\x11\xe0\0\0", "labs.csv is not a text file."),
    ],
)
def test_a_broken_file_is_a_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "labs.csv").write_bytes(content)

    with pytest.raises(CannotConvert) as refused:
        convert(tmp_path / "labs.csv")

    assert sentence in str(refused.value)


def test_umlauts_of_another_time_are_asked_not_guessed(tmp_path: Path) -> None:
    labs = tmp_path / "labs.csv"
    labs.write_bytes("lab_id;kit;value\nL1;Größe März;5".encode("cp850"))

    asked = convert(labs)
    answered = convert(labs, said=Said(encoding="cp850"))

    assert "which encoding is this?" in asked.questions[0]
    assert "(line 2)" in asked.questions[0]
    assert answered.questions == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_encodings_and_separators_are_found(encoding: str, separator: str, tmp_path: Path) -> None:
    labs = tmp_path / "labs.csv"
    labs.write_bytes(
        separator.join(["lab_id", "patient_id", "value"]).encode(encoding)
        + separator.join(["\nL1", "Zoë", "5"]).encode(
            encoding.removesuffix("-sig").replace("utf-16", "utf-16-le")
        )
    )

    made = convert(labs)

    assert made.package is not None
    assert list(tables_of(made.package)["labs"]["patient_id"]) == ["Zoë"]


def test_a_table_whose_separator_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    made = convert(csv_file(tmp_path, "lab_id^patient_id^value\nL1^P1^5"))

    assert "which sign separates the columns?" in made.questions[0]


def test_without_a_data_cut_the_day_is_asked_and_a_manifest_beside_the_files_answers(
    tmp_path: Path,
) -> None:
    labs = csv_file(tmp_path, "lab_id,value\nL1,5")

    with pytest.raises(CannotConvert, match="Up to which day are the data complete"):
        convert(labs, data_cut=None)
    (tmp_path / "datapackage.json").write_text('{"registry:data_cut": "2026-06-30"}')

    assert convert(labs, data_cut=None).package is not None


def test_a_folder_with_other_things_in_it_is_not_overwritten(tmp_path: Path) -> None:
    labs = csv_file(tmp_path, "lab_id,value\nL1,5")
    (tmp_path / "labs.csv-package").mkdir()
    (tmp_path / "labs.csv-package" / "thesis.docx").write_text("mine")

    with pytest.raises(CannotConvert, match="is there already"):
        convert(labs)


def test_the_mapping_of_a_centre_is_kept_and_its_own_words_go_into_the_package(
    tmp_path: Path,
) -> None:
    labs = csv_file(
        tmp_path,
        """
        Labornummer;Pseudonym;Abnahmedatum;Analyt;Wert;Einheit;Referenz_oben
        L1;P1;31.12.2025;Kreatinkinase;12,5;µkat/L;2,9
        L2;P1;31.12.2025;Kreatinkinase;nicht gemessen;µkat/L;2,9
        """,
        "laborwerte.csv",
    )

    made = convert(labs, centre="SE01")

    assert made.package is not None
    received = path.receive(made.package)
    assert list(received.tables["labs"]["analyte"]) == ["ck", "ck"]
    assert list(received.tables["labs"]["value"].fillna(-1)) == [12.5, -1]
    assert list(received.submitted["labs"]["Wert"]) == ["12,5", "nicht gemessen"]
