"""Names of the data versions (`events.versions`) that point campaigns raise; draws and entries are events."""


def eligible(campaign_id: int) -> str:
    """Grows when it is fixed who of a point campaign gets something."""
    return f"eligible:{campaign_id}"
