"""The status board: friends by how they respond, what is planned for each class, and drafts to them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from broadcasts.leaves.naming import sent
from broadcasts.models import Broadcast, FollowUp
from broadcasts.status import balance, following, period, send
from broadcasts.status.responses import LABELS, Response
from broadcasts.views import found as shared

OFFERED = 50  # sends to choose from


class FollowUpForm(forms.Form):
    response = forms.ChoiceField(choices=LABELS.items())
    days = forms.TypedChoiceField(choices=[(n, n) for n in period.DAYS], coerce=int, required=False)
    broadcast = forms.ModelChoiceField(queryset=Broadcast.objects.none(), required=False)
    text = forms.CharField(max_length=5000, required=False, strip=True)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["broadcast"].queryset = sent()  # type: ignore[attr-defined]

    def clean(self) -> dict:
        """Of a send or of a period, not of both."""
        asked = super().clean() or {}
        if bool(asked.get("days")) == bool(asked.get("broadcast")):
            raise forms.ValidationError(_("Name a broadcast or a number of days."))
        return asked

    @property
    def whose(self) -> dict:
        asked = self.cleaned_data
        return {"broadcast": asked["broadcast"], "days": asked["days"] or None}


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def status_board(request: Request) -> HttpResponse:
    """Over the last days, beside as many before."""
    asked = request.GET.get("days", "30")
    if asked not in map(str, period.DAYS):
        raise Http404
    board = period.board(int(asked))
    context = {
        "board": board,
        "choices": period.DAYS,
        "classes": _with_plans(board.classes, FollowUp.objects.filter(days=board.days)),
        "moved": _matrix(board.moved),
        "columns": [LABELS[each.response] for each in board.classes],
        "sends": sent().defer("audience", "body", "messages")[:OFFERED],
        "whose": {"name": "days", "value": board.days},
    }
    return render(request, "broadcasts/status_board/period.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def status_of_send(request: Request, pk: int) -> HttpResponse:
    board = send.board(shared.get(pk))
    context = {
        "board": board,
        "broadcast": board.broadcast,
        "classes": _with_plans(board.classes, FollowUp.objects.filter(broadcast=pk)),
        "whose": {"name": "broadcast", "value": pk},
    }
    return render(request, "broadcasts/status_board/send.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def nature_balance(request: Request) -> HttpResponse:
    """How much of what is sent is promotion."""
    months = balance.months()
    context = {"months": months, "most": max(each.all_people for each in months)}
    context |= {"reactions": balance.reactions(), "natures": list(Broadcast.Nature)}
    return render(request, "broadcasts/status_board/balance.html", context)


@permission_required("broadcasts.add_broadcast", raise_exception=True)
@require_POST
def follow_up(request: Request) -> HttpResponse:
    """Keep what is planned for a class; with `draft` also write the draft that goes to it."""
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        raise Http404
    response, whose = Response(form.cleaned_data["response"]), form.whose
    following.plan(response, form.cleaned_data["text"], by=request.user, **whose)
    if "draft" in request.POST:
        try:
            return redirect("broadcast_edit", following.draft(response, by=request.user, **whose).pk)
        except AppError as error:
            messages.error(request, error.message)
    else:
        messages.success(request, _("The plan is kept."))
    return _back(whose)


def _back(whose: dict) -> HttpResponse:
    if whose["broadcast"]:
        return redirect("broadcast_status", whose["broadcast"].pk)
    answer = redirect("status_board")
    answer["Location"] += f"?days={whose['days']}"
    return answer


def _with_plans(classes: list, plans: QuerySet[FollowUp]) -> list[tuple]:
    """Each class with its name and what is planned for it."""
    known = {plan.response: plan for plan in plans.select_related("draft")}
    return [(each, LABELS[each.response], known.get(each.response)) for each in classes]


def _matrix(moved: dict[str, dict[str, int]]) -> list[tuple]:
    """Rows for a table: the name of the class, and the people who went into each other."""
    names = LABELS | {period.NEW: _("New friends")}
    return [
        (names[was], was, [(now, count, now == was) for now, count in row.items()])
        for was, row in moved.items()
    ]
