"""A centre's dialect as data: own resource names, columns, codes, units → the contract's.

One TOML file per centre in `registry/centres/`. A centre without one writes the contract's terms.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from registry.codelists import codelist
from registry.contract import VERSION, Column, Contract
from registry.errors import UserError

CENTRES = Path(__file__).parent.parent / "centres"


class MappingError(UserError):
    """A mapping file the registry keeps is wrong: names the file, the place and what was expected."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableMapping(Strict):
    """`columns`: contract column = the centre's column; unlisted ones keep the contract's name."""

    resource: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)


class TextFormat(Strict):
    """How a centre writes numbers and days in columns it stores as text."""

    decimal: Literal[".", ","] = "."
    date: str = "%Y-%m-%d"


class Mapping(Strict):
    """One centre's dialect.

    `codes` holds, for a code list ("three_state") or one column ("therapies.drug"), the centre's
    code = the contract's; `units` the centre's unit label = UCUM. `version` is part of the
    provenance of every harmonised row.
    """

    version: str
    centre: str
    language: Literal["en", "de"] = "en"
    tables: dict[str, TableMapping] = Field(default_factory=dict)
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    text: TextFormat = TextFormat()
    writes_text: bool = Field(default=False, exclude=True)

    def resource(self, table: str) -> str:
        """The name of the resource (file) that holds a contract table."""
        mapped = self.tables.get(table)
        return mapped.resource if mapped and mapped.resource else table

    def own_column(self, table: str, column: str) -> str:
        """The centre's name of a contract column."""
        mapped = self.tables.get(table)
        return mapped.columns.get(column, column) if mapped else column

    def own_codes(self, table: str, column: Column) -> dict[str, str]:
        """The centre's codes of a column → the contract's."""
        units = self.units if column.codes in ("units", "dose_units") else {}
        of_list = self.codes.get(column.codes or "", {})
        return {**units, **of_list, **self.codes.get(f"{table}.{column.name}", {})}


def contract_terms(centre: str) -> Mapping:
    """The mapping of a centre that writes the contract's own terms."""
    return Mapping(version=f"contract-{VERSION}", centre=centre)


@cache
def _read(path: Path) -> Mapping:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Mapping.model_validate({**data, "writes_text": "text" in data})
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path.name} is not TOML: {error}") from error
    except ValidationError as error:
        raise MappingError(f"{path.name}: {_places(error)}") from error


def _places(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    )


def mapping_of(centre: str, contract: Contract, folder: Path = CENTRES) -> Mapping:
    """The centre's mapping, or the contract's own terms where the registry keeps none.

    Raises MappingError where the file is not a mapping, or maps to what the contract has not.
    """
    path = folder / f"{centre}.toml"
    if not path.is_file():
        return contract_terms(centre)
    mapping = _read(path)
    problems = [] if mapping.centre == centre else [f"centre is {mapping.centre}"]
    problems += _unknown_names(mapping, contract) + _unknown_codes(mapping, contract)
    if problems:
        raise MappingError(f"{path.name}: {'; '.join(problems)}")
    return mapping


def _unknown_names(mapping: Mapping, contract: Contract) -> list[str]:
    unknown = [f"unknown table {name}" for name in mapping.tables if name not in contract]
    for name, table in mapping.tables.items():
        if name in contract:
            columns = set(table.columns) - set(contract[name].columns)
            unknown += [f"unknown column {name}.{column}" for column in sorted(columns)]
    return unknown


def _unknown_codes(mapping: Mapping, contract: Contract) -> list[str]:
    """Mappings whose target is not a code of the contract: a guess in waiting."""
    lists = {c.codes: c.codes for spec in contract.values() for c in spec.columns.values() if c.codes}
    columns = {
        f"{spec.name}.{c.name}": c.codes for spec in contract.values() for c in spec.columns.values()
    }
    unknown = []
    for name, codes in {**mapping.codes, "units": mapping.units}.items():
        if name not in lists and name not in columns:
            unknown.append(f"unknown code list or column {name}")
            continue
        listed = lists.get(name) or columns[name]
        if listed is None:  # a column without a list: yes/no, where true and false are the codes
            known = {"true", "false"}
        else:
            known = set(codelist(listed).codes)
            known |= set(codelist("dose_units").codes) if name == "units" else set()
        unknown += [f"{name}: no code {code}" for code in sorted(set(codes.values()) - known)]
    return unknown
