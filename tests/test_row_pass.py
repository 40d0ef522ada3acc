"""The pass over rows answers as plain Pandera does, whatever the table and however it is stored."""

import random
from collections.abc import Callable, Iterator, Set
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as pyarrow
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import path
from registry import links, tables
from registry.coded import Rows
from registry.codelists import codelist
from registry.contract import Column, Kind, TableSpec
from registry.rules import Home, rules_of
from registry.tables import PANDAS, to_arrow
from schemas import parts
from schemas.engine import Number, Table, asking, column, contract_of
from schemas.parts import InMemory, ParquetTable, Source
from schemas.questions import Question, questions_of
from schemas.row_pass import put
from schemas.rows import check_rows, check_table
from schemas.standing import STANDING, Asked, rule_of
from schemas.stretches import stretches
from schemas.submitted import CONTRACT, MODELS, Labs, Visits
from tests.test_tables import all_alike

LATEST = pd.Timestamp("2026-06-30")
Tables = dict[str, pd.DataFrame]
Broken = dict[tuple[str, str], list[int]]


def asked_about(tables: Tables) -> Asked:
    return Asked(tables, CONTRACT, LATEST, centre="FR01")


@cache
def every_table(centre: str) -> Tables:
    """A sample's tables; one that cannot be read has no rows."""
    received = path.receive(Path("sample_data") / centre).tables
    return {name: received.get(name, tables.empty(spec)) for name, spec in CONTRACT.items()}


def by_the_pass(model: type[Table], asked: Asked, source: Source) -> Broken:
    """(rule, column) → numbers of the rows that broke it."""
    questions = questions_of(model, asked, source)
    broken: Broken = {}
    for question, tally in zip(questions, put(questions, source), strict=True):
        assert tally.crash is None
        rows = broken.setdefault((question.rule_id, question.column or ""), [])
        rows.extend(source.numbers(tally.broken))
    return {found: sorted(set(rows)) for found, rows in broken.items() if rows}


def by_pandera(model: type[Table], asked: Asked) -> Broken:
    """The same of `Model.validate(lazy=True)`, as anyone can call it."""
    table = asked.tables[model.table_name()]
    broken: dict[tuple[str, str], set[int]] = {}
    try:
        with asking(asked):
            model.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            name = "" if isinstance(error.schema, pa.DataFrameSchema) else str(error.schema.name)
            check = getattr(error.check, "name", error.check)
            if check == "not_nullable":
                column = asked.contract[model.table_name()].columns[name]
                rule_id = next(rule.id for rule in STANDING if rule.asks_for_a_value(column))
                rows = table.index[table[name].isna()]
            else:
                standing = {rule.id for rule in STANDING}
                rule_id = check if not name or check in standing else rule_of(check)
                rows = error.check_output.index[~error.check_output.astype(bool)]
            broken.setdefault((rule_id, name), set()).update(rows)
    return {found: sorted(rows) for found, rows in broken.items()}


# --- tables that centres send, and worse ones ---------------------------------------------------


ODD: dict[Kind, list[Any]] = {
    Kind.TEXT: ["P1", "P2", "P3", "V1", "V2", "M33.2", "C10AA05", "FR01", "DE01", "  ", "É\u202e"],
    Kind.NUMBER: [0.0, -1.0, 2.0, 5.5, 25.0, 61.0, 250.0, 9999.0, 1e9, float("inf")],
    Kind.WHOLE: [0, 1, 2, 12, 150, 260, 1931, 2031, -9],
    Kind.YES_NO: [True, False],
    Kind.DATE: ["1900-01-01", "2019-12-31", "2024-01-30", "2024-02-29", "2024-06-01", "2031-01-01"],
}


def frame(spec: TableSpec, rows: list[dict[str, Any]]) -> pd.DataFrame:
    index = range(1, len(rows) + 1)
    made = {
        c.name: pd.Series([row[c.name] for row in rows], dtype=PANDAS[c.kind], index=index)
        for c in spec.columns.values()
    }
    return pd.DataFrame(made, index=index)


def in_arrow(table: pd.DataFrame, spec: TableSpec) -> pyarrow.Table:
    columns = spec.columns.values()
    return pyarrow.table({c.name: to_arrow(table[c.name], c.kind) for c in columns})


def large(table: pyarrow.Table) -> pyarrow.Table:
    texts = [pyarrow.large_string() if t == pyarrow.string() else t for t in table.schema.types]
    return table.cast(pyarrow.schema(list(zip(table.schema.names, texts, strict=True))))


