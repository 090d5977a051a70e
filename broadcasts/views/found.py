"""What the pages of one broadcast share."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.errors import AppError
from accounts.http import Request
from broadcasts import forecasts
from broadcasts.choosing import variants
from broadcasts.choosing.errors import in_words
from broadcasts.models import Broadcast
from broadcasts.timing.recurrence import Rule
from campaigns.models import Campaign


def get(pk: int) -> Broadcast:
    return get_object_or_404(Broadcast.objects.select_related("segment").defer("audience", "body"), pk=pk)


def carry_out(request: Request, found: Broadcast, command: Callable) -> HttpResponse:
    """Carry out a command and show the broadcast; a refusal is shown there."""
    try:
        done = command(found, by=request.user)
        return redirect(done if isinstance(done, Broadcast) else found)
    except AppError as error:
        messages.error(request, error.message)
        return redirect(found)


def forecast_of(
    found: Broadcast, at: datetime | None = None, rule: Rule | None = None, *, campaign: Campaign | None
) -> dict:
    """What `broadcasts/forecast.html` shows; the plan says how long LINE takes to find people itself.

    The broadcast need not be saved, nor belong to the campaign yet. `rule` is by which it would repeat from
    `at` on.
    """
    estimate = forecasts.estimate(found, at)
    is_most = not forecasts.is_exact(found.segment)
    is_personal = variants.wishes(found)["personal"]
    way = Broadcast.Method.PUSH if is_personal else Broadcast.Method.MULTICAST
    return {
        "forecast": forecasts.of_broadcast(
            found, at, people=estimate.people, again=forecasts.more_times(rule, at)
        ),
        "is_most": is_most,
        "left_out": in_words(estimate.left_out),
        "sending": None if is_most else forecasts.sending(estimate.people, way),
        "messaged_today": forecasts.messaged_today(found.segment),
        "refusal": forecasts.refusal(found, at),
        "budget_refusal": forecasts.budget_refusal(found, estimate.people, at, campaign),
    }
