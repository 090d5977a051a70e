"""Rich menus for many at once, linked some seconds after the request was accepted.

Source: https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users and
https://developers.line.biz/en/reference/messaging-api/#batch-control-rich-menus-of-users
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial

from line.simulator import wording
from line.simulator.channels import Channel, are_user_ids
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.richmenus import with_image
from line.simulator.world import World

MOST_USERS = 500
MOST_OPERATIONS = 1_000
REMEMBERED_FOR = 14 * 24 * 3600
_RESUME_KEY = re.compile(r"[a-zA-Z0-9_-]{1,100}")
_NEEDS = {"link": ("from", "to"), "unlink": ("from",), "unlinkAll": ()}

routes = Routes(for_channel=True)


@dataclass
class Batch:
    """`at`: when it was accepted."""

    operations: list[dict]
    at: float
    resume_key: str | None
    phase: str = "ongoing"
    done_at: float = 0.0


@routes.add("POST", "/v2/bot/richmenu/bulk/link")
def link(world: World, channel: Channel, request: Request) -> Answer:
    given = request.json()
    user_ids, menu = _users_in(given), with_image(channel, given.get("richMenuId"))
    _later(world, channel, partial(_link_all, channel, menu.id, user_ids))
    return Answer(status=202)


@routes.add("POST", "/v2/bot/richmenu/bulk/unlink")
def unlink(world: World, channel: Channel, request: Request) -> Answer:
    _later(world, channel, partial(_unlink_all, channel, _users_in(request.json())))
    return Answer(status=202)


@routes.add("POST", "/v2/bot/richmenu/batch")
def batch(world: World, channel: Channel, request: Request) -> Answer:
    """A resume key used in the last 14 days brings no second batch, unless the first has failed."""
    given = _checked_batch(request)
    for operation in given["operations"]:
        if operation["type"] == "link":
            with_image(channel, operation["to"])
    key, now = given.get("resumeRequestKey"), world.clock.now()
    if earlier := _by_key(channel, key, now):
        channel.rich_menu_batches[request.id] = earlier
        return Answer(status=202)
    started = Batch(given["operations"], now, key)
    channel.rich_menu_batches[request.id] = started
    _later(world, channel, partial(_carry_out, channel, started))
    return Answer(status=202)


@routes.add("POST", "/v2/bot/richmenu/validate/batch")
def validate_batch(world: World, channel: Channel, request: Request) -> Answer:
    _checked_batch(request)
    return Answer()


@routes.add("GET", "/v2/bot/richmenu/progress/batch")
def progress(world: World, channel: Channel, request: Request) -> Answer:
    """Known for 14 days."""
    found = channel.rich_menu_batches.get(request.query.get("requestId", ""))
    if found is None or world.clock.now() - found.at > REMEMBERED_FOR:
        raise Refusal(404, "Not found")
    done = {"completedTime": world.clock.utc(found.done_at)} if found.done_at else {}
    return answer({"phase": found.phase, "acceptedTime": world.clock.utc(found.at), **done})


def _later(world: World, channel: Channel, deed: partial) -> None:
    world.agenda.add(world.clock.now() + channel.settings.rich_menu_seconds, deed)


def _link_all(channel: Channel, menu_id: str, user_ids: list[str], world: World, at: float) -> None:
    if menu_id in channel.rich_menus:
        channel.rich_menu_of |= {user_id: menu_id for user_id in user_ids if channel.can_receive(user_id)}


def _unlink_all(channel: Channel, user_ids: list[str], world: World, at: float) -> None:
    for user_id in user_ids:
        channel.rich_menu_of.pop(user_id, None)


def _carry_out(channel: Channel, started: Batch, world: World, at: float) -> None:
    """Every person moves once, by the menu they had before."""
    started.done_at = at
    everyone_loses = started.operations[0]["type"] == "unlinkAll"
    operations = [] if everyone_loses else started.operations
    moves = {operation["from"]: operation.get("to") for operation in operations}
    if any(target and target not in channel.rich_menus for target in moves.values()):
        started.phase = "failed"
        return
    before = {} if everyone_loses else channel.rich_menu_of
    after = {user_id: moves.get(menu_id, menu_id) for user_id, menu_id in before.items()}
    channel.rich_menu_of = {user_id: menu_id for user_id, menu_id in after.items() if menu_id}
    started.phase = "succeeded"


def _by_key(channel: Channel, key: str | None, now: float) -> Batch | None:
    known = channel.rich_menu_batches.values()
    return next(
        (
            each
            for each in known
            if key and each.resume_key == key and each.phase != "failed" and now - each.at <= REMEMBERED_FOR
        ),
        None,
    )


def _users_in(given: dict) -> list[str]:
    user_ids = given.get("userIds")
    if not isinstance(user_ids, list) or not 1 <= len(user_ids) <= MOST_USERS:
        raise wording.faulty({"message": f"Size must be between 1 and {MOST_USERS}", "property": "userIds"})
    if not are_user_ids(user_ids):
        raise wording.faulty({"message": "invalid property", "property": "userIds"})
    return user_ids


def _checked_batch(request: Request) -> dict:
    given = request.json()
    operations, key = given.get("operations"), given.get("resumeRequestKey")
    if not isinstance(operations, list) or not 1 <= len(operations) <= MOST_OPERATIONS:
        words = f"Size must be between 1 and {MOST_OPERATIONS}"
        raise wording.faulty({"message": words, "property": "operations"})
    if key is not None and not (isinstance(key, str) and _RESUME_KEY.fullmatch(key)):
        raise wording.faulty({"message": "invalid property", "property": "resumeRequestKey"})
    for index, operation in enumerate(operations):
        _check_operation(operation, f"operations[{index}]")
    kinds = Counter(operation["type"] for operation in operations)
    if kinds["unlinkAll"] and len(operations) > 1:
        raise wording.faulty({"message": "unlinkAll must be the only operation", "property": "operations"})
    sources = Counter(operation["from"] for operation in operations if operation["type"] != "unlinkAll")
    if max(sources.values(), default=1) > 1:
        raise wording.faulty({"message": "The same from is given twice", "property": "operations"})
    return given


def _check_operation(operation: object, path: str) -> None:
    if not isinstance(operation, dict) or str(operation.get("type")) not in _NEEDS:
        raise wording.faulty({"message": "invalid property", "property": f"{path}.type"})
    for name in _NEEDS[operation["type"]]:
        if not isinstance(operation.get(name), str) or not operation[name]:
            raise wording.faulty({"message": "May not be empty", "property": f"{path}.{name}"})
