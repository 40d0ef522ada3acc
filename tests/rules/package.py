"""Examples of the rules about a package as a whole."""

import pyarrow as pa

from tests.packages import package, package_example, parquet


def wide(columns: int) -> pa.Table:
    """One row, too many columns."""
    return pa.table({f"c{n}": [n] for n in range(columns)})


def bomb() -> pa.Table:
    """400,000 texts of 4,000 bytes, none too long: few bytes in the file, where each stands once."""
    indices = pa.array([0] * 400_000, pa.int32())
    text = pa.DictionaryArray.from_arrays(indices, pa.array(["A" * 4_000]))
    return pa.table({"drug": text})


HASH_OF_NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

package_example(
    "SEC-01",
    breaks=lambda folder: package(folder, files={"ward/2026/09/30/read_me.txt": b"See letter."}),
)
package_example(
    "SEC-02",
    breaks=lambda folder: package(folder, files={f"{n}.txt": b"" for n in range(60)}),
)
package_example(
    "SEC-03",
    breaks=lambda folder: package(folder, files={"therapies.parquet": parquet(wide(501))}),
)
package_example(
    "SEC-04",
    breaks=lambda folder: package(folder, files={"therapies.parquet": parquet(bomb())}),
)
package_example(
    "SEC-05",
    breaks=lambda folder: package(folder, columns={"serology": {"kit": ["see letter " * 400]}}),
)
package_example(
    "SUB-01",
    breaks=lambda folder: package(folder, files={"therapies.parquet": b"PAR1 and then no more"}),
)
package_example(
    "SUB-10",
    breaks=lambda folder: package(folder, columns={"labs": {"lab_id": ["Herr Adler, CK"]}}),
)
package_example(
    "SUB-11",
    breaks=lambda folder: package(folder, manifest={"registry:language": "fr"}),
)
package_example(
    "SUB-12",
    breaks=lambda folder: package(folder, manifest={"registry:contract": "0.9"}),
)
package_example(
    "SUB-13",
    breaks=lambda folder: package(folder, without=["therapies"]),
)
package_example(
    "SUB-14",
    breaks=lambda folder: package(folder, columns={"therapies": {"start_date": None}}),
)
package_example(
    "SUB-15",
    breaks=lambda folder: package(folder, columns={"therapies": {"intent": None}}),
)
package_example(
    "SUB-16",
    breaks=lambda folder: package(folder, columns={"therapies": {"physician": ["Dr. A"]}}),
)
package_example(
    "SUB-17",
    breaks=lambda folder: package(folder, announced={"therapies": {"hash": HASH_OF_NOTHING}}),
)
package_example(
    "SUB-18",
    breaks=lambda folder: package(folder, announced={"therapies": {"registry:rows": 2}}),
)
package_example(
    "SUB-19",
    breaks=lambda folder: package(folder, files={"read_me.txt": b"An export of 30 September."}),
)
package_example(
    "SUB-20",
    breaks=lambda folder: package(folder, columns={"therapies": {"dose": ["12.5"]}}),
)
package_example(
    "SUB-21",
    breaks=lambda folder: package(folder, columns={"therapies": {"dose": [[10.0, 12.5]]}}),
)
package_example(
    "SUB-23",
    breaks=lambda folder: package(folder, manifest={"registry:data_cut": "2026-10-16"}),
)
package_example(
    "SUB-24",
    holds=lambda folder: package(folder, columns={"serology": {"kit": ["QUANTA Lite HMGCR"]}}),
    breaks=lambda folder: package(folder, columns={"serology": {"kit": ["kit@example.org"]}}),
)
