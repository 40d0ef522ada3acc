"""The suites as Great Expectations' own JSON, generated, for whoever has only Great Expectations.

    python -m expectations.suites

writes them again. To use one elsewhere:

    suite = gx.ExpectationSuite(**json.loads(Path("whole_visits.json").read_text()))
    context.data_sources.pandas_default.read_dataframe(visits).validate(suite)

A suite about a table is asked of that table; `meta.frame` of each says what it is asked of. Those
about statistics want `expectations.suite.spread(statistics, suite.expectations)`.
"""

import json
from pathlib import Path

from expectations.engine import as_gx
from expectations.released import RELEASED
from expectations.submitted import SUITES

HERE = Path(__file__).parent


def written() -> dict[str, str]:
    """File name → content, of every suite."""
    return dict(_as_json(suite) for suite in map(as_gx, (*SUITES, *RELEASED)))


def _as_json(suite: object) -> tuple[str, str]:
    content = suite.to_json_dict()  # type: ignore[attr-defined]
    content["meta"].pop("great_expectations_version", None)  # the same suite in every version
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    return f"{content['name']}.json", text + "\n"
