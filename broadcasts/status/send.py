"""Friends by how they responded to one send, as far as we or LINE know, and whom one can follow up.

Who clicked is known of people where each had links of their own; who opened or clicked LINE knows of what it
sent to people itself (narrowcast and its broadcast), tells us as a number, and sends to them when asked.
Of a multicast with the same links for all there are numbers alone.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from broadcasts.leaves.opened import sent_by_line
from broadcasts.models import Broadcast
from broadcasts.results import figures
from broadcasts.results.figures import Figures
from broadcasts.status.responses import Response

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NO_NAMES: "StrOrPromise" = _(
    "LINE counts them, but tells nobody who they are: it does so only for what it sends to people itself "
    "(narrowcast, LINE’s broadcast). “Know who clicked” tells it of clicks for the next send."
)
TOO_OLD: "StrOrPromise" = _("LINE knew who they are for 60 days; these are over.")


@dataclass(frozen=True)
class Class:
    """`count` is None where LINE hides it or has not told it yet; `tree` is how they are reached.

    Without one they are not, for the reason `why_not`. `is_by_line`: by narrowcast, to 50 people or more.
    """

    response: Response
    count: int | None
    tree: dict | None = None
    is_by_line: bool = False
    why_not: "StrOrPromise" = ""


@dataclass(frozen=True)
class Board:
    broadcast: Broadcast
    figures: Figures
    classes: list[Class]


def board(broadcast: Broadcast) -> Board:
    found = figures.of(broadcast)
    if sent_by_line().filter(pk=broadcast.pk).exists():
        classes = _known_to_line(broadcast, found)
    elif broadcast.tracks_people:
        classes = _known_by_links(broadcast, found)
    else:
        classes = _counted(broadcast, found)
    return Board(broadcast, found, classes)


def _counts(found: Figures) -> dict[Response, int | None]:
    """Opened is without those who clicked; unopened is the rest of those whom it reached."""
    opened, clicked = found.opened, found.clicked
    return {
        Response.UNOPENED: None if opened is None else max(found.delivered - max(opened, clicked or 0), 0),
        Response.OPENED: None if opened is None or clicked is None else max(opened - clicked, 0),
        Response.CLICKED: clicked,
    }


def _known_to_line(broadcast: Broadcast, found: Figures) -> list[Class]:
    counts = _counts(found)
    opened: dict = {"type": "opened", "broadcast": broadcast.pk}
    clicked = opened | {"and_clicked": True}
    trees = {
        Response.UNOPENED: {"all": [_asked(broadcast), {"not": opened}]},
        Response.OPENED: {"all": [opened, {"not": clicked}]},
        Response.CLICKED: {"all": [clicked]},
    }
    return [Class(each, counts[each], tree, is_by_line=True) for each, tree in trees.items()]


def _asked(broadcast: Broadcast) -> dict:
    """Whom it was for: who got it where that is known, else whoever is in its segment."""
    if broadcast.method == Broadcast.Method.NARROWCAST:
        return {"type": "segment", "segment": broadcast.segment_id}
    return {"type": "received", "broadcast": broadcast.pk}


def _known_by_links(broadcast: Broadcast, found: Figures) -> list[Class]:
    """Who clicked, and who did not; of the latter LINE counts how many opened it."""
    counts = _counts(found)
    did_not = None if counts[Response.CLICKED] is None else found.delivered - (counts[Response.CLICKED] or 0)
    return [
        Class(Response.UNOPENED, counts[Response.UNOPENED], why_not=NO_NAMES),
        Class(Response.OPENED, counts[Response.OPENED], why_not=NO_NAMES),
        Class(Response.NO_CLICK, did_not, {"all": [{"type": "not_clicked", "broadcast": broadcast.pk}]}),
        Class(
            Response.CLICKED,
            counts[Response.CLICKED],
            {"all": [{"type": "clicked", "broadcast": broadcast.pk}]},
        ),
    ]


def _counted(broadcast: Broadcast, found: Figures) -> list[Class]:
    was_line = broadcast.method in {Broadcast.Method.NARROWCAST, Broadcast.Method.BROADCAST}
    why = TOO_OLD if was_line else NO_NAMES
    return [Class(each, count, why_not=why) for each, count in _counts(found).items()]
