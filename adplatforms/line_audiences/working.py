"""What is done behind the pages: versions put in place, comparisons that are due, and looks at LINE.

How one version comes to LINE is the work of `segments.reaching`: each is one audience there, whatever
crashes, since its mark stands in its name.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min
from django.utils import timezone

from accounts import activity, board, current
from accounts.errors import AppError
from adplatforms.errors import ComparisonBroken, NobodyForLine
from adplatforms.line_audiences import commands, sizes
from adplatforms.models import LineAdAudience, LineAdVersion
from channels.models import Channel
from channels.services import client_for
from line.client import LineClient
from line.errors import LineError, Rejected
from segments.models import Audience
from segments.reaching import audience_steps, audiences, line_audiences
from segments.reaching.audience_steps import GONE, NotYet

logger = logging.getLogger(__name__)
LOOK_EACH = timedelta(days=1)
LOOKED_JUST_NOW = timedelta(minutes=10)
AGAIN = timedelta(minutes=5)  # after LINE did not answer
SETTLES = timedelta(seconds=30)  # should nobody tell that a version is ready
State = LineAdVersion.State


def work(go_on: Callable[[], bool]) -> datetime | None:
    """Do what is due, as long as `go_on`; when to come back, None if nothing waits."""
    settle()
    while go_on() and (audience := _due()) is not None:
        _compared(audience)
    held_up = _look_at_line(go_on)
    return held_up or _next_moment()


def look_soon(audience: LineAdAudience) -> None:
    """Have LINE asked how its versions are, unless that was done just now."""
    lately = timezone.now() - LOOKED_JUST_NOW
    there = audience.versions.filter(state__in=[State.CURRENT, State.FORMER], looked_at__lt=lately)
    if there.filter(look_at__gt=timezone.now()).update(look_at=timezone.now()):
        board.call(commands.KIND)


def settle() -> None:
    """Put in place what LINE has made ready, in the stead of what was there; say what failed."""
    for version in LineAdVersion.objects.light().filter(state=State.NEXT).select_related("audience"):
        if version.made.state == Audience.State.READY:
            _put_in_place(version)
        elif version.made.state not in audiences.LIVING:
            _give_up(version)


@transaction.atomic
def _put_in_place(version: LineAdVersion) -> None:
    """The one before goes only now: LINE has one that is ready at each moment.

    It is not kept, even if that is chosen, once somebody in it may not be there any more.
    """
    audience = LineAdAudience.objects.select_for_update().filter(pk=version.audience_id).first()
    if audience is None or not audience.versions.filter(pk=version.pk, state=State.NEXT).exists():
        return
    before = audience.versions.light().filter(state=State.CURRENT).first()
    keeps = before and audience.keeps_former and not before.is_lost and not sizes.unwelcome(before)
    for former in audience.versions.light().filter(state=State.FORMER):
        commands.leave(former)
    if before is not None and keeps:
        audience.versions.filter(pk=before.pk).update(state=State.FORMER)
    elif before is not None:
        commands.leave(before)
    now = timezone.now()
    audience.versions.filter(pk=version.pk).update(state=State.CURRENT, settled_at=now, look_at=now)
    activity.record("line_ad_audience.ready", audience, by=None, name=audience.name, people=version.out)


@transaction.atomic
def _give_up(version: LineAdVersion) -> None:
    """What was there before stays."""
    failed = LineAdVersion.objects.filter(pk=version.pk, state=State.NEXT)
    if failed.update(state=State.FAILED, settled_at=timezone.now()):
        audiences.drop(version.made)
        activity.record("line_ad_audience.failed", version.audience, by=None, name=version.audience.name)


def _due() -> LineAdAudience | None:
    due = LineAdAudience.objects.filter(due_at__lte=timezone.now()).select_related("segment")
    return due.order_by("due_at").first()


def _compared(audience: LineAdAudience) -> None:
    try:
        _compare(audience)
    except (OperationalError, InterfaceError):  # the database is away, or has no room; it is tried again
        raise
    except Exception:  # one that we did not think of must not keep the others from theirs
        logger.exception("line_ad_audience.broken", extra={"audience": audience.pk})
        commands.postpone(audience, ComparisonBroken.code)


def _compare(audience: LineAdAudience) -> None:
    commands.drop_unwelcome(audience, states=[State.FORMER])
    try:
        outlook = commands.checked(sizes.of(audience))
    except AppError as refused:
        if isinstance(refused, NobodyForLine):  # no version will take its place
            commands.drop_unwelcome(audience, states=[State.CURRENT])
        commands.postpone(audience, refused.code)
    else:
        commands.renew(audience, outlook)


def _look_at_line(go_on: Callable[[], bool]) -> datetime | None:
    """Ask LINE about each version whose time it is; when to go on, if LINE holds us up."""
    channel = Channel.objects.filter(tenant_id=current.tenant().pk).first()
    client = client_for(channel) if channel else None
    while go_on() and (version := _unseen()) is not None:
        try:
            if client is not None:
                _look(client, version)
        except NotYet as busy:
            return timezone.now() + busy.later
        except LineError as error:
            logger.warning("line_ad_audience.no_answer", extra={"version": version.pk, "reason": str(error)})
            return _put_off(version, AGAIN)  # the others have their turn before it
        _put_off(version, LOOK_EACH)
    return None


def _put_off(version: LineAdVersion, by: timedelta) -> datetime:
    later = timezone.now() + by
    LineAdVersion.objects.filter(pk=version.pk).exclude(look_at=None).update(look_at=later)
    return later


def _unseen() -> LineAdVersion | None:
    due = LineAdVersion.objects.light().filter(look_at__lte=timezone.now())
    return due.order_by("look_at").first()


def _look(client: LineClient, version: LineAdVersion) -> None:
    """What LINE says of it; and whether a lost answer has left a second one of it there, which goes."""
    seen: dict[str, Any] = {"looked_at": timezone.now()}
    try:
        asked = client.get_audience_data(version.made.line_id or 0)
        group = audience_steps.call("get", asked)["audienceGroup"]
    except Rejected as error:
        if GONE not in audience_steps.names_in(error):
            raise
        seen |= {"missing_at": timezone.now(), "line_count": None}
    else:
        seen |= {"line_status": str(group.get("status", ""))[:20], "line_count": group.get("audienceCount")}
        seen |= {"missing_at": None}  # it may have been made again
        if version.looked_at is None:
            _delete_twins(client, version.made)
    LineAdVersion.objects.filter(pk=version.pk).update(**seen)


def _delete_twins(client: LineClient, made: Audience) -> None:
    name = audience_steps.name_of(made)
    for each in line_audiences.every(client, description=name):
        if each["description"] == name and each["audienceGroupId"] != made.line_id:
            audience_steps.call("delete", client.delete_audience_group(each["audienceGroupId"]))


def _next_moment() -> datetime | None:
    moments = [
        LineAdAudience.objects.order_by().aggregate(at=Min("due_at"))["at"],
        LineAdVersion.objects.order_by().aggregate(at=Min("look_at"))["at"],
        timezone.now() + SETTLES if LineAdVersion.objects.filter(state=State.NEXT).exists() else None,
    ]
    return min((moment for moment in moments if moment), default=None)
