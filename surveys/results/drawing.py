"""Winners of a survey: drawn fairly, once, so that anybody can check it afterwards.

A drawing is announced first: its seed is chosen, and only the seed's seal is shown. Drawing writes down who
takes part and who has won. Each entrant's lot is HMAC-SHA256 of the number of their response under the seed;
the lowest lots win. With the seed, shown from then on, and the numbers everybody comes to the same winners.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from heapq import nsmallest

from django.db import transaction
from django.db.models.functions import Now

from accounts import activity
from accounts.models import User
from surveys.models import Response, Survey, Winner, WinnerDraw
from surveys.results.errors import DrawnAlready, NobodyToDraw
from surveys.results.narrowing import rows

# One entry per friend, the first they finished; nobody who has blocked the account.
ENTRANTS = """
SELECT min(response.id) FROM surveys_response response
JOIN friends_friend friend ON friend.id = response.friend_id AND friend.status = 'friend'
WHERE response.survey_id = %s AND response.state = 'finished' AND (%s OR NOT EXISTS (
  SELECT 1 FROM surveys_winner winner JOIN surveys_winnerdraw earlier ON earlier.id = winner.draw_id
  JOIN surveys_response won ON won.id = winner.response_id
  WHERE earlier.survey_id = response.survey_id AND won.friend_id = response.friend_id))
GROUP BY response.friend_id ORDER BY 1"""


@transaction.atomic
def announce(
    survey: Survey, *, name: str, winner_count: int, may_win_again: bool = False, by: User | None
) -> WinnerDraw:
    """Choose a seed and show its seal; who takes part is decided only by `draw`."""
    seed = secrets.token_hex(32)
    made = WinnerDraw.objects.create(
        survey=survey,
        name=name,
        winner_count=winner_count,
        may_win_again=may_win_again,
        seed=seed,
        seal=hashlib.sha256(seed.encode()).hexdigest(),
        created_by_id=getattr(by, "pk", None),
    )
    activity.record("survey.draw_announced", made, by=by, survey=survey.pk, winners=winner_count)
    return made


@transaction.atomic
def draw(announced: WinnerDraw, *, by: User | None) -> WinnerDraw:
    """Fix the winners: fewer than announced if fewer take part. Raises DrawnAlready, NobodyToDraw."""
    Survey.objects.select_for_update().get(pk=announced.survey_id)  # two drawings must not draw one friend
    held = WinnerDraw.objects.select_for_update().get(pk=announced.pk)
    if held.drawn_at is not None:
        raise DrawnAlready
    taking_part = entrants(held)
    if not taking_part:
        raise NobodyToDraw
    finished = Response.objects.finished().filter(survey=held.survey_id).count()
    held.entrant_count, held.left_out_count = len(taking_part), finished - len(taking_part)
    held.entrants_seal = seal_of(taking_part)
    held.drawn_at, held.drawn_by_id = Now(), getattr(by, "pk", None)  # type: ignore[assignment]
    held.save(update_fields=["entrant_count", "left_out_count", "entrants_seal", "drawn_at", "drawn_by_id"])
    won = winners(held.seed, taking_part, held.winner_count)
    Winner.objects.bulk_create(
        Winner(draw=held, response_id=response, place=place) for place, response in enumerate(won, start=1)
    )
    activity.record("survey.winners_drawn", held, by=by, survey=held.survey_id, winners=len(won))
    held.refresh_from_db()
    return held


def entrants(announced: WinnerDraw) -> list[int]:
    """Numbers of the responses that take part at this moment, in rising order."""
    return [number for (number,) in rows(ENTRANTS, [announced.survey_id, announced.may_win_again])]


def winners(seed: str, responses: Iterable[int], count: int) -> list[int]:
    """The same for the same seed and responses, whatever their order; the first winner first."""
    return nsmallest(count, responses, key=lambda response: _lot(seed, response))


def seal_of(responses: Iterable[int]) -> str:
    """SHA-256 of the numbers in rising order, one a line."""
    return hashlib.sha256("\n".join(map(str, sorted(responses))).encode()).hexdigest()


def _lot(seed: str, response: int) -> bytes:
    return hmac.digest(seed.encode(), str(response).encode(), "sha256")
