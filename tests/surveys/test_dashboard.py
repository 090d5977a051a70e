"""Surveys on the dashboard: the list, the editor, publishing, the friend's page."""

import re

import pytest
from django_tenants.utils import tenant_context

from composing import variables
from composing.actions import taps
from friends import tag_uses
from library import uses
from surveys import services
from surveys.models import Survey
from taps import starts
from tests.factories import make_friend, make_media_file, make_tag
from tests.surveys.factories import SCORE, SKIN, WORDS, make_response, make_survey


def sent(survey: Survey, **changed: str) -> dict:
    """What the editor's form sends of a survey of SKIN, with changes."""
    form = {"count": "1", "revision": str(survey.revision), "at": "0", "removed": "", "act": "save"}
    form |= {
        "q0-id": "q1",
        "q0-type": "single",
        "q0-title": SKIN["title"],
        "q0-count": "3",
        "q0-required": "on",
    }
    for place, option in enumerate(SKIN["options"]):
        form |= {f"q0-o{place}-id": option["id"], f"q0-o{place}-words": option["words"]}
    return form | changed


@pytest.fixture
def draft(tenant) -> Survey:
    return make_survey(questions=[SKIN], is_running=False)


def test_the_list_shows_how_many_answered_in_few_queries(visit, django_assert_max_num_queries):
    for number in range(20):
        survey = make_survey(f"S{number}")
        make_response(survey, make_friend(f"f{number}"), q1={"options": ["a"]})
    visitor = visit("viewer")
    visitor.read("surveys/")

    with django_assert_max_num_queries(16):
        page = visitor.read("surveys/")

    assert page.count('data-label="Answered"') == 20


def test_an_empty_list_says_what_surveys_are_for(visit):
    assert "No survey yet." in visit().read("surveys/")


def test_a_survey_is_made_written_published_and_closed(visit):
    visitor = visit("marketer")
    visitor.send("surveys/new/", {"name": "冬のお肌", "purpose": "Needs"})
    survey = Survey.objects.get()

    visitor.send(f"surveys/{survey.pk}/edit/", sent(survey))
    survey.refresh_from_db()
    visitor.send(f"surveys/{survey.pk}/publish/", {"revision": str(survey.revision)})
    survey.refresh_from_db()
    running = survey.status
    page = visitor.read(f"surveys/{survey.pk}/")
    visitor.send(f"surveys/{survey.pk}/close/", {})

    survey.refresh_from_db()
    assert (survey.questions, running, survey.status) == ([SKIN], "running", "closed")
    assert "{{survey." in page
    assert f"tap:{survey.code}" in page


@pytest.mark.parametrize(
    ("act", "ids"),
    [
        ("add:text", ["q1", "q2"]),
        ("copy:0", ["q1", "q2"]),
        ("remove:0", []),
        ("remove:7", ["q1"]),
        ("move:0:x", ["q1"]),
        ("nonsense", ["q1"]),
        ("add:oracle", ["q1"]),
    ],
)
def test_buttons_of_the_editor_change_the_questions(visit, draft, act, ids):
    visit().send(f"surveys/{draft.pk}/edit/", sent(draft, act=act))

    draft.refresh_from_db()
    assert [each["id"] for each in draft.questions] == ids


def test_questions_are_moved_and_jumps_that_would_lead_back_are_taken_off(visit, tenant):
    skin = SKIN | {"next": "q2"}
    draft = make_survey(questions=[skin, SCORE], is_running=False)
    form = sent(draft, count="2", act="down:0") | {"q0-next": "q2"}
    form |= {"q1-id": "q2", "q1-type": "scale", "q1-title": "?", "q1-low": "0", "q1-high": "10"}

    visit().send(f"surveys/{draft.pk}/edit/", form)

    draft.refresh_from_db()
    assert [(each["id"], each.get("next")) for each in draft.questions] == [("q2", None), ("q1", None)]


def test_what_was_removed_is_brought_back(visit, draft):
    visitor = visit()
    page = visitor.post(
        f"surveys/{draft.pk}/edit/", sent(draft, act="remove:0"), headers={"HX-Request": "true"}
    ).content.decode()
    removed = re.search(r'name="removed" value="([^"]+)"', page)
    draft.refresh_from_db()

    visitor.send(
        f"surveys/{draft.pk}/edit/",
        {
            "count": "0",
            "act": "undo",
            "revision": str(draft.revision),
            "removed": removed[1].replace("&quot;", '"') if removed else "",
        },
    )

    draft.refresh_from_db()
    assert [each["id"] for each in draft.questions] == ["q1"]


def test_options_get_tags_pictures_and_jumps(visit, tenant):
    tag, picture = make_tag("乾燥肌"), make_media_file("赤")
    draft = make_survey(questions=[SKIN], is_running=False)
    form = sent(draft, **{"q0-type": "image", "q0-o0-tag": str(tag.pk), "q0-o0-picture": picture.base})

    visit().send(f"surveys/{draft.pk}/edit/", form | {"q0-o1-next": "end"})

    draft.refresh_from_db()
    assert draft.questions[0]["options"][:2] == [
        {"id": "a", "words": "乾燥", "picture": picture.pk, "tag": tag.pk},
        {"id": "b", "words": "毛穴", "next": "end"},
    ]


