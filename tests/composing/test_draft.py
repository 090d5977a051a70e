"""Messages in the editor: read into fields, changed there, and read back."""

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from composing import draft as drafts
from composing.bubbles import BUBBLES
from composing.draft import Draft, Incomplete
from composing.errors import InvalidMessages
from tests.composing.messages import EVERYTHING

TEXT = {"type": "text", "text": "Hello"}
BUTTON = {"type": "uri", "label": "Look", "uri": "https://shop.example/"}
CONFIRM = {
    "type": "template",
    "altText": "Come?",
    "template": {
        "type": "confirm",
        "text": "Come?",
        "actions": [BUTTON, {"type": "message", "label": "No", "text": "No"}],
    },
}


def buttons(*actions: dict, **more: object) -> dict:
    inner = {"type": "buttons", "text": "What now?", "actions": list(actions), **more}
    return {"type": "template", "altText": "What now?", "template": inner}


def page(draft: Draft, **pressed: str) -> QueryDict:
    """What a browser sends of this draft."""
    data = QueryDict(mutable=True)
    for form in (*draft.bubbles, *draft.quick.forms):
        data.update(form.data)
    data.update({f"{form.prefix}-type": form.type for form in draft.bubbles})
    data.update({"bubbles": str(len(draft.bubbles)), "quick": str(len(draft.quick.forms))})
    data.update({"removed": draft.removed, **pressed})
    return data


def after(messages: list[dict], *acts: str) -> Draft:
    """The draft after these buttons were pressed, one after the other."""
    draft = drafts.of_messages(messages)
    for act in acts:
        draft = drafts.of_form(page(draft, do=act))
    return draft


@settings(max_examples=150, deadline=None)
@given(st.lists(EVERYTHING, min_size=1, max_size=3))
def test_what_is_read_into_the_fields_is_read_back_the_same(messages):
    shown = drafts.of_messages(messages)

    assert shown.messages() == messages
    assert drafts.of_form(page(shown)).messages() == messages


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (TEXT, "text"),
        (CONFIRM, "confirm"),
        (buttons(BUTTON), "buttons"),
        (buttons(BUTTON, imageBackgroundColor="#FFFFFF"), "buttons"),
        (TEXT | {"quoteToken": "abc"}, ""),
        (TEXT | {"sender": {"name": "Hana", "mood": "glad"}}, ""),
        (TEXT | {"quickReply": {"items": [{"type": "action", "action": BUTTON, "later": 1}]}}, ""),
        (buttons(BUTTON | {"newOfLine": 1}), ""),
        ({"type": "textV2", "text": "Hello {x}", "substitution": {}}, ""),
        ({"type": "text", "text": "(emoji:5ac1bfd5040ab15980c9b435/001)"}, ""),
    ],
)
def test_what_the_fields_cannot_say_stays_json(message, kind):
    draft = drafts.of_messages([message])

    assert [bubble.type for bubble in draft.bubbles] == [kind]
    assert draft.messages() == [message]


def test_quick_replies_of_an_earlier_message_are_not_lost():
    first = TEXT | {"quickReply": {"items": [{"type": "action", "action": BUTTON}]}}

    assert drafts.of_messages([first, TEXT]).messages() == [first, TEXT]


def test_a_fresh_bubble_of_every_kind_can_be_added_and_drawn(tenant):
    for kind in BUBBLES:
        draft = after([TEXT], f"add:b:{kind}")

        assert [bubble.type for bubble in draft.bubbles] == ["text", kind]
        assert len(draft.shown()) == 2


def test_parts_are_added_copied_moved_and_removed():
    no = {"type": "message", "label": "No", "text": "No"}

    moved = after([buttons(BUTTON, no)], "down:b0-actions0")
    copied = after([buttons(BUTTON, no)], "copy:b0-actions1")
    removed = after([buttons(BUTTON, no)], "remove:b0-actions0")
    added = after([buttons(BUTTON, no)], "add:b0-actions")

    assert moved.messages() == [buttons(no, BUTTON)]
    assert copied.messages() == [buttons(BUTTON, no, no)]
    assert removed.messages() == [buttons(no)]
    assert len(added.bubbles[0].lists["actions"].forms) == 3


@pytest.mark.parametrize("address", ["b0", "b1", "b1-actions0", "quick0"])
def test_what_was_removed_comes_back_where_it_was(address):
    last = buttons(BUTTON, BUTTON | {"label": "Other"}) | {
        "quickReply": {"items": [{"type": "action", "action": BUTTON}]}
    }

    removed = after([TEXT, last], f"remove:{address}")
    back = after([TEXT, last], f"remove:{address}", "show", "undo")

    assert removed.removed
    assert back.messages() == [TEXT, last]


