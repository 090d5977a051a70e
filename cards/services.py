"""Commands on the membership card."""

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from cards import faces
from cards.errors import NoCard
from cards.faces import Face
from cards.models import CardSettings
from events import timeline
from events.timeline import NewEvent
from linking.models import Link

HOUR = 3600  # seconds


@transaction.atomic
def change_settings(*, by: User | None = None, **changes: object) -> CardSettings:
    """Set what is given of the client's card."""
    settings, _made = CardSettings.objects.select_for_update().get_or_create(pk=1)
    for name, value in changes.items():
        setattr(settings, name, value)
    settings.save()
    activity.record("card.changed", settings, by=by, fields=sorted(changes))
    return settings


@transaction.atomic
def show(friend_id: int) -> Face | None:
    """The card of this friend, noted on their timeline once an hour; None while they are not linked.

    Raises NoCard if the client shows none.
    """
    settings = CardSettings.present()
    if not settings.is_on:
        raise NoCard
    link = Link.objects.active().select_related("customer").filter(friend=friend_id).first()
    if link is None:
        return None
    now = timezone.now()
    key = f"card:{friend_id}:{int(now.timestamp()) // HOUR}"
    timeline.record([NewEvent("card_shown", now, friend_id, link.customer_id, key=key)])
    return faces.of(link.customer, settings)
