"""What people say to each other about a broadcast before it leaves."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from broadcasts.approving import mails
from broadcasts.models import Broadcast, Comment


@dataclass(frozen=True)
class Thread:
    """A comment and what was answered, with who said each; `who` is None for a program."""

    comment: Comment
    who: User | None
    settler: User | None
    answers: list[tuple[Comment, User | None]]


def threads(broadcast: Broadcast) -> list[Thread]:
    """All that was said, open ones first, each with its answers; three queries at most."""
    said = list(broadcast.comments.all())
    people = User.objects.in_bulk({pk for each in said for pk in (each.by_id, each.settled_by_id) if pk})
    first = [each for each in said if each.answers_id is None]
    return [
        Thread(
            comment,
            people.get(comment.by_id),
            people.get(comment.settled_by_id),
            [(each, people.get(each.by_id)) for each in said if each.answers_id == comment.pk],
        )
        for comment in sorted(first, key=lambda each: each.settled_at is not None)
    ]


@transaction.atomic
def say(broadcast: Broadcast, text: str, *, by: User | None, bubble: int | None = None) -> Comment:
    """Say something about a broadcast as it is now, or about one of its bubbles (from 1).

    Its author is mailed, and who has said something before.
    """
    return _say(broadcast, text, by, bubble=bubble)


@transaction.atomic
def answer(comment: Comment, text: str, *, by: User | None) -> Comment:
    """Answer a comment, or one of its answers: they stand below the same one."""
    about = comment.answers or comment
    return _say(comment.broadcast, text, by, bubble=about.bubble, answers=about)


@transaction.atomic
def settle(comment: Comment, *, by: User | None, is_settled: bool = True) -> Comment:
    """Note that there is nothing left to do about it, or that there is again."""
    comment.settled_at = timezone.now() if is_settled else None
    comment.settled_by_id = getattr(by, "pk", None) if is_settled else None
    comment.save(update_fields=["settled_at", "settled_by_id"])
    verb = "settled" if is_settled else "reopened"
    activity.record(f"comment.{verb}", comment.broadcast, by=by, comment=comment.pk)
    return comment


def _say(broadcast: Broadcast, text: str, by: User | None, **where: object) -> Comment:
    comment = Comment.objects.create(
        broadcast=broadcast, version=broadcast.version, text=text, by_id=getattr(by, "pk", None), **where
    )
    mails.owe_comment(comment)
    activity.record("comment.added", broadcast, by=by, comment=comment.pk, version=broadcast.version)
    return comment
