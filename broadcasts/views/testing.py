"""Pages of test sends, and of the friends who get them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import words
from broadcasts import pages
from broadcasts.models import Broadcast, Tester, TestSend
from broadcasts.testing import sending
from broadcasts.testing import testers as known
from broadcasts.testing.forms import TestForm
from broadcasts.views import found as shared
from composing import phone
from friends.models import Friend

SHOWN = 30  # test sends on the page of a broadcast, newest first


@permission_required("broadcasts.add_testsend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def test(request: Request, pk: int) -> HttpResponse:
    """What it costs, to whom it goes, and what became of tests so far."""
    found = shared.get(pk)
    form = TestForm(request.POST if request.method == "POST" else None, broadcast=found)
    if form.is_valid():
        try:
            _send(found, form, request)
            return redirect("broadcast_test", found.pk)
        except AppError as error:
            form.add_error(None, error.message)
    context = _sent(found) | {"form": form, "shown": phone.shown(found.messages)}
    return render(request, "broadcasts/test.html", context)


@permission_required("broadcasts.view_testsend", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """What became of the tests; it asks for itself again while LINE has not answered for all."""
    return render(request, "broadcasts/test_live.html", _sent(shared.get(pk)))


@permission_required("broadcasts.view_tester", raise_exception=True)
@require_http_methods(["GET", "POST"])
def testers(request: Request) -> HttpResponse:
    """Who gets test sends; with POST a friend becomes one of them."""
    if request.method == "POST":
        _demand(request, "broadcasts.add_tester")
        friend = get_object_or_404(Friend.objects.reachable(), pk=_number(request.POST.get("friend", "")))
        known.add(friend, by=request.user, note=words(request.POST.get("note", "")))
        messages.success(request, _("“%(friend)s” gets test sends from now on.") % {"friend": friend})
        return redirect("testers")
    rows = list(known.all_testers())
    who = pages.people(each.added_by_id for each in rows)
    rows_shown = [(each, who.get(each.added_by_id)) for each in rows]
    return render(request, "broadcasts/testers.html", {"rows": rows_shown})


@permission_required("broadcasts.add_tester", raise_exception=True)
@require_GET
def candidates(request: Request) -> HttpResponse:
    """Friends of a name who are no testers yet; a part of the page of testers."""
    text = words(request.GET.get("q", ""))
    context = {"q": text, "friends": known.candidates(text)}
    return render(request, "broadcasts/tester_candidates.html", context)


@permission_required("broadcasts.change_tester", raise_exception=True)
@require_POST
def tester(request: Request, pk: int) -> HttpResponse:
    """Have one of them get tests, or none for now; keep a note; or take them off."""
    found = get_object_or_404(Tester.objects.select_related("friend"), pk=pk)
    act = request.POST.get("do")
    if act == "remove":
        _demand(request, "broadcasts.delete_tester")
        known.remove(found, by=request.user)
        messages.success(request, _("“%(friend)s” is no tester any more.") % {"friend": found.friend})
    elif act in {"on", "off"}:
        known.change(found, by=request.user, is_on=act == "on")
    elif act == "note":
        known.change(found, by=request.user, note=words(request.POST.get("note", "")))
    return redirect("testers")


@permission_required("broadcasts.view_tester", raise_exception=True)
@require_http_methods(["GET", "POST"])
def friend_tester(request: Request, pk: int) -> HttpResponse:
    """Whether a friend gets test sends; a part of the friend's profile, where it can be changed."""
    friend = get_object_or_404(Friend, pk=pk)
    found = Tester.objects.filter(friend=friend).first()
    if request.method == "POST":
        _demand(request, "broadcasts.delete_tester" if found else "broadcasts.add_tester")
        if found:
            known.remove(found, by=request.user)
        else:
            known.add(friend, by=request.user)
        if not request.htmx:
            return redirect("friend", friend.pk)
        found = Tester.objects.filter(friend=friend).first()
    return render(request, "broadcasts/friend_tester.html", {"friend": friend, "tester": found})


def _send(found: Broadcast, form: TestForm, request: Request) -> None:
    sent = sending.send_test(
        found,
        form.cleaned_data["testers"],
        by=request.user,
        letter=form.cleaned_data["letter"],
        messages=form.messages,
    )
    messages.success(request, _("Tests on their way: %(count)s") % {"count": len(sent)})


def _sent(found: Broadcast) -> dict[str, Any]:
    sends = list(found.test_sends.select_related("friend")[:SHOWN])
    who = pages.people(each.by_id for each in sends)
    return {
        "broadcast": found,
        "sends": [(each, who.get(each.by_id)) for each in sends],
        "is_moving": any(each.state == TestSend.State.PENDING for each in sends),
    }


def _demand(request: Request, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
