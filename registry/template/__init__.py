"""What a centre starts from: an Excel workbook, CSV headers and an empty package, from the contract."""

from registry.template.files import write_template

__all__ = ["write_template"]
