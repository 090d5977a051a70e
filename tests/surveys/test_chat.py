"""Surveys in the chat: asked by the free reply token, answered by taps and by what is written."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from chats.models import Conversation
from events.models import Event
from friends.models import FriendTag
from surveys.models import Answer, Response
from tests.factories import make_auto_reply, make_friend, make_media_file, make_tag
from tests.surveys.factories import SCORE, SKIN, WORDS, make_survey

MANY = {
    "id": "m",
    "type": "multiple",
    "title": "使っているもの",
    "required": True,
    "other": True,
    "most": 3,
    "options": [{"id": f"o{n}", "words": f"品{n}"} for n in range(14)],
}
HOME = {"id": "h", "type": "prefecture", "title": "お住まい", "required": True}
BORN = {"id": "d", "type": "date", "title": "お誕生日", "earliest": "1900-01-01"}


@pytest.fixture(autouse=True)
def _slow_fingers(monkeypatch):
    """Tests tap faster than people: what is the same again is a slip only where a test says so."""
    monkeypatch.setattr("surveys.chat.hearing.DOUBLE", timedelta(0))


def begin(survey, phone) -> None:
    phone.post(f"tap:{survey.code}")


def test_three_taps_and_a_text_answer_a_survey_free_of_charge(phone, simulator, channel):
    survey = make_survey(opening="1分で終わります。", thanks="ありがとうございました。")

    begin(survey, phone)
    phone.tap("乾燥")
    phone.tap("9")
    phone.say("また買います 👍🏽")

    response = Response.objects.get()
    assert [message["text"] for message in phone.inbox[:2]] == [
        "1分で終わります。",
        "【1/3】 お肌のお悩みは？",
    ]
    assert phone.last["text"] == "ありがとうございました。"
    assert (response.state, response.channel) == ("finished", "chat")
    assert list(response.answers.values_list("options", "number", "text")) == [
        (["a"], None, ""),
        (None, 9, ""),
        (None, None, "また買います 👍🏽"),
    ]
    assert simulator.requests(channel.channel_id)["billed"] == 0


def test_a_word_begins_it_and_no_rule_or_person_answers_what_it_asks(phone):
    make_auto_reply(trigger="anything", text="営業時間は10時からです")
    make_survey(questions=[WORDS], keyword="アンケート")

    phone.say("ｱﾝｹｰﾄ")
    phone.say("とても良いです")

    assert [message["text"] for message in phone.inbox] == [
        "【1/1】 ご意見をどうぞ\nこのままメッセージでお答えください。",
        "ご回答ありがとうございました！",
    ]
    assert Conversation.objects.get().state == "done"


def test_what_is_written_later_than_an_hour_is_said_to_somebody_else(phone):
    make_auto_reply(trigger="anything", text="営業時間は10時からです")
    survey = make_survey(questions=[WORDS])
    begin(survey, phone)

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        phone.say("営業時間は？")

    assert not Answer.objects.exists()
    assert phone.last["text"] == "営業時間は10時からです"


def test_a_double_tap_is_one_answer_and_asks_once(phone, monkeypatch):
    monkeypatch.setattr("surveys.chat.hearing.DOUBLE", timedelta(seconds=10))
    survey = make_survey()
    begin(survey, phone)
    data = phone.buttons["乾燥"]["data"]

    phone.hear(phone.event(data), phone.event(data))
    phone.post(data)

    assert Answer.objects.count() == 1
    assert [message["text"] for message in phone.inbox] == [
        "【1/3】 お肌のお悩みは？",
        "【2/3】 おすすめ度は？",
    ]


def test_a_webhook_that_comes_again_is_one_answer(phone):
    survey = make_survey()
    begin(survey, phone)
    event = phone.event(phone.buttons["乾燥"]["data"])

    phone.hear(event)
    phone.hear(event | {"deliveryContext": {"isRedelivery": True}})

    assert Answer.objects.count() == 1
    assert len(phone.inbox) == 2


def test_a_tap_on_an_earlier_question_corrects_it_and_the_survey_goes_on(phone):
    survey = make_survey()
    begin(survey, phone)
    first = {label: action["data"] for label, action in phone.buttons.items()}
    phone.post(first["乾燥"])

    phone.post(first["毛穴"])

    assert Answer.objects.get().options == ["b"]
    assert phone.last["text"] == "【2/3】 おすすめ度は？"


def test_a_correction_that_leaves_the_way_forgets_what_was_answered_on_it(phone):
    skip = SKIN | {"options": [*SKIN["options"][:2], {"id": "c", "words": "なし", "next": "q3"}]}
    begin(make_survey(questions=[skip, SCORE, WORDS]), phone)
    first = {label: action["data"] for label, action in phone.buttons.items()}
    phone.post(first["乾燥"])
    phone.tap("7")

    phone.post(first["なし"])

    assert list(Answer.objects.values_list("question", "options")) == [("q1", ["c"])]


def test_after_the_end_a_tap_changes_nothing_and_says_so(phone):
    survey = make_survey(questions=[SKIN])
    begin(survey, phone)
    data = phone.buttons["乾燥"]["data"]
    phone.post(data)

    phone.post(data.replace(".a", ".b"))

    assert Answer.objects.get().options == ["a"]
    assert phone.last["text"] == "このアンケートにはすでにご回答いただいています。ありがとうございました！"


def test_several_are_chosen_one_by_one_over_pages_until_done(phone):
    begin(make_survey(questions=[MANY]), phone)

    phone.tap("品0")
    phone.tap("もっと見る…")
    phone.tap("品13")
    phone.tap("その他")
    phone.say("手作り")
    phone.tap("決定")

    answer = Answer.objects.get()
    assert (answer.options, answer.text) == (["o0", "o13", "other"], "手作り")


def test_what_was_chosen_can_be_taken_back_and_too_many_are_asked_again(phone):
    begin(make_survey(questions=[MANY]), phone)
    for words in ["品0", "品1", "品2", "品3"]:
        phone.tap(words)

    phone.tap("決定")
    complaint = phone.inbox[-2]["text"]
    phone.tap("✓ 品3")
    phone.tap("決定")

    assert complaint == "3つまでお選びください。"
    assert Answer.objects.get().options == ["o0", "o1", "o2"]


def test_a_prefecture_takes_two_taps(phone):
    begin(make_survey(questions=[HOME]), phone)

    phone.tap("関東")
    phone.tap("東京都")

    assert Answer.objects.get().options == ["東京都"]


def test_a_date_is_picked_or_written_and_one_that_does_not_fit_is_asked_again(phone):
    begin(make_survey(questions=[BORN]), phone)

    phone.tap("日付を選ぶ", params={"date": "1800-01-01"})
    complaint = phone.inbox[-2]["text"]
    phone.say("１９９０年４月３０日")

    assert complaint == "1900年1月1日以降の日付をお選びください。"
    assert Answer.objects.get().date == date(1990, 4, 30)


def test_a_text_that_is_too_long_is_asked_again(phone):
    begin(make_survey(questions=[WORDS | {"longest": 5, "required": True}]), phone)

    phone.say("長すぎる答えです")
    complaint = phone.inbox[-2]["text"]
    phone.say("短い")

    assert complaint == "5文字以内でご記入ください（現在8文字）。"
    assert Answer.objects.get().text == "短い"


def test_a_question_may_be_skipped_unless_it_is_required(phone):
    begin(make_survey(questions=[SKIN, WORDS]), phone)
    offered = set(phone.buttons)
    phone.tap("乾燥")

    phone.tap("スキップ")

    assert "スキップ" not in offered
    assert Response.objects.get().state == "finished"


def test_who_stops_goes_on_where_they_left(phone):
    survey = make_survey()
    begin(survey, phone)
    phone.tap("乾燥")
    phone.say("やめる")
    state = Response.objects.get().state

    phone.tap("続ける")

    assert state == "stopped"
    assert phone.last["text"] == "【2/3】 おすすめ度は？"


def test_pictures_are_tapped_themselves(phone, settings):
    settings.MEDIA_BASE_URL = "https://media.example.com"
    pictures = [make_media_file(name).pk for name in ("赤", "青")]
    options = [{"id": f"p{n}", "words": f"色{n}", "picture": pk} for n, pk in enumerate(pictures)]
    begin(
        make_survey(questions=[{"id": "i", "type": "image", "title": "好きな色", "options": options}]), phone
    )

    columns = phone.last["template"]["columns"]
    phone.post(columns[1]["action"]["data"])

    assert phone.inbox[1]["type"] == "template"
    assert Answer.objects.get().options == ["p1"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_at": timezone.now() - timedelta(days=1)}, "このアンケートは終了しました。"),
        ({"starts_at": timezone.now() + timedelta(days=3650)}, "このアンケートは"),
    ],
)
def test_before_and_after_its_days_it_says_so(phone, fields, words):
    begin(make_survey(**fields), phone)

    assert phone.last["text"].startswith(words)
    assert not Response.objects.exists()


def test_the_response_of_somebody_else_is_not_answered(phone):
    survey = make_survey()
    theirs = Response.objects.create(
        survey=survey, version=survey.version, friend=make_friend("ren"), channel="chat", question="q1"
    )

    phone.post(f"sv:{theirs.pk}:q1:choose.a")

    assert not Answer.objects.exists()
    assert phone.inbox == []


@pytest.mark.parametrize(
    "data",
    ["sv:1:q1:choose.a", "sv:0:q1:choose", "sv:x", "sv:1:q1:choose." + "a" * 30, "tap:s000000000000", "🙂"],
)
def test_taps_that_mean_nothing_are_let_be(phone, data):
    make_survey()

    phone.post(data)

    assert not Response.objects.exists()


@pytest.mark.parametrize(
    "act", ["number.99", "choose.zz", "region.99", "page.x", "prefecture.48", "done", "date"]
)
def test_forged_values_answer_nothing(phone, act):
    begin(make_survey(), phone)
    number = Response.objects.get().pk

    phone.post(f"sv:{number}:q1:{act}")

    assert not Answer.objects.exists()


def test_what_is_answered_puts_tags_and_stands_on_the_timeline(phone, aoi):
    tag = make_tag("乾燥肌")
    skin = SKIN | {"options": [{"id": "a", "words": "乾燥", "tag": tag.pk}, SKIN["options"][1]]}
    survey = make_survey(questions=[skin])

    begin(survey, phone)
    phone.tap("乾燥")

    assert FriendTag.objects.filter(friend=aoi, tag=tag).exists()
    event = Event.objects.get(type="answered")
    assert (event.friend_id, event.properties) == (
        aoi.pk,
        {"survey": str(survey.pk), "name": survey.name, "answers": {"q1": "乾燥"}},
    )


def test_a_tap_is_told_with_the_broadcast_in_which_it_was(phone, aoi):
    survey = make_survey()

    phone.post(f"tap:{survey.code}@b7.2")

    event = Event.objects.get(type="tapped")
    assert event.properties == {"action": survey.name, "broadcast": 7, "bubble": 2}
