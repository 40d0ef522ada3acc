"""A centre's dialect as data: own resource names, columns, codes, units → the contract's.

One TOML file per centre in `registry/centres/`. A centre without one writes the contract's terms.
"""

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from registry.codelists import codelist
from registry.contract import VERSION, Column, Contract, Kind
from registry.errors import UserError

CENTRES = Path(__file__).parent.parent / "centres"


class MappingError(UserError):
    """A mapping file the registry keeps is wrong: names the file, the place and what is wrong."""


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

    @field_validator("date")
    @classmethod
    def _tells_every_day(cls, style: str) -> str:
        """A style that loses the century or a part of the day would be read as another day."""
        day = date(1931, 12, 30)
        if datetime.strptime(day.strftime(style), style).date() != day:
            raise ValueError(f"{style} does not tell year, month and day")
        return style


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

    @property
    def writes_text(self) -> bool:
        """Whether the registry knows that the centre stores numbers or days as text."""
        return "text" in self.model_fields_set

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


def _read(path: Path) -> Mapping:
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
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
    problems += _read_twice(mapping, contract)
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


def _read_twice(mapping: Mapping, contract: Contract) -> list[str]:
    """Resources or columns of the centre that two of the contract's would be read from."""
    resources = Counter(mapping.resource(name) for name in contract)
    twice = [f"resource {own} is two tables" for own, n in resources.items() if n > 1]
    for name, spec in contract.items():
        columns = Counter(mapping.own_column(name, column) for column in spec.columns)
        twice += [f"column {own} of {name} is two columns" for own, n in columns.items() if n > 1]
    return twice


def _unknown_codes(mapping: Mapping, contract: Contract) -> list[str]:
    """Mappings whose target is not a code of the contract: a guess in waiting."""
    targets = _targets(contract)
    unknown = []
    for name, codes in {**mapping.codes, "units": _all_units(mapping)}.items():
        if name not in targets:
            unknown.append(f"unknown code list or coded column {name}")
        else:
            wrong = sorted(set(codes.values()) - targets[name])
            unknown += [f"{name}: no code {code}" for code in wrong]
    return unknown


def _all_units(mapping: Mapping) -> dict[str, str]:
    return {**mapping.codes.get("units", {}), **mapping.units}


def _targets(contract: Contract) -> dict[str, set[str]]:
    """What may be mapped → the codes it may be mapped to. Yes/no has the codes true and false."""
    units = set(codelist("units").codes) | set(codelist("dose_units").codes)
    targets: dict[str, set[str]] = {"units": units}
    for spec in contract.values():
        for column in spec.columns.values():
            if column.codes is not None:
                codes = set(codelist(column.codes).codes)
                targets.setdefault(column.codes, codes)
                targets[f"{spec.name}.{column.name}"] = codes
            elif column.kind is Kind.YES_NO:
                targets[f"{spec.name}.{column.name}"] = {"true", "false"}
    return targets
