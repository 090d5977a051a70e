"""Chats: those of the last days, said anew at LINE with its clock turned back, and one that goes on."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context
from PIL import Image, ImageDraw

from accounts.models import User
from channels.models import Channel
from channels.services import client_for
from chats import services
from chats.models import Conversation, Media, Message, SavedReply, Sending
from demo import cast, script
from demo.scene import Scene
from demo.script import Talk
from friends.models import Friend
from line import messages as line_messages
from line import wire
from line.client import LineClient

State, Sender = Conversation.State, Message.Sender
PAUSE = timedelta(seconds=20)
THANKS, ANSWER = "メール、届いていました！ありがとうございます", "よかったです！またいつでもご連絡ください。"


@dataclass(frozen=True)
class Said:
    """A line of a talk. `token` is the reply token by which ours was sent."""

    mark: str
    text: str
    at: datetime
    token: str = ""


def bring_talks(scene: Scene) -> None:
    talks = script.talks()
    with scene.account.step(f"{len(talks)} chats of the last days"), tenant_context(scene.main):
        people = _people(scene)
        with _clock_turned_back(scene):
            said = [
                (talk, friend, _say(scene, talk, friend))
                for talk, friend in zip(talks, _friends(len(talks)), strict=True)
            ]
        theirs = sum(line.mark == ">" for _, _, lines in said for line in lines)
        is_stored = scene.until(lambda: Message.objects.filter(sender=Sender.FRIEND).count() >= theirs, 20)
        for talk, friend, lines in said:
            _write(talk, friend, lines, people)
        for title, text in script.SAVED.items():
            services.save_reply(SavedReply(), title=title, text=text, by=people["marketer"])
        _check(scene, is_stored, theirs, script.SCRIPT.count(script.PICTURE))


def a_chat_goes_on(scene: Scene) -> None:
    with (
        scene.account.step("A friend writes, and somebody of the client answers on the chat's page"),
        tenant_context(scene.main),
    ):
        talk = Conversation.objects.filter(state=State.IN_PROGRESS).order_by("-last_at")[1]
        before = scene.billed()
        scene.line.say(scene.channel_id, talk.friend.line_user_id, THANKS)
        unread = Conversation.objects.filter(pk=talk.pk, state=State.UNREAD)
        scene.account.check(scene.until(unread.exists, 15), f"{talk.friend}'s chat is unread again")
        _answer(scene, talk)
        is_there = scene.has_received(talk.friend, ANSWER)
        newest = Sending.objects.filter(conversation=talk).latest("pk")
        scene.account.check(
            is_there and newest.way == Sending.Way.REPLY and scene.billed() == before,
            f"{talk.friend} has the answer on the phone, by the free reply: "
            f"{scene.billed() - before} messages billed",
        )
        scene.show_phone(talk.friend)


def _answer(scene: Scene, talk: Conversation) -> None:
    browser = scene.signed_in("marketer")
    browser.get(scene.page(f"chats/{talk.pk}/"))
    browser.post(scene.page(f"chats/{talk.pk}/messages/"), text=ANSWER)


def _say(scene: Scene, talk: Talk, friend: Friend) -> list[Said]:
    """The talk as it went on LINE's side; notes are ours alone."""
    client = client_for(Channel.objects.get(tenant=scene.main.pk))
    at, token, said = timezone.now() - talk.ago, "", []
    for mark, text in talk.lines:
        at += PAUSE
        scene.line.set_clock(at)
        if mark == ">":
            token = _hear(scene, friend, text)["replyToken"]
        elif mark == "<":
            _reply(client, token, text)
        said.append(Said(mark, text, at, token))
    return said


def _hear(scene: Scene, friend: Friend, text: str) -> dict:
    to, who = scene.channel_id, friend.line_user_id
    match text:
        case script.PICTURE:
            return scene.line.send_image(to, who, _picture(friend.pk))
        case script.STICKER:
            return scene.line.send_sticker(to, who, keywords=["ありがとう", "うれしい"])
        case _:
            return scene.line.say(to, who, text)


