"""A REDCap export of DE01's data, made here, gives the tables of DE01 itself."""

from pathlib import Path

import pandas as pd
import pytest

from flows import path
from registry.codelists import codelist
from registry.contract import Kind
from registry.harmonise.mapping import mapping_of
from schemas.submitted import CONTRACT
from tests.convert.files import DE01, convert, csv_file, tables_of, told

REPEATED = [name for name in CONTRACT if name != "patients"]


def fields_of(table: str) -> dict[str, str]:
    """Contract column → REDCap field: unique in the project, the record's id everywhere."""
    own = {"patient_id": "record_id"}
    return {c: own.get(c, f"{table}_{c}") for c in CONTRACT[table].columns}


def choices_of(column: str) -> dict[str, str]:
    """Code → raw choice: REDCap numbers them."""
    return {code: str(number) for number, code in enumerate(codelist(column).codes, start=1)}


def redcap_export(folder: Path) -> Path:
    """DE01 as one flat export with repeating instruments, its data dictionary, and the mapping."""
    rows, dictionary = [], []
    for name, table in tables_of(DE01).items():
        fields = fields_of(name)
        for column in CONTRACT[name].columns.values():
            field, kind, choices = fields[column.name], "text", ""
            if column.codes:
                table[column.name] = table[column.name].map(choices_of(column.codes))
                pairs = [f"{raw}, {code}" for code, raw in choices_of(column.codes).items()]
                kind, choices = "dropdown", " | ".join(pairs)
            elif column.kind is Kind.YES_NO:
                table[column.name] = table[column.name].map({True: "1", False: "0"})
                kind = "yesno"
            dictionary.append(
                {
                    "Variable / Field Name": field,
                    "Form Name": name,
                    "Section Header": "",
                    "Field Type": kind,
                    "Field Label": field,
                    "Choices, Calculations, OR Slider Labels": choices,
                }
            )
        flat = table.rename(columns=fields)
        if name != "patients":
            flat["redcap_repeat_instrument"] = name
            flat["redcap_repeat_instance"] = flat.groupby("record_id").cumcount() + 1
        rows.append(flat)
    folder.mkdir(parents=True)
    first = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance"]
    export = pd.concat(rows).sort_values("record_id", kind="stable")
    export[first + [c for c in export if c not in first]].to_csv(
        folder / "project_DATA.csv", index=False
    )
    pd.DataFrame(dictionary).drop_duplicates("Variable / Field Name").to_csv(
        folder / "project_DataDictionary.csv", index=False
    )
    return folder


def mapping(folder: Path) -> Path:
    """What the registry keeps of such a centre: instrument, fields; choices come from the dictionary."""
    folder.mkdir()
    lines = ['version = "1"', 'centre = "DE01"']
    for name in CONTRACT:
        lines += [f"[tables.{name}]", f'resource = "{name}"', f"[tables.{name}.columns]"]
        lines += [f'{column} = "{field}"' for column, field in fields_of(name).items()]
    (folder / "DE01.toml").write_text("\n".join(lines))
    return folder


def test_an_export_with_its_dictionary_gives_the_tables_of_the_centre(tmp_path: Path) -> None:
    centres = mapping(tmp_path / "centres")
    assert mapping_of("DE01", CONTRACT, centres).version == "1"

    made = convert(redcap_export(tmp_path / "redcap"), centres=centres)

    assert made.findings.rows.empty
    assert "REDCap export: 5956 lines" in told(made, "project_DATA.csv")
    assert made.package is not None
    expected = path.receive(DE01)
    from registry.submission import receive

    got = receive(made.package, CONTRACT, centres)
    assert got.breaches.rows == []
    for name, table in expected.tables.items():
        key = CONTRACT[name].key
        ordered = [t.sort_values(key, ignore_index=True) for t in (got.tables[name], table)]
        pd.testing.assert_frame_equal(*ordered)


def test_rows_without_a_key_of_their_own_get_one_from_record_and_instance(tmp_path: Path) -> None:
    centres = tmp_path / "centres"
    centres.mkdir()
    (centres / "DE01.toml").write_text(
        """
        version = "1"
        centre = "DE01"
        [tables.patients.columns]
        patient_id = "record_id"
        [tables.events]
        resource = "event"
        [tables.events.columns]
        event_id = "redcap_row"
        patient_id = "record_id"
        """
    )
    export = csv_file(
        tmp_path,
        """
        record_id,redcap_repeat_instrument,redcap_repeat_instance,sex,event_date,event_type,patients_complete
        P1,,,female,,,2
        P1,event,1,,2025-12-31,relapse,
        P1,event,2,,2026-01-31,icu,
        """,
        "export.csv",
    )

    made = convert(export, centres=centres)

    assert made.package is not None
    assert list(tables_of(made.package)["patients"]["record_id"]) == ["P1"]
    assert list(tables_of(made.package)["event"]["redcap_row"]) == ["P1-event-1", "P1-event-2"]


@pytest.mark.parametrize(
    ("raw", "given", "finding"),
    [
        ("1", "female", None),  # the label is the contract's code
        ("male", "male", None),  # the contract's code itself
        ("9", "9", ("CNV-06", 2, "sex", "9", "one of 1, 2")),
    ],
)
def test_choices_are_read_by_the_dictionary_or_reported(
    raw: str, given: str, finding: tuple[object, ...] | None, tmp_path: Path
) -> None:
    folder = tmp_path / "redcap"
    folder.mkdir()
    csv_file(folder, f"patient_id,redcap_repeat_instrument,sex\nP1,,{raw}", "export.csv")
    csv_file(
        folder,
        'Variable / Field Name,Form Name,Field Type,"Choices, Calculations, OR Slider Labels"\nsex,patients,radio,"1, female | 2, male"',
        "dictionary.csv",
    )

    made = convert(folder)

    assert made.package is not None
    assert list(tables_of(made.package)["patients"]["sex"]) == [given]
    found = [
        tuple(row)
        for row in made.findings.rows[["rule_id", "row", "column", "value", "expected"]].to_numpy()
    ]
    assert found == ([] if finding is None else [finding])


def test_fields_and_instruments_nobody_mapped_are_told(tmp_path: Path) -> None:
    export = csv_file(
        tmp_path,
        """
        patient_id,redcap_repeat_instrument,redcap_repeat_instance,sex,surname,patients_complete
        P1,,,female,Doe,2
        P1,mood,1,,,
        """,
        "export.csv",
    )

    made = convert(export)

    found = made.findings.rows
    assert list(
        zip(found["rule_id"], found["column"].fillna(""), found["value"].fillna(""), strict=True)
    ) == [("CNV-03", "surname", ""), ("CNV-05", "", "mood")]
