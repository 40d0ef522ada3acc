"""Excel from outside: looked at before it is opened, typed cells believed, doubtful ones reported."""

import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest

from registry.convert.sheet import CannotConvert
from tests.convert.files import convert, tables_of, told, workbook

HEAD = ("lab_id", "patient_id", "collected_date", "analyte", "value", "unit")
ROW = ("L1", "P1", date(2025, 12, 31), "ck", 1234.5, "U/L")


def changed(
    source: Path,
    target: Path,
    *,
    add: dict[str, bytes] | None = None,
    replace: dict[str, tuple[bytes, bytes]] | None = None,
) -> Path:
    """A copy of an Excel file with members added, or bytes replaced in some."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            for name, (before, after) in (replace or {}).items():
                content = content.replace(before, after, 1) if member.filename == name else content
            new.writestr(member.filename, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return target


def test_typed_cells_are_taken_as_they_are_and_a_title_above_the_header_is_no_row(
    tmp_path: Path,
) -> None:
    book = workbook(
        tmp_path / "data.xlsx",
        {
            "labs": [
                ("Export of March",),
                (),
                HEAD,
                ROW,
                (),
                ("L2", "P1", "2025-12-30", "ck", "12,5", "U/L"),
            ]
        },
    )

    made = convert(book)

    assert made.findings.rows.empty
    assert made.package is not None
    assert told(made, "data.xlsx, labs").startswith("header in row 3; ")
    labs = tables_of(made.package)["labs"]
    assert list(labs["value"]) == [1234.5, 12.5]
    assert list(labs["collected_date"]) == [date(2025, 12, 31), date(2025, 12, 30)]


def test_what_excel_made_of_a_cell_is_found_in_its_row(tmp_path: Path) -> None:
    rows = [
        HEAD,
        (date(2025, 3, 1), "P1", datetime(2025, 12, 31, 8, 30), "ck", date(2025, 1, 5), "U/L"),
        ("L2", "P1", 45000, "ck", "#N/A", "U/L"),
        (206569, "P1", date(2025, 12, 31), "ck", True, "U/L"),
    ]

    made = convert(workbook(tmp_path / "data.xlsx", {"labs": rows}))

    found = made.findings.rows
    assert [
        tuple(row) for row in found[["row", "column", "value", "expected"]].astype("str").to_numpy()
    ] == [
        ("2", "collected_date", "2025-12-31 08:30:00", "a day without a time"),
        ("2", "lab_id", "2025-03-01", "a text; Excel has made a day of it"),
        ("2", "value", "2025-01-05", "a number"),
        ("3", "collected_date", "45000", "a day, e.g. 2025-12-31"),
        ("3", "value", "#N/A", "a value; Excel shows an error here"),
        ("4", "value", "true", "a number"),
    ]
    assert list(found["place"].unique()) == [f"data.xlsx, sheet labs, row {n}" for n in (2, 3, 4)]
    assert made.package is not None
    assert tables_of(made.package)["labs"]["lab_id"].iloc[2] == "206569", (
        "a number in a text column is its digits"
    )


def test_a_formula_that_was_never_calculated_is_no_blank(tmp_path: Path) -> None:
    made = convert(
        workbook(
            tmp_path / "data.xlsx", {"labs": [HEAD, (*ROW[:4], "=2*3", "U/L"), ("=A2", *ROW[1:])]}
        )
    )

    found = made.findings.rows
    assert list(found["place"]) == ["data.xlsx, sheet labs, row 2", "data.xlsx, sheet labs, row 3"]
    assert set(found["expected"]) == {
        "a value; open the file in Excel and save it, so that it is calculated"
    }
    assert made.package is not None
    assert list(tables_of(made.package)["labs"]["value"]) == ["=…", "1234.5"]


def test_a_calculated_formula_gives_its_last_result(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    book = changed(
        plain,
        tmp_path / "data.xlsx",
        replace={"xl/worksheets/sheet1.xml": (b"<v>1234.5</v>", b"<f>2*3</f><v>6</v>")},
    )

    made = convert(book)

    assert made.findings.rows.empty
    assert "holds formulas: what Excel last calculated is taken" in told(made, "data.xlsx, labs")
    assert made.package is not None
    assert list(tables_of(made.package)["labs"]["value"]) == [6.0]


@pytest.mark.parametrize(
    "member",
    [
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/embeddings/oleObject1.bin",
    ],
)
def test_macros_links_and_connections_are_refused(member: str, tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})

    with pytest.raises(CannotConvert, match="macros, links to other files or data connections"):
        convert(changed(plain, tmp_path / "data.xlsx", add={member: b"x"}))


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    bomb = changed(plain, tmp_path / "data.xlsx", add={"xl/worksheets/sheet2.xml": bytes(30 << 20)})

    with pytest.raises(CannotConvert, match="unpacks to far more"):
        convert(bomb)


def test_an_archive_that_lies_about_its_size_is_damaged_not_believed(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    bomb = changed(
        plain,
        tmp_path / "data.xlsx",
        replace={"xl/worksheets/sheet1.xml": (b"<sheetData>", b"<sheetData>" + b" " * (30 << 20))},
    )
    content = bytearray(bomb.read_bytes())
    place = content.find(b"PK\x01\x02")
    while place >= 0:  # the central directory says every member is 1,000 bytes long
        if struct.unpack_from("<I", content, place + 24)[0] > 10 << 20:
            struct.pack_into("<I", content, place + 24, 1000)
        place = content.find(b"PK\x01\x02", place + 4)
    bomb.write_bytes(bytes(content))

    with pytest.raises(CannotConvert, match="cannot be opened"):
        convert(bomb)


def test_entities_are_refused(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    bomb = changed(
        plain, tmp_path / "data.xlsx", replace={"xl/worksheets/sheet1.xml": (b"<worksheet", laughs)}
    )

    with pytest.raises(CannotConvert, match="cannot be opened"):
        convert(bomb)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"lab_id;value", "is not a CSV file and not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Excel file"),
        (b"PK\x03\x04 cut off", "cannot be opened"),
    ],
)
def test_a_file_that_is_no_workbook_is_a_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "data.xlsx").write_bytes(content)

    with pytest.raises(CannotConvert, match=sentence):
        convert(tmp_path / "data.xlsx")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_workbook_cut_off_anywhere_is_a_sentence(share: float, tmp_path: Path) -> None:
    book = workbook(tmp_path / "data.xlsx", {"labs": [HEAD, *[ROW] * 200]})
    content = book.read_bytes()
    book.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(CannotConvert, match="cannot be opened"):
        convert(book)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("content", [b"", b"<a>", b"\xff\xfe\x00", b"<worksheet/>"])
def test_a_damaged_part_is_a_sentence_or_no_table_never_a_traceback(
    part: str, content: bytes, tmp_path: Path
) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    with zipfile.ZipFile(plain) as old:
        whole = old.read(part)
    book = changed(plain, tmp_path / "data.xlsx", replace={part: (whole, content)})

    with suppress(CannotConvert):  # a sentence; anything else would end the test
        made = convert(book)
        assert made.package is not None or made.questions


def test_a_sheet_that_says_it_is_endless_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    plain = workbook(tmp_path / "plain.xlsx", {"labs": [HEAD, ROW]})
    book = changed(
        plain,
        tmp_path / "data.xlsx",
        replace={
            "xl/worksheets/sheet1.xml": (
                b'<dimension ref="A1:F2"',
                b'<dimension ref="A1:XFD1048576"',
            )
        },
    )

    made = convert(book)

    assert made.package is not None
    assert len(tables_of(made.package)["labs"]) == 1


def test_sheets_that_are_no_table_are_named(tmp_path: Path) -> None:
    made = convert(
        workbook(
            tmp_path / "data.xlsx",
            {"labs": [HEAD, ROW], "remarks": [("see letter",)], "old": [HEAD, ROW]},
        )
    )

    assert list(made.findings.rows["rule_id"]) == ["CNV-05", "CNV-05"]
    assert list(made.findings.rows["value"]) == ["data.xlsx, remarks", "data.xlsx, old"]
