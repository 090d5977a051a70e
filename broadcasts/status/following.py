"""Following up a class: what is planned for it, and the draft that goes to it."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import activity
from accounts.models import User
from broadcasts import belonging, services
from broadcasts.errors import NobodyToFollow
from broadcasts.models import Broadcast, FollowUp
from broadcasts.status import send
from broadcasts.status.responses import LABELS, OF_PERIOD, Response, tree_of_period
from segments import services as segments
from segments.models import Segment

NAME_LENGTH = 100


def plan(
    response: Response, text: str, *, broadcast: Broadcast | None = None, days: int | None = None, by: User
) -> FollowUp:
    """Keep what is planned for a class of a send, or of a period of `days`."""
    asked: dict = {"broadcast": broadcast, "days": days, "response": response}
    kept = {"text": text.strip(), "changed_by_id": by.pk}
    found, _is_new = FollowUp.objects.update_or_create(**asked, defaults=kept)
    return found


@transaction.atomic
def draft(
    response: Response, *, broadcast: Broadcast | None = None, days: int | None = None, by: User
) -> Broadcast:
    """A draft to a class, with what is planned for it as its text; without a plan, of a send with what that
    said. The segment is made with it, or taken if there is one with the same conditions.

    Raises NobodyToFollow if nobody can tell who they are, or if there is nothing yet to say to them.
    """
    tree = _tree(response, broadcast, days)
    asked: dict = {"broadcast": broadcast, "days": days, "response": response}
    planned = FollowUp.objects.filter(**asked).first()
    called = name(response, broadcast, days)
    messages = _messages(planned, broadcast)
    segment = _segment(called, tree, by)
    made = services.create_broadcast(
        name=called,
        segment=segment,
        messages=messages,
        by=by,
        tracks_people=bool(days) or _tracks(broadcast),
        campaign=belonging.to_inherit(broadcast) if broadcast else None,
    )
    FollowUp.objects.update_or_create(**asked, defaults={"draft": made, "changed_by_id": by.pk})
    activity.record("broadcast.followed_up", made, by=by, response=response)
    return made


def _tree(response: Response, broadcast: Broadcast | None, days: int | None) -> dict:
    if broadcast is None:
        assert days is not None
        if response not in OF_PERIOD:
            raise NobodyToFollow(why=send.NO_NAMES)
        return tree_of_period(response, days)
    found = next((each for each in send.board(broadcast).classes if each.response == response), None)
    if found is None or found.tree is None:
        raise NobodyToFollow(why=found.why_not if found else send.NO_NAMES)
    return found.tree


def _messages(planned: FollowUp | None, broadcast: Broadcast | None) -> list[dict]:
    if planned and planned.text:
        return [{"type": "text", "text": planned.text}]
    if broadcast is None:
        raise NobodyToFollow(why=_("Write first what you want to say to them."))
    return broadcast.messages


def _tracks(broadcast: Broadcast | None) -> bool:
    return bool(broadcast and broadcast.tracks_people)


def name(response: Response, broadcast: Broadcast | None, days: int | None) -> str:
    """What a draft to this class is called."""
    whose = broadcast.name if broadcast else _("Last %(days)s days") % {"days": days}
    label = str(LABELS[response])
    return f"{whose[: NAME_LENGTH - len(label) - 3]} · {label}"


def _segment(name: str, tree: dict, by: User) -> Segment:
    return Segment.objects.filter(tree=tree).first() or segments.create_segment(name, tree, by=by)
