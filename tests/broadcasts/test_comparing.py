"""What changed between versions: in words, letter by letter, and on two phones."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from broadcasts import services
from broadcasts.approving import comparing, marks, versions
from broadcasts.models import Broadcast
from tests.factories import make_broadcast, make_segment, make_user


def texts(*bubbles: str) -> list[dict]:
    return [{"type": "text", "text": bubble} for bubble in bubbles]


def changed(broadcast: Broadcast, **changes: object) -> comparing.Comparison:
    services.change_broadcast(broadcast, by=None, **changes)
    return comparing.compare(*broadcast.versions.order_by("number"))


def said(pieces: list[comparing.Piece]) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces]


@given(st.text(), st.text())
def test_pieces_say_both_texts_whole(before, after):
    pieces = comparing.pieces(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "is") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "was") == after


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("全品10%OFF", "全品20%OFF", [("same", "全品"), ("was", "10"), ("is", "20"), ("same", "%OFF")]),
        ("Same", "Same", [("same", "Same")]),
        ("", "New", [("is", "New")]),
        ("{{display_name|A}}!", "{{display_name|B}}!", [
            ("was", "{{display_name|A}}"), ("is", "{{display_name|B}}"), ("same", "!")
        ]),
    ],
)  # fmt: skip
def test_numbers_words_and_variables_change_as_a_whole(before, after, pieces):
    assert said(comparing.pieces(before, after)) == pieces


def test_a_number_written_with_other_digits_is_no_change(tenant):
    broadcast = make_broadcast(holdout_percent=0)

    found = changed(broadcast, holdout_percent=Decimal("0.0"))

    assert found.is_same


def test_fields_are_told_in_words(tenant):
    broadcast = make_broadcast(segment=make_segment(name="Everyone"), name="Autumn")

    found = changed(broadcast, name="Winter", tracks_people=True, segment=make_segment(name="VIP"))

    told = {str(field.name): (field.before, field.after) for field in found.fields}
    assert told == {
        "name": ("Autumn", "Winter"),
        "segment": ("Everyone", "VIP"),
        "know who clicked": ("no", "yes"),
    }
    assert all(bubble.is_same for bubble in found.bubbles)


def test_a_bubble_more_and_a_bubble_less_are_told(tenant):
    broadcast = make_broadcast(messages=texts("One", "Two"))

    more = changed(broadcast, messages=texts("One", "Two", "Three"))

    assert [(bubble.number, bubble.is_same) for bubble in more.bubbles] == [(1, True), (2, True), (3, False)]
    assert (more.bubbles[2].before, said(more.bubbles[2].texts[0])) == (None, [("is", "Three")])


def test_marks_stand_around_what_is_only_there():
    new, old = texts("20% off {{display_name|you}}")[0], texts("10% off {{display_name|you}}")[0]

    html = marks.drawn(marks.marked(new, old, "is")["text"])

    assert html == "<mark>20</mark>% off {{display_name|you}}"


def test_every_change_keeps_a_version_with_who_made_it(tenant):
    author, other = make_user("marketer"), make_user("creator")
    broadcast = make_broadcast(by=author)

    services.change_broadcast(broadcast, by=other, name="Winter")

    kept = broadcast.versions.order_by("number").values_list("number", "by_id", "content__name")
    assert list(kept) == [(1, author.pk, "Test"), (2, other.pk, "Winter")]
    broadcast.refresh_from_db()
    assert versions.authors(broadcast) == {author.pk, other.pk}


def test_the_page_shows_what_changed_since_the_approval(visit, channel):
    author = make_user("marketer")
    broadcast = make_broadcast("10% off <today>", by=author)
    services.submit_for_approval(broadcast, by=author)
    services.approve(broadcast, by=make_user("approver"))
    services.change_broadcast(broadcast, by=author, name="Between")
    services.change_broadcast(broadcast, by=author, messages=texts("20% off <today>"))

    page = visit("approver").read(f"broadcasts/{broadcast.pk}/compare/")

    assert "<del>10</del><ins>20</ins>" in page
    assert "<mark>20</mark>% off &lt;today&gt;" in page
    assert "<ins>Between</ins>" in page


@pytest.mark.parametrize("asked", ["from=9", "to=x", "from=99999999999999999999", "to=-1"])
def test_a_version_that_is_not_there_is_not_found(visit, asked):
    broadcast = make_broadcast()

    assert visit().get(f"broadcasts/{broadcast.pk}/compare/?{asked}").status_code == 404


def test_another_clients_broadcast_is_not_compared(visit, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_broadcast()

    assert visit().get(f"broadcasts/{foreign.pk + 1000}/compare/").status_code == 404
