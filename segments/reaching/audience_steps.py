"""The steps of an audience: what LINE is asked, and what follows from the answer.

    WAITING → UPLOADING → READYING → READY → DELETING → DELETED,  any → FAILED

A step is stored if nobody else moved the row meanwhile. That we ask LINE for an audience is stored before we
ask, and our number stands in its name: if the answer is lost, it is found in LINE's list. User ids go in
files, each of which may be sent twice: LINE keeps everybody once.
"""

import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from pyroaring import BitMap

from accounts import current
from channels import pace
from friends.models import Friend
from line import rates, wire
from line.client import LineClient
from line.errors import Rejected
from segments.models import Audience
from segments.reaching import audiences, line_audiences
from segments.reaching.audiences import State
from segments.reaching.line_audiences import OURS
from segments.reaching.plans import UPLOADED_AT_ONCE
from segments.signals import audience_settled

T = TypeVar("T")
LEASE = timedelta(minutes=3)  # longer than LINE may take over a file
SOON, LATE = timedelta(seconds=2), timedelta(minutes=5)  # between two looks whether it is ready
LONGEST_READYING = timedelta(days=1)  # LINE says hours; readers of a message who are too few never get ready
LONGEST_NAME = 120
MOST_AT_LINE = 1_000
SPARE = 20  # of them, for audiences made in LINE's console
LONGEST_WAIT = 5.0  # seconds for our turn at LINE; later otherwise
RATE = rates.of("/v2/bot/audienceGroup/upload")  # of each of LINE’s calls about audiences
CODES = {
    "AUDIENCE_GROUP_COUNT_MAX_OVER": "room",
    "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS": "nobody",
    "AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT": "few",
    "TOO_OLD_MESSAGES": "old",
    "REQUEST_NOT_FOUND": "unsent",
}
GONE = "AUDIENCE_GROUP_NOT_FOUND"
MADE_ALREADY = "AUDIENCE_GROUP_REQUESTID_DUPLICATE"
READERS = {Audience.Kind.OPENED: "IMP", Audience.Kind.CLICKED: "CLICK"}  # LINE's words


class NotYet(Exception):
    """Our turn at LINE is too far off to wait for."""

    def __init__(self, seconds: float) -> None:
        self.later = timedelta(seconds=seconds)


def name_of(audience: Audience) -> str:
    """Its name at LINE, by which it is found again."""
    mark = f"{audience.pk}-{audience.created_at:%y%m%d%H%M%S}"
    if audience.name:
        return f"{audience.name[: LONGEST_NAME - len(mark) - 2]} #{mark}"
    return f"{OURS}{mark} {audience.purpose}"[:LONGEST_NAME]


def _begin(client: LineClient, audience: Audience) -> None:
    """Make room, and say that LINE is being asked before it is."""
    if audience.line_id is not None and _is_ours(client, audience, audience.line_id):  # an earlier attempt
        _delete_at_line(client, audience.line_id)
    if not _has_room(client):
        fail(audience, "room")
        return
    if store(audience, to=State.UPLOADING, after=LEASE, line_id=None):
        _create(client, audience)


def _upload(client: LineClient, audience: Audience) -> None:
    if audience.line_id is None:
        _adopt(client, audience)
    elif audience.kind == Audience.Kind.UPLOAD:
        _send_file(client, audience)
    else:
        store(audience, to=State.READYING)


def _create(client: LineClient, audience: Audience) -> None:
    name = name_of(audience)
    if audience.kind == Audience.Kind.UPLOAD:
        answer = call("create", client.create_audience_group(name))
    elif audience.kind == Audience.Kind.OPENED:
        asked = client.create_imp_based_audience_group(name, audience.request_id)
        answer = call("opened", asked)
    else:
        url = audience.url or None
        asked = client.create_click_based_audience_group(name, audience.request_id, click_url=url)
        answer = call("clicked", asked)
    store(audience, line_id=answer["audienceGroupId"])


def _adopt(client: LineClient, audience: Audience) -> None:
    """LINE was asked and we do not know the answer: it is on LINE's list, or LINE is asked again."""
    found = _listed(client, audience)
    if found is None:
        _create(client, audience)
    else:
        store(audience, line_id=found)


def _listed(client: LineClient, audience: Audience) -> int | None:
    own_name = name_of(audience)
    for each in line_audiences.every(client, description=own_name):
        if each["description"] == own_name:
            return each["audienceGroupId"]
    return None


def _send_file(client: LineClient, audience: Audience) -> None:
    """The next friends whom LINE has not taken."""
    taken = BitMap.deserialize(bytes(audience.taken)) if audience.taken else BitMap()
    left = BitMap.deserialize(bytes(audience.members or b"")) - taken
    if not left:
        store(audience, to=State.READYING)
        return
    piece = BitMap(left[:UPLOADED_AT_ONCE])
    # Who may go no longer stays among the members all the same: this file may have got through before.
    goes = list(audiences.permitted(audience, piece))
    user_ids = Friend.objects.filter(pk__in=goes).order_by().values_list("line_user_id", flat=True)
    if ids := list(user_ids):
        call("file", client.add_user_ids_to_audience(audience.line_id or 0, ids))
    elif len(piece) == audience.count:
        fail(audience, "nobody")
        return
    taken |= piece
    store(audience, taken=taken.serialize(), sent_count=len(taken))


