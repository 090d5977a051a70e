"""What would happen to one friend, told beforehand: the engine says it, and nothing of it stays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events.models import Event
from friends.models import FriendTag
from scenarios.flow import reading
from scenarios.models import Entry, Scenario, Send
from scenarios.trying import dry
from scenarios.trying.dry import Doing
from tests.factories import make_friend, make_tag

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 20, 12, tzinfo=TOKYO)
CART = {
    "trigger": None,
    "exits": [{"type": "event", "event": "bought"}, {"type": "blocked"}],
    "goal": {"event": "bought", "within_days": 3},
    "steps": [
        {"id": "hour", "type": "wait", "minutes": 60},
        {
            "id": "remind",
            "type": "send",
            "messages": [{"type": "text", "text": "{{display_name|You}}: {{event.product|it}} waits"}],
        },
        {"id": "day", "type": "wait", "days": 1, "at": "10:00"},
        {"id": "last", "type": "send", "messages": [{"type": "text", "text": "Last chance"}]},
    ],
}


def run(flow: dict, friend=None, **how: object) -> dry.DryRun:
    return dry.run(reading.parse(flow), friend or make_friend("aoi"), **({"at": NOON} | how))


def told(found: dry.DryRun) -> list[tuple[str, str]]:
    return [(f"{line.at.astimezone(TOKYO):%d %H:%M}", line.step or line.kind) for line in found.lines]


def texts(found: dry.DryRun) -> list[str]:
    return [message["text"] for line in found.lines for message in line.messages]


def test_each_step_is_told_with_its_moment_and_its_text(channel):
    found = run(CART, context={"product": "T-1"})

    assert told(found) == [
        ("20 13:00", "hour"),
        ("20 13:00", "remind"),
        ("21 10:00", "day"),
        ("21 10:00", "last"),
    ]
    assert texts(found) == ["aoi: T-1 waits", "Last chance"]
    assert (found.message_count, found.reason) == (2, "Went through to the end")


def test_what_they_do_meanwhile_ends_it(channel):
    found = run(CART, doings=[Doing(timedelta(hours=2), "bought")])

    assert told(found) == [("20 13:00", "hour"), ("20 13:00", "remind"), ("20 14:00", "event")]
    assert found.reason == "Reached the goal"
    assert found.reaches_goal
    assert found.ended_at == NOON + timedelta(hours=2)


def test_nothing_of_it_stays(channel):
    tag = make_tag("VIP")
    steps = [{"id": "mark", "type": "tag", "add": [tag.pk]}, *CART["steps"]]

    run(CART | {"steps": steps}, doings=[Doing(timedelta(hours=30), "viewed")])

    assert not Scenario.objects.exists()
    assert not Entry.objects.exists()
    assert not Send.objects.exists()
    assert not FriendTag.objects.exists()
    assert not Event.objects.exists()


def test_a_branch_says_which_way_and_why(channel):
    tag = make_tag("VIP")
    friend = make_friend("aoi", tags=[tag])
    branch = {
        "id": "part",
        "type": "branch",
        "paths": [{"key": "vip", "name": "VIPs", "when": {"type": "tag", "tag": tag.pk}}],
        "ways": {"vip": [CART["steps"][1]], "otherwise": [CART["steps"][3]]},
    }

    found = run({"steps": [branch]}, friend)

    assert [line.via for line in found.lines] == ["VIPs", ""]
    assert "VIP" in found.lines[0].note
    assert texts(found) == ["aoi: it waits"]


def test_an_event_that_is_awaited_happens_or_does_not(channel):
    await_ = {"id": "visit", "type": "await", "event": "viewed", "days": 2}

    came = run({"steps": [await_]}, make_friend("aoi"), doings=[Doing(timedelta(hours=3), "viewed")])
    stayed_away = run({"steps": [await_]}, make_friend("ren"))

    assert [line.via for line in came.lines if line.step] == ["It happened"]
    assert came.ended_at == NOON + timedelta(hours=3)
    assert [line.via for line in stayed_away.lines] == ["Time is over"]
    assert stayed_away.ended_at == NOON + timedelta(days=2)


def test_who_would_not_come_in_is_told_so_and_the_rest_all_the_same(channel):
    tree = {"type": "tag", "tag": make_tag("VIP").pk}

    found = run(CART | {"condition": tree, "exits": [{"type": "blocked"}]})

    assert found.refused
    assert len(found.lines) == 4


def test_whom_line_does_not_reach_gets_nothing(channel):
    found = run(CART, make_friend("aoi", status="blocked"))

    assert found.refused
    assert found.message_count == 0


def test_what_hinders_it_now_is_told(tenant):
    found = run({"steps": [CART["steps"][1]]})

    assert [line.kind for line in found.lines] == ["held", "step"]
    assert "LINE" in found.lines[0].note


def test_the_text_is_told_though_something_stands_against_it_now(tenant):
    found = run({"steps": [CART["steps"][1]]})

    assert texts(found) == ["aoi: it waits"]
    assert found.message_count == 1
