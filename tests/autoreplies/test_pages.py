"""Auto-replies as people set them up."""

import pytest

from accounts.models import Activity
from autoreplies.models import AutoReply, ClosedDay, OpeningHours
from tests.dashboard.pages import fields_of
from tests.factories import make_auto_reply, make_tag


def typed(text: str = "10:00–19:00", **fields) -> dict:
    bubble = {"bubbles": "1", "b0-type": "text", "b0-text": text}
    given = {
        "name": "Hours",
        "trigger": "keyword",
        "words": "営業時間\n時間",
        "match": "exact",
        "when": "always",
    }
    return given | bubble | fields


def test_a_keyword_reply_is_made_and_found_on_the_list(visit):
    vip = make_tag("VIP")
    visitor = visit()

    page = visitor.send("auto-replies/new/", typed(tags=[vip.pk]))

    assert "営業時間" in page
    rule = AutoReply.objects.get()
    assert (rule.words, rule.messages) == (["営業時間", "時間"], [{"type": "text", "text": "10:00–19:00"}])
    assert [tag.name for tag in rule.tags.all()] == ["VIP"]
    assert Activity.objects.filter(verb="auto_reply.created").count() == 1


def test_what_is_saved_stands_in_the_form_again(visit):
    rule = make_auto_reply("駐車場", "parking", text="裏にあります", match="contains")

    fields = fields_of(visit().read(f"auto-replies/{rule.pk}/"))

    assert fields["words"] == "駐車場\nparking"
    assert (fields["match"], fields["b0-text"]) == ("contains", "裏にあります")


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"words": " \n "}, "at least one keyword"),
        ({"words": "れんけい\n連携"}, "is answered by ID linking"),
        ({"words": "ＰＡＲＫＩＮＧ"}, "already answered by “parking”"),
        ({"words": "x" * 101}, "up to 100 characters"),
        ({"text": ""}, "A message is not complete"),
        ({"text": "{{shoe_size|S}}"}, "unknown variable"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_lost(visit, fields, complaint):
    make_auto_reply("parking")

    page = visit().post("auto-replies/new/", typed(**fields)).content.decode()

    assert complaint in page
    assert fields_of(page)["name"] == "Hours"
    assert AutoReply.objects.count() == 1


def test_the_same_word_may_be_answered_in_and_out_of_hours(visit):
    make_auto_reply("営業時間", when="open")

    visit().send("auto-replies/new/", typed(when="closed"))

    assert AutoReply.objects.count() == 2


def test_a_rule_is_switched_moved_and_deleted(visit):
    first, second = make_auto_reply("a"), make_auto_reply("b")
    visitor = visit()

    visitor.send(f"auto-replies/{second.pk}/up/", {})
    visitor.send(f"auto-replies/{first.pk}/off/", {})
    order = [rule.pk for rule in AutoReply.objects.all()]
    asked = visitor.read(f"auto-replies/{second.pk}/delete/")
    visitor.send(f"auto-replies/{second.pk}/delete/", {})

    assert order == [second.pk, first.pk]
    assert "cannot be brought back" in asked
    assert AutoReply.objects.get().is_on is False


def test_a_rule_whose_word_was_taken_meanwhile_is_not_switched_on(visit):
    old = make_auto_reply("a", is_on=False)
    make_auto_reply("a", name="the new one")

    page = visit().send(f"auto-replies/{old.pk}/on/", {})

    assert "already answered by “the new one”" in page


@pytest.mark.parametrize(
    ("text", "answer"), [("ＨＯＵＲＳ", "“hours” answers."), ("hello", "Nothing answers")]
)
def test_a_text_can_be_tried(visit, text, answer):
    make_auto_reply("hours")

    assert answer in visit().send("auto-replies/try/", {"text": text})


def test_hours_are_typed_as_people_write_them(visit):
    visit().send(
        "auto-replies/hours/",
        {"day0": "９：００～１２：００、13:00-18:00", "day5": "22:00-24:00", "closed": "2026年12月31日"},
    )

    assert list(OpeningHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, 540, 720),
        (0, 780, 1080),
        (5, 1320, 0),
    ]
    assert [f"{day}" for day in ClosedDay.objects.all()] == ["2026/12/31"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"day0": "nine to five"}, "Write hours as"),
        ({"day0": "25:00-26:00"}, "Write hours as"),
        ({"day0": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"closed": "2026/02/30"}, "is no date"),
    ],
)
def test_hours_that_are_none_are_refused_and_the_old_ones_stay(visit, fields, complaint):
    OpeningHours.objects.create(weekday=0, opens=600, closes=1140)

    page = visit().post("auto-replies/hours/", fields).content.decode()

    assert complaint in page
    assert OpeningHours.objects.count() == 1


def test_a_looker_changes_nothing(visit):
    rule = make_auto_reply("hours")
    looker = visit("viewer")

    assert "hours" in looker.read("auto-replies/")
    assert looker.post(f"auto-replies/{rule.pk}/off/").status_code == 403
