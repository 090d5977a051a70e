"""Values whose content does not matter to the test."""

import io

from PIL import Image

from line import wire
from line.client import LineClient
from line.simulator.control import Simulator
from tests.line.conftest import CHANNEL


def make_text(text: str = "Sale today") -> dict:
    return {"type": "text", "text": text}


def make_friends(line: Simulator, *names: str) -> list[str]:
    """People who have added the account."""
    user_ids = line.add_people(CHANNEL, list(names))
    line.follow(CHANNEL, user_ids)
    return user_ids


def make_bubble(**parts) -> dict:
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "Serum"}]}
    return {"type": "bubble", "body": body, **parts}


def make_flex(**bubble) -> dict:
    return {"type": "flex", "altText": "New serum", "contents": make_bubble(**bubble)}


def make_buttons(**template) -> dict:
    action = {"type": "uri", "label": "Open", "uri": "https://shop.example/"}
    content = {"type": "buttons", "text": "Choose", "actions": [action], **template}
    return {"type": "template", "altText": "Choose", "template": content}


def make_notice(**body) -> dict:
    """The body of a notification message of the template type."""
    return {
        "emphasizedItem": {"itemKey": "date_002_ja", "content": "11月22日(日)"},
        "items": [{"itemKey": "number_001_ja", "content": "1234567"}],
        "buttons": [{"buttonKey": "contact_ja", "url": "https://shop.example/contact/"}],
        **body,
    }


def make_many_friends(line: Simulator, number: int) -> list[str]:
    """People of the simulator's own naming who have added the account."""
    user_ids = line.add_people(CHANNEL, number)
    line.follow(CHANNEL, user_ids)
    return user_ids


def make_area(action: dict | None = None, **bounds: int) -> dict:
    where = {"x": 0, "y": 0, "width": 400, "height": 400, **bounds}
    return {"bounds": where, "action": action or {"type": "message", "text": "Menu"}}


def make_rich_menu(*areas: dict, width: int = 800, height: int = 400, **fields) -> dict:
    size = {"width": width, "height": height}
    menu = {"size": size, "selected": False, "name": "Summer", "chatBarText": "メニュー"}
    return {**menu, "areas": list(areas) or [make_area()], **fields}


def make_picture(width: int = 800, height: int = 400, kind: str = "PNG") -> bytes:
    """An image file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


def make_shown_rich_menu(client: LineClient, *areas: dict, **fields) -> str:
    """A rich menu with its picture, not yet linked to anyone."""
    menu_id = wire.run(client.create_rich_menu(make_rich_menu(*areas, **fields)))
    wire.run(client.set_rich_menu_image(menu_id, make_picture(), "image/png"))
    return menu_id


def make_coupon(**fields) -> dict:
    return {
        "title": "10% off",
        "acquisitionCondition": {"type": "normal"},
        "maxUseCountPerTicket": 1,
        "startTimestamp": 1_795_000_000,
        "endTimestamp": 1_999_000_000,
        "timezone": "ASIA_TOKYO",
        "visibility": "UNLISTED",
        **fields,
    }