@pytest.mark.parametrize(
    "act",
    [
        "",
        "remove",
        "remove:",
        "remove:b9",
        "remove:b0-actions0",
        "up:b0",
        "down:b1",
        "add:b0-actions-x",
        "copy:b999999999",
        "undo",
        "message:b0",
        "clean:b0:x",
        "remove:b0-sender0-name",
    ],
)
def test_an_act_that_cannot_be_done_changes_nothing(act):
    assert after([TEXT, CONFIRM], act).messages() == [TEXT, CONFIRM]


@pytest.mark.parametrize(
    "removed",
    ["x", "[]", '{"at": 1}', '{"at": "b0", "values": []}', '{"at": "b0-x1", "values": {}}', "{" * 9999],
)
def test_nonsense_in_what_was_removed_is_ignored(removed):
    draft = drafts.of_form(page(drafts.of_messages([TEXT]), removed=removed, do="undo"))

    assert draft.messages() == [TEXT]


def test_parts_beyond_the_limit_are_not_added():
    five = after([TEXT] * 5, "add:b:text", "copy:b0")
    four = after([buttons(BUTTON, BUTTON, BUTTON, BUTTON)], "add:b0-actions", "copy:b0-actions0")

    assert len(five.bubbles) == 5
    assert len(four.bubbles[0].lists["actions"].forms) == 4


@pytest.mark.parametrize("count", ["-1", "x", "9" * 5000, "²", "77"])
def test_nonsense_as_a_number_of_bubbles_is_harmless(count):
    data = QueryDict(mutable=True)
    data.update({"bubbles": count, "quick": count, "b0-actions": count})

    assert len(drafts.of_form(data).bubbles) <= 5


def test_quick_replies_without_any_bubble_are_harmless():
    data = QueryDict("bubbles=0&quick=1&quick0-type=message&quick0-label=Yes&quick0-text=yes")

    assert drafts.of_form(data).shown() == []


def test_a_problem_is_shown_at_the_field_it_is_about():
    draft = drafts.of_messages([TEXT, buttons(BUTTON)])

    others = draft.blame(
        InvalidMessages(
            [
                {"path": "messages[1].template.actions[0].uri", "text": "Bad address."},
                {"path": "messages[1].template.defaultAction.type", "text": "Odd."},
                {"path": "messages", "text": "Too many."},
            ]
        )
    )

    button = draft.bubbles[1].lists["actions"].forms[0]
    assert button.errors["uri"] == ["Bad address."]
    assert "Odd." in str(draft.bubbles[1].non_field_errors())
    assert others == ["Too many."]


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ({"type": "text", "text": "𠮷" * 2501}, "text"),
        (buttons(BUTTON, text="あ" * 61, title="Title"), "text"),
        (buttons(BUTTON, title="か゚" * 41), "title"),
        (CONFIRM | {"altText": "x" * 1501}, "altText"),
        (
            {"type": "location", "title": "", "address": "x", "latitude": 91, "longitude": 0},
            "latitude",
        ),
    ],
)
def test_too_much_is_refused_at_its_field(message, place):
    draft = drafts.of_messages([message])
    form = next(kind for kind in BUBBLES.values() if kind.is_kind_of(message))
    read = drafts.of_form(page(Draft([form.of(form.values_of(message), "b0")], draft.quick)))

    with pytest.raises(Incomplete):
        read.messages()

    assert place in read.bubbles[0].errors


def test_a_text_alone_may_be_longer_than_beside_a_title():
    alone = buttons(BUTTON, text="あ" * 160)

    assert drafts.of_messages([alone]).bubbles[0].type == "buttons"
    assert drafts.of_messages([alone]).messages() == [alone]


def test_line_emoji_keep_their_place_by_utf16():
    message = {
        "type": "text",
        "text": "𠮷👩‍👧$です$",
        "emojis": [
            {"index": 7, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"},
            {"index": 10, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "002"},
        ],
    }

    draft = drafts.of_messages([message])

    assert draft.bubbles[0]["text"].value().startswith("𠮷👩‍👧(emoji:5ac1bfd5040ab15980c9b435/001)です")
    assert draft.messages() == [message]


def test_line_emoji_after_a_name_are_refused_since_their_place_would_shift():
    draft = drafts.of_messages([TEXT])
    emoji = "(emoji:5ac1bfd5040ab15980c9b435/001)"

    after_name = drafts.of_form(page(draft, **{"b0-text": f"{{{{display_name|you}}}} {emoji}"}))
    before_name = drafts.of_form(page(draft, **{"b0-text": f"{emoji} {{{{display_name|you}}}}"}))

    assert not after_name.bubbles[0].is_valid()
    assert before_name.bubbles[0].is_valid()


def test_the_words_for_the_notification_are_the_first_of_the_message_if_none_are_given():
    draft = drafts.of_messages([buttons(BUTTON, title="Autumn")])

    empty = drafts.of_form(page(draft, **{"b0-altText": ""}))

    assert empty.messages()[0]["altText"] == "Autumn"
