"""Commands on point campaigns: written as a draft, opened for people to enter, closed."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, board
from accounts.models import User
from prizes.errors import EndsBeforeItBegins, NotADraft, NotOpen, NotReady, PriceBelowZero
from prizes.models import PointCampaign
from prizes.points import actions
from prizes.work import KIND

# What may be said in other words after opening; nothing by which people enter.
WORDS = ("name", "title", "text", "rules", "picture", "unit_price", "fee_yen", "known_by")
FIELDS = (
    *WORDS,
    "starts_at",
    "ends_at",
    "kind",
    "points",
    "segment",
    "is_asked_again",
    "action",
    "most",
    "enters_on_page",
)


@transaction.atomic
def create(*, by: User | None, **facts: Any) -> PointCampaign:
    """A draft. Raises EndsBeforeItBegins, UnknownAction."""
    campaign = PointCampaign(**facts, created_by_id=getattr(by, "pk", None))
    _check(campaign)
    campaign.save()
    activity.record("point_campaign.created", campaign, by=by, name=campaign.name)
    return campaign


@transaction.atomic
def change(campaign: PointCampaign, *, by: User | None, **facts: Any) -> PointCampaign:
    """Change what is given; once it is open, words and prices only.

    Raises NotADraft, EndsBeforeItBegins, UnknownAction.
    """
    campaign = PointCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    changed = {name for name, value in facts.items() if getattr(campaign, name) != value}
    if campaign.status != PointCampaign.Status.DRAFT and changed - set(WORDS):
        raise NotADraft(name=campaign.name)
    for name, value in facts.items():
        setattr(campaign, name, value)
    _check(campaign)
    campaign.save()
    activity.record("point_campaign.changed", campaign, by=by, fields=sorted(changed))
    return campaign


def copy(campaign: PointCampaign, *, by: User | None) -> PointCampaign:
    """A draft with the same conditions."""
    facts = {name: getattr(campaign, name) for name in FIELDS}
    facts["name"] = _("%(name)s (copy)") % {"name": campaign.name[:80]}
    return create(by=by, **facts)


@transaction.atomic
def delete(campaign: PointCampaign, *, by: User | None) -> None:
    """Take away a draft. Raises NotADraft: who entered is kept."""
    campaign = PointCampaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.status != PointCampaign.Status.DRAFT:
        raise NotADraft(name=campaign.name)
    activity.record("point_campaign.deleted", campaign, by=by, name=campaign.name)
    campaign.delete()


@transaction.atomic
def open_campaign(campaign: PointCampaign, *, by: User | None) -> PointCampaign:
    """From its beginning on people can enter. Raises NotADraft, NotReady."""
    campaign = PointCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.status != PointCampaign.Status.DRAFT:
        raise NotADraft(name=campaign.name)
    if campaign.ends_at <= timezone.now():
        raise NotReady(problems=_("The end has passed already."))
    campaign.status, campaign.opened_at = PointCampaign.Status.OPEN, timezone.now()
    campaign.save(update_fields=["status", "opened_at"])
    activity.record("point_campaign.opened", campaign, by=by)
    board.call(KIND, campaign.ends_at)
    return campaign


@transaction.atomic
def close(campaign: PointCampaign, *, by: User | None = None) -> PointCampaign:
    """Let nobody enter any more; who is entering is waited for. Raises NotOpen."""
    campaign = PointCampaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.status != PointCampaign.Status.OPEN:
        raise NotOpen(name=campaign.name)
    campaign.status, campaign.closed_at = PointCampaign.Status.CLOSED, timezone.now()
    campaign.save(update_fields=["status", "closed_at"])
    activity.record("point_campaign.closed", campaign, by=by)
    return campaign


def close_ended() -> None:
    """Close those whose time is over."""
    for campaign in PointCampaign.objects.ended(timezone.now()):
        try:
            close(campaign)
        except NotOpen:  # somebody was faster
            continue


def _check(campaign: PointCampaign) -> None:
    if campaign.ends_at <= campaign.starts_at:
        raise EndsBeforeItBegins
    if campaign.unit_price < 0:
        raise PriceBelowZero
    if campaign.action is not None:
        campaign.action = actions.read(campaign.action).as_json()
