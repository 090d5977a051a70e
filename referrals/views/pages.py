"""The list of programmes, one of them, its form, and what is done with a whole one."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from composing import taps
from coupons.dependants import Dependants
from friends import personal
from linking import inside
from referrals import belonging, holding, joining, results, services
from referrals import rules as ruling
from referrals.forms import ProgrammeForm, initial_of
from referrals.models import Programme
from routes import returns

PUBLISH = "referrals.publish_programme"
ACTS: dict[str, tuple[Callable, str]] = {
    "pause": (services.pause, PUBLISH),
    "resume": (services.resume, PUBLISH),
    "end": (services.end, PUBLISH),
    "delete": (services.delete, "referrals.delete_programme"),
}
DONE = {
    "pause": gettext_lazy("“%(name)s” pauses."),
    "resume": gettext_lazy("“%(name)s” runs again."),
    "end": gettext_lazy("“%(name)s” has ended."),
    "delete": gettext_lazy("“%(name)s” is deleted."),
}
AFTER = {
    "pause": Programme.Status.PAUSED,
    "resume": Programme.Status.RUNNING,
    "end": Programme.Status.ENDED,
}
HEIGHT, WIDTH = 100, 10
SHOWN = 10  # inviters; all have a page of their own
EXAMPLE_LINK = "https://…/rf/i/k7m3x9p2qd/"


@permission_required("referrals.view_programme", raise_exception=True)
@require_GET
def programmes(request: Request) -> HttpResponse:
    tab = request.GET.get("tab", "")
    rows = Programme.objects.all()
    has_ended = Programme.Status.ENDED
    rows = rows.filter(status=has_ended) if tab == "ended" else rows.exclude(status=has_ended)
    found = page(rows, key(request.GET.get("before", "")))
    figures, campaigns = results.of_many(found.rows), belonging.campaigns_of(found.rows)
    shown = [(each, figures[each.pk], campaigns.get(each.ledger_owner)) for each in found.rows]
    return render(request, "referrals/list.html", {"page": found, "rows": shown, "tab": tab})


@permission_required("referrals.view_programme", raise_exception=True)
@require_GET
def programme(request: Request, pk: int) -> HttpResponse:
    """What came of it, who brings most, its rules, and how friends come to it."""
    found = _found(pk)
    rules = ruling.read(found.version.rules if found.version else found.rules)
    figures, days = results.of(found), results.by_day(found)
    context = {
        "programme": found,
        "figures": figures,
        "reasons": results.reasons(found),
        "top": results.top(found, SHOWN),
        "days": [day for day in reversed(days) if day.followed or day.counted],
        "bars": _bars(days),
        "width": len(days) * WIDTH,
        "first": days[0].day,
        "last": days[-1].day,
        "rules": rules,
        "sentences": ruling.says_of(rules),
        "foreign": results.foreign_orders(found, rules),
        "left": holding.left(found.pk, rules),
        "is_changed": services.is_changed(found),
        "others": _cost_of_others(),
        "variable": f"{{{{{joining.PAGE}.{found.pk}}}}}",
        "address": personal.door(joining.PAGE, found.pk),
        "has_liff": bool(inside.address(joining.PAGE)),
        "tap": f"{taps.PREFIX}{found.code}",
        "message": joining.message_of(found, EXAMPLE_LINK),
    }
    return render(request, "referrals/programme.html", context)


@permission_required("referrals.add_programme", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = ProgrammeForm(request.POST or None, initial=initial_of(None))
    if form.is_valid():
        try:
            name = form.cleaned_data["name"]
            made = services.create(name, rules=form.rules(), **form.settings(), by=request.user)
            messages.success(request, _("The programme is a draft. Start it when it is right."))
            return redirect(made)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "referrals/edit.html", {"form": form, "example": EXAMPLE_LINK})


@permission_required("referrals.change_programme", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _found(pk)
    form = ProgrammeForm(request.POST or None, initial=initial_of(found), kept=found.rules)
    if form.is_valid():
        try:
            _change(found, form, request)
            messages.success(request, _("Saved."))
            to_publish = services.is_changed(found) and found.status != Programme.Status.DRAFT
            return redirect("referral_programme_publish", pk) if to_publish else redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "programme": found, "example": EXAMPLE_LINK}
    return render(request, "referrals/edit.html", context)


@transaction.atomic
def _change(programme: Programme, form: ProgrammeForm, request: Request) -> None:
    services.change(
        programme,
        revision=form.cleaned_data.get("revision") or 0,
        rules=form.rules(),
        name=form.cleaned_data["name"],
        **form.settings(),
        by=request.user,
    )


@permission_required(PUBLISH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def publish(request: Request, pk: int) -> HttpResponse:
    """What stands against it, what may not be meant, and what will happen."""
    found = _found(pk)
    if request.method == "POST":
        is_first = found.status == Programme.Status.DRAFT
        try:
            revision = key(request.POST.get("revision", "")) or 0
            services.publish(found, revision=revision, by=request.user)
            done = _("The programme runs. Put its page into a message or a menu.")
            messages.success(request, done if is_first else _("The new rules hold from now on."))
            return redirect(found)
        except AppError as error:
            messages.error(request, error.message)
            found = _found(pk)
    context = {
        "programme": found,
        "faults": services.faults(found),
        "warnings": services.warnings(found),
        "sentences": ruling.says_of(ruling.read(found.rules)),
        "prizes": ruling.read(found.rules),
    }
    return render(request, "referrals/publish.html", context)


@permission_required("referrals.add_programme", raise_exception=True)
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    made = services.copy(_found(pk), by=request.user)
    messages.success(request, _("This is the copy. Change what is to be different."))
    return redirect("referral_programme_edit", made.pk)


@permission_required("referrals.view_programme", raise_exception=True)
@require_http_methods(["GET", "POST"])
def act(request: Request, pk: int, verb: str) -> HttpResponse:
    """A second look, and the act."""
    if verb not in ACTS:
        raise Http404
    command, permission = ACTS[verb]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    found, problem = _found(pk), ""
    if request.method == "POST":
        try:
            command(found, by=request.user)
            messages.success(request, DONE[verb] % {"name": found.name})
            return redirect("referral_programmes") if verb == "delete" else redirect(found)
        except AppError as error:
            problem = error.message
    if _found(pk).status == AFTER.get(verb):
        if problem:  # by a second click: what was wanted is done
            messages.success(request, DONE[verb] % {"name": found.name})
        return redirect(found)
    if problem:
        messages.error(request, problem)
    context = {"programme": found, "verb": verb, "figures": results.of(found)}
    if verb in {"pause", "end"}:
        context["dependants"] = Dependants.of(joining.PAGE, pk, tap=found.code)
    return render(request, "referrals/act.html", context)


def _found(pk: int) -> Programme:
    return get_object_or_404(Programme.objects.select_related("version", "route"), pk=pk)


def _cost_of_others() -> returns.Return | None:
    """What friends of all routes with costs have cost in a year, to compare; None where there are none."""
    today = timezone.localdate()
    found = returns.total(each for _route, each in returns.of_period(today - timedelta(days=364), today))
    return found if found.cost_per_friend is not None else None


def _bars(days: list[results.Day]) -> list[dict]:
    """Each day as two bars one before the other, in whole numbers of a chart of HEIGHT."""
    most = max((max(day.followed, day.counted) for day in days), default=0)
    return [
        {
            "day": day,
            "x": place * WIDTH,
            "followed": _bar(day.followed, most),
            "counted": _bar(day.counted, most),
        }
        for place, day in enumerate(days)
    ]


def _bar(value: int, most: int) -> tuple[int, int]:
    height = max(round(HEIGHT * value / most), 2) if value else 0
    return HEIGHT + 1 - height, height