def _look(client: LineClient, audience: Audience) -> None:
    """Whether LINE has made it ready, with all that was added."""
    answer = call("get", client.get_audience_data(audience.line_id or 0))
    group, jobs = answer["audienceGroup"], answer.get("jobs") or []
    states = {job.get("jobStatus") for job in jobs}
    if group.get("status") in ("FAILED", "EXPIRED", "INACTIVE"):
        failed = str(group.get("failedType") or group["status"])
        fail(audience, CODES.get(failed, failed))
    elif "FAILED" in states:
        fail(audience, str(next(job for job in jobs if job["jobStatus"] == "FAILED").get("failedType")))
    elif group.get("status") == "READY" and states <= {"FINISHED"}:
        count = group.get("audienceCount") or audience.count
        counted = {} if audience.kind == Audience.Kind.UPLOAD else {"count": count}
        _settle(audience, State.READY, ready_at=timezone.now(), **counted)
    elif audience.used_at and audience.used_at < timezone.now() - LONGEST_READYING:
        fail(audience, "slow" if audience.kind == Audience.Kind.UPLOAD else "few")
    else:
        store(audience, after=patience(audience))


def _delete(client: LineClient, audience: Audience) -> None:
    line_id = audience.line_id or _listed(client, audience)
    if line_id is not None and _is_ours(client, audience, line_id):
        _delete_at_line(client, line_id)
    store(audience, to=State.DELETED, line_id=line_id, members=None, taken=None)


def _delete_at_line(client: LineClient, line_id: int) -> None:
    try:
        call("delete", client.delete_audience_group(line_id))
    except Rejected as error:
        if GONE not in names_in(error):
            raise


def _is_ours(client: LineClient, audience: Audience, line_id: int) -> bool:
    """Of readers LINE makes one audience only: it may be somebody else's, and then it stays."""
    if audience.kind == Audience.Kind.UPLOAD:
        return True
    try:
        found = call("get", client.get_audience_data(line_id))["audienceGroup"]
    except Rejected:
        return False
    return str(found.get("description", "")).startswith(OURS)


def _has_room(client: LineClient) -> bool:
    """Whether LINE takes one more audience; if not, those that nobody needs are deleted first."""
    total = call("list", client.get_audience_groups(size=1)).total
    too_many = total - (MOST_AT_LINE - SPARE) + 1
    if too_many <= 0:
        return True
    for spare in audiences.unneeded()[:too_many]:
        same = Audience.objects.filter(pk=spare.pk, state=State.READY)
        if spare.line_id is not None and audiences.give_up(same):
            _delete_at_line(client, spare.line_id)
            Audience.objects.filter(pk=spare.pk).update(state=State.DELETED, members=None, taken=None)
            total -= 1
    return total < MOST_AT_LINE


def _of_readers(client: LineClient, audience: Audience) -> int | None:
    """The audience of these readers that exists already, whoever made it."""
    for each in line_audiences.every(client):
        of_whom = (each.get("type"), each.get("requestId"), each.get("clickUrl") or "")
        if of_whom == (READERS[Audience.Kind(audience.kind)], audience.request_id, audience.url):
            return each["audienceGroupId"]
    return None


def refused(client: LineClient, audience: Audience, error: Rejected) -> None:
    names = names_in(error)
    if GONE in names and audience.state in (State.UPLOADING, State.READYING):  # somebody deleted it at LINE
        store(audience, to=State.WAITING, line_id=None, taken=None, sent_count=0, after=SOON)
    elif MADE_ALREADY in names and (line_id := _of_readers(client, audience)) is not None:
        store(audience, line_id=line_id)
    else:
        fail(audience, next((CODES[name] for name in names if name in CODES), error.message))


def names_in(error: Rejected) -> list[str]:
    """LINE's names of what is wrong."""
    return [str(each.get("message", "")) for each in error.details]


def fail(audience: Audience, problem: str) -> None:
    """What LINE would not delete it may still have: that is tried again after a day."""
    tried = {"used_at": timezone.now()} if audience.state == State.DELETING else {}
    _settle(audience, State.FAILED, problem=problem[:300], **tried)


@transaction.atomic
def _settle(audience: Audience, to: State, **changes: Any) -> None:
    if store(audience, to=to, **changes):
        transaction.on_commit(lambda: audience_settled.send(Audience, audience=audience))


def store(audience: Audience, *, to: str = "", after: timedelta | None = None, **changes: Any) -> bool:
    """Keep what changed, and when the next step is due; False if somebody else has moved it meanwhile."""
    changes |= {"lease_until": timezone.now() + after if after else None, "state": to or audience.state}
    same = Audience.objects.filter(pk=audience.pk, state=audience.state, lease_until=audience.lease_until)
    if not same.update(**changes):
        return False
    for name, value in changes.items():
        setattr(audience, name, value)
    return True


def patience(audience: Audience) -> timedelta:
    """From seconds to minutes, the longer it takes already."""
    return min(max(SOON, (timezone.now() - audience.created_at) / 4), LATE)


def call(what: str, asked: Coroutine[Any, Any, T]) -> T:
    """Ask LINE when it is our turn. Raises NotYet, and what `line.errors` has."""
    seconds = pace.reserve(current.tenant().pk, f"audience.{what}", 1, rate=RATE.per_second)
    if seconds > LONGEST_WAIT:
        asked.close()
        raise NotYet(seconds)
    time.sleep(seconds)
    return wire.run(asked)


STEPS: dict[State, Callable[[LineClient, Audience], None]] = {
    State.WAITING: _begin,
    State.UPLOADING: _upload,
    State.READYING: _look,
    State.DELETING: _delete,
}
