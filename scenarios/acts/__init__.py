"""What the steps do that send nothing by LINE. Importing the package registers them."""

from scenarios.acts import entering, fields, menus, notifying, parting, rewarding, tags, webhooks

__all__ = ["entering", "fields", "menus", "notifying", "parting", "rewarding", "tags", "webhooks"]
