"""What came of a scenario, in all and step by step, of all versions or of one."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.models import User
from scenarios.flow import reading
from scenarios.flow.base import Step
from scenarios.flow.reading import Flow
from scenarios.models import Entry, Scenario, Send, Version
from scenarios.results import booked, counts, held_out, opening, orders
from scenarios.results.held_out import Compared
from scenarios.results.opening import Opened
from scenarios.results.orders import Ordered

WAYS = ("line", "mail", "notice")


@dataclass(frozen=True)
class Way:
    """What went by LINE, by mail or as notification messages, and what followed. `clicked` counts people."""

    sent: int = 0
    clicked: int | None = None
    clicks: int = 0
    goals: int = 0
    ordered: Ordered = field(default_factory=Ordered)
    cost: Decimal | None = None  # as the reader sees it; None if they see none

    def __add__(self, other: "Way") -> "Way":
        clicked = [each.clicked for each in (self, other) if each.clicked is not None]
        costs = [each.cost for each in (self, other) if each.cost is not None]
        return Way(
            self.sent + other.sent,
            sum(clicked) if clicked else None,
            self.clicks + other.clicks,
            self.goals + other.goals,
            self.ordered.plus(other.ordered),
            sum(costs, Decimal(0)) if costs else None,
        )


@dataclass(frozen=True)
class StepFigures:
    """One step. `depth` is how deep it stands; `became` says what came of it (`sent`, `capped`, …)."""

    id: str
    step: Step | None  # None: no longer in the flow that is looked at
    depth: int
    entered: int
    inside: int
    ways: Counter[str]
    became: Counter[str]
    left: Counter[str]
    refused: int
    unknown: int
    opened: Opened | None  # of steps that send by LINE
    by: dict[str, Way]

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Why people left the scenario from here."""
        return in_words(self.left)

    @property
    def sends(self) -> bool:
        return bool(self.by)

    @property
    def all(self) -> Way:
        return sum(self.by.values(), Way())


@dataclass(frozen=True)
class Figures:
    """Of a whole scenario. `days` is for how long after a message orders and the goal count."""

    scenario: Scenario
    version: Version | None
    flow: Flow
    days: int
    entered: int
    inside: int
    goals: int
    ended: Counter[str]
    steps: list[StepFigures]
    compared: Compared | None

    @property
    def by(self) -> dict[str, Way]:
        """Sums over the steps by way, of ways that were used."""
        sums = {way: sum((each.by[way] for each in self.steps if way in each.by), Way()) for way in WAYS}
        return {way: found for way, found in sums.items() if found.sent or found.goals}

    @property
    def all(self) -> Way:
        return sum((each.all for each in self.steps), Way())

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Why people are out, as code, in words and how many, most first."""
        return in_words(self.ended)


def in_words(left: Counter[str]) -> list[tuple[str, str, int]]:
    labels = dict(Entry.Reason.choices)
    return [(code, str(labels.get(code, code)), count) for code, count in left.most_common() if count]


def of(scenario: Scenario, version: Version | None = None, *, user: User | None = None) -> Figures:
    """In some twelve queries, however many people and steps. Without a user nothing is said of cost.

    What a version cost is its share of what the step cost, by messages: the ledger books by step.
    """
    flow = reading.parse((version or scenario.version or scenario).flow)
    goal = flow.goal
    days = goal.within_days if goal else orders.DAYS
    people = counts.people(scenario, version)
    splits = [step.id for _path, step in flow.walk() if getattr(step, "holdout_percent", 0)]
    read = _Read(scenario, version, days, booked.of(scenario, user))
    known = {step.id: (step, path.count("ways")) for path, step in flow.walk()}
    gone = (people.entered.keys() | read.sent.keys()) - known.keys() - {""}
    return Figures(
        scenario,
        version,
        flow,
        days,
        entered=sum(people.inside.values()) + sum(sum(each.values()) for each in people.left.values()),
        inside=sum(people.inside.values()),
        goals=people.goals,
        ended=sum(people.left.values(), Counter()),
        steps=[
            *(_step(id_, step, depth, people, read) for id_, (step, depth) in known.items()),
            *(_step(id_, None, 0, people, read) for id_ in sorted(gone)),
        ],
        compared=held_out.compared(scenario, version, goal=goal, splits=splits),
    )


class _Read:
    """What the steps' figures are made of, read at once."""

    def __init__(
        self,
        scenario: Scenario,
        version: Version | None,
        days: int,
        costs: dict[tuple[str, bool], Decimal] | None,
    ) -> None:
        self.sent = counts.sent(scenario, version)
        self.of_all = counts.sent(scenario, None) if version else self.sent
        self.mailed = counts.mailed(scenario, version)
        self.noticed = counts.noticed(scenario, version)
        self.clicked = counts.clicked(scenario, version)
        self.reached = counts.reached(scenario, version)
        self.ordered = orders.of(scenario, version, days=days)
        self.opened = opening.of(scenario, version)
        self.costs = costs

    def ways(self, step: str) -> dict[str, Way]:
        """Those by which the step sent anything, or LINE if it might have."""
        found = {}
        if self.sent.get(step):
            people, clicks = self.clicked.get(step, (0, 0))
            sent = self.sent[step][Send.State.ACCEPTED]
            found["line"] = self._way(step, "line", sent, people, clicks, self._cost(step, sent))
        if mailed := self.mailed.get(step):
            cost = None if self.costs is None else Decimal(0)
            found["mail"] = self._way(step, "mail", mailed.sent, mailed.clicked, mailed.clicks, cost)
        if noticed := self.noticed.get(step):
            cost = None if self.costs is None else self.costs.get((step, True), Decimal(0))
            found["notice"] = self._way(step, "notice", noticed["delivered"], None, 0, cost)
        return found

    def _way(
        self, step: str, way: str, sent: int, clicked: int | None, clicks: int, cost: Decimal | None
    ) -> Way:
        ordered = self.ordered.get((step, way), Ordered())
        return Way(sent, clicked, clicks, self.reached.get((step, way), 0), ordered, cost)

    def _cost(self, step: str, sent: int) -> Decimal | None:
        if self.costs is None:
            return None
        whole = self.costs.get((step, False), Decimal(0))
        of_all = self.of_all[step][Send.State.ACCEPTED]
        return whole * sent / of_all if of_all else whole


def _step(id_: str, step: Step | None, depth: int, people: counts.People, read: _Read) -> StepFigures:
    states = read.sent.get(id_, Counter())
    return StepFigures(
        id=id_,
        step=step,
        depth=depth,
        entered=people.entered[id_],
        inside=people.inside[id_],
        ways=people.ways[id_],
        became=people.became[id_],
        left=people.left[id_],
        refused=states[Send.State.REJECTED],
        unknown=states[Send.State.UNKNOWN],
        opened=read.opened.get(id_, Opened()) if states[Send.State.ACCEPTED] else None,
        by=read.ways(id_),
    )
