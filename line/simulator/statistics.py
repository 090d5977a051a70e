"""What the channel was asked and how fast: for benchmarks and for tests of the pace."""

from array import array
from collections import defaultdict

from line.simulator.channels import Channel


def summary(channel: Channel) -> dict:
    """Requests by endpoint and status, accepted sends with their first and last time, the fastest second, and
    the messages billed. Times are this machine's monotonic clock, in seconds."""
    times = channel.accepted_times
    return {
        "by_endpoint": _by_endpoint(channel),
        "accepted": {kind: len(moments) for kind, moments in times.items()},
        "first_accepted_at": min((moments[0] for moments in times.values()), default=None),
        "last_accepted_at": max((moments[-1] for moments in times.values()), default=None),
        "max_per_second": {kind: busiest_second(moments) for kind, moments in times.items()},
        "billed": sum(channel.billed_in.values()),
    }


def busiest_second(moments: array) -> int:
    """The most moments within any window of one second."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def _by_endpoint(channel: Channel) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for (endpoint, status), number in channel.statuses.items():
        counts[endpoint][str(status)] = number
    return counts
