"""Messages that LINE takes for nobody: their step stops until a person has seen to it.

Who comes to such a step waits there, and goes on with it afterwards; exits and goals hold for them meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts import activity, board, reasons
from accounts.models import User
from line.errors import LineError
from scenarios.models import Entry, Scenario, Send, StepText
from scenarios.work import KIND

LOOKED_AGAIN = timedelta(hours=1)  # people who wait; at once, when somebody has LINE asked again
IN_A_ROW = 5  # refusals after which a text with parts of each person's own is taken to be the cause
REFUSED = gettext_noop("LINE does not take the message of this step: %(words)s")
VERB = "scenario.asked_again"
State = Send.State


@dataclass(frozen=True, slots=True)
class Refused:
    """A text, and how many people wait at its step."""

    text: StepText
    people: int


def words(error: LineError) -> str:
    """What LINE says, with the places in the messages of which it complains."""
    places = (f"{each.get('property', '')}: {each.get('message', '')}" for each in error.details)
    return " / ".join([str(error), *places])


def problem(text: StepText) -> str:
    """Why people wait who come to its step, as `accounts.reasons` keeps it."""
    return reasons.said(REFUSED, words=text.refusal)


def stop(blamed: Mapping[Send, str]) -> set[int]:
    """Of the texts of these sends, each with LINE's complaint about its content, those that stop: the ones
    that are the same for everybody, and those of which one after the other was refused.
    """
    found: dict[int, list[Send]] = {}
    for send in blamed:
        found.setdefault(send.text_id, []).append(send)
    stopped = {text: theirs[0] for text, theirs in found.items() if _is_for_nobody(theirs)}
    for text, send in stopped.items():
        said = {"refused_at": Now(), "refusal": blamed[send][:300]}
        StepText.objects.filter(pk=text, refused_at=None).update(**said)
    return set(stopped)


def of(scenario: Scenario) -> list[Refused]:
    """Those of the version that runs, and of others for which people wait; the newest first."""
    texts = _standing().filter(version__scenario=scenario).select_related("version").order_by("-refused_at")
    waiting = Entry.objects.inside().filter(scenario=scenario)
    return [Refused(text, waiting.filter(version=text.version, step=text.step).count()) for text in texts]


def scenarios() -> QuerySet[Scenario]:
    """Those of which a message is refused."""
    found = _standing().values("version__scenario")
    return Scenario.objects.kept().filter(pk__in=found)


@transaction.atomic
def ask_again(scenario: Scenario, *, by: User | None) -> int:
    """Send what LINE has refused once more to those who wait for it; how many they are."""
    texts = list(StepText.objects.select_for_update().refused().filter(version__scenario=scenario))
    if not texts:
        return 0
    StepText.objects.filter(pk__in=[text.pk for text in texts]).update(refused_at=None, refusal="")
    people = sum(_waiting(text).update(due_at=Now()) for text in texts)
    activity.record(VERB, scenario, by=by, people=people)
    board.call(KIND)
    return people


def _is_for_nobody(sends: list[Send]) -> bool:
    """Whether it is the text and not one person's part of it, as far as one can tell."""
    if not all(send.values for send in sends):
        return True
    ended = Send.objects.filter(text=sends[0].text_id, state__in=[State.ACCEPTED, State.REJECTED])
    before = list(ended.order_by("-pk").values_list("state", flat=True)[: IN_A_ROW - 1])
    accepted = [place for place, state in enumerate(before) if state == State.ACCEPTED]
    return len(sends) + (accepted[0] if accepted else len(before)) >= IN_A_ROW


def _standing() -> QuerySet[StepText]:
    here = Entry.objects.inside().filter(version=OuterRef("version"), step=OuterRef("step"))
    return StepText.objects.refused().filter(Q(version=F("version__scenario__version")) | Exists(here))


def _waiting(text: StepText) -> QuerySet[Entry]:
    """Also of a paused scenario, those who have a moment: it comes when the scenario goes on."""
    inside = Entry.objects.filter(state=Entry.State.WAITING, version=text.version_id, step=text.step)
    return inside.filter(due_at__gt=Now())
