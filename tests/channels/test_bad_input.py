"""Whatever is signed is processed or kept in quarantine with a reason; what comes beside it goes on."""

import time
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Due, Tenant
from channels import handlers, processing, replays
from channels.models import HourOfEvents, InboxBody, WebhookEvent
from friends.models import Friend
from tests.channels.conftest import BOT, give_channel, make_body, make_event, put_in_inbox

TOM = "U" + "1" * 32
YEAR = timedelta(days=365)


@pytest.fixture
def inbox(tenant) -> Tenant:
    """The first client, with a channel and the handlers of the product."""
    give_channel(tenant)
    return tenant


def written(event: str) -> bytes:
    """A body with one more event, as it is written here, beside a sound message of Tom's."""
    sound = make_event(message={"type": "text", "id": "1", "text": "Hello"})
    return f'{{"destination":"{BOT}","events":[{orjson.dumps(sound).decode()},{event}]}}'.encode()


def an_event(rest: str) -> str:
    """A message of Tom's with these further fields as they are written."""
    return orjson.dumps(make_event()).decode()[:-1] + f",{rest}}}"


def states() -> list[str]:
    found = WebhookEvent.objects.filter(tenant_id=connection.tenant.pk)
    return sorted(found.values_list("state", flat=True))


def body_states() -> list[str]:
    found = InboxBody.objects.filter(tenant_id=connection.tenant.pk)
    return list(found.order_by("id").values_list("state", flat=True))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"destination": "%s", "events": %s}' % (BOT.encode(), b"[" * 2_000 + b"]" * 2_000),
        b'{"destination": 5, "events": []}',
        b'{"destination": "%s", "events": {}}' % BOT.encode(),
        b'{"destination": "%s", "events": [null]}' % BOT.encode(),
        b'{"destination": "%s", "events": [[]]}' % BOT.encode(),
        b'{"destination": "%s"}' % BOT.encode(),
        make_body(make_event(timestamp=True)),
        make_body(make_event(timestamp=1.5)),
        make_body(make_event(timestamp=-(10**17))),
        make_body(make_event(timestamp=2**63)),
        make_body(make_event(webhookEventId="あ" * 41)),
        make_body(make_event(source={"type": "user", "userId": 7})),
        make_body(make_event(source={"type": "user", "userId": "U" * 34})),
        make_body(make_event(source=[1])),
        written(an_event('"big":' + "9" * 400)),
        written(an_event('"deep":' + '{"a":' * 300 + "1" + "}" * 300)),
    ],
)
def test_what_cannot_be_read_or_stored_waits_in_quarantine_and_the_rest_goes_on(inbox, body):
    put_in_inbox(make_body(make_event("unknown")), body, make_body(make_event("unknown")))

    processing.process(seconds=5)

    assert body_states() == ["done", "quarantined", "done"]
    assert InboxBody.objects.get(tenant_id=inbox.pk, state="quarantined").error
    assert states() == ["ignored", "ignored"]


@pytest.mark.parametrize(
    "rest",
    [
        r'"message":{"type":"text","id":"2","text":"\u0000\u0000"}',
        r'"message":{"type":"text","id":"2","text":"\ud83d alone"}',
        r'"message":{"type":"text","id":"2","text":"\ude00\ud83d"}',
        r'"message":{"type":"text","id":"2","text":"\ud83d\ude00 \\ud83d"}',
        '"message":{"type":"text","id":"2","text":"' + "🍣" * 5_000 + '"}',
        '"message":{"type":"text","id":"2","text":"e\u0301\u200d\u202e ＡＢＣ"}',
        '"message":{"type":"hologram","id":"2"},"new":{"of":["LINE"]}',
        '"message":{"id":"1"},"message":{"type":"text","id":"2","text":"the last one counts"}',
        '"message":{"type":"text","id":"2","text":"' + "a" * 100_000 + '"}',
        '"message":{"type":"text","id":"2","n":99999999999999999999}',
        '"message":{"type":"text","id":"2"},"deep":' + "[" * 200 + "]" * 200,
    ],
)
def test_odd_but_readable_events_are_handled(inbox, rest):
    put_in_inbox(written(an_event(rest)))

    processing.process(seconds=5)

    assert body_states() == ["done"]
    assert states() == ["done", "done"]


