"""The process that reads: killed, hanging, lying or greedy, the next file is read by another."""

import json
import os
import signal
import struct
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from registry.intake import reader, reading
from registry.intake.limits import Limits, Refusal
from registry.intake.reading import Columns, Reader
from tests.hostile import makers
from tests.packages import parquet

PLAIN = parquet(pa.table({"drug": ["prednisone", None], "dose": [12.5, None]}))


def reads(answer: Columns | Refusal) -> bool:
    return isinstance(answer, Columns) and answer.table.num_rows == 2


@pytest.fixture
def one() -> Iterator[Reader]:
    made = Reader(Limits(wall_seconds=60))
    yield made
    made.close()


def test_killed_between_two_files(one: Reader) -> None:
    assert reads(one.read(PLAIN))
    assert one._process is not None
    os.kill(one._process.pid, signal.SIGKILL)
    one._process.wait()

    assert reads(one.read(PLAIN))


def acting(folder: Path, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process does `act` to the second frame (the first file) instead of reading it."""
    script = folder / "acting.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import json, os, signal, struct, sys, time
            def frame():
                (length,) = struct.unpack(">Q", sys.stdin.buffer.read(8))
                return sys.stdin.buffer.read(length)
            def say(header, rest=b""):
                head = json.dumps(header).encode()
                sys.stdout.buffer.write(struct.pack(">Q", len(head)) + head + rest)
                sys.stdout.buffer.flush()
            frame(), frame()
            {act}
            """
        )
    )
    monkeypatch.setattr(reading, "READER", script)


COLUMN = '{"name": "a", "stored": "string", "array": %s}'
DEATHS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "aborted": "os.abort()",
    "silent end": "sys.exit(0)",
    "half a header": "sys.stdout.buffer.write(b'\\0' * 5)",
    "endless header": "sys.stdout.buffer.write(struct.pack('>Q', 1 << 60))",
    "no JSON": "sys.stdout.buffer.write(struct.pack('>Q', 1) + b'{')",
    "no object": "say([])",
    "no rows": "say({'columns': []})",
    "rows that are none": "say({'rows': True, 'columns': []})",
    "too many rows": "say({'rows': 1 << 40, 'columns': []})",
    "unknown type": "say({'rows': 1, 'columns': [{'name': 'a', 'stored': '', 'array':"
    " {'type': ['list'], 'length': 1, 'offset': 0, 'buffers': [-1]}}]})",
    "a buffer of a petabyte": "say({'rows': 1, 'columns': [{'name': 'a', 'stored': '', 'array':"
    " {'type': ['int64'], 'length': 1, 'offset': 0, 'buffers': [-1, 1 << 50]}}]})",
    "a buffer too short": "say({'rows': 9, 'columns': [{'name': 'a', 'stored': '', 'array':"
    " {'type': ['int64'], 'length': 9, 'offset': 0, 'buffers': [-1, 8]}}]}, b'\\0' * 8)",
    "offsets out of bounds": "say({'rows': 1, 'columns': [{'name': 'a', 'stored': '', 'array':"
    " {'type': ['string'], 'length': 1, 'offset': 0, 'buffers': [-1, 8, 2]}}]},"
    " struct.pack('<ii', 0, 1 << 30) + b'ab')",
    "text that is no UTF-8": "say({'rows': 1, 'columns': [{'name': 'a', 'stored': '', 'array':"
    " {'type': ['string'], 'length': 1, 'offset': 0, 'buffers': [-1, 8, 2]}}]},"
    " struct.pack('<ii', 0, 2) + b'\\xff\\xfe')",
    "an index out of its dictionary": "say({'rows': 1, 'columns': [{'name': 'a', 'stored': '',"
    " 'array': {'type': ['dictionary'], 'length': 1, 'offset': 0, 'buffers': [-1, 4],"
    " 'dictionary': {'type': ['string'], 'length': 1, 'offset': 0, 'buffers': [-1, 8, 1]}}}]},"
    " struct.pack('<i', 70_000) + struct.pack('<ii', 0, 1) + b'a')",
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_process_that_dies_or_lies_is_could_not_be_read(
    death: str, one: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(tmp_path, DEATHS[death], monkeypatch)

    answer = one.read(PLAIN)

    assert isinstance(answer, Refusal)
    assert answer.why == "ended"
    monkeypatch.undo()
    assert reads(one.read(PLAIN)), "the next file is read"


@pytest.mark.parametrize("act", ["time.sleep(600)", "signal.pause()"])
def test_a_process_that_hangs_is_ended(
    act: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(tmp_path, act, monkeypatch)
    one = Reader(Limits(wall_seconds=1))

    answer = one.read(PLAIN)

    assert answer == Refusal("time", "…", "1 s")
    one.close()


def test_a_process_that_never_listens_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "deaf.py"
    script.write_text("import time; time.sleep(600)")
    monkeypatch.setattr(reading, "READER", script)
    one = Reader(Limits(wall_seconds=1))

    answer = one.read(b"\0" * (4 << 20))  # more than a pipe holds

    assert answer == Refusal("time", "…", "1 s")
    one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts address space")
def test_a_process_that_grows_is_ended_by_its_limit() -> None:
    one = Reader(Limits(memory=1 << 30))

    answer = one.read(makers.dictionary_bomb())

    assert isinstance(answer, Refusal)
    assert answer.why in ("memory", "ended")
    assert reads(one.read(PLAIN))
    one.close()


def test_the_process_sees_no_secret_and_dumps_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_DATABASE_PASSWORD", "secret")
    one = Reader(Limits())
    assert reads(one.read(PLAIN))
    assert one._process is not None
    process = psutil.Process(one._process.pid)

    assert "REGISTRY_DATABASE_PASSWORD" not in process.environ()
    if sys.platform == "linux":
        assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
        assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert process.rlimit(psutil.RLIMIT_AS)[0] == Limits().memory
    one.close()
    assert not psutil.pid_exists(process.pid)


def test_two_threads_take_turns(one: Reader) -> None:
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(reads(one.read(PLAIN)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [True] * 4


def test_no_thread_is_left_behind(one: Reader) -> None:
    before = threading.active_count()

    one.read(PLAIN)

    assert threading.active_count() == before


def test_an_idle_process_is_used_again() -> None:
    limits = Limits(cpu_seconds=59)  # nobody else's
    first = reading.borrow(limits)
    assert reads(first.read(PLAIN))
    reading.give_back(first)

    again = reading.borrow(limits)

    assert again is first or reading._idle, "one is kept, whoever came first"
    again.close()


def test_both_sides_of_the_pipe_count_alike() -> None:
    assert reading.LENGTH.format == reader.LENGTH.format == ">Q"
    assert struct.calcsize(">Q") == 8


def test_what_was_refused_is_said_in_our_words() -> None:
    """A process that was taken over cannot put text of its own into a finding."""
    told = json.loads('{"refused": "herr adler", "found": "x", "allowed": "y"}')

    assert reading._refusal(told) == Refusal("damaged", "", "Parquet")
