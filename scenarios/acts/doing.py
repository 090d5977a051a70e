"""Errands that are due, done for a few seconds: rich menus, and words to the team."""

from accounts import board
from scenarios.acts import errands, menus, notifying
from scenarios.models import Errand

SECONDS = 2.0  # for each kind: both take less than the work board waits until it wakes somebody else


def do_due() -> None:
    """Do what is due in this client, and be woken for the rest. Two at once share it."""
    seen = board.version(errands.ERRANDS)
    menus.do_due(SECONDS)
    notifying.do_due(SECONDS)
    board.settle(errands.ERRANDS, errands.next_moment(Errand.Kind.MENU, Errand.Kind.NOTIFY), seen=seen)
