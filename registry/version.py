"""Which code this is: the version, and the commit where it runs from a checkout."""

import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@cache
def code_version() -> str:
    """`0.1.0+4f9c2d1`, with `.changed` where the checkout has uncommitted changes."""
    try:
        number = version("imnm-registry")
    except PackageNotFoundError:
        number = "0"
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=.changed"]
    try:
        described = subprocess.run(git, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return number
    return f"{number}+{described.stdout.strip()}"
