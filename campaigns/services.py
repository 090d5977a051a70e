"""Commands on campaigns, and what belongs to which. A thing is named as in the ledger: `broadcast:7`."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from accounts import activity, board, current, naming, people
from accounts.models import User
from billing.budgeting import watching
from campaigns import telling
from campaigns.errors import Archived, EndsBeforeItBegins, NameTaken, NoPurpose, NotAMember
from campaigns.models import Assignment, Campaign

LOCK = 7_303  # any number that nobody else locks by


@transaction.atomic
def create(
    *, name: str, starts_on: date, ends_on: date | None = None, by: User | None, **facts: object
) -> Campaign:
    """`facts` are purpose, its words, who is responsible, note. The responsible person is mailed, if it is
    somebody else.

    Raises NameTaken, EndsBeforeItBegins, NoPurpose, NotAMember.
    """
    made = Campaign(name=name, starts_on=starts_on, ends_on=ends_on, created_by_id=_id(by), **facts)
    _save(made, by)
    activity.record("campaign.created", made, by=by, name=name)
    return made


@transaction.atomic
def change(campaign: Campaign, *, by: User | None, **changes: object) -> Campaign:
    """Change any of its facts. Who becomes responsible is mailed, if it is somebody else.

    Raises NameTaken, EndsBeforeItBegins, NoPurpose, NotAMember.
    """
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    for field, value in changes.items():
        setattr(campaign, field, value)
    _save(campaign, by)
    activity.record("campaign.changed", campaign, by=by, fields=sorted(changes))
    return campaign


@transaction.atomic
def archive(campaign: Campaign, *, by: User | None) -> Campaign:
    """Add no more to it; what belongs to it goes on, and so does its budget."""
    if Campaign.objects.open().filter(pk=campaign.pk).update(archived_at=timezone.now()):
        activity.record("campaign.archived", campaign, by=by)
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def restore(campaign: Campaign, *, by: User | None) -> Campaign:
    archived = Campaign.objects.filter(pk=campaign.pk, archived_at__isnull=False)
    if archived.update(archived_at=None):
        activity.record("campaign.restored", campaign, by=by)
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def assign(owner: str, campaign: Campaign | None, *, by: User | None) -> Campaign | None:
    """Have this thing belong to the campaign, and to no other; to none if that is None. What it has cost
    counts there from now on, also what was sent before.

    Two at once: the later one holds. Raises Archived.
    """
    _hold(owner)
    present = Assignment.objects.select_related("campaign").filter(owner=owner, ended_at=None).first()
    before = present.campaign if present else None
    if before == campaign:
        return campaign
    if campaign and not Campaign.objects.open().filter(pk=campaign.pk).exists():
        raise Archived(name=campaign.name)
    Assignment.objects.filter(owner=owner, ended_at=None).update(ended_at=timezone.now())
    if campaign:
        Assignment.objects.create(owner=owner, campaign=campaign, assigned_by_id=_id(by))
    number = before.pk if before else None
    about = campaign or before
    activity.record("campaign.assigned", about, by=by, is_out=campaign is None, owner=owner, before=number)
    watching.call(current.tenant().pk)
    return campaign


def of(owner: str) -> Campaign | None:
    """The campaign to which this thing belongs."""
    return of_many([owner]).get(owner)


def of_many(owners: Iterable[str]) -> dict[str, Campaign]:
    """Likewise of several, in one query; what belongs to none is left out."""
    rows = Assignment.objects.filter(owner__in=list(owners), ended_at=None)
    return {row.owner: row.campaign for row in rows.select_related("campaign")}


def owners(campaign_id: int) -> list[str]:
    """What belongs to the campaign now, by name; the newest first."""
    held = Assignment.objects.filter(campaign=campaign_id, ended_at=None)
    return list(held.order_by("-pk").values_list("owner", flat=True))


def name_of(campaign_id: int) -> str:
    """Empty if there is no such campaign."""
    return Campaign.objects.filter(pk=campaign_id).values_list("name", flat=True).first() or ""


def choices() -> list[tuple[int, str]]:
    """Those to which more can be added, with their names, the newest first."""
    return list(Campaign.objects.open().values_list("pk", "name"))


def _save(campaign: Campaign, by: User | None) -> None:
    if campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise EndsBeforeItBegins()
    if campaign.purpose == Campaign.Purpose.OWN and not campaign.purpose_words.strip():
        raise NoPurpose()
    if campaign.purpose != Campaign.Purpose.OWN:
        campaign.purpose_words = ""
    if campaign.responsible_id is not None and not people.is_member(campaign.responsible_id):
        raise NotAMember()
    if campaign.responsible_id == _id(by):
        campaign.told_id = campaign.responsible_id
    naming.save(campaign, NameTaken)
    if campaign.responsible_id and campaign.responsible_id != campaign.told_id:
        board.call(telling.KIND)


def _hold(owner: str) -> None:
    """Wait until nobody else assigns this thing, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, f"{current.schema()} {owner}"]
        )


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
