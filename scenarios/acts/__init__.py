"""What the steps do that send nothing by LINE. Importing the package registers them."""

from scenarios.acts import entering, fields, parting, tags

__all__ = ["entering", "fields", "parting", "tags"]
