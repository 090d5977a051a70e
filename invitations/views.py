"""Entry points on the dashboard: link rate and steps of all, one with its invitations, what to put where."""

import csv
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from invitations import funnels, offers, pages, rates, services, starts, tables
from invitations.forms import EntryPointForm, InvitationForm, PeriodForm
from invitations.models import EntryPoint, Invitation

ACTS: dict[str, Callable] = {"archive": services.archive, "restore": services.restore}
INVITATION_ACTS: dict[str, Callable] = {
    "stop": services.stop,
    "resume": services.resume,
    "choose": services.settle_on,
}


@permission_required("invitations.view_entrypoint", raise_exception=True)
@require_GET
def entry_points(request: Request) -> HttpResponse:
    rates.keep_going()
    first, last = PeriodForm(request.GET).period()
    rate = rates.now()
    context = {
        "form": PeriodForm({"since": first, "until": last}),
        "first": first,
        "last": last,
        "periods": pages.periods(first, last),
        "rate": rate,
        "chart": pages.rate_chart(rates.by_day(first, last)),
        "rows": pages.rows(funnels.of_period(first, last), rate),
    }
    return render(request, "invitations/list.html", context)


@permission_required("invitations.view_entrypoint", raise_exception=True)
@require_GET
def funnel_csv(request: Request) -> HttpResponse:
    """Every entry point, invitation and step of the period, one row each."""
    first, last = PeriodForm(request.GET).period()
    response = HttpResponse(tables.BOM, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-points-{first}-{last}.csv"'
    csv.writer(response).writerows(tables.rows(funnels.of_period(first, last)))
    return response


@permission_required("invitations.view_entrypoint", raise_exception=True)
@require_GET
def entry_point(request: Request, code: str) -> HttpResponse:
    found = _get(code)
    first, last = PeriodForm(request.GET).period()
    steps = funnels.of_period(first, last)
    days = funnels.per_day(code, first, last)
    context = pages.use(found) | {
        "entry_point": found,
        "form": PeriodForm({"since": first, "until": last}),
        "first": first,
        "last": last,
        "periods": pages.periods(first, last),
        "steps": funnels.by_entry(steps, [found])[code],
        "charts": pages.step_charts(days),
        "invitations": pages.by_invitation(found, steps),
        "previews": pages.previews(found.invitations.shown()),
        "results": pages.results(found),
        "standard_ink": offers.ink_on(offers.LINE_GREEN),
    }
    return render(request, "invitations/entry_point.html", context)


@permission_required("invitations.add_entrypoint", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = EntryPointForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(services.create_entry_point(**form.cleaned_data, by=request.user))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invitations/edit.html", {"form": form})


@permission_required("invitations.change_entrypoint", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, code: str) -> HttpResponse:
    found = _get(code)
    present = {"name": found.name, "place": found.place, "note": found.note}
    form = EntryPointForm(request.POST or None, initial=present, entry_point=found)
    if form.is_valid():
        try:
            given = present | form.cleaned_data
            return redirect(services.change_entry_point(found, **given, by=request.user))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invitations/edit.html", {"form": form, "entry_point": found})


@permission_required("invitations.change_entrypoint", raise_exception=True)
@require_POST
def act(request: Request, code: str, name: str) -> HttpResponse:
    """Archive and restore: each undoes the other."""
    found = _get(code)
    ACTS[name](found, by=request.user)
    said = _("Archived. The snippet shows nothing there any more; its numbers stay.")
    messages.success(request, said if name == "archive" else _("The entry point is open again."))
    return redirect(found)


@permission_required("invitations.change_entrypoint", raise_exception=True)
@require_http_methods(["GET", "POST"])
def invitation_new(request: Request, code: str) -> HttpResponse:
    found = _get(code)
    standard = offers.standard(found)
    initial = {name: getattr(standard, name) for name in ("text", "button", "colour", "weight")}
    form = InvitationForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.add_invitation(found, **form.cleaned_data, by=request.user)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "invitations/invitation.html", {"form": form, "entry_point": found})


@permission_required("invitations.change_entrypoint", raise_exception=True)
@require_http_methods(["GET", "POST"])
def invitation_edit(request: Request, code: str, variant: str) -> HttpResponse:
    found = _invitation(code, variant)
    initial = {name: getattr(found, name) for name in ("text", "button", "colour", "weight")}
    form = InvitationForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.reword(found, **form.cleaned_data, by=request.user)
            return redirect(found.entry_point)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "entry_point": found.entry_point, "invitation": found}
    return render(request, "invitations/invitation.html", context)


@permission_required("invitations.change_entrypoint", raise_exception=True)
@require_POST
def invitation_act(request: Request, code: str, variant: str, name: str) -> HttpResponse:
    """Stop, resume, or end the comparison with this one."""
    found = _invitation(code, variant)
    try:
        INVITATION_ACTS[name](found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found.entry_point)


@permission_required("invitations.view_entrypoint", raise_exception=True)
@require_GET
def code_to_scan(request: Request, code: str, form: str) -> HttpResponse:
    """The QR code as a file: `svg` for print of any size, `png` for screens."""
    found = _get(code)
    if form == "svg":
        response = HttpResponse(starts.svg(found.code), content_type="image/svg+xml")
    else:
        response = HttpResponse(starts.png(found.code), content_type="image/png")
    kind = "attachment" if "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{kind}; filename="link-{found.code}.{form}"'
    return response


def _get(code: str) -> EntryPoint:
    return get_object_or_404(EntryPoint, code=code)


def _invitation(code: str, variant: str) -> Invitation:
    invitations = Invitation.objects.select_related("entry_point")
    return get_object_or_404(invitations, entry_point__code=code, code=variant)
