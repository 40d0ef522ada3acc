"""What rules about a package look at and what they answer; each stands where its step is.

Rules about files and tables as a whole stand in `registry.submission`, those of intake and of
personal data in `registry.intake.rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pandas as pd

from registry.contract import Contract, TableSpec
from registry.harmonise.mapping import Mapping
from registry.package import Package, Resource
from registry.rules import Home, declare

PACKAGE = "submission"  # the "table" of a finding about the package as a whole


@dataclass(frozen=True)
class Answer:
    """One thing a package rule asked, and whether it holds.

    Where it was asked of rows, `asked` says of how many and `rows` which of them broke it.
    """

    table: str
    holds: bool
    column: str | None = None
    value: str | None = None
    expected: str | None = None
    rows: pd.Index | None = None
    asked: int = 1

    @property
    def broken(self) -> int:
        if self.holds:
            return 0
        return 1 if self.rows is None else len(self.rows)


@dataclass(frozen=True)
class Received:
    """What package rules look at: facts, the contract, and the centre's own names of things."""

    package: Package
    contract: Contract
    mapping: Mapping

    @property
    def sent(self) -> Iterator[tuple[TableSpec, Resource]]:
        """Contract tables whose resource is in the package and can be opened."""
        for spec in self.contract.values():
            resource = self.resource(spec.name)
            if resource is not None and resource.readable:
                yield spec, resource

    def resource(self, table: str) -> Resource | None:
        return self.package.resources.get(self.mapping.resource(table))

    def table_of(self, resource: Resource) -> str:
        """The contract table a resource holds; its own name where it holds none."""
        for name in self.contract:
            if self.mapping.resource(name) == resource.name:
                return name
        return resource.name

    def own(self, spec: TableSpec) -> dict[str, str]:
        """Contract column → the centre's column."""
        return {name: self.mapping.own_column(spec.name, name) for name in spec.columns}


# Declares a rule about the package: its function yields an Answer for each thing it asks.
package_rule = partial(declare, home=Home.PACKAGE, about=PACKAGE, tables=())
