"""Reading Parquet in a process of its own: started, spoken to, believed nothing, replaced.

Measured on 640,000 laboratory results, in processor time of both sides (reading them here without
a second process takes 0.15 s): the child proves that the file can be read, and this process reads
it again: 0.34 s, and a file that breaks out of the child breaks out here; the child writes a clean
Parquet file that is read again: 0.57 s, and still a parser reads what the child wrote; the child
sends its columns as plain buffers that are validated here: 0.16 s, and nothing from outside is
parsed in this process but a small JSON header. The last is what happens.

A process is started, not forked: a fork would take along every patient in memory, and a flow has
threads. Its 0.2 s go by while this process imports what it needs (`start_ahead`).
"""

import atexit
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from registry.intake.limits import Limits, Refusal, size

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = struct.Struct(">Q")  # of a frame; `reader.py`, which imports pyarrow, says the same
READER = Path(__file__).with_name("reader.py")
HEADER = 1 << 20  # bytes: 500 columns with names of a kilobyte each fit twice


class Nonsense(Exception):
    """The process said something that no well-behaved one says."""


@dataclass(frozen=True)
class Columns:
    """A file as read: `table` has every column, those not handed over as nulls of a nested type.

    `stored` is the type of each column as the file has it; `too_long` the bytes of the longest text
    of each column that was not handed over for it.
    """

    table: "pa.Table"
    stored: list[str]
    too_long: dict[str, int] = field(default_factory=dict)


class Reader:
    """One process. It answers one file at a time; when it dies, the next file gets a new one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._alone = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def start(self) -> None:
        """Start the process if there is none; return at once."""
        if self._process is None or self._process.poll() is not None or self._owner != os.getpid():
            self._end()
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", str(READER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=gettempdir(),
                start_new_session=True,
            )
            self._write(json.dumps(asdict(self.limits)).encode())

    def read(self, content: bytes) -> Columns | Refusal:
        """The columns of a Parquet file, or why it was not read. Never raises for the file."""
        with self._alone:
            self.start()
            assert self._process is not None
            late = threading.Event()
            clock = threading.Timer(self.limits.wall_seconds, self._too_late, [late])
            clock.start()
            try:
                self._write(content)
                answer = self._answer()
                if isinstance(answer, Refusal) and answer.why == "memory":
                    self._end()  # it ends itself, but the next file must not wait to see it
                return answer
            except Exception:  # of a process that reads hostile files nothing is expected
                self._end()
                return self._why_ended(late.is_set())
            finally:
                clock.cancel()
                clock.join()  # it may be ending still: no thread is left behind

    def close(self) -> None:
        """End the process."""
        self._end()

    def _too_late(self, late: threading.Event) -> None:
        """Kill the process, whoever waits for it; the one who waits puts its pipes away."""
        late.set()
        if self._process is not None:
            self._process.kill()

    def _end(self) -> None:
        if self._process is None or self._owner != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _why_ended(self, is_late: bool) -> Refusal:
        assert self._process is not None
        code = self._process.returncode
        if is_late:
            return Refusal("time", "…", f"{self.limits.wall_seconds} s")
        if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
            return Refusal("time", "…", f"{self.limits.cpu_seconds} s CPU")
        return Refusal("ended", "…", f"{size(self.limits.memory)}, {self.limits.wall_seconds} s")

    def _write(self, content: bytes) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(LENGTH.pack(len(content)))
        self._process.stdin.write(content)
        self._process.stdin.flush()

    def _answer(self) -> Columns | Refusal:
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        if length > HEADER:
            raise Nonsense
        header = json.loads(self._exactly(length))
        if not isinstance(header, dict):
            raise Nonsense
        if "refused" in header:
            return _refusal(header)
        return Assembly(self._exactly, self.limits).columns(header)

    def _exactly(self, count: int) -> bytes:
        """So many bytes of the answer. Raises EOFError where it ends before."""
        assert self._process is not None
        assert self._process.stdout is not None
        content = self._process.stdout.read(count)
        if len(content) < count:
            raise EOFError
        return content


class Assembly:
    """Arrays from an answer. The sizes are ours to check and the contents Arrow's: validate."""

    def __init__(self, exactly: Any, limits: Limits) -> None:
        self._exactly = exactly
        self._limits = limits
        self._left = 2 * limits.decoded  # buffers are padded

    def columns(self, header: dict[str, Any]) -> Columns:
        """Raises where anything is off: Nonsense, Arrow's errors, KeyError …"""
        import pyarrow as pa

        rows, told = _count(header["rows"], self._limits.rows), header["columns"]
        if not isinstance(told, list) or len(told) > self._limits.columns:
            raise Nonsense
        names = [str(column["name"]) for column in told]
        unusable = pa.nulls(rows, pa.list_(pa.null()))
        arrays = [self._array(c["array"], rows) if "array" in c else unusable for c in told]
        return Columns(
            pa.table(arrays, names=names),
            [str(column["stored"])[:80] for column in told],
            {str(c["name"]): int(c["longest"]) for c in told if "longest" in c},
        )

    def _array(self, about: dict[str, Any], length: int) -> "pa.Array":
        import pyarrow as pa

        type_ = _type(about["type"])
        if about.get("length") != length:
            raise Nonsense
        if pa.types.is_null(type_) or not length:
            return pa.array([], type_) if not length else pa.nulls(length)
        offset, sizes = _count(about["offset"], 1 << 31), about["buffers"]
        if not isinstance(sizes, list) or len(sizes) > 3:
            raise Nonsense
        buffers = [self._buffer(size) for size in sizes]
        if pa.types.is_dictionary(type_):
            array = self._dictionary(type_, length, buffers, about["dictionary"], offset)
        else:
            array = pa.Array.from_buffers(type_, length, buffers, offset=offset)
        array.validate(full=True)
        return array

    def _dictionary(
        self, type_: "pa.DataType", length: int, buffers: list[Any], about: Any, offset: int
    ) -> "pa.Array":
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = _count(about["length"], length)
        if about["type"] != ["string"]:
            raise Nonsense
        dictionary = self._array(about, texts)
        longest = pc.max(pc.binary_length(dictionary)).as_py() or 0
        if longest > self._limits.cell:
            raise Nonsense
        return pa.DictionaryArray.from_buffers(type_, length, buffers, dictionary, offset=offset)

    def _buffer(self, size: object) -> "pa.Buffer | None":
        import pyarrow as pa

        if size == -1:
            return None
        count = _count(size, self._left)
        self._left -= count
        return pa.py_buffer(self._exactly(count))


