"""A turn of the engine."""

from accounts import board
from scenarios.models import Entry
from scenarios.work import KIND


def lead_on() -> None:
    """Do what is due in this client's scenarios, and be woken for the rest."""
    seen = board.version(KIND)
    due = Entry.objects.filter(state=Entry.State.WAITING, scenario__status="running", due_at__isnull=False)
    board.settle(KIND, due.order_by("due_at").values_list("due_at", flat=True).first(), seen=seen)
