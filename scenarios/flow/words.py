"""A flow and its steps in sentences, in the language that is active."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from broadcasts.models import Broadcast
from chats import people
from composing import phone
from composing.variables import VARIABLE
from coupons.models import Coupon
from friends.models import FriendField, Tag
from prizes.models import Lottery, PointCampaign
from scenarios.flow import choosing
from scenarios.flow.base import Step
from scenarios.flow.reading import Exit, Flow, Goal, Manners, Reentry
from scenarios.models import Scenario
from segments import tree
from segments.types import occurrences

MINUTES_OF_AN_HOUR, MINUTES_OF_A_DAY = 60, 60 * 24
SHORT = 60  # characters of a message that its sentence quotes


@dataclass
class Known:
    """What the steps of a flow name, looked up at once. What is not there any more is not in it."""

    tags: dict[int, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    scenarios: dict[int, str] = field(default_factory=dict)
    users: dict[int, str] = field(default_factory=dict)
    rewards: dict[tuple[str, int], str] = field(default_factory=dict)  # by kind and number
    labels: dict[str, str] = field(default_factory=dict)  # of types of events
    names: dict[str, str] = field(default_factory=dict)  # of products
    dates: dict[str, str] = field(default_factory=dict)
    trees: dict[str, str] = field(default_factory=dict)  # by path


@dataclass(frozen=True)
class Said:
    """The sentences of a flow; `steps` by id. `condition` is "" where everybody may come in."""

    trigger: str
    condition: str
    reentry: str
    exits: list[str]
    goal: str
    manners: str
    steps: dict[str, str]
    conditions: dict[tuple[str, str], str]  # of the paths of branches, by step and path


def of_flow(flow: Flow) -> Said:
    """As many queries for many steps as for a few."""
    known = look_up(flow)
    return Said(
        trigger=flow.trigger.words() if flow.trigger else _("Nothing lets people in yet."),
        condition=known.trees.get("condition", ""),
        reentry=of_reentry(flow.reentry),
        exits=[of_exit(each, known) for each in flow.exits],
        goal=of_goal(flow.goal, known) if flow.goal else "",
        manners=of_manners(flow.manners),
        steps={step.id: of_step(step, known) for _path, step in flow.walk()},
        conditions={
            (step.id, path["key"]): _path_words(path, known, step.id)
            for _path, step in flow.walk()
            if step.type == "branch"
            for path in _values(step)["paths"]
        },
    )


def look_up(flow: Flow) -> Known:
    """What the words of a flow need to know; one query for each kind of thing that it names."""
    steps = [(step.type, _values(step)) for _path, step in flow.walk()]
    filters = [*(each.where for each in flow.exits), flow.goal.where if flow.goal else None]
    filters += [values["where"] for type_, values in steps if type_ == "await"]
    filters += [
        path.get("context") for type_, values in steps if type_ == "branch" for path in values["paths"]
    ]
    events = {each.event for each in flow.exits if each.event} | ({flow.goal.event} if flow.goal else set())
    events |= {values["event"] for type_, values in steps if type_ == "await"}
    return Known(
        tags=_tags(_all(steps, "tag", "add", "remove")),
        fields=_fields(_all(steps, "field", "field")),
        scenarios=_scenarios(_all(steps, "scenario", "scenario")),
        rewards=_rewards(steps),
        users=people.names(_all(steps, "notify", "users")),
        labels=occurrences.labels_of(events),
        names=occurrences.names_in(filters),
        dates=_dates(any(type_ == "wait" and values["date"] for type_, values in steps)),
        trees=_trees(flow),
    )


def of_step(step: Step, known: Known) -> str:
    """What a step does, without its name."""
    write = STEPS.get(step.type)
    return write(_values(step), known) if write else step.words()


def of_reentry(reentry: Reentry) -> str:
    said = {
        "never": _("Each person comes in once."),
        "after_days": _("Who has left may come in again after %(days)s days.") % {"days": reentry.days},
        "always": _("Who has left may come in again whenever it happens."),
    }[reentry.mode]
    return f"{said} {_('Each product counts by itself.')}" if reentry.per_subject else said


def of_exit(exit_: Exit, known: Known) -> str:
    if exit_.type != "event" or exit_.event is None:
        return str(choosing.EXITS[exit_.type])
    event = _event(exit_.event, exit_.where, known)
    return _("%(event)s, about the same product") % {"event": event} if exit_.same_subject else event


def of_goal(goal: Goal, known: Known) -> str:
    said = {"event": _event(goal.event, goal.where, known), "days": goal.within_days}
    text = _("%(event)s within %(days)s days") % said
    return text if goal.ends else _("%(goal)s; who reaches it stays in") % {"goal": text}


def of_manners(manners: Manners) -> str:
    nature = dict(Broadcast.Nature.choices)[manners.nature]
    said = [_("%(nature)s, priority %(priority)s") % {"nature": nature, "priority": manners.priority}]
    said += [_("also in the quiet hours")] if manners.ignores_quiet_hours else []
    said += [_("also above the frequency cap")] if manners.ignores_cap else []
    return _(", ").join(said)


def duration(minutes: int) -> str:
    """3 days, 1 hour, 90 minutes: in the largest unit that fits."""
    if minutes % MINUTES_OF_A_DAY == 0:
        days = minutes // MINUTES_OF_A_DAY
        return _("1 day") if days == 1 else _("%(count)s days") % {"count": days}
    if minutes % MINUTES_OF_AN_HOUR == 0:
        hours = minutes // MINUTES_OF_AN_HOUR
        return _("1 hour") if hours == 1 else _("%(count)s hours") % {"count": hours}
    return _("1 minute") if minutes == 1 else _("%(count)s minutes") % {"count": minutes}


def _wait(values: dict, known: Known) -> str:
    if values["minutes"] is not None:
        return duration(values["minutes"])
    if date := values["date"]:
        return _date(date, known)
    said = {"time": duration((values["days"] or 0) * MINUTES_OF_A_DAY), "at": values["at"]}
    if values["at"] is None:
        return said["time"]
    return _("%(time)s, then until %(at)s") % said if values["days"] else _("Until %(at)s") % said


def _date(date: dict, known: Known) -> str:
    days, at = date.get("days", 0), date.get("at", "10:00")
    said = {"count": abs(days), "date": known.dates.get(date["field"], date["field"]), "at": at}
    if days < 0:
        return _("Until %(count)s days before: %(date)s, at %(at)s") % said
    if days > 0:
        return _("Until %(count)s days after: %(date)s, at %(at)s") % said
    return _("Until the day: %(date)s, at %(at)s") % said


def _await(values: dict, known: Known) -> str:
    minutes = values["minutes"] or values["days"] * MINUTES_OF_A_DAY
    said = {"event": _event(values["event"], values["where"], known), "time": duration(minutes)}
    return _("%(event)s, for up to %(time)s") % said


def _branch(values: dict, known: Known) -> str:
    return " / ".join(path["name"] for path in values["paths"])


def _split(values: dict, known: Known) -> str:
    said = [f"{path['name']} {path['percent']:g}%" for path in values["paths"]]
    if values["holdout_percent"]:
        said.append(_("hold-out %(percent)s%%") % {"percent": f"{values['holdout_percent']:g}"})
    return " / ".join(said)


def _send(values: dict, known: Known) -> str:
    said = [] if values["by"] == "line" else [f"{choosing.BY[values['by']]}:"]
    if messages := values["messages"]:
        said.append(_quoted(phone.notice(messages[-1])))
        said += [_("+%(count)s more") % {"count": len(messages) - 1}] if len(messages) > 1 else []
    elif values["mail"]:
        said.append(_quoted(values["mail"]["subject"]))
    else:
        said.append(_("No text yet"))
    return " ".join(said)


def _notice(values: dict, known: Known) -> str:
    if values["kind"] == "template":
        return _("LINE’s template %(key)s") % {"key": values["template_key"] or "–"}
    messages = values["messages"]
    return _quoted(phone.notice(messages[-1])) if messages else _("No text yet")


def _tag(values: dict, known: Known) -> str:
    said = []
    for name, text in (("add", _("put on: %(tags)s")), ("remove", _("take off: %(tags)s"))):
        if values[name]:
            names = [known.tags.get(pk) or _("deleted tag") for pk in values[name]]
            said.append(text % {"tags": _(", ").join(names)})
    return _("; ").join(said)


def _field(values: dict, known: Known) -> str:
    name = known.fields.get(values["field"], values["field"])
    if values["add"] is not None:
        return _("%(field)s: %(value)s") % {"field": name, "value": f"{values['add']:+g}"}
    if values["value"] is None:
        return _("%(field)s is emptied") % {"field": name}
    return _("%(field)s: %(value)s") % {"field": name, "value": values["value"]}


def _menu(values: dict, known: Known) -> str:
    return values["menu"] or _("The one that everybody has")


def _enter(values: dict, known: Known) -> str:
    return known.scenarios.get(values["scenario"]) or _("a scenario that is gone")


def _reward(values: dict, known: Known) -> str:
    kind = values["kind"]
    name = known.rewards.get((kind, values[kind])) or _("deleted")
    return _("%(kind)s: %(name)s") % {"kind": choosing.REWARDS[kind], "name": name}


def _webhook(values: dict, known: Known) -> str:
    return values["url"]


def _notify(values: dict, known: Known) -> str:
    names = [known.users.get(pk, "–") for pk in values["users"]]
    return f"{_(', ').join(names)}: {_quoted(values['subject'])}"


def _nothing(values: dict, known: Known) -> str:
    return ""


STEPS: dict[str, Callable[[dict, Known], str]] = {
    "wait": _wait,
    "await": _await,
    "branch": _branch,
    "split": _split,
    "send": _send,
    "notice": _notice,
    "tag": _tag,
    "field": _field,
    "menu": _menu,
    "scenario": _enter,
    "reward": _reward,
    "webhook": _webhook,
    "notify": _notify,
    "end": _nothing,
}


def _path_words(path: dict, known: Known, id_: str) -> str:
    """Of what is true who takes a path of a branch."""
    said = [known.trees.get(f"{id_}.{path['key']}", "")]
    said += [occurrences.Filter(**each).words(known.names) for each in path.get("context") or ()]
    return _(", ").join(each for each in said if each)


def _event(event: str, where: list[dict] | None, known: Known) -> str:
    return occurrences.event_words(event, where, {"labels": known.labels, "names": known.names})


def _quoted(text: str) -> str:
    line = " ".join(VARIABLE.sub(lambda found: found[2] or found[1], text).split())
    return _("“%(text)s”") % {"text": line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"}


def _values(step: Step) -> dict[str, Any]:
    return {name: value for name, value in vars(step).items() if not name.startswith("_")}


def _all(steps: list[tuple[str, dict]], type_: str, *names: str) -> set:
    """The values of these names in all steps of a type; of lists, what is in them."""
    found: set = set()
    for values in (values for kind, values in steps if kind == type_):
        for name in names:
            value = values[name]
            found |= set(value) if isinstance(value, list) else {value} - {None}
    return found


def _tags(pks: Iterable[int]) -> dict[int, str]:
    return dict(Tag.objects.filter(pk__in=pks).values_list("pk", "name")) if pks else {}


def _fields(keys: Iterable[str]) -> dict[str, str]:
    return dict(FriendField.objects.in_use().filter(key__in=keys).values_list("key", "name")) if keys else {}


def _scenarios(pks: Iterable[int]) -> dict[int, str]:
    return dict(Scenario.objects.kept().filter(pk__in=pks).values_list("pk", "name")) if pks else {}


def _rewards(steps: list[tuple[str, dict]]) -> dict[tuple[str, int], str]:
    rows = {
        "coupon": Coupon.objects.all(),
        "lottery": Lottery.objects.all(),
        "points": PointCampaign.objects.all(),
    }
    found: dict[tuple[str, int], str] = {}
    for kind, named in ((kind, _all(steps, "reward", kind)) for kind in rows):
        names = rows[kind].filter(pk__in=named).values_list("pk", "name") if named else []
        found |= {(kind, number): name for number, name in names}
    return found


def _dates(are_named: bool) -> dict[str, str]:
    return {str(name): str(label) for name, label in choosing.dates_to_wait_for()} if are_named else {}


def _trees(flow: Flow) -> dict[str, str]:
    """The sentences of all trees in a flow: `condition`, and `<step>.<path>` of branches."""
    raw = {"condition": flow.condition} if flow.condition else {}
    for _path, step in flow.walk():
        if step.type == "branch":
            paths = _values(step)["paths"]
            raw |= {f"{step.id}.{path['key']}": path["when"] for path in paths if path.get("when")}
    nodes = [tree.parse(each) for each in raw.values()]
    return dict(zip(raw, tree.sentences(nodes), strict=True)) if nodes else {}
