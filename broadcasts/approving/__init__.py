"""What has to be said of a broadcast before it may leave, and by whom."""

from broadcasts.approving.turns import waiting_for

__all__ = ["waiting_for"]
