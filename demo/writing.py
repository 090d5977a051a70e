"""A marketer writes: with a picture of the library, a check, a test, two texts to try, and a follow-up."""

import random
from collections import Counter
from datetime import time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tenants.utils import tenant_context
from PIL import Image, ImageDraw

from broadcasts.models import Broadcast
from broadcasts.results import progress
from broadcasts.status import following
from broadcasts.status.responses import Response
from broadcasts.testing import testers
from broadcasts.timing import series
from broadcasts.timing.recurrence import Rule
from demo.scene import Scene
from friends import services as friends
from friends.models import Friend, Tag
from library import services as library
from library.models import MediaFile
from segments import services as segments
from taps import services as taps
from taps.models import TapAction

CARD = (1200, 795)  # 1.51 to 1, as LINE shows the picture of a button card
INVITATION = "新しい香りをお選びください"
TEXTS = {"A": "本日20時まで。ポイント2倍です。", "B": "お買い忘れはありませんか。ポイント2倍は20時までです。"}
TRIED = 60


def set_a_message(scene: Scene) -> Broadcast:
    """A card with a picture and two tap actions, checked and tested."""
    with (
        scene.account.step("A card is written with a picture and two buttons, checked, and tested"),
        tenant_context(scene.main),
    ):
        by = scene.user("marketer")
        picture = library.add_file(_picture(), by=by, name="香りの見本")
        scents = [_scent(scene, name) for name in ("ゆず", "ひのき")]
        segment = segments.create_segment("香りの案内", {"all": [{"type": "linked", "is": True}]}, by=by)
        card = _card(picture, scents)
        made = scene.api("POST", "broadcasts/", name="香りの案内", segment=segment.pk, messages=[card])
        broadcast = Broadcast.objects.get(pk=made["id"])
        scene.api("POST", f"broadcasts/{broadcast.pk}/checks/")
        looked = broadcast.inspections.first()
        scene.account.check(
            bool(looked and looked.line_said), "LINE would take it; the picture fits the card"
        )
        _test(scene, broadcast)
    return broadcast


def try_two_texts(scene: Scene) -> Broadcast:
    """Half of them in two parts, the better text to the rest."""
    with (
        scene.account.step("Two texts are tried on half of the people, the rest gets the better one"),
        tenant_context(scene.main),
    ):
        tag = friends.create_tag("ポイント会員")
        people = list(Friend.objects.reachable().order_by("-pk")[:TRIED])
        friends.tag_friends([friend.pk for friend in people], tag)
        segment = segments.create_segment("ポイント会員", {"all": [{"type": "tag", "tag": tag.pk}]})
        broadcast = _split(scene, segment.pk)
        scene.until(lambda: _status(broadcast) == "testing", 30)
        sample = Counter(_texts_of(scene, people))
        scene.account.tell(f"Sample: {sample[TEXTS['A']]} got text A, {sample[TEXTS['B']]} text B")
        scene.api("POST", f"broadcasts/{broadcast}/split-test/decision/", letter="B")
        scene.until(lambda: Broadcast.objects.get(pk=broadcast).finished_at, 60)
        found = Counter(_texts_of(scene, people))
        got = found[TEXTS["A"]], found[TEXTS["B"]]
        scene.account.check(
            sum(got) == TRIED and got[0] == sample[TEXTS["A"]],
            f"{TRIED} people, one text each: {got[0]} A, {got[1]} B; a person chose B for the rest",
        )
        return Broadcast.objects.get(pk=broadcast)


def someone_taps(scene: Scene) -> None:
    """A tap puts a tag on; another ends the broadcasts to that friend."""
    with scene.account.step("Friends tap buttons: a tag, and no more broadcasts"), tenant_context(scene.main):
        yuzu = TapAction.objects.get(name="ゆず")
        stop = taps.save_tap_action(
            TapAction(), name="配信停止", broadcasts="stop", answer="配信を停止しました。"
        )
        likes, leaves = Friend.objects.reachable().order_by("pk")[:2]
        scene.line.postback(scene.channel_id, likes.line_user_id, f"tap:{yuzu.code}")
        scene.line.postback(scene.channel_id, leaves.line_user_id, f"tap:{stop.code}")
        tagged = scene.until(lambda: likes.tags.filter(name="ゆず").exists(), 15)
        stopped = scene.until(lambda: Friend.objects.get(pk=leaves.pk).stopped_at, 15)
        scene.account.check(tagged, "who likes yuzu has its tag")
        scene.account.check(bool(stopped), "who wants no more broadcasts gets none")
        answered = scene.has_received(leaves, "配信を停止しました。")
        scene.account.check(answered, "and is told so by the free reply")


