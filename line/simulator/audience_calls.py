"""Audiences of who saw or clicked a message; audiences renamed, deleted, listed, and shared ones read.

Source: https://developers.line.biz/en/reference/messaging-api/#manage-audience-group
"""

from line.simulator.audience_uploads import check_room, checked_name
from line.simulator.audiences import (
    DAY,
    GONE_AFTER,
    KEPT_FOR,
    Audience,
    AudienceRefusal,
    add,
    find,
    new_id,
)
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.pages import number_in
from line.simulator.world import World

OLDEST_MESSAGE = 60 * DAY
LONGEST_URL = 2_000
LARGEST_PAGE, USUAL_PAGE = 40, 20
PATH = "/v2/bot/audienceGroup"

routes = Routes(for_channel=True)


@routes.add("POST", f"{PATH}/click")
def create_from_clicks(world: World, channel: Channel, request: Request) -> Answer:
    given = request.json()
    click_url = given.get("clickUrl")
    if click_url is not None and not (isinstance(click_url, str) and len(click_url) <= LONGEST_URL):
        raise Refusal(400, "The property, 'clickUrl', in the request body is invalid (line: -, column: -)")
    audience = _from_message(world, channel, given, "CLICK", click_url)
    more = {
        "createRoute": "MESSAGING_API",
        "permission": "READ_WRITE",
        "expireTimestamp": int(audience.created + KEPT_FOR),
        "isIfaAudience": False,
    }
    return answer(audience.created_as() | more, 202)


@routes.add("POST", f"{PATH}/imp")
def create_from_impressions(world: World, channel: Channel, request: Request) -> Answer:
    return answer(_from_message(world, channel, request.json(), "IMP", None).created_as(), 202)


@routes.add("GET", f"{PATH}/list")
def list_own(world: World, channel: Channel, request: Request) -> Answer:
    """With those shared by others unless `includesExternalPublicGroups` is false."""
    with_others = request.query.get("includesExternalPublicGroups", "true") == "true"
    return _page(world, channel, request, own=True, others=with_others)


@routes.add("GET", f"{PATH}/shared/list")
def list_shared(world: World, channel: Channel, request: Request) -> Answer:
    with_own = request.query.get("includesOwnedAudienceGroups", "false") == "true"
    return _page(world, channel, request, own=with_own, others=True)


@routes.add("GET", f"{PATH}/shared/{{audience_id}}")
def get_shared(world: World, channel: Channel, request: Request, audience_id: str) -> Answer:
    audience, now = _named(world, channel, audience_id), world.clock.now()
    if audience.owner is None:
        raise AudienceRefusal("AUDIENCE_GROUP_NOT_FOUND", "audienceGroupId")
    facts = {"audienceGroup": audience.described(now), "jobs": audience.described_jobs(now)}
    return answer(facts | {"owner": audience.owner})


@routes.add("GET", f"{PATH}/{{audience_id}}")
def get(world: World, channel: Channel, request: Request, audience_id: str) -> Answer:
    audience, now = _named(world, channel, audience_id), world.clock.now()
    return answer({"audienceGroup": audience.described(now), "jobs": audience.described_jobs(now)})


@routes.add("DELETE", f"{PATH}/{{audience_id}}")
def delete(world: World, channel: Channel, request: Request, audience_id: str) -> Answer:
    del channel.audiences[_own(world, channel, audience_id).id]
    return Answer()


@routes.add("PUT", f"{PATH}/{{audience_id}}/updateDescription")
def rename(world: World, channel: Channel, request: Request, audience_id: str) -> Answer:
    audience = _own(world, channel, audience_id)
    audience.description = checked_name(request.json().get("description"))
    return Answer()


def _from_message(world: World, channel: Channel, given: dict, kind: str, click_url: str | None) -> Audience:
    name = checked_name(given.get("description"))
    message = _message(world, channel, given.get("requestId"))
    check_room(world, channel)
    for known in channel.audiences.values():
        if (known.kind, known.request, known.click_url) == (kind, message, click_url):
            raise AudienceRefusal("AUDIENCE_GROUP_REQUESTID_DUPLICATE", "requestId")
    settings, now = channel.settings, world.clock.now()
    ready_at = now + settings.audience_queued_seconds + settings.audience_working_seconds
    audience = Audience(
        new_id(channel), kind, name, now, request=message, click_url=click_url, ready_at=ready_at
    )
    add(channel, audience)
    return audience


def _message(world: World, channel: Channel, request_id: object) -> Accepted:
    """A broadcast or narrowcast of the last 60 days; nothing else has an audience."""
    for sent in channel.accepted:
        if sent.request_id == request_id and sent.kind in ("broadcast", "narrowcast"):
            if world.clock.now() - sent.at > OLDEST_MESSAGE:
                raise AudienceRefusal("TOO_OLD_MESSAGES", "requestId")
            return sent
    raise AudienceRefusal("REQUEST_NOT_FOUND", "requestId")


def _named(world: World, channel: Channel, audience_id: str) -> Audience:
    number = int(audience_id) if audience_id.isdecimal() else None
    return find(channel, number, world.clock.now())


def _own(world: World, channel: Channel, audience_id: str) -> Audience:
    audience = _named(world, channel, audience_id)
    if audience.owner is not None:
        raise AudienceRefusal("WRONG_BOT_ID", "audienceGroupId")
    return audience


def _page(world: World, channel: Channel, request: Request, *, own: bool, others: bool) -> Answer:
    now, query = world.clock.now(), request.query
    page = number_in(request, "page", 1, least=1)
    size = number_in(request, "size", USUAL_PAGE, LARGEST_PAGE, least=1)
    found = [
        audience
        for audience in reversed(channel.audiences.values())
        if now < audience.created + GONE_AFTER
        and (own if audience.owner is None else others)
        and query.get("description", "").casefold() in audience.description.casefold()
        and query.get("status") in (None, audience.status(now))
        and query.get("createRoute") in (None, audience.create_route)
    ]
    end = page * size
    return answer(
        {
            "audienceGroups": [audience.described(now) for audience in found[end - size : end]],
            "hasNextPage": end < len(found),
            "totalCount": len(found),
            "readWriteAudienceGroupTotalCount": sum(audience.owner is None for audience in found),
            "page": page,
            "size": size,
        }
    )
