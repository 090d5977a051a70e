"""Names for rich menus, by which a tap switches between them.

Source: https://developers.line.biz/en/reference/messaging-api/#rich-menu-alias
"""

import re

from line.simulator import wording
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

MOST_ALIASES = 1_000
_ALIAS = re.compile(r"[a-z0-9_-]{1,32}")

routes = Routes(for_channel=True)


@routes.add("POST", "/v2/bot/richmenu/alias")
def create(world: World, channel: Channel, request: Request) -> Answer:
    given = request.json()
    alias = given.get("richMenuAliasId")
    if not isinstance(alias, str) or not _ALIAS.fullmatch(alias):
        raise wording.faulty({"message": "invalid property", "property": "richMenuAliasId"})
    if alias in channel.rich_menu_aliases:
        raise Refusal(400, "conflict richmenu alias id")
    if len(channel.rich_menu_aliases) >= MOST_ALIASES:
        raise Refusal(400, "The maximum number of rich menu aliases has been reached")
    channel.rich_menu_aliases[alias] = _menu_in(channel, given)
    return Answer()


@routes.add("GET", "/v2/bot/richmenu/alias/list")
def list_all(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"aliases": [_described(channel, alias) for alias in channel.rich_menu_aliases]})


@routes.add("GET", "/v2/bot/richmenu/alias/{alias}")
def get(world: World, channel: Channel, request: Request, alias: str) -> Answer:
    return answer(_described(channel, _known(channel, alias)))


@routes.add("POST", "/v2/bot/richmenu/alias/{alias}")
def update(world: World, channel: Channel, request: Request, alias: str) -> Answer:
    channel.rich_menu_aliases[_known(channel, alias)] = _menu_in(channel, request.json())
    return Answer()


@routes.add("DELETE", "/v2/bot/richmenu/alias/{alias}")
def delete(world: World, channel: Channel, request: Request, alias: str) -> Answer:
    del channel.rich_menu_aliases[_known(channel, alias)]
    return Answer()


def _known(channel: Channel, alias: str) -> str:
    if alias not in channel.rich_menu_aliases:
        raise Refusal(404, "richmenu alias not found")
    return alias


def _described(channel: Channel, alias: str) -> dict:
    return {"richMenuAliasId": alias, "richMenuId": channel.rich_menu_aliases[alias]}


def _menu_in(channel: Channel, given: dict) -> str:
    """The menu that a body names: one that has its picture."""
    menu = channel.rich_menus.get(str(given.get("richMenuId")))
    if menu is None:
        raise Refusal(400, "richmenu not found")
    if not menu.image:
        raise Refusal(400, "must upload richmenu image before applying it to user")
    return menu.id