def test_typing_draws_the_phone_only_and_a_second_writer_is_told(visit, draft):
    visitor = visit()
    address = f"surveys/{draft.pk}/edit/"
    typed = visitor.post(address, sent(draft, **{"q0-title": "お悩み 👍🏽"}), headers={"HX-Request": "true"})

    late = visitor.post(address, sent(draft, **{"q0-title": "x"}), headers={"HX-Request": "true"})

    assert typed.headers["HX-Retarget"] == "#side"
    assert "お悩み 👍🏽" in typed.content.decode()
    assert "Somebody else has changed" in late.content.decode()


@pytest.mark.parametrize("count", ["-1", "9999999", "x", ""])
def test_forms_of_nonsense_break_nothing(visit, draft, count):
    answer = visit().post(f"surveys/{draft.pk}/edit/", sent(draft, count=count, at="x" * 50, removed="{"))

    assert answer.status_code in (302, 409)


@pytest.mark.parametrize(
    "changed",
    [
        {"q0-type": "sing\0le", "q0-next": "\0"},
        {"q0-o0-next": "\0"},
        {"act": "up:" + "9" * 5_000},
        {"act": "undo", "removed": '{"place": 0, "question": {"id": 7}}'},
        {
            "act": "undo",
            "removed": '{"place": 0, "question": {"id": "q9", "type": "text", "help": "\\u0000"}}',
        },
        {"act": "undo", "removed": '{"place": 0, "question": {"id": "q9", "type": "text", "options": [{}]}}'},
    ],
)
def test_what_no_form_of_ours_sends_is_left_out(visit, draft, changed):
    answer = visit().post(f"surveys/{draft.pk}/edit/", sent(draft) | changed)

    draft.refresh_from_db()
    assert answer.status_code == 302
    assert [each["id"] for each in draft.questions] == ["q1"]


def test_a_scale_without_end_is_drawn_like_the_widest(visit, draft):
    scale = {"q0-type": "scale", "q0-low": "1", "q0-high": "999999999"}

    editor = visit().send(f"surveys/{draft.pk}/edit/", sent(draft) | scale)
    preview = visit().read(f"surveys/{draft.pk}/preview/")

    assert 'value="999999999"' in editor
    assert "A scale has two to eleven numbers." in editor
    assert 'value="11"' in preview
    assert 'value="12"' not in preview


def test_settings_are_saved_and_refused_in_words(visit, draft):
    visitor = visit()
    address = f"surveys/{draft.pk}/settings/"
    said = {"name": "お肌", "is_once": "on", "opening": "1分で終わります。", "keyword": "肌"}

    visitor.send(address, said)
    refused = visitor.send(address, said | {"starts_at": "2026-12-02T10:00", "ends_at": "2026-12-01T10:00"})

    draft.refresh_from_db()
    assert (draft.name, draft.opening, draft.keyword) == ("お肌", "1分で終わります。", "肌")
    assert "It ends before it begins." in refused


def test_what_stands_against_publishing_is_named_with_its_question(visit, tenant):
    draft = make_survey(questions=[SKIN, SCORE | {"title": ""}], is_running=False)

    page = visit().read(f"surveys/{draft.pk}/publish/")

    assert "Question 2:" in page
    assert "The question has no words." in page


def test_a_friends_answers_stand_on_their_page(visit, tenant):
    friend = make_friend("aoi")
    make_response(make_survey(), friend, q1={"options": ["a"]}, q3={"text": "<b>良い</b>"})

    page = visit("viewer").read(f"surveys/friends/{friend.pk}/")

    assert "乾燥" in page
    assert "&lt;b&gt;良い" in page


def test_surveys_of_another_client_are_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_survey()
        services.change(theirs, purpose="secret", by=None)
    visitor = visit("owner")

    statuses = {
        visitor.get(f"surveys/{theirs.pk + 1_000}/{page}").status_code
        for page in ("", "edit/", "settings/", "publish/", "close/", "delete/", "qr.svg", "preview/", "live/")
    }

    assert statuses == {404}


def test_the_preview_shows_each_question_and_keeps_nothing(visit, tenant):
    survey = make_survey(questions=[SKIN, WORDS], is_running=False)

    page = visit().read(f"surveys/{survey.pk}/preview/?at=1")

    assert WORDS["title"] in page
    assert not survey.responses.exists()


def test_messages_offer_a_running_survey_as_a_tap_and_as_an_address(tenant):
    survey, draft = make_survey("A"), make_survey("B", is_running=False)
    friend = make_friend("aoi")

    offered = dict(taps.choices())

    assert offered[survey.code] == "Survey: A"
    assert draft.code not in offered
    assert starts.known({survey.code, draft.code, "unknown"}) == {survey.code: "A"}
    assert variables.known()[f"survey.{survey.pk}"] == "Survey: A"
    [own] = variables.values([f"survey.{survey.pk}"], [friend.pk])[friend.pk].values()
    assert f"/s/{survey.pk}-" in own


def test_whoever_deletes_a_tag_or_a_picture_is_told(tenant):
    tag, picture = make_tag("乾燥肌"), make_media_file("赤")
    options = [{"id": "a", "words": "x", "tag": tag.pk, "picture": picture.pk}, SKIN["options"][1]]
    survey = make_survey(questions=[SKIN | {"options": options}])

    assert [use.label for use in tag_uses.of(tag)] == [survey.name]
    assert [use.name for use in uses.of(picture)] == [survey.name]
