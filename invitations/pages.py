"""What the pages of entry points show: the link rate, the steps, what of a comparison can be said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise

from friends import charts
from friends.charts import Chart
from invitations import counting, funnels, offers, significance, starts, words
from invitations.forms import PERIODS
from invitations.funnels import Day, Key, Steps
from invitations.models import EntryPoint, Invitation
from invitations.rates import Rate
from invitations.significance import Sample, Verdict

STEPS = ("views", "starts", "completions")


@dataclass(frozen=True)
class Row:
    """One entry point in the table; `entry_point` is None for links that were made at none."""

    entry_point: EntryPoint | None
    name: str | Promise
    steps: Steps
    linked: tuple[int, int]


@dataclass(frozen=True)
class Result:
    """One invitation since the comparison began. The first has no verdict: the others are held against it."""

    invitation: Invitation
    steps: Steps
    sample: Sample
    interval: tuple[float, float] | None
    verdict: Verdict | None

    @property
    def is_better(self) -> bool | None:
        """None while nothing is known."""
        return self.verdict.is_better if self.verdict and self.verdict.is_different else None


def rows(found: dict[Key, Steps], rate: Rate) -> list[Row]:
    """Every entry point that is open or where anything happened; what was made at none comes last."""
    known = {each.code: each for each in EntryPoint.objects.all()}
    sums = funnels.by_entry(found, known.values())
    shown = [
        Row(each, str(each), sums[code], rate.by_entry.get(code, (0, 0)))
        for code, each in known.items()
        if each.archived_at is None or sums[code] != Steps() or code in rate.by_entry
    ]
    others = [code for code in sums.keys() | rate.by_entry.keys() if code not in known]
    named = [
        Row(None, code or words.OTHER, sums.get(code, Steps()), rate.by_entry.get(code, (0, 0)))
        for code in sorted(others, reverse=True)
    ]
    return shown + named


def periods(first: date, last: date) -> list[tuple[int, date, bool]]:
    """The usual choices: how many days, since when, and whether that is what is shown."""
    today = counting.today()
    starts_ = [(days, today - timedelta(days=days - 1)) for days in PERIODS]
    return [(days, since, (since, today) == (first, last)) for days, since in starts_]


def rate_chart(days: dict[date, Rate]) -> Chart | None:
    """The two rates in tenths of a per cent."""
    lines = {
        day: {"friends": _tenths(rate.of_friends), "customers": _tenths(rate.of_customers)}
        for day, rate in days.items()
    }
    return charts.draw(_without_gaps(lines), ["friends", "customers"])


def step_charts(days: list[Day]) -> list[tuple[str, int, Chart | None]]:
    """Each step on a scale of its own, with its sum: views would hide links on a common one."""
    return [
        (
            name,
            sum(getattr(day, name) for day in days),
            charts.draw({day.day: {name: getattr(day, name)} for day in days}, [name]),
        )
        for name in STEPS
    ]


def results(entry_point: EntryPoint) -> list[Result]:
    """The comparison under way: invitations that take turns, since the day the newest of them began."""
    shown = list(entry_point.invitations.shown())
    if len(shown) < 2:
        return []
    since = max(invitation.shown_since for invitation in shown).astimezone(counting.zone()).date()
    found = funnels.of_period(since, counting.today())
    steps = [found.get((entry_point.code, invitation.code), Steps()) for invitation in shown]
    samples = [Sample(each.views or 0, each.completions) for each in steps]
    verdicts = [significance.judge(samples[0], each, comparisons=len(shown) - 1) for each in samples[1:]]
    return [
        Result(invitation, step, sample, significance.interval(sample), verdict)
        for invitation, step, sample, verdict in zip(shown, steps, samples, [None, *verdicts], strict=True)
    ]


def by_invitation(entry_point: EntryPoint, found: dict[Key, Steps]) -> list[tuple[Invitation, Steps]]:
    """Every invitation there was, the newest first, with its steps of the period."""
    every = entry_point.invitations.order_by("-pk")
    return [(each, found.get((entry_point.code, each.code), Steps())) for each in every]


def previews(invitations: Iterable[Invitation]) -> list[tuple[Invitation, str]]:
    """With the colour in which its button's label is read best."""
    return [(each, offers.ink_on(each.colour)) for each in invitations]


def use(entry_point: EntryPoint) -> dict:
    """What is to be put where people are asked."""
    code = entry_point.code
    return {
        "address": starts.address(code),
        "snippet": starts.snippet(code),
        "postback": starts.postback(code),
        "word": starts.word(),
        "standard": offers.standard(entry_point),
    }


def _tenths(share: float | None) -> int | None:
    return None if share is None else round(share * 1000)


def _without_gaps(lines: dict[date, dict[str, int | None]]) -> dict[date, dict[str, int | None]]:
    """A day that is not kept breaks the line."""
    if not lines:
        return {}
    first, last = min(lines), max(lines)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {day: lines.get(day, {"friends": None, "customers": None}) for day in every}
