"""What people see and tap of a rich menu, for the phone and for tests."""

from collections import Counter
from typing import Any

from line.simulator import talk
from line.simulator.channels import Channel, Person
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.people import person
from line.simulator.richmenus import RichMenu, seen_by
from line.simulator.webhooks import make_event
from line.simulator.world import World

routes = Routes(for_channel=False)


@routes.add("GET", "/sim/channels/{channel_id}/richmenu/{user_id}")
def menu_of(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """The menu with `richMenuId` and `imageUrl`, or null where there is none."""
    channel = world.channel(channel_id)
    menu = seen_by(channel, user_id)
    if menu is None:
        return answer(None)
    image_url = f"/sim/channels/{channel_id}/richmenus/{menu.id}/image"
    return answer({**menu.described(), "imageUrl": image_url})


@routes.add("GET", "/sim/channels/{channel_id}/richmenus/{menu_id}/image")
def image(world: World, request: Request, channel_id: str, menu_id: str) -> Answer:
    menu = world.channel(channel_id).rich_menus.get(menu_id)
    if menu is None or not menu.image:
        raise Refusal(404, "Not found")
    return Answer(menu.image, content_type=menu.media_type)


@routes.add("POST", "/sim/channels/{channel_id}/richmenu/{user_id}/shown")
def shown(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """Somebody opened the menu: counted as an impression."""
    channel = world.channel(channel_id)
    _note_shown(world, _menu(channel, user_id), user_id)
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/richmenu/{user_id}/tap")
async def tap(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """Somebody taps the area numbered `area`, from 0.

    It is counted, and what LINE does about it is done: a message is said, a postback sent (`params` are what
    a date picker gave), the menu switched. Answers with the `action`, the `event` or null, and the
    `richMenuId` now seen; what stays on the telephone (uri, clipboard) is left to the caller.
    """
    channel, given = world.channel(channel_id), request.json()
    menu, somebody = _menu(channel, user_id), person(channel, user_id)
    areas = menu.content["areas"]
    if not 0 <= given["area"] < len(areas):
        raise Refusal(404, f"The menu has {len(areas)} areas")
    if not any(user_id in people for people in menu.shown.values()):
        _note_shown(world, menu, user_id)
    menu.taps.setdefault((world.clock.day(), given["area"]), Counter())[user_id] += 1
    action = areas[given["area"]]["action"]
    event = _event(world, channel, somebody, action, given.get("params"))
    if event is not None:
        await world.postman.send(channel, [event])
    now_seen = seen_by(channel, user_id)
    return answer({"action": action, "event": event, "richMenuId": now_seen.id if now_seen else None})


def _event(world: World, channel: Channel, somebody: Person, action: dict, params: Any) -> dict | None:
    match action["type"]:
        case "message":
            message = talk.say_text(world, channel, somebody, action["text"])
            return make_event(world, channel, "message", somebody.user_id, message=message)
        case "postback":
            if shown := action.get("displayText") or action.get("text"):
                talk.say_text(world, channel, somebody, shown)
            postback = {"data": action["data"]}
        case "datetimepicker":
            postback = {"data": action["data"], "params": params or {}}
        case "richmenuswitch":
            postback = {"data": action["data"], "params": _switch(channel, somebody.user_id, action)}
        case _:
            return None
    return make_event(world, channel, "postback", somebody.user_id, postback=postback)


def _switch(channel: Channel, user_id: str, action: dict) -> dict:
    alias = action["richMenuAliasId"]
    if alias not in channel.rich_menu_aliases:
        status = "RICHMENU_ALIAS_ID_NOTFOUND"
    elif channel.rich_menu_aliases[alias] not in channel.rich_menus:
        status = "RICHMENU_NOTFOUND"
    else:
        status, channel.rich_menu_of[user_id] = "SUCCESS", channel.rich_menu_aliases[alias]
    return {"newRichMenuAliasId": alias, "status": status}


def _menu(channel: Channel, user_id: str) -> RichMenu:
    menu = seen_by(channel, user_id)
    if menu is None:
        raise Refusal(404, f"{user_id} sees no rich menu")
    return menu


def _note_shown(world: World, menu: RichMenu, user_id: str) -> None:
    menu.shown.setdefault(world.clock.day(), Counter())[user_id] += 1
