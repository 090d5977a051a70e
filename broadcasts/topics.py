"""Names of the data versions (`events.versions`) that broadcasts raise."""


def received(broadcast_id: int) -> str:
    """Grows whenever more friends are known to whom this broadcast went."""
    return f"broadcast:{broadcast_id}"
