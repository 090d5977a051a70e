"""Scenarios with people in them."""

from datetime import timedelta

from django.utils import timezone

from friends.models import Friend
from scenarios import services
from scenarios.acts import signing
from scenarios.mails import consents, senders
from scenarios.models import (
    Entry,
    Errand,
    MailSend,
    MailSettings,
    Passage,
    Scenario,
    Send,
    StepInsight,
    StepText,
)
from tests.factories import make_customer, make_scenario

CALLED: dict = {
    "trigger": {"type": "api"},
    "steps": [
        {"id": "hour", "type": "wait", "minutes": 60},
        {"id": "say", "type": "send", "messages": [{"type": "text", "text": "It is ready"}]},
    ],
}


def make_running(flow: dict | None = None, *, name: str = "Welcome") -> Scenario:
    """A scenario that runs, as its flow says; else one that waits an hour and says something."""
    made = make_scenario(flow or CALLED, name=name)
    services.publish(made, revision=made.revision, by=None)
    return made


def make_entry(scenario: Scenario, friend: Friend, **fields: object) -> Entry:
    """Somebody who has just come in and waits for an hour at the first step."""
    version = scenario.version
    assert version is not None
    now = timezone.now()
    given = {"step": version.flow["steps"][0]["id"], "due_at": now + timedelta(hours=1)} | fields
    key = f"test:{friend.pk}/{given}"[:200]
    return Entry.objects.create(scenario=scenario, version=version, friend=friend, key=key, **given)


def make_send(entry: Entry, **fields: object) -> Send:
    """A push of the step `say` that LINE has taken."""
    about = {"scenario_id": entry.scenario_id, "friend_id": entry.friend_id, "step": "say"}
    given = {"state": Send.State.ACCEPTED, "accepted_at": timezone.now()} | about | fields
    text = StepText.objects.get(version=entry.version, step="say")
    return Send.objects.create(entry=entry, text=text, line_user_id="U" + "0" * 32, **given)


def make_insight(send: Send) -> StepInsight:
    """What LINE counted of the text of the send this month."""
    now = timezone.now()
    of = {"text": send.text, "month": now.date().replace(day=1), "taken_at": now, "delivered": 1}
    return StepInsight.objects.create(**of, is_ready=True, is_final=False, data={})


def make_webhook(entry: Entry, **fields: object) -> Errand:
    """What another program did not take."""
    about = {"kind": Errand.Kind.WEBHOOK, "about": "https://hooks.example.com/", "step": "say"}
    given = {"state": Errand.State.FAILED, "ended_at": timezone.now(), "scenario_id": entry.scenario_id}
    return Errand.objects.create(entry=entry, **(about | given | fields))


def make_mail(entry: Entry, **fields: object) -> MailSend:
    """A mail that has left, to a customer who agreed to mails."""
    customer = make_customer()
    consents.state(customer, is_given=True, how=consents.How.PAGE, by=None)
    about = {"scenario_id": entry.scenario_id, "version_id": entry.version_id, "customer_id": customer.pk}
    given = {"step": "say", "state": MailSend.State.SENT, "sent_at": timezone.now()} | about | fields
    return MailSend.objects.create(entry=entry, **given)


def make_scenario_rows(friend: Friend) -> dict[str, object]:
    """One that runs, with the friend in it, who also tries it out; what it told a program, and mailed."""
    running = make_running()
    entry = make_entry(running, friend)
    Passage.objects.create(entry=entry, scenario_id=running.pk, version_id=entry.version_id, step="hour")
    make_insight(make_send(entry))
    senders.change(MailSettings(sender_name="Apparel", footer="Apparel, Tokyo"), by=None)
    signing.secret()
    make_mail(entry)
    return {
        "scenario": running.pk,
        "scenario_entry": entry.pk,
        "scenario_trial": make_entry(running, friend, is_test=True).pk,
        "scenario_webhook": make_webhook(entry).pk,
    }
