"""Tables as files for spreadsheets."""

BOM = "\ufeff"  # by which Excel knows UTF-8


def safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
