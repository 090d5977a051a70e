from imports.models import ImportRun, SavedColumns


def make_import(kind: str = "customers", **fields: object) -> ImportRun:
    """A file that was imported, without its file."""
    given = {"name": "customers.csv", "size": 0, "encoding": "utf-8-sig", "language": "en"} | fields
    return ImportRun.objects.create(kind=kind, **given)


def make_saved_columns(kind: str = "customers", **fields: object) -> SavedColumns:
    given = {"name": "Export of the shop", "header": ["number"], "columns": ["number"]} | fields
    return SavedColumns.objects.create(kind=kind, **given)
