"""Referral programmes, and friends who come by links of others, as tests need them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts import current, secrets
from channels.handlers import Received
from channels.models import Channel, login_secret_place
from events import timeline
from friends.models import Friend
from referrals import hearing, joining, services
from referrals.models import Grant, Opening, Participant, Programme, Referral
from referrals.work import MEDIUM
from routes.models import Arrival, Visit
from tests.factories import make_friend, make_line_user_id
from tests.friends.webhooks import arrive

AT_ONCE: dict[str, Any] = {"action": {"kind": "followed"}, "hold_days": 0, "review": "never"}
DAY = timedelta(days=1)


def make_login(channel: Channel | None = None) -> None:
    """A LINE Login channel for the present client, so that LINE says who comes by a link."""
    found = channel or Channel.objects.filter(tenant=current.tenant().pk).first()
    if found is None:
        found = Channel.objects.create(tenant=current.tenant(), channel_id=uuid4().hex[:10], name="Account")
    if found.login_channel_id:
        return
    place = login_secret_place(found.tenant_id)
    sealed = secrets.seal(found.tenant_id, place, "the secret of the login channel")
    Channel.objects.filter(pk=found.pk).update(login_channel_id="2000000001", sealed_login_secret=sealed)


def make_programme(name: str = "Bring a friend", *, rules: dict | None = None, **settings: Any) -> Programme:
    """A draft in which a follow counts at once and nothing is given, unless told otherwise."""
    given = {"shared": "Come to our shop!"} | settings
    return services.create(name, rules=AT_ONCE | (rules or {}), by=None, **given)


def make_running(name: str = "Bring a friend", **given: Any) -> Programme:
    make_login()
    programme = make_programme(name, **given)
    services.publish(programme, revision=programme.revision, by=None)
    return programme


def make_old_friend(name: str) -> Friend:
    """Somebody who has added the account a month ago, of which the timeline tells."""
    friend = make_friend(name, status="unknown", followed_at=None, status_at=None)
    follow(name, timezone.now() - 30 * DAY)
    return friend


def make_part(programme: Programme, name: str = "", *, friend: Friend | None = None) -> Participant:
    """A friend of long ago with a link of their own."""
    friend = friend or make_friend(name, followed_at=timezone.now() - 400 * DAY)
    return joining.part_of(programme, friend)


def come(
    part: Participant,
    name: str,
    *,
    at: datetime | None = None,
    network: tuple[str, str] = ("", ""),
    **said: bool,
) -> Friend:
    """Somebody opens the link and signs in, and has not added the account yet; nothing is settled."""
    at = at or timezone.now()
    friend, _is_new = Friend.objects.get_or_create(
        line_user_id=make_line_user_id(name), defaults={"display_name": name, "status": "unknown"}
    )
    visit = Visit.objects.create(
        route=part.programme.route,
        at=at,
        way="login",
        device="phone",
        utm_medium=MEDIUM,
        utm_content=part.code,
    )
    Opening.objects.create(participant=part, visit=visit, network=network[0], network_range=network[1])
    given = {"is_friend": False, "has_changed": False} | said
    arrival = Arrival.objects.create(
        visit=visit, route=part.programme.route, friend=friend, at=at, settled_at=at, **given
    )
    timeline.record([timeline.NewEvent("arrived", at, friend.pk, key=f"visit:{arrival.visit_id}")])
    return friend


def follow(name: str, at: datetime | None = None) -> None:
    arrive(_event("follow", name, at))


def block(name: str, at: datetime | None = None) -> None:
    arrive(_event("unfollow", name, at))


def invite(part: Participant, name: str, **given: Any) -> Referral:
    """Somebody comes by the link, adds the account, and all is settled and given."""
    friend = come(part, name, **given)
    follow(name, given.get("at"))
    hearing.run()
    return Referral.objects.get(participant=part, friend=friend)


def make_referral_rows(friend: Friend) -> dict[str, object]:
    """A draft, a programme that runs, an invitation to be looked at, a reward that could not be given."""
    draft = make_programme("Draft of friends")
    programme = make_running("Friends of friends", rules={"review": "all"})
    part = joining.part_of(programme, friend)
    referral = invite(part, "invited by a friend")
    grant = Grant.objects.create(
        programme=programme,
        participant=part,
        referral=referral,
        friend=friend,
        kind="each",
        reward={"kind": "coupon", "coupon": 1},
        key="each:0",
        problem="All coupons have been given.",
    )
    return {
        "referral_programme": programme.pk,
        "referral_draft": draft.pk,
        "referral": referral.pk,
        "referral_part": part.pk,
        "referral_grant": grant.pk,
    }


def _event(type_: str, name: str, at: datetime | None) -> Received:
    user_id = make_line_user_id(name)
    payload = {"type": type_, "source": {"type": "user", "userId": user_id}}
    return Received(uuid4().hex, type_, at or timezone.now(), user_id, payload)
