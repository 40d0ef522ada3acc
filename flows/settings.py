"""Settings of Prefect and Arrow, in one place; imported before either of them reads its own.

Anything the team sets in its own environment wins, so `PREFECT_API_URL` points the same flows at a
running server; without it Prefect starts an embedded one for the duration of the run.
"""

import os
import sys

DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # A local folder of submissions needs no chatter; the run's own lines say what happened.
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # A fresh embedded server first creates its database: measured 16 s, more on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # Results hold tables of patients: they stay in memory and are never written by Prefect.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
}

if sys.platform == "linux":  # elsewhere Arrow may have been built without it, and would warn
    # Arrow's usual allocator wants huge pages: to clear them costs a tenth of the CPU of row checks
    # (more on a busy machine), and a third more memory is held.
    DEFAULTS["ARROW_DEFAULT_MEMORY_POOL"] = "jemalloc"

for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)
