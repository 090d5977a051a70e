"""Destinations of conversions: made, tried, paused, and the log of what each was told."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from adplatforms import forms, services
from adplatforms.forms import DestinationForm, LogFilter
from adplatforms.handing import files, secrets, shapes
from adplatforms.models import ConversionFile, Delivery, Destination, Handover
from relays import outside

LOOK, CHANGE = "adplatforms.view_destination", "adplatforms.change_destination"
Part = ConversionFile.Part


@permission_required(LOOK, raise_exception=True)
@require_GET
def destinations(request: Request) -> HttpResponse:
    """Who is told of conversions, how each stands, and what went out of each state."""
    found = list(Destination.objects.all())
    counted = Handover.objects.values_list("destination", "state").annotate(count=Count("pk")).order_by()
    counts = {(pk, state): count for pk, state, count in counted}
    rows = [(each, outside.in_words(each.last_error), _states(each, counts)) for each in found]
    context = {"rows": rows, "kinds": Destination.Kind, "most": services.MOST}
    return render(request, "adplatforms/destinations.html", context)


@permission_required("adplatforms.add_destination", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    kind = request.GET.get("kind", Destination.Kind.WEBHOOK)
    if kind not in Destination.Kind:
        raise Http404
    form = DestinationForm(request.POST or None, kind=kind, initial=forms.first(kind))
    if form.is_valid() and (made := _accepted(form, kind, request)):
        messages.success(request, _("Saved. Conversions that are due are told from now on."))
        return redirect(made)
    context = {"form": form, "kind": Destination.Kind(kind), "kinds": Destination.Kind}
    return render(
        request, "adplatforms/edit.html", context | {"shape": shapes.of(kind), "day": shapes.READ_ON}
    )


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Destination, pk=pk)
    kind = Destination.Kind(found.kind)
    form = DestinationForm(request.POST or None, kind=kind, destination=found, initial=forms.present(found))
    if form.is_valid():
        try:
            services.change_destination(found, **form.facts(), by=request.user)
            messages.success(request, _("Saved."))
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"form": form, "destination": found, "kind": kind, "shape": shapes.of(kind)}
    return render(request, "adplatforms/edit.html", context | {"day": shapes.READ_ON})


@permission_required(LOOK, raise_exception=True)
@require_GET
def destination(request: Request, pk: int) -> HttpResponse:
    """One destination: what leaves to it, and each conversion with what became of it."""
    found = get_object_or_404(Destination, pk=pk)
    form = LogFilter(request.GET)
    narrowing = form.narrowing()
    rows = Handover.objects.filter(destination=found, **narrowing).select_related("point")
    context = {
        "destination": found,
        "shape": shapes.of(found.kind),
        "problem": outside.in_words(found.last_error),
        "points": list(found.points.all()),
        "form": form,
        "narrowing": narrowing,
        "page": page(rows, form.cleaned_data.get("before")),
    }
    if found.is_file:
        waiting = [(part, files.waiting_count(found, part)) for part in Part]
        context |= {"waiting": waiting, "made": found.files.all()[:10]}
    return render(request, "adplatforms/destination.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def handover(request: Request, pk: int, handover_pk: int) -> HttpResponse:
    """One conversion: what was told of it, with every attempt."""
    found = get_object_or_404(Destination, pk=pk)
    row = get_object_or_404(Handover.objects.select_related("point"), pk=handover_pk, destination=found)
    told = [
        (each, _tries(each), outside.in_words(each.problem)) for each in row.deliveries.order_by("number")
    ]
    newest = told[-1][0].pk if told else None
    context = {"destination": found, "row": row, "told": told, "newest": newest}
    return render(request, "adplatforms/handover.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def send_again(request: Request, pk: int, delivery_pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery, pk=delivery_pk, destination=pk)
    try:
        services.send_again(delivery, by=request.user)
        messages.success(request, _("It is being sent again."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("ad_handover", pk, delivery.handover_id)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def try_out(request: Request, pk: int) -> HttpResponse:
    """Send a made-up conversion, and show what was sent and what came back."""
    found = get_object_or_404(Destination, pk=pk)
    if found.is_file:
        raise Http404
    tried = (
        services.try_out(found, code=request.POST.get("code", "")[:100], by=request.user)
        if (request.method == "POST")
        else None
    )
    context = {
        "destination": found,
        "tried": tried,
        "problem": outside.in_words(tried.answer.error) if tried else "",
        "asks_code": found.kind in (Destination.Kind.META, Destination.Kind.TIKTOK),
        "has_no_test": found.kind == Destination.Kind.X,
    }
    return render(request, "adplatforms/try.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def secret(request: Request, pk: int) -> HttpResponse:
    """The secret by which our webhook is signed; a post renews it."""
    found = get_object_or_404(Destination, pk=pk, kind=Destination.Kind.WEBHOOK)
    if request.method == "POST":
        services.renew_secret(found, by=request.user)
        messages.success(request, _("Renewed. For a day the former secret signs too."))
        return redirect("ad_destination_secret", pk)
    context = {"destination": found, "secret": secrets.present(found)}
    return render(request, "adplatforms/secret.html", context)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, services.pause)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    return _done(request, pk, services.resume)


@permission_required("adplatforms.delete_destination", raise_exception=True)
@require_http_methods(["GET", "POST"])
def remove(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Destination, pk=pk)
    if request.method == "POST":
        services.remove(found, by=request.user)
        messages.success(request, _("“%(name)s” is told of nothing any more.") % {"name": found.name})
        return redirect("ad_destinations")
    waiting = Delivery.objects.waiting().filter(destination=found)[:10_000].count()
    return render(request, "adplatforms/remove.html", {"destination": found, "waiting": waiting})


def _done(request: Request, pk: int, command: Callable[..., None]) -> HttpResponse:
    found = get_object_or_404(Destination, pk=pk)
    command(found, by=request.user)
    return redirect(found)


def _accepted(form: DestinationForm, kind: str, request: Request) -> Destination | None:
    """What was made; None if it was refused, and then the form says why."""
    try:
        return services.create_destination(kind=kind, **form.facts(), by=request.user)
    except AppError as error:
        form.add_error(None, error.message)
        return None


def _states(each: Destination, counts: dict[tuple[int, str], int]) -> list[tuple[str, str, int]]:
    return [
        (state.value, str(state.label), count)
        for state in Handover.State
        if (count := counts.get((each.pk, state.value)))
    ]


def _tries(delivery: Delivery) -> list[dict]:
    return [each | {"error": outside.in_words(each["error"])} for each in delivery.past_tries]
