"""Prefect's settings for the registry, in one place; imported before Prefect reads them.

Anything the team sets in its own environment wins, so `PREFECT_API_URL` points the same flows at a
running server; without it Prefect starts an embedded one for the duration of the run.
"""

import os

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

for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)
