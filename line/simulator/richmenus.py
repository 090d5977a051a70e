"""Rich menus: made, given their picture, shown to everyone or to one.

Source: https://developers.line.biz/en/reference/messaging-api/#rich-menu
"""

import io
import secrets
from collections import Counter
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from line.simulator import wording
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World
from line.validation import validate_rich_menu

MOST_MENUS = 1_000
LARGEST_IMAGE = 1024 * 1024
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_FIELDS = ("size", "selected", "name", "chatBarText", "areas")

routes = Routes(for_channel=True)


@dataclass
class RichMenu:
    """`shown` and `taps` count people: by day, and by day and number of the area."""

    id: str
    content: dict
    image: bytes = b""
    media_type: str = ""
    shown: dict[str, Counter] = field(default_factory=dict)
    taps: dict[tuple[str, int], Counter] = field(default_factory=dict)

    def described(self) -> dict:
        return {"richMenuId": self.id, **{name: self.content[name] for name in _FIELDS}}


@routes.add("POST", "/v2/bot/richmenu")
def create(world: World, channel: Channel, request: Request) -> Answer:
    """At most 1,000."""
    content = _checked(request)
    if len(channel.rich_menus) >= MOST_MENUS:
        raise Refusal(400, "The maximum number of rich menus has been reached")
    menu = RichMenu(f"richmenu-{secrets.token_hex(16)}", content)
    channel.rich_menus[menu.id] = menu
    return answer({"richMenuId": menu.id})


@routes.add("POST", "/v2/bot/richmenu/validate")
def validate(world: World, channel: Channel, request: Request) -> Answer:
    _checked(request)
    return Answer()


@routes.add("GET", "/v2/bot/richmenu/list")
def list_all(world: World, channel: Channel, request: Request) -> Answer:
    return answer({"richmenus": [menu.described() for menu in channel.rich_menus.values()]})


@routes.add("GET", "/v2/bot/richmenu/{menu_id}")
def get(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    return answer(find(channel, menu_id).described())


@routes.add("DELETE", "/v2/bot/richmenu/{menu_id}")
def delete(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    """Whoever saw it sees the default, or nothing."""
    del channel.rich_menus[find(channel, menu_id).id]
    if channel.default_rich_menu == menu_id:
        channel.default_rich_menu = None
    channel.rich_menu_of = {
        user_id: linked for user_id, linked in channel.rich_menu_of.items() if linked != menu_id
    }
    return Answer()


@routes.add("POST", "/v2/bot/richmenu/{menu_id}/content")
def set_image(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    """A picture of the menu's own size, once."""
    menu = find(channel, menu_id)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if media_type not in FORMATS:
        raise Refusal(415, f"The content type, {media_type}, is not supported")
    if len(request.body) > LARGEST_IMAGE:
        raise Refusal(413, "Request Entity Too Large")
    if menu.image:
        raise Refusal(400, "An image has already been uploaded to the richmenu")
    _check_image(request.body, FORMATS[media_type], menu.content["size"])
    menu.image, menu.media_type = request.body, media_type
    return Answer()


@routes.add("GET", "/v2/bot/richmenu/{menu_id}/content")
def get_image(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    menu = find(channel, menu_id)
    if not menu.image:
        raise Refusal(404, "Not found")
    return Answer(menu.image, content_type=menu.media_type)


@routes.add("POST", "/v2/bot/user/all/richmenu/{menu_id}")
def set_default(world: World, channel: Channel, request: Request, menu_id: str) -> Answer:
    channel.default_rich_menu = with_image(channel, menu_id).id
    return Answer()


@routes.add("GET", "/v2/bot/user/all/richmenu")
def get_default(world: World, channel: Channel, request: Request) -> Answer:
    if channel.default_rich_menu is None:
        raise Refusal(404, "no default richmenu")
    return answer({"richMenuId": channel.default_rich_menu})


@routes.add("DELETE", "/v2/bot/user/all/richmenu")
def cancel_default(world: World, channel: Channel, request: Request) -> Answer:
    channel.default_rich_menu = None
    return Answer()


@routes.add("POST", "/v2/bot/user/{user_id}/richmenu/{menu_id}")
def link(world: World, channel: Channel, request: Request, user_id: str, menu_id: str) -> Answer:
    """Taken, without effect, for who is not a friend."""
    menu = with_image(channel, menu_id)
    if channel.can_receive(user_id):
        channel.rich_menu_of[user_id] = menu.id
    return Answer()


@routes.add("GET", "/v2/bot/user/{user_id}/richmenu")
def get_linked(world: World, channel: Channel, request: Request, user_id: str) -> Answer:
    if user_id not in channel.rich_menu_of:
        raise Refusal(404, "the user has no richmenu")
    return answer({"richMenuId": channel.rich_menu_of[user_id]})


@routes.add("DELETE", "/v2/bot/user/{user_id}/richmenu")
def unlink(world: World, channel: Channel, request: Request, user_id: str) -> Answer:
    channel.rich_menu_of.pop(user_id, None)
    return Answer()


def find(channel: Channel, menu_id: object) -> RichMenu:
    menu = channel.rich_menus.get(str(menu_id))
    if menu is None:
        raise Refusal(404, "richmenu not found")
    return menu


def with_image(channel: Channel, menu_id: object) -> RichMenu:
    menu = find(channel, menu_id)
    if not menu.image:
        raise Refusal(400, "must upload richmenu image before applying it to user")
    return menu


def seen_by(channel: Channel, user_id: str) -> RichMenu | None:
    """The menu under somebody's chat: their own, else the default, and none for who blocks the account."""
    if user_id in channel.blockers:
        return None
    return channel.rich_menus.get(channel.rich_menu_of.get(user_id) or channel.default_rich_menu or "")


def _checked(request: Request) -> dict:
    content = request.json()
    if problems := validate_rich_menu(content):
        raise wording.refusal(problems)
    return content


def _check_image(content: bytes, kind: str, size: dict) -> None:
    try:
        image = Image.open(io.BytesIO(content), formats=[kind])
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Refusal(400, "The image could not be read") from error
    if image.size != (size["width"], size["height"]):
        raise Refusal(400, "The image size is invalid: it must be that of the rich menu")
