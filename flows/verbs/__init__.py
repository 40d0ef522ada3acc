"""Verbs of the command line by topic; each imports what is heavy inside its functions."""

from pathlib import Path
from typing import Annotated

import typer

from registry.files import is_local, place


def _known(where: str) -> Path:
    store = place(where)
    if is_local(store) and not store.is_dir():
        raise typer.BadParameter(f"there is no folder {where}.")
    return store


_HELP = "Folder of submissions and releases, or its URL (s3://bucket/registry)."

StoreFolder = Annotated[Path, typer.Option(parser=place, metavar="STORE", help=_HELP)]
KnownStore = Annotated[Path, typer.Option(parser=_known, metavar="STORE", help=_HELP)]
