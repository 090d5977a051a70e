"""Audiences made and filled from lists of user ids.

Source: https://developers.line.biz/en/reference/messaging-api/#create-upload-audience-group
"""

from line.simulator import multipart
from line.simulator.audiences import GONE_AFTER, KEPT_FOR, Audience, AudienceRefusal, Job, add, find, new_id
from line.simulator.channels import Channel, are_user_ids
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

MOST_AUDIENCES = 1_000
MOST_IN_JSON = 10_000
MOST_IN_FILE = 1_500_000
JOBS_AT_ONCE = 10
LONGEST_NAME, LONGEST_UPLOAD_DESCRIPTION = 120, 300
PATH = "/v2/bot/audienceGroup/upload"

routes = Routes(for_channel=True)


@routes.add("POST", PATH)
def create(world: World, channel: Channel, request: Request) -> Answer:
    given = request.json()
    user_ids = _ids_in(given)
    name, job_name = checked_name(given.get("description")), _upload_description(given)
    return _create(world, channel, name, user_ids, job_name, is_ifa=bool(given.get("isIfaAudience")))


@routes.add("POST", f"{PATH}/byFile")
def create_by_file(world: World, channel: Channel, request: Request) -> Answer:
    parts = multipart.read(request)
    user_ids = _ids_of_file(parts)
    fields = {name: part.text() for name, part in parts.items() if name != "file"}
    name, job_name = checked_name(fields.get("description")), _upload_description(fields)
    return _create(world, channel, name, user_ids, job_name, is_ifa=fields.get("isIfaAudience") == "true")


@routes.add("PUT", PATH)
def add_people(world: World, channel: Channel, request: Request) -> Answer:
    given = request.json()
    user_ids = _ids_in(given)
    _fill(world, channel, _to_fill(world, channel, given), user_ids, _upload_description(given))
    return Answer(status=202)


@routes.add("PUT", f"{PATH}/byFile")
def add_people_by_file(world: World, channel: Channel, request: Request) -> Answer:
    parts = multipart.read(request)
    user_ids = _ids_of_file(parts)
    given: dict = {name: part.text() for name, part in parts.items() if name != "file"}
    if str(given.get("audienceGroupId")).isdecimal():
        given["audienceGroupId"] = int(given["audienceGroupId"])
    _fill(world, channel, _to_fill(world, channel, given), user_ids, _upload_description(given))
    return Answer(status=202)


def checked_name(description: object) -> str:
    """An audience's name: 1 to 120 characters, in one line."""
    if not isinstance(description, str) or not description:
        raise AudienceRefusal("AUDIENCE_GROUP_NAME_EMPTY", "description")
    if len(description) > LONGEST_NAME:
        raise AudienceRefusal("AUDIENCE_GROUP_NAME_SIZE_OVER", "description")
    if not description.isprintable():
        raise AudienceRefusal("AUDIENCE_GROUP_NAME_WRONG", "description")
    return description


def check_room(world: World, channel: Channel) -> None:
    """A channel has at most 1,000; those long expired are gone."""
    since = world.clock.now() - GONE_AFTER
    own = sum(each.owner is None and each.created > since for each in channel.audiences.values())
    if own >= MOST_AUDIENCES:
        raise AudienceRefusal("AUDIENCE_GROUP_COUNT_MAX_OVER")


def _create(
    world: World, channel: Channel, name: str, user_ids: list[str], job_name: str, *, is_ifa: bool
) -> Answer:
    check_room(world, channel)
    audience = Audience(new_id(channel), "UPLOAD", name, world.clock.now(), is_ifa=is_ifa)
    if user_ids:
        _fill(world, channel, audience, user_ids, job_name)
    add(channel, audience)
    more = {
        "createRoute": "MESSAGING_API",
        "permission": "READ_WRITE",
        "expireTimestamp": int(audience.created + KEPT_FOR),
        "isIfaAudience": is_ifa,
    }
    return answer(audience.created_as() | more, 202)


def _to_fill(world: World, channel: Channel, given: dict) -> Audience:
    now = world.clock.now()
    audience = find(channel, given.get("audienceGroupId"), now)
    if audience.owner is not None or audience.kind != "UPLOAD":
        raise AudienceRefusal("WRONG_BOT_ID", "audienceGroupId")
    if audience.status(now) == "EXPIRED":
        raise AudienceRefusal("AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED", "audienceGroupId")
    return audience


def _fill(world: World, channel: Channel, audience: Audience, user_ids: list[str], job_name: str) -> None:
    """A job for those whom the channel knows."""
    now = world.clock.now()
    if audience.running_jobs(now) >= JOBS_AT_ONCE:
        raise Refusal(429, "Too many concurrent operations on this audience. Try again later.")
    known = set(filter(channel.knows, user_ids))
    if not known:
        raise AudienceRefusal("UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS", "audiences")
    works_from = now + channel.settings.audience_queued_seconds
    done_at = works_from + channel.settings.audience_working_seconds
    number = audience.id * 1_000 + len(audience.jobs) + 1
    audience.jobs.append(Job(number, job_name, now, works_from, done_at, known, len(known)))


def _ids_in(given: dict) -> list[str]:
    audiences = given.get("audiences") or []
    if not isinstance(audiences, list) or not all(isinstance(each, dict) for each in audiences):
        raise AudienceRefusal("UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT", "audiences")
    return _checked_ids([each.get("id") for each in audiences], MOST_IN_JSON)


def _ids_of_file(parts: dict[str, multipart.Part]) -> list[str]:
    file = parts.get("file")
    if file is None or file.media_type != "text/plain":
        raise Refusal(415, "The file must be text/plain")
    user_ids = _checked_ids(file.text().split(), MOST_IN_FILE)
    if not user_ids:
        raise AudienceRefusal("UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS", "file")
    return user_ids


def _checked_ids(user_ids: list, most: int) -> list[str]:
    if len(user_ids) > most:
        raise AudienceRefusal("UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS", "audiences")
    if user_ids and not are_user_ids(user_ids):
        raise AudienceRefusal("UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT", "audiences")
    return user_ids


def _upload_description(given: dict) -> str:
    words = str(given.get("uploadDescription") or "")
    if len(words) > LONGEST_UPLOAD_DESCRIPTION:
        raise AudienceRefusal("AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER", "uploadDescription")
    return words
