"""Commands on programmes: writing, starting, pausing, ending."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, current, naming
from accounts.errors import AppError
from accounts.models import User
from channels.models import Channel
from coupons import rewards
from events import versions
from referrals import actions, hearing, joining
from referrals import rules as ruling
from referrals.errors import (
    ProgrammeChanged,
    ProgrammeEndsTooEarly,
    ProgrammeHasPeople,
    ProgrammeNameTaken,
    ProgrammeNotReady,
    ProgrammeWrongStatus,
)
from referrals.models import Programme, RuleSet
from referrals.rules import Rules
from referrals.work import TOPIC
from routes import services as routes
from routes.models import Route

Status = Programme.Status
SETTINGS = frozenset({"name", "starts_at", "ends_at", "intro", "shared", "welcome", "terms"})
ONCE = {"coupon", "points"}  # kinds of reward that a person holds once, however often they are given


@transaction.atomic
def create(name: str, *, rules: object = None, by: User | None, **settings: Any) -> Programme:
    """A draft. Raises InvalidRules, ProgrammeNameTaken, ProgrammeEndsTooEarly."""
    made = Programme(name=name.strip(), created_by_id=by.pk if by else None)
    made.rules = ruling.read(rules or {}).as_json()
    _set(made, settings)
    naming.save(made, ProgrammeNameTaken)
    activity.record("referral_programme.created", made, by=by, name=made.name)
    return made


@transaction.atomic
def copy(programme: Programme, *, by: User | None) -> Programme:
    """A draft with the same words and rules but its days, and a name that is free."""
    name = naming.of_copy(programme.name, Programme, longest=Programme.NAME_LENGTH)
    same = {each: getattr(programme, each) for each in SETTINGS - {"name", "starts_at", "ends_at"}}
    return create(name, rules=programme.rules, by=by, **same)


@transaction.atomic
def change(
    programme: Programme,
    *,
    revision: int | None = None,
    rules: object = None,
    by: User | None,
    **settings: Any,
) -> Programme:
    """Change words and days, which hold at once, or the rules, which hold once they are published.

    With `revision`, raises ProgrammeChanged if somebody else was first. Raises what `create` raises, and
    ProgrammeWrongStatus of one that has ended.
    """
    held = _held(programme)
    if revision is not None and held.revision != revision:
        raise ProgrammeChanged(name=held.name)
    if held.status == Status.ENDED:
        raise ProgrammeWrongStatus(status=held.get_status_display())
    if rules is not None:
        held.rules = ruling.read(rules).as_json()
    _set(held, settings)
    held.revision, held.changed_at = held.revision + 1, timezone.now()
    naming.save(held, ProgrammeNameTaken)
    _name_route(held)
    activity.record("referral_programme.changed", held, by=by, what=sorted(settings), rules=rules is not None)
    programme.refresh_from_db()
    return programme


@transaction.atomic
def publish(programme: Programme, *, revision: int, by: User | None) -> RuleSet:
    """Start it, or have changed rules hold for who is invited from now on.

    Raises ProgrammeNotReady with what must be mended, ProgrammeChanged, ProgrammeWrongStatus of one that has
    ended.
    """
    held = _held(programme)
    if held.revision != revision:
        raise ProgrammeChanged(name=held.name)
    if held.status == Status.ENDED:
        raise ProgrammeWrongStatus(status=held.get_status_display())
    if found := faults(held):
        raise ProgrammeNotReady(findings=" ".join(found))
    version = _new_version(held, by)
    held.version = version
    held.route = held.route or _new_route(held, by)
    if held.status == Status.DRAFT:
        held.status, held.started_at = Status.RUNNING, timezone.now()
    held.save(update_fields=["version", "route", "status", "started_at"])
    hearing.listen()
    activity.record("referral_programme.published", held, by=by, version=version.number)
    programme.refresh_from_db()
    return version


@transaction.atomic
def pause(programme: Programme, *, by: User | None) -> None:
    """Take no invitation for now; those that were taken go on. Raises ProgrammeWrongStatus."""
    _stop(programme, (Status.RUNNING,), Status.PAUSED)
    activity.record("referral_programme.paused", programme, by=by, name=programme.name)


@transaction.atomic
def resume(programme: Programme, *, by: User | None) -> None:
    """Go on, after a pause or after it was ended. Who came meanwhile is not taken in afterwards.

    Raises ProgrammeWrongStatus.
    """
    held = _held(programme)
    if held.status not in (Status.PAUSED, Status.ENDED):
        raise ProgrammeWrongStatus(status=held.get_status_display())
    if held.route and held.status == Status.ENDED:
        routes.restore(held.route, by=by)
    now = timezone.now().isoformat()
    held.stops = [[begin, end or now] for begin, end in held.stops]
    held.status = Status.RUNNING
    held.save(update_fields=["status", "stops"])
    programme.refresh_from_db()
    activity.record("referral_programme.resumed", programme, by=by, name=programme.name)


@transaction.atomic
def end(programme: Programme, *, by: User | None) -> None:
    """Take no invitation any more; those that were taken are counted and rewarded by their rules.

    Raises ProgrammeWrongStatus. `resume` opens it again.
    """
    _stop(programme, (Status.RUNNING, Status.PAUSED), Status.ENDED)
    if programme.route:
        routes.archive(programme.route, by=by)
    activity.record("referral_programme.ended", programme, by=by, name=programme.name)


@transaction.atomic
def delete(programme: Programme, *, by: User | None) -> None:
    """Raises ProgrammeHasPeople of one in which somebody takes part."""
    held = _held(programme)
    if held.participants.exists():
        raise ProgrammeHasPeople(name=held.name)
    activity.record("referral_programme.deleted", held, by=by, name=held.name)
    if held.route:
        routes.archive(held.route, by=by)
    Programme.objects.filter(pk=held.pk).update(version=None, route=None, status=Status.DRAFT)
    held.versions.all().delete()
    held.refresh_from_db()
    held.delete()
    versions.touch(TOPIC)


def faults(programme: Programme) -> list[str]:
    """What keeps it from being started, or its changed rules from holding."""
    rules = ruling.read(programme.rules)
    found = []
    if not joining.is_ready(Channel.objects.filter(tenant=current.tenant().pk).first()):
        found.append(_("Connect a LINE Login channel: without it nobody knows who comes by a link."))
    if programme.ends_at and programme.ends_at <= timezone.now():
        found.append(_("Its end lies in the past."))
    if not programme.shared.strip():
        found.append(_("Write the message that friends share."))
    if missing := actions.missing(rules.action):
        found.append(missing)
    return found + _faults_of_rewards(rules)


def warnings(programme: Programme) -> list[str]:
    """What is allowed, and may not be meant."""
    rules = ruling.read(programme.rules)
    said = []
    if not rules.prizes:
        said.append(_("Nothing is given: friends invite for the pleasure of it."))
    if rules.prizes and rules.most is None and rules.budget_yen is None:
        said.append(_("There is no limit to what is given."))
    if rules.hold_days == 0 and rules.action.kind in (actions.FOLLOWED, actions.BOUGHT):
        said.append(
            _("Without waiting days, whoever leaves or cancels right afterwards counts all the same.")
        )
    if any(not prize.cost_yen for prize in rules.prizes):
        said.append(_("The cost of a reward is not entered: the cost per friend leaves it out."))
    return said


def is_changed(programme: Programme) -> bool:
    """Whether its rules are others than those that hold."""
    return programme.version is not None and programme.version.rules != programme.rules


def _faults_of_rewards(rules: Rules) -> list[str]:
    found = []
    for prize in rules.prizes:
        try:
            rewards.check(prize.reward)
        except AppError as refusal:
            found.append(f"{prize.words}: {refusal.message}" if prize.words else refusal.message)
    if rules.each and rules.each.reward.get("kind") in ONCE and rules.most_per_inviter != 1:
        found.append(
            _(
                "Each person holds this reward once: “%(reward)s”. Limit it to one for each inviter, give "
                "turns in a lottery, or give it at steps."
            )
            % {"reward": rules.each.words}
        )
    inviters = [prize.reward for prize in (rules.each, *(prize for _at, prize in rules.tiers)) if prize]
    twice = [each for each in inviters if each.get("kind") in ONCE and inviters.count(each) > 1]
    if twice:
        text = _("“%(reward)s” stands twice among the rewards of the inviter, who can hold it once.")
        found.append(text % {"reward": rewards.say(twice[0])})
    return found


def _held(programme: Programme) -> Programme:
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _stop(programme: Programme, states: tuple[str, ...], state: str) -> None:
    held = _held(programme)
    if held.status not in states:
        raise ProgrammeWrongStatus(status=held.get_status_display())
    if held.status == Status.RUNNING:
        held.stops = [*held.stops, [timezone.now().isoformat(), None]]
    held.status = state
    held.save(update_fields=["status", "stops"])
    programme.refresh_from_db()


def _set(programme: Programme, settings: dict[str, Any]) -> None:
    for name in sorted(settings):
        if name not in SETTINGS:
            raise TypeError(name)
        value = settings[name]
        setattr(programme, name, value.strip() if isinstance(value, str) else value)
    starts, ends = programme.starts_at, programme.ends_at
    if isinstance(starts, datetime) and isinstance(ends, datetime) and ends <= starts:
        raise ProgrammeEndsTooEarly


def _new_version(programme: Programme, by: User | None) -> RuleSet:
    """The present one if nothing has changed since it was published."""
    last = programme.versions.order_by("-number").first()
    if last is not None and last.rules == programme.rules:
        return last
    number = last.number + 1 if last else 1
    return RuleSet.objects.create(
        programme=programme, number=number, rules=programme.rules, published_by_id=by.pk if by else None
    )


def _new_route(programme: Programme, by: User | None) -> Route:
    return routes.create_route(name=programme.name, media=Route.Media.REFERRAL, by=by)


def _name_route(programme: Programme) -> None:
    """The route is called as the programme is."""
    if programme.route_id:
        Route.objects.filter(pk=programme.route_id).update(name=programme.name)
