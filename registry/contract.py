"""The plain description of a table: what every step but the engines needs to know of its columns.

The Pandera models in `schemas/` are the contract; they describe themselves in these words, so
that reading, harmonising, reporting and the data dictionary need no pandera.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1.0"


class Kind(StrEnum):
    """The five kinds of value. Each has one Arrow and one pandas type: see `registry.tables`."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    YES_NO = "yes_no"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column: `description` by language, `codes` names a code list, `links` a parent table."""

    name: str
    kind: Kind
    description: Mapping[str, str]
    required: bool = False
    key: bool = False
    unit: str | None = None
    codes: str | None = None
    links: str | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_id(self) -> bool:
        """Whether it holds ids: the table's own key, or another table's."""
        return self.key or self.links is not None


@dataclass(frozen=True)
class TableSpec:
    """One table: `required` ones must be in every submission."""

    name: str
    description: str
    required: bool
    columns: Mapping[str, Column]

    @property
    def key(self) -> str:
        """The table's own key; in a published table with several key columns, the first."""
        return next(column.name for column in self.columns.values() if column.key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns.values() if column.key)

    @property
    def kinds(self) -> dict[str, Kind]:
        """Column → what it holds."""
        return {column.name: column.kind for column in self.columns.values()}

    @property
    def links(self) -> dict[str, str]:
        """Column → parent table, for every foreign key."""
        return {c.name: c.links for c in self.columns.values() if c.links is not None}


Contract = Mapping[str, TableSpec]