def _count(number: object, most: int) -> int:
    """A number that is one and lies within bounds; anything else is Nonsense."""
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most:
        return number
    raise Nonsense


def _type(told: list[Any]) -> "pa.DataType":
    """A type from its description. Raises Nonsense for any that is not handed over."""
    import pyarrow as pa

    name, *rest = told
    if name == "dictionary":
        return pa.dictionary(pa.int32(), pa.string())
    if name == "timestamp":
        return pa.timestamp(*rest)
    if name in ("decimal128", "decimal256"):
        return getattr(pa, name)(*rest)
    if name not in _SIMPLE:
        raise Nonsense
    return pa.type_for_alias(name)


_SIMPLE = {
    *("null", "bool", "string", "halffloat", "float", "double", "date32[day]", "date64[ms]"),
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
}


def _refusal(header: dict[str, Any]) -> Refusal:
    """What the process said, in words of ours only."""
    why = header["refused"]
    if why in ("rows", "columns", "row_groups"):
        found, allowed = _count(header["found"], 1 << 62), _count(header["allowed"], 1 << 62)
        return Refusal(why, f"{found:,}", f"≤ {allowed:,}")
    if why in ("footer", "decoded"):
        found, allowed = _count(header["found"], 1 << 62), _count(header["allowed"], 1 << 62)
        return Refusal(why, size(found), f"≤ {size(allowed)}")
    if why == "thrift":
        return Refusal("footer", "…", "columns, row_groups")
    if why == "memory":
        return Refusal("memory", "…", f"≤ {size(_count(header['allowed'], 1 << 62))}")
    return Refusal("damaged", "", "Parquet")


def _environment() -> dict[str, str]:
    """Nothing of ours: no store, no key, no address. What makes memory countable, and no more."""
    kept = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve far more than they use
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
    }


_idle: list[Reader] = []
_idle_lock = threading.Lock()


def borrow(limits: Limits) -> Reader:
    """A reader of nobody else; `give_back` it, so that the next package need not start one."""
    with _idle_lock:
        for reader in _idle:
            if reader.limits == limits and reader._owner == os.getpid():
                _idle.remove(reader)
                return reader
    return Reader(limits)


def give_back(reader: Reader) -> None:
    """One reader is kept waiting; more would be memory nobody needs."""
    with _idle_lock:
        if not _idle:
            _idle.append(reader)
            return
    reader.close()


def start_ahead(limits: Limits) -> None:
    """Start a reader now that will be needed soon."""
    reader = borrow(limits)
    reader.start()
    give_back(reader)


@atexit.register
def close_idle() -> None:
    """End the reader that waits for the next package."""
    while _idle:
        _idle.pop().close()
