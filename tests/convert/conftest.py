"""`registry …` as a person types it, in a process that stays: the engines are imported once."""

import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Registry = Callable[..., CompletedProcess[str]]


def typed(arguments: list[str], folder: Path) -> CompletedProcess[str]:
    """One command, run in `folder`, from its words to its exit code."""
    from flows.cli import main

    sys.argv = ["registry", *arguments]
    with (
        chdir(folder),
        redirect_stdout(io.StringIO()) as out,
        redirect_stderr(io.StringIO()) as err,
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="package")
def registry() -> Iterator[Registry]:
    """registry("answers", book, "--store", store, folder=…): stdout, stderr and returncode."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:

        def run(*arguments: object, folder: Path | None = None) -> CompletedProcess[str]:
            asked = process.submit(typed, [str(a) for a in arguments], folder or Path.cwd())
            return asked.result(timeout=300)

        yield run
