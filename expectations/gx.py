"""Great Expectations, fetched when a suite is asked and not before: it costs five seconds, 260 MB.

The one place that imports it, and so the one place where its telemetry is turned off. Rules write
`gx.ExpectColumnValuesToNotBeNull(…)` in their functions; importing them for the catalogue is free.
"""

import os
import warnings
from functools import cache
from threading import Lock
from typing import Any

_ONE_AT_A_TIME = Lock()


@cache
def _modules() -> tuple[Any, ...]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # 1.24.1 imports sre_constants, deprecated in Python 3.11: its business, not ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations
        import great_expectations.expectations as expectations
        from great_expectations.expectations import row_conditions
    return expectations, row_conditions, great_expectations


def __getattr__(name: str) -> Any:
    """An expectation class, `Column` of row conditions, or a name of the package itself."""
    if not name.startswith("_"):
        for module in _modules():
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"Great Expectations has no {name}.")


def validate(frame: Any, suite: Any, result_format: Any) -> Any:
    """The results of a suite on a pandas frame; one at a time, as all share one context."""
    with _ONE_AT_A_TIME:
        batch = context().data_sources.pandas_default.read_dataframe(frame)
        return batch.validate(suite, result_format=result_format).results


@cache
def context() -> Any:
    """An ephemeral context: nothing is written, no progress is drawn."""
    made = _modules()[-1].get_context(mode="ephemeral")
    made.variables.progress_bars = {"globally": False}
    return made