@pytest.mark.parametrize(
    "rest",
    [
        '"message":null',
        '"message":"text"',
        '"source":{"type":"user"}',
        '"source":{"type":"user","userId":"U"}',
        f'"source":{{"type":"user","userId":"{TOM.upper()}"}}',
        '"type":"follow","source":null',
        '"type":"follow","source":{"type":"user"}',
        '"type":"unfollow","source":{"type":"group","groupId":"C1"}',
        '"type":"postback"',
        '"type":"postback","postback":[]',
        '"type":"accountLink","link":{}',
        '"type":"unsend","unsend":{}',
        '"type":"beacon","beacon":{}',
    ],
)
def test_an_event_that_lacks_what_its_type_has_fails_alone(inbox, rest):
    put_in_inbox(written(an_event(rest)))

    processing.process(seconds=5)

    assert body_states() == ["done"]
    assert states() == ["done", "failed"]
    assert WebhookEvent.objects.get(tenant_id=inbox.pk, state="failed").error
    assert list(Friend.objects.values_list("line_user_id", flat=True)) == [TOM]


def test_a_follow_dated_in_the_future_is_kept_and_handled_when_that_time_has_come(inbox, time_machine):
    now = time.time()
    put_in_inbox(
        make_body(make_event("follow", at=now + YEAR.total_seconds(), follow={"isUnblocked": False})),
        make_body(make_event("follow", at=now - 10, follow={"isUnblocked": False})),
        make_body(make_event("unfollow", at=now - 5)),
    )
    processing.process(seconds=5)
    assert Friend.objects.get().status == Friend.Status.BLOCKED
    due = Due.objects.get(tenant=inbox.pk, kind="replay").due_at
    assert due - datetime.fromtimestamp(now, UTC) > YEAR - timedelta(minutes=6)

    replays.run(seconds=5)
    assert states() == ["done", "done", "failed"]

    time_machine.move_to(timezone.now() + YEAR)
    assert replays.run(seconds=5) is None
    assert states() == ["done", "done", "done"]
    assert Friend.objects.get().status == Friend.Status.FRIEND


def test_clocks_that_differ_by_a_minute_delay_nothing(inbox):
    put_in_inbox(make_body(make_event("follow", at=time.time() + 60, follow={"isUnblocked": False})))

    processing.process(seconds=5)

    assert states() == ["done"]


def test_in_standby_nobody_is_answered(inbox, seen):
    put_in_inbox(make_body(make_event(mode="standby", replyToken="token")))

    processing.process(seconds=5)

    assert [event.reply_token for event in seen] == [None]


def test_failures_and_quarantine_are_counted_by_the_hour(inbox, no_handlers):
    handlers.register("message")(lambda events: [event.payload["message"] for event in events])
    put_in_inbox(b"not JSON", make_body(make_event(message={}), make_event(), make_event("join")))

    processing.process(seconds=5)

    hour = HourOfEvents.objects.get(tenant=inbox.pk)
    assert (hour.event_count, hour.failed_count, hour.quarantined_count) == (3, 1, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["type", "webhookEventId", "timestamp", "source", "message", "deliveryContext", "mode", "replyToken"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(FIELDS, JSON, max_size=3))
def test_no_change_to_an_event_stops_the_inbox(inbox, changes):
    InboxBody.objects.filter(tenant_id=inbox.pk).update(state="done")
    odd = make_event(message={"type": "text", "id": "1", "text": "Hi"}) | changes
    put_in_inbox(
        b'{"destination":"%s","events":[%s]}' % (BOT.encode(), orjson.dumps(odd)),
        make_body(make_event(message={"type": "text", "id": "1", "text": "Hi"})),
    )

    processing.process(seconds=5)

    assert not InboxBody.objects.filter(tenant_id=inbox.pk, state="new").exists()
    assert body_states()[-1] == "done"
