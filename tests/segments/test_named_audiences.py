"""Audiences at LINE that people gave a name: of their purpose alone, and judged right before each file."""

import pytest
from pyroaring import BitMap

from segments.models import Audience, LineAudience
from segments.reaching import audiences, line_audiences
from tests.segments.test_audiences import at_line, line, make_people, work  # noqa: F401  (a fixture)

State = Audience.State


@pytest.fixture
def judge(monkeypatch):
    """Whom `test:…` purposes refuse; to be added to."""
    refused = BitMap()
    monkeypatch.setitem(audiences._judges, "test", lambda audience, friends: friends - refused)
    return refused


def test_it_has_the_name_that_people_gave_it_and_a_mark_of_ours(line, channel):  # noqa: F811
    kept = audiences.keep(make_people(line, channel), "test:1", name="V" * 120)
    work()

    kept.refresh_from_db()
    name = at_line(channel)[kept.line_id]["description"]
    assert (kept.state, len(name)) == (State.READY, 120)
    assert name.startswith("VVVV")
    assert f" #{kept.pk}-" in name


def test_no_message_uses_it_and_nobody_is_added_to_it(line, channel):  # noqa: F811
    people = make_people(line, channel, 4)
    kept = audiences.keep(people[:3], "test:1", name="VIP")
    work()

    same = audiences.request(people[:3], "broadcast:7")
    audiences.release(kept)
    more = audiences.request(people, "broadcast:8")

    assert len({kept.pk, same.pk, more.pk}) == 3


def test_it_is_no_audience_of_lines_console(line, channel):  # noqa: F811
    kept = audiences.keep(make_people(line, channel), "test:1", name="VIP")
    work()
    Audience.objects.filter(pk=kept.pk).update(line_id=None)

    line_audiences.fetch()

    assert len(at_line(channel)) == 1
    assert not LineAudience.objects.exists()


def test_dropped_it_is_deleted_at_line_at_once(line, channel):  # noqa: F811
    kept = audiences.keep(make_people(line, channel), "test:1", name="VIP")
    work()

    audiences.drop(kept)
    work()

    kept.refresh_from_db()
    assert (kept.state, at_line(channel)) == (State.DELETED, {})


def test_dropped_while_its_creation_is_unanswered_it_is_found_and_deleted(line, channel):  # noqa: F811
    kept = audiences.keep(make_people(line, channel), "test:1", name="VIP")
    line.lose_next_answers(1, path="/v2/bot/audienceGroup/upload")
    work()
    there = at_line(channel)

    audiences.drop(kept)
    work()

    assert len(there) == 1
    assert at_line(channel) == {}


def test_dropped_it_stays_while_somebody_else_needs_it(line, channel):  # noqa: F811
    kept = audiences.keep(make_people(line, channel), "test:1", name="VIP")
    work()
    kept.uses.create(purpose="broadcast:7")

    audiences.drop(kept)
    work()

    kept.refresh_from_db()
    assert (kept.state, list(at_line(channel))) == (State.READY, [kept.line_id])


def test_who_says_no_between_the_question_and_the_file_does_not_go(line, channel, judge):  # noqa: F811
    people = make_people(line, channel, 3)
    kept = audiences.keep(people, "test:1", name="VIP")

    judge.add(people[0])
    work()

    kept.refresh_from_db()
    assert (kept.state, at_line(channel)[kept.line_id]["audienceCount"]) == (State.READY, 2)


def test_where_all_say_no_meanwhile_there_is_none(line, channel, judge):  # noqa: F811
    people = make_people(line, channel, 3)
    kept = audiences.keep(people, "test:1", name="VIP")

    judge.update(people)
    work()

    kept.refresh_from_db()
    assert (kept.state, kept.problem) == (State.FAILED, "nobody")