def _reply(client: LineClient, token: str, text: str) -> None:
    wire.run(client.reply(token, [{"type": "text", "text": text}]))


@transaction.atomic
def _write(talk: Talk, friend: Friend, lines: list[Said], people: dict[str, User]) -> None:
    """Our side of a talk as it would have been written then."""
    held = services.hold(Conversation(friend=friend))
    by = people[talk.assignee or "marketer"]
    if talk.assignee:
        services.add(held, Sender.HANDLING, "assigned", {"to": str(by)}, by=by, at=lines[0].at + PAUSE / 4)
        held.assignee_id = by.pk
    for line in lines:
        if line.mark == "#":
            services.add(held, Sender.NOTE, "text", {"text": line.text}, by=by, at=line.at)
        elif line.mark == "<":
            _write_answer(held, line, by)
    if talk.state == State.DONE:
        moved = {"from": State.IN_PROGRESS.value, "to": State.DONE.value}
        services.add(held, Sender.HANDLING, "moved", moved, by=by, at=lines[-1].at + PAUSE)
    held.state, held.last_at = talk.state, max(held.last_at, lines[-1].at)
    held.save(update_fields=["state", "last_at", "assignee_id"])


def _write_answer(held: Conversation, line: Said, by: User) -> None:
    message = {"type": "text", "text": line.text}
    sending = Sending.objects.create(
        conversation=held,
        client_token=uuid4().hex,
        by_id=by.pk,
        way=Sending.Way.REPLY,
        may_push=False,
        reply_token=line.token,
        retry_key=uuid4(),
        body=line_messages.push_body(held.friend.line_user_id, [message]),
        state=Sending.State.SENT,
        created_at=line.at,
        sent_at=line.at,
        attempts=1,
    )
    services.add(held, Sender.PERSON, "text", message, by=by, at=line.at, sending=sending)


def _check(scene: Scene, is_stored: bool, theirs: int, pictures: int) -> None:
    fetched = Media.objects.filter(state=Media.State.STORED)
    scene.until(lambda: fetched.count() >= pictures, 20)
    by_state = {state: Conversation.objects.filter(state=state).count() for state in State}
    scene.account.check(
        is_stored and fetched.count() == pictures,
        f"{theirs} messages of friends, {pictures} pictures fetched from LINE; "
        + ", ".join(f"{count} {state.value.replace('_', ' ')}" for state, count in by_state.items()),
    )


def _people(scene: Scene) -> dict[str, User]:
    manager = User.objects.get(email=f"manager@{cast.AGENCY[0]}.example")
    return {"marketer": scene.user("marketer"), "manager": manager}


def _friends(count: int) -> list[Friend]:
    week_ago = timezone.now() - timedelta(days=7)
    return list(Friend.objects.reachable().filter(followed_at__lt=week_ago).order_by("-pk")[:count])


@contextmanager
def _clock_turned_back(scene: Scene) -> Iterator[None]:
    """LINE's limits by the second know a clock only to go on, so they are off meanwhile."""
    scene.line.configure(scene.channel_id, rate_limits=False)
    try:
        yield
    finally:
        scene.line.set_clock(timezone.now())
        scene.line.configure(scene.channel_id, rate_limits=True)


def _picture(number: int) -> bytes:
    """A bottle on a table, as far as one can tell."""
    hue = number * 47 % 360
    picture = Image.new("RGB", (640, 480), f"hsl({hue}, 40%, 88%)")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 340, 640, 480), fill=f"hsl({(hue + 30) % 360}, 25%, 72%)")
    draw.rounded_rectangle((250, 130, 390, 400), 28, fill=f"hsl({hue}, 55%, 62%)")
    draw.rectangle((285, 70, 355, 130), fill="#f7f3ee")
    draw.rectangle((270, 220, 370, 320), fill="#ffffff")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()
