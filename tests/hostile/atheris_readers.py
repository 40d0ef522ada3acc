"""Coverage-guided fuzzing of the manifest and mapping readers: `make fuzz` runs a minute of each.

    python -m tests.hostile.atheris_readers manifest -max_total_time=60
    python -m tests.hostile.atheris_readers mapping -max_total_time=60

A reader may refuse what it gets (no manifest; MappingError) and nothing else: any other exception
ends the run with a crash file.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["registry", "tomllib", "json"]):
    from registry.errors import UserError
    from registry.harmonise.mapping import mapping_of
    from registry.intake.limits import Limits
    from registry.intake.manifest import read_manifest
    from registry.package import Package
    from registry.received import Received
    from registry.submission import has_a_manifest_that_says_what_it_must
    from schemas.submitted import CONTRACT

ASIDE = Path(tempfile.mkdtemp())


def manifest(data: bytes) -> None:
    """Read it, and ask of it what the package rule asks."""
    said = read_manifest(data, Limits())
    if said is not None:
        package = Package(ASIDE, {}, manifest=said, manifest_readable=True)
        mapping = mapping_of("", CONTRACT)
        for answer in has_a_manifest_that_says_what_it_must(Received(package, CONTRACT, mapping)):
            str(answer).encode()


def mapping(data: bytes) -> None:
    (ASIDE / "DE01.toml").write_bytes(data)
    try:
        mapping_of("DE01", CONTRACT, ASIDE)
    except UserError as error:
        str(error).encode(errors="surrogatepass")


READERS: dict[str, Callable[[bytes], None]] = {"manifest": manifest, "mapping": mapping}


def main() -> None:
    name = sys.argv.pop(1)
    seeds = ASIDE / "seeds"
    seeds.mkdir()
    known = [
        *Path("sample_data").glob("*/datapackage.json"),
        *Path("registry/centres").glob("*.toml"),
    ]
    wanted = ".json" if name == "manifest" else ".toml"
    for number, path in enumerate(path for path in known if path.suffix == wanted):
        (seeds / str(number)).write_bytes(path.read_bytes())
    atheris.Setup([*sys.argv, str(seeds)], READERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
