"""Commands on scenarios: writing, publishing, pausing, ending."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity, board, naming
from accounts.models import User
from scenarios.engine import leaving, moving
from scenarios.engine.patience import despite_deadlocks
from scenarios.errors import NotReady, ScenarioChanged, ScenarioNameTaken, WrongStatus
from scenarios.flow import checking, reading
from scenarios.mails import queueing
from scenarios.models import Entry, Scenario, Version
from scenarios.notices.work import KIND as NOTICES
from scenarios.texts import freezing
from scenarios.triggers import listening
from scenarios.work import KIND

Status = Scenario.Status


@transaction.atomic
def create(
    name: str, *, flow: dict | None = None, note: str = "", made_of: str = "", by: User | None
) -> Scenario:
    """Raises InvalidFlow, ScenarioNameTaken."""
    read = reading.parse(reading.EMPTY if flow is None else flow)
    scenario = Scenario(
        name=name.strip(), note=note, flow=read.as_json(), made_of=made_of, created_by_id=_id(by)
    )
    naming.save(scenario, ScenarioNameTaken)
    activity.record("scenario.created", scenario, by=by, name=scenario.name)
    return scenario


@transaction.atomic
def copy(scenario: Scenario, *, by: User | None) -> Scenario:
    """A draft with the same flow, and a name that is free. Its steps keep their ids."""
    name = naming.of_copy(scenario.name, Scenario, longest=Scenario.NAME_LENGTH)
    return create(name, flow=scenario.flow, note=scenario.note, made_of=scenario.made_of, by=by)


@transaction.atomic
def write(scenario: Scenario, flow: dict, *, revision: int, by: User | None) -> Scenario:
    """Change the draft, as it was at `revision`. What runs stays as it is until it is published.

    Raises InvalidFlow; ScenarioChanged if somebody else was first; WrongStatus of an archived one.
    """
    read = reading.parse(flow)
    rows = Scenario.objects.kept().filter(pk=scenario.pk, revision=revision)
    is_written = rows.update(flow=read.as_json(), revision=F("revision") + 1, changed_at=timezone.now())
    scenario.refresh_from_db()
    if scenario.status == Status.ARCHIVED:
        raise WrongStatus(status=scenario.get_status_display())
    if not is_written:
        raise ScenarioChanged(name=scenario.name)
    return scenario


@transaction.atomic
def rename(scenario: Scenario, name: str, *, note: str, by: User | None) -> Scenario:
    """Raises ScenarioNameTaken."""
    before, scenario.name, scenario.note = scenario.name, name.strip(), note
    naming.save(scenario, ScenarioNameTaken, fields=["name", "note"])
    activity.record("scenario.renamed", scenario, by=by, before=before, after=scenario.name)
    return scenario


@transaction.atomic
def publish(scenario: Scenario, *, revision: int, moves: bool = False, by: User | None) -> Version:
    """Let the draft run from now on. With `moves` those inside go on in the new version, else in theirs.

    Raises NotReady with what must be mended, ScenarioChanged, WrongStatus of an archived one.
    """
    held = Scenario.objects.select_for_update(no_key=True).get(pk=scenario.pk)  # people may enter meanwhile
    if held.status == Status.ARCHIVED:
        raise WrongStatus(status=held.get_status_display())
    if held.revision != revision:
        raise ScenarioChanged(name=held.name)
    flow = reading.parse(held.flow)
    if faults := [finding for finding in checking.findings(flow, scenario=held) if finding.stops]:
        raise NotReady(findings=" ".join(finding.text for finding in faults))
    version = _new_version(held, by)
    _install(held, version, flow, moves=moves)
    activity.record("scenario.published", held, by=by, version=version.number, moves=moves)
    scenario.refresh_from_db()
    return version


@transaction.atomic
def pause(scenario: Scenario, *, by: User | None) -> None:
    """Nobody is led on, and nothing is sent; who would enter meanwhile does enter and waits."""
    _move(scenario, Status.RUNNING, to=Status.PAUSED, paused_at=timezone.now())
    despite_deadlocks(lambda: leaving.put_back(Entry.objects.real().filter(scenario=scenario)))
    activity.record("scenario.paused", scenario, by=by)


@transaction.atomic
def resume(scenario: Scenario, *, by: User | None) -> None:
    """Go on. What fell due meanwhile is asked again whether it is still true before anything is sent."""
    _move(scenario, Status.PAUSED, to=Status.RUNNING, paused_at=None)
    held = Entry.objects.filter(scenario=scenario, held_at__isnull=False)
    held.update(due_at=F("held_at"), held_at=None)
    activity.record("scenario.resumed", scenario, by=by)
    board.call(KIND)
    board.call(queueing.KIND)
    board.call(NOTICES)


@transaction.atomic
def archive(scenario: Scenario, *, by: User | None) -> int:
    """End it for good: nobody enters, who is inside leaves. How many those were."""
    _move(scenario, Status.DRAFT, Status.RUNNING, Status.PAUSED, to=Status.ARCHIVED)
    listening.renew()
    inside = Entry.objects.filter(scenario=scenario)
    stopped = despite_deadlocks(lambda: leaving.leave(inside, Entry.Reason.STOPPED))
    activity.record("scenario.archived", scenario, by=by, people=stopped)
    return stopped


def _new_version(scenario: Scenario, by: User | None) -> Version:
    number = scenario.version.number + 1 if scenario.version else 1
    version = Version(scenario=scenario, number=number, flow=scenario.flow, published_by_id=_id(by))
    version.save()
    return version


def _install(scenario: Scenario, version: Version, flow: reading.Flow, *, moves: bool) -> None:
    """Write what the version's people will need, and let it run; a paused scenario stays paused."""
    freezing.freeze(version, flow)
    if moves:
        despite_deadlocks(lambda: moving.move(scenario, version))
    status = Status.PAUSED if scenario.status == Status.PAUSED else Status.RUNNING
    Scenario.objects.filter(pk=scenario.pk).update(version=version, status=status)
    listening.renew()
    board.call(KIND)


def _move(scenario: Scenario, *before: str, to: str, **fields: object) -> None:
    rows = Scenario.objects.filter(pk=scenario.pk, status__in=before)
    if not rows.update(status=to, **fields):
        scenario.refresh_from_db()
        raise WrongStatus(status=scenario.get_status_display())
    scenario.refresh_from_db()


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
