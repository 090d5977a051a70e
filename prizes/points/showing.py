"""What friends see of a point campaign: what there is, what has to be done, and whether they have entered."""

from django.utils import timezone

from accounts.errors import AppError
from prizes.models import DeliveryList, DeliveryRow, PointCampaign, PointEntry
from prizes.points import actions, entering


def page(campaign: PointCampaign, friend_id: int, *, refusal: str = "") -> dict:
    entry = PointEntry.objects.filter(campaign=campaign, friend=friend_id).first()
    return {
        "campaign": campaign,
        "entry": entry,
        "action": actions.words(campaign.action),
        "row": _row(campaign, friend_id) if entry else None,
        "refusal": refusal or ("" if entry else _refusal(campaign)),
    }


def _row(campaign: PointCampaign, friend_id: int) -> DeliveryRow | None:
    """Their place on the approved list, if there is one by now."""
    rows = DeliveryRow.objects.filter(list__campaign=campaign, list__state=DeliveryList.State.APPROVED)
    return rows.filter(friend=friend_id).first()


def _refusal(campaign: PointCampaign) -> str:
    """Why nobody can enter now; "" if they can."""
    try:
        entering.check_time(campaign, timezone.now())
    except AppError as refusal:
        return refusal.message
    return ""
