"""Values whose content does not matter to the test."""

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
