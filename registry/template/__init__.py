"""What a centre starts from, made from the contract: a workbook, CSV headers, an empty package."""

from registry.template.files import write_template

__all__ = ["write_template"]
