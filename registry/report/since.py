"""What became of the findings since the last submission, counted."""

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

LIVES = ("new", "reopened", "changed", "persisting", "resolved", "gone")
RESOLVED_SHOWN = 50


@dataclass(frozen=True)
class Since:
    """Findings by what became of them, by the centre's answer, and by rule.

    `by_rule`: rule id → numbers in the order of LIVES. `resolved`: the first of those that are.
    """

    lives: dict[str, int]
    statuses: dict[str, int]
    by_rule: dict[str, tuple[int, ...]]
    resolved: list[dict[Hashable, str | None]]
    of_finding: dict[str, tuple[str, str]]

    @property
    def waived(self) -> set[str]:
        """Identities of the findings that hold nothing back: a waiver covers them."""
        return {name for name, (_, status) in self.of_finding.items() if status == "waived"}


def since(lives: pd.DataFrame | None) -> Since | None:
    """Count `lives`: identity, rule_id, table, key, patient_id, column, life, status; None stays.

    `life` is one of LIVES; `status` is what `page_wording.STATUS` names.
    """
    if lives is None or lives.empty:
        return None
    counts = lives["life"].value_counts()
    by_rule = pd.crosstab(lives["rule_id"], lives["life"]).reindex(columns=LIVES, fill_value=0)
    resolved = lives[lives["life"] == "resolved"].sort_values(["rule_id", "table", "key"])
    shown = resolved[["rule_id", "table", "key", "patient_id", "column"]].head(RESOLVED_SHOWN)
    facts = lives[["identity", "life", "status"]].itertuples(index=False, name=None)
    return Since(
        lives={life: int(counts.get(life, 0)) for life in LIVES},
        statuses={str(status): int(n) for status, n in lives["status"].value_counts().items()},
        by_rule={str(row[0]): tuple(int(n) for n in row[1:]) for row in by_rule.itertuples()},
        resolved=shown.astype(object).where(shown.notna(), None).to_dict("records"),
        of_finding={identity: (life, status) for identity, life, status in facts},
    )