def plan_the_next(scene: Scene, sent: Broadcast) -> None:
    """A follow-up to whoever did not click, and a message that comes every Friday."""
    with (
        scene.account.step("What comes next: a follow-up, and a message for every Friday"),
        tenant_context(scene.main),
    ):
        by = scene.user("marketer")
        following.plan(Response.UNKNOWN, "おひさしぶりです。秋の新作をご覧ください。", days=7, by=by)
        draft = following.draft(Response.UNKNOWN, days=7, by=by)
        count = segments.count(draft.segment.tree).total
        scene.account.check(count > 0, f"“{draft}” is drafted for {count:,} friends")
        _every_friday(scene, sent)


def _picture() -> SimpleUploadedFile:
    """Circles of colour; all of it is drawn here."""
    chance = random.Random("scents")
    picture = Image.new("RGB", CARD, "#fbf7ee")
    drawing = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y, radius = chance.randrange(CARD[0]), chance.randrange(CARD[1]), chance.randrange(20, 110)
        color = chance.choice(["#f3d36b", "#e8b84a", "#c9d8a0", "#8fae7a", "#f7e7b0"])
        drawing.ellipse([x - radius, y - radius, x + radius, y + radius], fill=color)
    file = BytesIO()
    picture.save(file, "JPEG", quality=88)
    return SimpleUploadedFile("scents.jpg", file.getvalue(), "image/jpeg")


def _scent(scene: Scene, name: str) -> TapAction:
    tag = Tag.objects.filter(name=name).first() or friends.create_tag(name)
    return taps.save_tap_action(
        TapAction(), name=name, tags_put=[tag], answer=f"{name}ですね。ありがとうございます。"
    )


def _card(picture: MediaFile, scents: list[TapAction]) -> dict:
    actions = [
        {"type": "postback", "label": each.name, "displayText": each.name, "data": f"tap:{each.code}"}
        for each in scents
    ]
    card = {"type": "buttons", "thumbnailImageUrl": picture.address, "text": INVITATION, "actions": actions}
    return {"type": "template", "altText": INVITATION, "template": card}


def _test(scene: Scene, broadcast: Broadcast) -> None:
    by, somebody = scene.user("marketer"), Friend.objects.reachable().order_by("pk")[3]
    tester = testers.add(somebody, by=by, note="担当者の端末")
    before = progress.of(broadcast).accepted
    scene.api("POST", f"broadcasts/{broadcast.pk}/tests/", testers=[tester.pk])
    sent = scene.until(lambda: broadcast.test_sends.filter(state="accepted").exists(), 15)
    counted = progress.of(broadcast).accepted - before
    scene.account.check(sent and not counted, "a tester has it, marked as a test and counted apart")


def _split(scene: Scene, segment: int) -> int:
    text = {letter: [{"type": "text", "text": words}] for letter, words in TEXTS.items()}
    made = scene.api("POST", "broadcasts/", name="ポイント2倍", segment=segment, messages=text["A"])["id"]
    scene.api("PUT", f"broadcasts/{made}/split-test/", sample_percent=50, metric="clicks", wait_hours=4)
    scene.api("PUT", f"broadcasts/{made}/variants/B/", messages=text["B"])
    scene.approve(made)
    scene.api("PUT", f"broadcasts/{made}/schedule/", send_at=timezone.now().isoformat())
    return made


def _status(pk: int) -> str:
    return Broadcast.objects.values_list("status", flat=True).get(pk=pk)


def _texts_of(scene: Scene, people: list[Friend]) -> list[str]:
    """Which of the two texts came to these phones, one entry for each time."""
    return [
        text
        for friend in people
        for text in scene.line.texts(scene.channel_id, friend.line_user_id)
        if text in TEXTS.values()
    ]


def _every_friday(scene: Scene, pattern: Broadcast) -> None:
    by = scene.user("marketer")
    made = scene.api(
        "POST",
        "broadcasts/",
        name="金曜のお知らせ",
        nature="useful",
        segment=pattern.segment_id,
        messages=[{"type": "text", "text": "週末のお手入れのこつをお届けします。"}],
    )["id"]
    scene.approve(made)
    tomorrow = timezone.localdate() + timedelta(days=1)
    rule = Rule(every="week", interval=1, weekdays=(4,), at=time(19, 0), starts_on=tomorrow)
    begun = series.start(Broadcast.objects.get(pk=made), rule, by=by)
    dated = scene.until(begun.dates.exclude(broadcast=None).exists, 15)
    scene.account.check(dated, "the next Friday's broadcast stands in the calendar")
