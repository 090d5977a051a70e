"""Conversions as files to take along."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from adplatforms.forms import DaysForm
from adplatforms.handing import files
from adplatforms.models import ConversionFile, Destination

EXPORT = "adplatforms.change_destination"


@permission_required(EXPORT, raise_exception=True)
@require_POST
def make(request: Request, pk: int) -> HttpResponse:
    """A file of what is new since the last one; it can be downloaded from the page afterwards."""
    destination = get_object_or_404(Destination, pk=pk)
    part = request.POST.get("part", "")
    try:
        known = part if part in ConversionFile.Part else ConversionFile.Part.CONVERSIONS
        files.make(destination, known, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(destination)


@permission_required(EXPORT, raise_exception=True)
@require_GET
def download(request: Request, pk: int, file_pk: int) -> HttpResponse:
    """A file that was made, again or for the first time."""
    made = get_object_or_404(ConversionFile.objects.select_related("destination"), pk=file_pk, destination=pk)
    activity.record("ad_destination.file_downloaded", made.destination, by=request.user, file=made.pk)
    return as_file(files.content(made), f"conversions-{pk}-{made.pk}")


@permission_required(EXPORT, raise_exception=True)
@require_GET
def of_days(request: Request, pk: int) -> HttpResponse:
    """Conversions of some days, whether they were in a file before or not; nothing is marked."""
    destination = get_object_or_404(Destination, pk=pk)
    form = DaysForm(request.GET)
    if not form.is_valid():
        for problems in form.errors.values():
            messages.error(request, " ".join(map(str, problems)))
        return redirect(destination)
    given = form.cleaned_data
    try:
        content = files.of_days(destination, given["part"], given["first"], given["last"])
    except AppError as error:
        messages.error(request, error.message)
        return redirect(destination)
    days = f"{given['first']} – {given['last']}"
    activity.record("ad_destination.days_downloaded", destination, by=request.user, days=days)
    return as_file(content, f"conversions-{pk}-{given['first']}-{given['last']}")


def as_file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
