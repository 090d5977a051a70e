"""The tables of broadcasts, by what they are about."""

from broadcasts.models.approving import ApprovalMail, ApprovalRules, Comment, Review, Stage, Turn, Version
from broadcasts.models.broadcast import Broadcast, BroadcastQuerySet
from broadcasts.models.checking import Inspection
from broadcasts.models.choosing import SplitTest, Variant
from broadcasts.models.results import Insight, Outcome
from broadcasts.models.sending import Batch, PlatformSend, PlatformSendQuerySet
from broadcasts.models.status import FollowUp
from broadcasts.models.testing import Tester, TestSend
from broadcasts.models.timing import SendingRules, Series, SeriesDate
from broadcasts.models.tracking import LinkClick, LinkClickQuerySet, LinkDefaults, MarkedHost, TrackedLink

__all__ = [
    "ApprovalMail",
    "ApprovalRules",
    "Batch",
    "Broadcast",
    "BroadcastQuerySet",
    "Comment",
    "Insight",
    "FollowUp",
    "Inspection",
    "LinkClick",
    "LinkClickQuerySet",
    "LinkDefaults",
    "MarkedHost",
    "Outcome",
    "PlatformSend",
    "PlatformSendQuerySet",
    "Review",
    "SendingRules",
    "Series",
    "SeriesDate",
    "SplitTest",
    "Stage",
    "TestSend",
    "Tester",
    "TrackedLink",
    "Turn",
    "Variant",
    "Version",
]
