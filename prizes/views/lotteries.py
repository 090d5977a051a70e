"""Pages of lotteries: the list, the editor, one lottery, and what is asked before it is opened or closed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from coupons.dependants import Dependants
from prizes import belonging, pages, reward
from prizes.forms import (
    ChanceForm,
    LotteryForm,
    OddsForm,
    PrizeForms,
    TurnsForm,
    WordsForm,
    prize_initial,
)
from prizes.lotteries import audit, checking, commands, odds
from prizes.models import Draw, Lottery

# What can be done with a lottery, and the right that it takes.
ACTS = {
    "open": "prizes.open_lottery",
    "close": "prizes.open_lottery",
    "copy": "prizes.add_lottery",
    "delete": "prizes.delete_lottery",
    "audit": "prizes.view_lottery",
    "keep-coupons": "coupons.change_coupon",
}
DONE = {
    "open": gettext_lazy("“%(name)s” is open."),
    "close": gettext_lazy("“%(name)s” is closed, its seed published."),
}
AFTER = {"open": Lottery.Status.OPEN, "close": Lottery.Status.CLOSED}
ASKED = ("open", "close", "delete")  # before these, somebody is asked


@permission_required("prizes.view_lottery", raise_exception=True)
@require_GET
def lotteries(request: Request) -> HttpResponse:
    shown = page(Lottery.objects.prefetch_related("prizes"), key(request.GET.get("before", "")))
    campaigns = belonging.campaigns_of(shown.rows)
    rows = [(lottery, campaigns.get(lottery.ledger_owner)) for lottery in shown.rows]
    return render(request, "prizes/lotteries/list.html", {"page": shown, "rows": rows})


@permission_required("prizes.add_lottery", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _edited(request, None)


@permission_required("prizes.change_lottery", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """All of a draft; of an opened lottery its words."""
    lottery = _get(pk)
    return _edited(request, lottery) if lottery.status == Lottery.Status.DRAFT else _words(request, lottery)


@permission_required("prizes.view_lottery", raise_exception=True)
@require_GET
def lottery(request: Request, pk: int) -> HttpResponse:
    return render(request, "prizes/lotteries/lottery.html", pages.of_lottery(_get(pk), request.GET))


@permission_required("prizes.view_lottery", raise_exception=True)
@require_GET
def expected(request: Request, pk: int) -> HttpResponse:
    """What a number of turns is expected to give away; a part of the lottery's page."""
    found, form = _get(pk), TurnsForm(request.GET)
    context = {"lottery": found, "form": form}
    if form.is_valid():
        context |= pages.expected(found, form.cleaned_data["turns"])
    return render(request, "prizes/lotteries/expected.html", context)


@permission_required("prizes.view_lottery", raise_exception=True)
@require_http_methods(["GET", "POST"])
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Open, close, copy, delete or prove a lottery; what cannot be undone is asked for first."""
    if name not in ACTS or (request.method == "GET" and name not in ASKED):
        raise Http404
    if not request.user.has_perm(ACTS[name]):
        raise PermissionDenied
    found = _get(pk)
    if request.method == "GET":
        if found.status == AFTER.get(name):
            return redirect(found)
        return _asked(request, found, name)
    try:
        return _done(request, found, name)
    except AppError as error:
        if _get(pk).status == AFTER.get(name):  # by a second click: what was wanted is done
            messages.success(request, DONE[name] % {"name": found.name})
        else:
            messages.error(request, error.message)
        return redirect(found)


@permission_required("prizes.add_oddstable", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new_odds(request: Request, pk: int) -> HttpResponse:
    """Other odds from a moment on, for an opened lottery."""
    found = get_object_or_404(Lottery, pk=pk, status=Lottery.Status.OPEN)
    form = OddsForm(request.POST or None)
    present = odds.present(found)
    known = {each.prize: each for each in odds.of(present)} if present else {}
    rows = [
        (prize, ChanceForm(request.POST or None, prefix=str(prize.pk), initial=_initial(known.get(prize.pk))))
        for prize in found.prizes.all()
    ]
    if request.method == "POST" and all([form.is_valid(), *(each.is_valid() for _prize, each in rows)]):
        try:
            odds.add(
                found, [each.chance(prize.pk) for prize, each in rows], by=request.user, **form.cleaned_data
            )
            messages.success(request, _("The new odds are kept. Draws before they hold keep theirs."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "prizes/lotteries/odds.html", {"lottery": found, "form": form, "rows": rows})


@permission_required("prizes.view_draw", raise_exception=True)
@require_GET
def draws(request: Request, pk: int) -> HttpResponse:
    """Every turn that was taken, newest first."""
    found = _get(pk)
    rows = Draw.objects.filter(lottery=found).select_related("friend", "prize", "aimed", "table")
    shown = page(rows, key(request.GET.get("before", "")))
    return render(request, "prizes/lotteries/draws.html", {"lottery": found, "page": shown})


def _edited(request: Request, found: Lottery | None) -> HttpResponse:
    form = LotteryForm(request.POST or None, instance=found and _get(found.pk))
    prizes = PrizeForms(request.POST or None, initial=_prize_rows(found), prefix="prizes")
    if request.method == "POST" and form.is_valid() and prizes.is_valid():
        try:
            rows = prizes.rows()  # type: ignore[attr-defined]  # of our own class of form sets
            facts = form.facts() | {"prizes": rows, "by": request.user}
            saved = commands.change(found, **facts) if found else commands.create(**facts)
            messages.success(request, _("Saved."))
            return redirect(saved)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "prizes": prizes, "lottery": found}
    return render(request, "prizes/lotteries/edit.html", context)


def _words(request: Request, found: Lottery) -> HttpResponse:
    form = WordsForm(request.POST or None, instance=_get(found.pk))
    if form.is_valid():
        try:
            commands.change(found, by=request.user, **form.facts())
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "prizes/lotteries/words.html", {"form": form, "lottery": found})


def _asked(request: Request, found: Lottery, name: str) -> HttpResponse:
    findings = checking.of(found) if name == "open" else []
    context = {"lottery": found, "act": name, "findings": findings, "stops": any(e.stops for e in findings)}
    context["dependants"] = Dependants.of(reward.LOTTERY, found.pk) if name == "close" else None
    return render(request, "prizes/lotteries/ask.html", context)


def _done(request: Request, found: Lottery, name: str) -> HttpResponse:
    if name == "copy":
        return redirect(commands.copy(found, by=request.user))
    if name == "delete":
        commands.delete(found, by=request.user)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": found.name})
        return redirect("lotteries")
    if name == "audit":
        audit.ask(found)
    elif name == "keep-coupons":
        kept = commands.keep_coupons(found, by=request.user)
        messages.success(request, _("Coupons that only winners get now: %(count)s") % {"count": kept})
    elif name == "open":
        commands.open_lottery(found, by=request.user)
        messages.success(request, DONE[name] % {"name": found.name})
    else:
        commands.close(found, by=request.user)
        messages.success(request, DONE[name] % {"name": found.name})
    return redirect(found)


def _prize_rows(found: Lottery | None) -> list[dict]:
    if found is None:
        return []
    table = odds.present(found)
    known = {each.prize: each for each in odds.of(table)} if table else {}
    return [prize_initial(prize, known.get(prize.pk)) for prize in found.prizes.all()]


def _initial(chance: odds.Chance | None) -> dict:
    if chance is None:
        return {"percent": 0}
    return {"percent": chance.percent, "stock": chance.stock, "per_day": chance.per_day}


def _get(pk: int) -> Lottery:
    return get_object_or_404(Lottery.objects.select_related("segment", "picture"), pk=pk)
