"""A centre's own files → a contract package; nothing guessed, every doubt a question or a finding."""

from registry.convert.build import Conversion, convert, placed, write_findings
from registry.convert.sheet import CannotConvert, Said, Watch

__all__ = ["CannotConvert", "Conversion", "Said", "Watch", "convert", "placed", "write_findings"]
