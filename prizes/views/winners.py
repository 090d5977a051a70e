"""Who won what, and what became of it; where to send it is shown to those with the right."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from prizes.forms import MarkForm, WinFilter, WinForm
from prizes.lotteries import sheets, winning
from prizes.models import Lottery, Win


@permission_required("prizes.view_win", raise_exception=True)
@require_GET
def winners(request: Request, pk: int) -> HttpResponse:
    lottery = get_object_or_404(Lottery, pk=pk)
    form, rows = _narrowed(request, lottery)
    shown = page(rows.select_related("prize", "friend", "draw"), key(request.GET.get("before", "")))
    context = {
        "lottery": lottery,
        "form": form,
        "page": shown,
        "mark": MarkForm(),
        "files": spreadsheets.FORMATS.items(),
        "is_narrowed": bool(form.cleaned_data.get("state") or form.cleaned_data.get("prize")),
    }
    return render(request, "prizes/lotteries/winners.html", context)


@permission_required("prizes.change_win", raise_exception=True)
@require_POST
def mark(request: Request, pk: int) -> HttpResponse:
    """Say of all that are chosen what became of them."""
    lottery = get_object_or_404(Lottery, pk=pk)
    given = [number for number in map(key, request.POST.getlist("wins")) if number is not None]
    form = MarkForm(request.POST, numbers=given)
    if form.is_valid() and given:
        count = winning.mark(lottery, given, form.cleaned_data["state"], by=request.user)
        messages.success(request, _("Marked: %(count)s") % {"count": count})
    else:
        messages.warning(request, _("Choose winners first."))
    return redirect("lottery_winners", pk)


@permission_required("prizes.view_win", raise_exception=True)
@require_http_methods(["GET", "POST"])
def win(request: Request, pk: int, number: int) -> HttpResponse:
    """One win: its state, a note, and where to send it."""
    found = get_object_or_404(
        Win.objects.select_related("lottery", "prize", "friend", "draw"), lottery=pk, pk=number
    )
    form = WinForm(request.POST or None, initial={"state": found.state, "note": found.note})
    if found.state not in winning.BY_HAND:
        form.fields.pop("state")
    if request.method == "POST":
        if not request.user.has_perm("prizes.change_win"):
            raise PermissionDenied
        if "again" in request.POST:
            return _again(request, found)
        if form.is_valid():
            winning.change(found, **form.cleaned_data, by=request.user)
            messages.success(request, _("Saved."))
            return redirect("lottery_winners", pk)
    return render(request, "prizes/lotteries/win.html", {"win": found, "form": form})


@permission_required("prizes.export_win", raise_exception=True)
@require_POST
def address(request: Request, pk: int, number: int) -> HttpResponse:
    """Where to send it, shown when asked for; who asked is written down."""
    found = get_object_or_404(Win, lottery=pk, pk=number)
    activity.record("win.address_seen", found, by=request.user)
    context = {"contact": winning.contacts([found]).get(found.pk)}
    return render(request, "prizes/lotteries/address.html", context)


@permission_required("prizes.export_win", raise_exception=True)
@require_GET
def winners_file(request: Request, pk: int) -> HttpResponse:
    """The winners that are shown, with where to send prizes, as Excel or CSV."""
    lottery = get_object_or_404(Lottery, pk=pk)
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    _form, rows = _narrowed(request, lottery)
    sheet = sheets.winners(rows)
    activity.record("lottery.winners_exported", lottery, by=request.user, rows=len(sheet.rows), file=kind)
    return spreadsheets.download([sheet], kind, f"winners-{lottery.pk}")


def _again(request: Request, found: Win) -> HttpResponse:
    try:
        tried = winning.try_again(found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    else:
        if tried.state == Win.State.FAILED:
            messages.error(request, str(tried.problem))
        else:
            messages.success(request, _("It is given now."))
    return redirect("lottery_win", found.lottery_id, found.pk)


def _narrowed(request: Request, lottery: Lottery) -> tuple[WinFilter, QuerySet[Win]]:
    form = WinFilter(request.GET, lottery=lottery)
    form.is_valid()
    rows = Win.objects.filter(lottery=lottery)
    if state := form.cleaned_data.get("state"):
        rows = rows.filter(state=state)
    if prize := form.cleaned_data.get("prize"):
        rows = rows.filter(prize=prize)
    return form, rows
