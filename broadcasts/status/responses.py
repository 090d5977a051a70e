"""How friends respond: the classes of the board, and by which conditions each is reached."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Response(StrEnum):
    """From nothing to most. Of a send the first four are used, of a period the last four."""

    UNOPENED = "unopened"
    OPENED = "opened"
    NO_CLICK = "no_click"
    CLICKED = "clicked"
    UNKNOWN = "unknown"
    UNTOUCHED = "untouched"


LABELS: "dict[str, StrOrPromise]" = {
    Response.UNOPENED: _("Unopened"),
    Response.OPENED: _("Opened, not clicked"),
    Response.NO_CLICK: _("Did not click"),
    Response.CLICKED: _("Clicked"),
    Response.UNKNOWN: _("Messaged, response not known"),
    Response.UNTOUCHED: _("Not messaged"),
}
# What a class of a period is in the conditions of a segment.
OF_PERIOD = (Response.CLICKED, Response.NO_CLICK, Response.UNKNOWN, Response.UNTOUCHED)


def tree_of_period(response: Response, days: int) -> dict:
    """Who responds so within the last days, for a segment that goes with time."""
    clicked = {"type": "clicked", "within_days": days}
    known = {"type": "received", "within_days": days, "own_links": True}
    any_message = {"type": "received", "within_days": days}
    trees = {
        Response.CLICKED: [clicked],
        Response.NO_CLICK: [known, {"not": clicked}],
        Response.UNKNOWN: [any_message, {"not": known}, {"not": clicked}],
        Response.UNTOUCHED: [{"not": any_message}, {"not": clicked}],
    }
    return {"all": trees[response]}
