"""Audiences: LINE's own lists of people, with the jobs that fill them.

Source: https://developers.line.biz/en/docs/messaging-api/using-audience/
"""

from dataclasses import dataclass, field

from line.simulator.channels import Channel
from line.simulator.exchange import Refusal
from line.simulator.inboxes import Accepted

DAY = 24 * 3600
KEPT_FOR = 180 * DAY
GONE_AFTER = KEPT_FOR + 30 * DAY
SHOWN_JOBS = 50
SMALLEST_CLICK_AUDIENCE = 50
HIDDEN_BELOW = 20
OWN_LISTS = ("UPLOAD", "CHAT_TAG")


class AudienceRefusal(Refusal):
    """400 with one of LINE's names for what is wrong with a call about audiences."""

    def __init__(self, name: str, path: str = ""):
        detail = {"message": name} | ({"property": path} if path else {})
        super().__init__(400, "The request body has 1 error(s)", [detail])


@dataclass
class Job:
    """Adds people: queued, then working, then done, by the clock."""

    id: int
    description: str
    created: float
    works_from: float
    done_at: float
    user_ids: set[str]
    count: int

    def status(self, now: float) -> str:
        if now >= self.done_at:
            return "FINISHED"
        return "WORKING" if now >= self.works_from else "QUEUED"


@dataclass
class Audience:
    """`owner` is who shared it in the Business Manager; None for the channel's own.

    A click or impression audience reads its people from `request`, which `ready_at` says when LINE has done.
    """

    id: int
    kind: str
    description: str
    created: float
    create_route: str = "MESSAGING_API"
    is_ifa: bool = False
    owner: dict | None = None
    request: Accepted | None = None
    click_url: str | None = None
    ready_at: float = 0.0
    jobs: list[Job] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)

    @property
    def is_restricted(self) -> bool:
        """Whether LINE asks for 50 people before it sends to it: for all but the account's own lists."""
        return self.kind not in OWN_LISTS or self.owner is not None

    def members(self, now: float) -> set[str]:
        """Those whom finished jobs have added, or who clicked or looked. Nobody is ever taken out."""
        if self.request is not None:
            return self._audience_of(self.request) if now >= self.ready_at else set()
        for job in self.jobs:
            if job.user_ids and now >= job.done_at:
                self.listed |= job.user_ids
                job.user_ids = set()
        return self.listed

    def status(self, now: float) -> str:
        if now >= self.created + KEPT_FOR:
            return "EXPIRED"
        if self.request is not None and len(self.members(now)) < SMALLEST_CLICK_AUDIENCE:
            return "IN_PROGRESS" if now < self.ready_at + DAY else "FAILED"
        is_filled = any(now >= job.done_at for job in self.jobs) or not self.jobs and self.members(now)
        return "READY" if self.request is not None or is_filled else "IN_PROGRESS"

    def running_jobs(self, now: float) -> int:
        return sum(now < job.done_at for job in self.jobs)

    def described(self, now: float) -> dict:
        status = self.status(now)
        failed = {"failedType": "AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT"} if status == "FAILED" else {}
        return self.created_as() | {
            "status": status,
            **failed,
            "audienceCount": self._shown_count(now),
            "isIfaAudience": self.is_ifa,
            "permission": "READ_WRITE" if self.owner is None else "READ",
            "createRoute": self.create_route,
        }

    def created_as(self) -> dict:
        """What the answer to its creation says."""
        facts = {
            "audienceGroupId": self.id,
            "type": self.kind,
            "description": self.description,
            "created": int(self.created),
        }
        if self.request is not None:
            facts["requestId"] = self.request.request_id
        return facts | ({"clickUrl": self.click_url} if self.click_url else {})

    def described_jobs(self, now: float) -> list[dict]:
        """The last fifty, newest first."""
        return [
            {
                "audienceGroupJobId": job.id,
                "audienceGroupId": self.id,
                "description": job.description,
                "type": "DIFF_ADD",
                "jobStatus": job.status(now),
                "audienceCount": job.count,
                "created": int(job.created),
            }
            for job in self.jobs[: -SHOWN_JOBS - 1 : -1]
        ]

    def _shown_count(self, now: float) -> int:
        count = len(self.members(now))
        return count if self.kind in OWN_LISTS or count >= HIDDEN_BELOW else 0

    def _audience_of(self, request: Accepted) -> set[str]:
        if self.kind == "IMP":
            return request.opened
        clicked = (
            people.keys() for (_, url), people in request.clicks.items() if self.click_url in (None, url)
        )
        return set().union(*clicked)


def find(channel: Channel, audience_id: object, now: float) -> Audience:
    """Refused when there is none, or it has been gone since a month after it expired."""
    audience = channel.audiences.get(audience_id) if type(audience_id) is int else None
    if audience is None or now >= audience.created + GONE_AFTER:
        raise AudienceRefusal("AUDIENCE_GROUP_NOT_FOUND", "audienceGroupId")
    return audience


def add(channel: Channel, audience: Audience) -> None:
    channel.audiences[audience.id] = audience


def new_id(channel: Channel) -> int:
    """One that was never given out before."""
    channel.last_audience_id = 1 + max(channel.last_audience_id, *channel.audiences, 0)
    return channel.last_audience_id