def worse_than_any_centre(seed: int, most: int) -> Tables:
    """Every table of the contract with up to `most` rows: blanks, right values and odd ones; few
    different ones, so that rows meet each other, and the first row twice."""
    chance = random.Random(seed)

    def cell(column: Column) -> Any:
        codes = list(codelist(column.codes).codes) if column.codes else []
        return chance.choice([None, *codes, *ODD[column.kind]])

    made = {}
    for spec in CONTRACT.values():
        columns = spec.columns.values()
        rows = [{c.name: cell(c) for c in columns} for _ in range(chance.randint(0, most))]
        made[spec.name] = frame(spec, rows + rows[:1])
    return made


@pytest.fixture(scope="module", params=["DE01", "FR01"])
def sample(request: pytest.FixtureRequest) -> Tables:
    return every_table(request.param)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_pass_finds_in_a_sample_what_pandera_finds(model: type[Table], sample: Tables) -> None:
    asked = asked_about(sample)
    source = InMemory(sample[model.table_name()], CONTRACT[model.table_name()])

    assert by_the_pass(model, asked, source) == by_pandera(model, asked)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=4)
@given(
    seed=st.integers(),
    most=st.sampled_from([0, 3, 30]),
    rows=st.sampled_from([1, 7, 1 << 17]),
    is_large=st.booleans(),
    how=st.fixed_dictionaries(
        {
            "row_group_size": st.sampled_from([1, 5, 1 << 20]),
            "use_dictionary": st.booleans(),
            "write_statistics": st.booleans(),
        }
    ),
)
def test_the_pass_finds_in_any_table_what_pandera_finds(
    model: type[Table],
    seed: int,
    most: int,
    rows: int,
    is_large: bool,
    how: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """In memory and in a file, however it is stored and in parts of any size."""
    asked, spec = asked_about(worse_than_any_centre(seed, most)), CONTRACT[model.table_name()]
    table = asked.tables[spec.name]
    path = tmp_path_factory.mktemp("stored") / "table.parquet"
    pq.write_table(large(in_arrow(table, spec)) if is_large else in_arrow(table, spec), path, **how)
    found = by_pandera(model, asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS", rows)
        assert by_the_pass(model, asked, InMemory(table, spec)) == found
        assert by_the_pass(model, asked, ParquetTable(path, spec)) == found


# --- however it is stored -----------------------------------------------------------------------


def plain(table: pyarrow.Table) -> pyarrow.Table:
    return table


def all_blank(table: pyarrow.Table) -> pyarrow.Table:
    return table.schema.empty_table().from_pylist([{}] * 3, schema=table.schema)


def empty(table: pyarrow.Table) -> pyarrow.Table:
    return table.slice(0, 0)


@pytest.mark.parametrize(
    ("shape", "how"),
    [
        (plain, {}),
        (plain, {"row_group_size": 500}),
        (plain, {"use_dictionary": False}),
        (plain, {"use_dictionary": False, "write_statistics": False}),
        (large, {}),
        (all_blank, {}),
        (empty, {}),
    ],
    ids=[
        "as written",
        "small row groups",
        "no dictionary",
        "no statistics",
        "large",
        "blank",
        "empty",
    ],
)
@pytest.mark.parametrize("model", [Labs, Visits], ids=lambda model: model.__name__)
def test_a_file_is_answered_as_its_table(
    model: type[Table],
    shape: Callable[[pyarrow.Table], pyarrow.Table],
    how: dict[str, Any],
    tmp_path: Path,
) -> None:
    sent = every_table("FR01")
    spec = CONTRACT[model.table_name()]
    stored = shape(in_arrow(sent[spec.name], spec))
    pq.write_table(stored, tmp_path / "table.parquet", **how)
    asked = asked_about({**sent, spec.name: frame(spec, stored.to_pylist())})

    from_file = by_the_pass(model, asked, ParquetTable(tmp_path / "table.parquet", spec))

    assert from_file == by_the_pass(model, asked, InMemory(asked.tables[spec.name], spec))


class Unreadable(InMemory):
    """A table of which one column cannot be made."""

    def _array(self, part: pd.DataFrame, name: str) -> pyarrow.Array:
        if name == "loinc":
            raise pyarrow.ArrowInvalid("of no use")
        return super()._array(part, name)


def test_a_column_that_parts_cannot_have_is_asked_about_in_pandas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("schemas.row_pass._NOT_BY_PARTS", set())  # what else is learnt stays here
    asked, spec = asked_about(every_table("FR01")), CONTRACT["labs"]

    found = by_the_pass(Labs, asked, Unreadable(asked.tables["labs"], spec))

    assert found == by_the_pass(Labs, asked, InMemory(asked.tables["labs"], spec))


# --- what parts cannot answer -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_sorted", "most_waiting"),
    [(True, 200), (False, 1 << 20), (False, 200)],
    ids=["by patient", "in no order", "in no order, read in turns"],
)
def test_no_patient_stands_in_two_stretches(
    is_sorted: bool, most_waiting: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labs, spec = every_table("DE01")["labs"].sort_values("patient_id"), CONTRACT["labs"]
    labs = labs if is_sorted else labs.sample(frac=1, random_state=1)
    labs.iloc[[3, -3], labs.columns.get_loc("patient_id")] = None
    labs = labs.set_axis(range(1, len(labs) + 1))
    pq.write_table(in_arrow(labs, spec), tmp_path / "labs.parquet", row_group_size=100)
    monkeypatch.setattr(parts, "ROWS", 70)
    monkeypatch.setattr("schemas.stretches.MOST_WAITING", most_waiting)

    found = list(stretches(ParquetTable(tmp_path / "labs.parquet", spec)))

    patients = [patient for each in found for patient in each.rows["patient_id"].dropna().unique()]
    assert len(patients) == len(set(patients)) > 20
    assert sorted(np.concatenate([each.places for each in found])) == list(range(len(labs)))
    for each in found:
        pd.testing.assert_frame_equal(each.rows, labs.iloc[each.places])
    longest, most = labs["patient_id"].value_counts().iloc[0], max(len(e.rows) for e in found)
    assert not is_sorted or most < 70 + longest
    assert most_waiting > len(labs) or most < most_waiting + 70 + longest < len(labs) / 2


# Other rows of the table decide: an order in time, another result of the day.
NEED_THEIR_PATIENTS_OTHER_ROWS = {
    "patients": "CA-02 DX-02 DX-05 DX-06 PAT-05 PAT-07 PAT-14 SER-07",
    "visits": "CSM-08 CSM-09 CSM-10 CSM-12 CSM-15 CSM-17 LAB-16 OG-02 TIS-03",
    "labs": "LAB-09 LAB-10 LAB-11 LAB-12 LAB-17 SUB-08",
    "serology": "SER-04 SER-05 SER-08 SER-09 SER-10 SER-14",
    "therapies": """TX-02 TX-03a TX-03b TX-03c TX-05a TX-05b TX-05c TX-06a TX-06b TX-06c TX-08
        TX-09 TX-12a TX-12c TX-13a TX-13b TX-13c TX-14 TX-15a TX-15b TX-15c TX-16a TX-16b
        TX-16c TX-17a TX-17b TX-17c TX-18a TX-18b TX-19a TX-19b TX-20 TX-21 TX-22 TX-23a
        TX-23b TX-28 TX-30 TX-31a TX-31b TX-35 TX-36 TX-39""",
    "biopsies": "BX-03",
    "exposures": "TX-25 TX-26",
    "malignancies": "",
    "organ_findings": "EM-01 IM-02 OG-01 PF-02",
    "events": "",
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_only_these_rules_need_other_rows_of_their_patient(
    model: type[Table], caplog: pytest.LogCaptureFixture
) -> None:
    asked = asked_about(every_table("FR01"))
    source = InMemory(asked.tables[model.table_name()], CONTRACT[model.table_name()])
    caplog.set_level("INFO", "schemas.row_pass")

    put(questions_of(model, asked, source), source)

    (told,) = caplog.messages
    assert (
        told.split(": ")[-1].split() == NEED_THEIR_PATIENTS_OTHER_ROWS[model.table_name()].split()
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_asked_of_some_patients_at_a_time_a_rule_says_what_it_says_of_all(
    model: type[Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_about(every_table("FR01"))
    table, spec = asked.tables[model.table_name()], CONTRACT[model.table_name()]

    def said() -> dict[str, tuple[int, int, list[int]]]:
        source = InMemory(table, spec)
        questions = questions_of(model, asked, source)
        tallies = zip(questions, put(questions, source), strict=True)
        return {q.rule_id: (t.asked, t.complete, list(t.broken)) for q, t in tallies if q.on}

    of_all = said()
    monkeypatch.setattr(parts, "ROWS", len(table) // 5 + 1)
    assert len([*stretches(InMemory(table, spec))]) > 3 or len(table) < 9

    assert said() == of_all


class Strict(Table):
    """A table with a constraint that parts do not know."""

    visit_id: str = column("Key.", "Schlüssel.", key=True)
    share: Number = pa.Field(
        in_range={"min_value": 0, "max_value": 1},
        nullable=True,
        description="A share.",
        metadata={"de": "Ein Anteil."},
    )


def test_a_constraint_that_the_pass_does_not_know_is_asked_by_pandera() -> None:
    contract = contract_of((Strict,))
    table = pd.DataFrame(
        {"visit_id": pd.array(["a", "b", "c"], dtype="str"), "share": [0.5, 1.5, np.nan]},
        index=range(1, 4),
    )
    asked = Asked({"strict": table}, contract, LATEST)

    answer = check_table(Strict, asked, InMemory(table, contract["strict"]))

    assert [list(rows["row"]) for rows in answer.rows] == [[2]]
    assert answer.rows[0]["rule_id"].tolist() == ["COL-04"]


def test_a_rule_broken_in_every_row_is_reported_in_every_row() -> None:
    n = 300_000
    spec = CONTRACT["labs"]
    one = {name: [None] for name in spec.columns} | {"lab_id": ["L"], "value": [5.0]}
    table = frame(spec, [{name: cell[0] for name, cell in one.items()}])
    table = table.loc[table.index.repeat(n)].set_axis(range(1, n + 1))
    source = InMemory(table, spec)

    (tally,) = put([Question("LAB-20", ("value",), lambda labs: labs.unit.notna())], source)

    assert tally.asked == n
    assert np.array_equal(source.numbers(tally.broken), np.arange(1, n + 1))


class Counted(InMemory):
    """A table that counts how often it is read."""

    readings = 0

    def parts(self, names: Set[str]) -> Iterator[tuple[int, Rows]]:
        self.readings += 1
        yield from super().parts(names)


@pytest.mark.parametrize("are_alike", [False, True])
@pytest.mark.parametrize(
    ("ids", "again", "readings"),
    [
        (["A", "B", None, None, "C", "D"], [], 1),
        (["A", "A", None, "B", "C", "C"], [2, 6], 1),
        (["A", "A", "B", None, "A", "B"], [2, 5, 6], 2),
        (["A", "B", "A", None, "C", "D"], [3], 2),
        (["A", "B", None, None, "C", "A"], [6], 2),
        (["A", "B", "C", None, None, None, "D", "E", "A"], [9], 2),
    ],
)
def test_keys_are_read_again_only_where_a_neighbour_does_not_tell(
    ids: list[str | None],
    again: list[int],
    readings: int,
    are_alike: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of keys only numbers are kept; ids that share one are told apart by reading them again."""
    spec = CONTRACT["labs"]
    labs = frame(spec, [dict.fromkeys(spec.columns) | {"lab_id": lab_id} for lab_id in ids])
    asked = asked_about({**every_table("DE01"), "labs": labs})
    source = Counted(labs, spec)
    monkeypatch.setattr(parts, "ROWS", 3)
    if are_alike:
        monkeypatch.setattr(links, "numbers_of", all_alike)

    found = by_the_pass(Labs, asked, source)

    assert found["SUB-03", "lab_id"] == sorted({*again, *labs.index[labs.lab_id.isna()]})
    assert source.readings == (2 if are_alike else readings)


class WhenAsked(dict[str, pd.DataFrame]):
    """Tables that remember which of them somebody asked for."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.asked_for: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.asked_for.add(name)
        return super().__getitem__(name)


def test_another_table_is_wanted_when_a_question_is_put_and_not_before() -> None:
    """So it can be read while the first rows are."""
    tables = WhenAsked(every_table("DE01"))
    source = InMemory(tables["labs"], CONTRACT["labs"])
    tables.asked_for.clear()

    questions = questions_of(Labs, asked_about(tables), source)
    before = {*tables.asked_for}
    put(questions, source)

    assert before == set()
    assert tables.asked_for == {"patients", "visits", "biopsies"}


@pytest.mark.parametrize("centre", ["DE01", "FR01"])
def test_every_row_is_counted_once_as_asked_or_not(centre: str) -> None:
    tables = every_table(centre)

    coverage = check_rows(MODELS, asked_about(tables)).coverage

    for covered in coverage:
        asked, broken, not_asked = (int(str(covered[n])) for n in ("asked", "broken", "not_asked"))
        assert 0 <= broken <= asked, covered
        assert asked + not_asked == len(tables[str(covered["table"])]), covered


def test_every_row_rule_is_asked() -> None:
    asked = asked_about(every_table("DE01"))

    questions = {
        question.rule_id
        for model in MODELS
        for question in questions_of(
            model, asked, InMemory(asked.tables[model.table_name()], CONTRACT[model.table_name()])
        )
    }

    assert {rule.id for rule in rules_of(Home.ROW)} <= questions
