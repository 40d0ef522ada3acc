"""Settings every test shares: no deadlines (tests never assert a time), Prefect in a home of its own."""

import os
import tempfile

from hypothesis import settings

settings.register_profile("registry", deadline=None, max_examples=40)
settings.load_profile("registry")

# Before anything imports Prefect: it reads its home and its settings when imported.
os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="prefect-home-"))
import flows  # noqa: E402, F401
