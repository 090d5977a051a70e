"""What somebody listens to waits in the outbox, from the statement that writes it until it is taken."""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts.models import Due
from events import outbox, timeline, versions
from events.models import OutboxEntry
from events.timeline import NewEvent
from tests.factories import make_friend, make_tag

KIND = "listening"


def _bought(key: str = "", **given: object) -> NewEvent:
    return NewEvent("bought", timezone.now(), **{"friend_id": make_friend().pk, "key": key or None, **given})


def _topics() -> list[str]:
    return list(OutboxEntry.objects.order_by("pk").values_list("topic", flat=True))


def test_who_listens_to_nothing_has_nothing_queued(tenant):
    timeline.record([_bought()])

    assert _topics() == []


def test_each_new_event_of_a_type_is_heard_once_in_order(tenant):
    outbox.listen(KIND, {"events:bought"})
    timeline.record(
        [_bought("a", properties={"product": "tea"}), _bought("b"), NewEvent("viewed", timezone.now(), 1)]
    )
    timeline.record([_bought("a"), _bought("c")])

    heard, has_more = outbox.take(KIND, 10)

    assert [each.event.properties for each in heard] == [{"product": "tea"}, {}, {}]
    assert not has_more
    assert outbox.take(KIND, 10) == ([], False)


def test_a_corrected_event_is_heard_only_when_it_is_new(tenant):
    outbox.listen(KIND, {"events:bought", "changed:events:bought"})
    friend = make_friend().pk
    timeline.correct([_bought("a", friend_id=friend)])
    timeline.correct([_bought("a", friend_id=friend, properties={"amount": 500})])

    assert sorted(_topics()) == ["changed:events:bought", "changed:events:bought", "events:bought"]


def test_an_event_that_is_gone_before_it_was_taken_is_no_news(tenant):
    outbox.listen(KIND, {"events:bought"})
    timeline.correct([_bought("a")])
    timeline.correct([], gone=["a"])

    assert outbox.take(KIND, 10) == ([], False)


def test_a_change_of_data_names_whom_it_is_about(tenant):
    friend, tag = make_friend("aoi"), make_tag("VIP")
    outbox.listen(KIND, {f"changed:tag:{tag.pk}"})

    versions.touch(f"tag:{tag.pk}", "friends", friends=[friend.pk])
    versions.touch(f"tag:{tag.pk}")

    heard, _has_more = outbox.take(KIND, 10)
    assert [each.numbers for each in heard] == [[friend.pk], None]


def test_what_waits_stays_when_nobody_listens_to_it_any_more(tenant):
    outbox.listen(KIND, {"events:bought"})
    timeline.record([_bought()])

    outbox.listen(KIND, set())
    timeline.record([_bought()])

    assert len(outbox.take(KIND, 10)[0]) == 1


def test_a_portion_says_that_there_is_more(tenant):
    outbox.listen(KIND, {"events:bought"})
    timeline.record([_bought() for _time in range(3)])

    assert [len(outbox.take(KIND, 2)[0]), outbox.take(KIND, 2)[1]] == [2, False]


def test_the_work_is_woken_in_the_transaction_that_writes(own_tenant):
    outbox.listen(KIND, {"events:bought", "changed:tag:1"})
    friend = make_friend().pk

    with transaction.atomic():
        timeline.record([NewEvent("bought", timezone.now(), friend) for _time in range(3)])
        versions.touch("tag:1", friends=[friend])
        before = Due.objects.filter(tenant=own_tenant, kind=KIND).count()

    assert before == 0
    assert Due.objects.get(tenant=own_tenant, kind=KIND).due_at <= timezone.now()


def test_what_is_undone_is_neither_heard_nor_wakes_anybody(own_tenant):
    outbox.listen(KIND, {"events:bought"})
    friend = make_friend().pk

    with transaction.atomic():
        timeline.record([NewEvent("bought", timezone.now(), friend)])
        transaction.set_rollback(True)

    assert outbox.take(KIND, 10) == ([], False)
    assert not Due.objects.filter(tenant=own_tenant, kind=KIND).exists()


def test_another_client_hears_nothing(tenant, other_tenant):
    outbox.listen(KIND, {"events:bought"})
    timeline.record([_bought()])

    with tenant_context(other_tenant):
        assert outbox.take(KIND, 10) == ([], False)


def test_whoever_writes_events_queues_them():
    """A new writer of the timeline has to queue what is listened to, as these do."""
    root = Path(settings.BASE_DIR)
    apps = [path for path in root.glob("*/") if (path / "apps.py").exists()]
    sources = [path for app in apps for path in app.rglob("*.py") if "migrations" not in path.parts]
    writers = {path for path in sources if "events_event (" in path.read_text()}

    assert {str(path.relative_to(root)) for path in writers} == {
        "events/timeline.py",
        "broadcasts/tracking/clicks.py",
    }
    assert all("outbox.queue_events" in path.read_text() for path in writers)
