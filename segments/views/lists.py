"""Pages of lists of friends: all of them, one with its friends, and the ways to put people on it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from friends.models import Friend
from imports import services as imports
from imports.forms import UploadForm
from segments.forms.lists import KeepForm, ListForm, MoveForm, PasteForm
from segments.lists import commands as lists
from segments.lists import files as list_files
from segments.lists import filling as fills
from segments.lists import pasting
from segments.lists.pasting import Means
from segments.models import FriendList, ListFill, Segment

FOUND = 20  # friends of a search who are offered
SHOWN_MISSING = 200
TAKEN = "friends_taken_off"  # in the session: a list and friends, until the page has told of them


@permission_required("segments.view_friendlist", raise_exception=True)
@require_GET
def friend_lists(request: Request) -> HttpResponse:
    return _show_lists(request, ListForm())


@permission_required("segments.add_friendlist", raise_exception=True)
@require_POST
def new(request: Request) -> HttpResponse:
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            made = lists.create_list(**form.cleaned_data, by=request.user)
            return redirect("friend_list", made.pk)
        except AppError as error:
            form.add_error("name", error.message)
    return _show_lists(request, form)


@permission_required("segments.view_friendlist", raise_exception=True)
@require_GET
def friend_list(request: Request, pk: int) -> HttpResponse:
    return _show_list(request, get_object_or_404(FriendList, pk=pk), PasteForm())


@permission_required("segments.view_friendlist", raise_exception=True)
@require_GET
def filling(request: Request, pk: int) -> HttpResponse:
    """How far the list is filled, for its page, which asks until it is full."""
    found = get_object_or_404(FriendList, pk=pk)
    return render(request, "segments/lists/filling.html", {"list": found} | _filling(found))


@permission_required("segments.change_friendlist", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Another name, another note."""
    found = get_object_or_404(FriendList, pk=pk)
    form = ListForm(request.POST or None, initial={"name": found.name, "note": found.note})
    if request.method == "POST" and form.is_valid():
        try:
            lists.change_list(found, **form.cleaned_data, by=request.user)
            return redirect("friend_list", pk)
        except AppError as error:
            form.add_error("name", error.message)
            found.refresh_from_db()
    return render(request, "segments/lists/edit.html", {"list": found, "form": form})


@permission_required("segments.delete_friendlist", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    """Ask first; it cannot be undone."""
    found = get_object_or_404(FriendList, pk=pk)
    if request.method == "POST":
        try:
            lists.delete_list(found, by=request.user)
            messages.success(request, _("The list “%(name)s” is deleted.") % {"name": found.name})
            return redirect("friend_lists")
        except AppError as error:
            messages.warning(request, error.message)
            return redirect("friend_list_delete", pk)
    count = lists.sizes([found]).get(pk, 0)
    context = {"list": found, "count": count, "segments": lists.segments_with(found)}
    return render(request, "segments/lists/delete.html", context)


@permission_required("segments.change_friendlist", raise_exception=True)
@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """Put pasted ids on the list and say of each that names nobody why; or friends chosen in a search."""
    found = get_object_or_404(FriendList, pk=pk)
    if chosen := _numbers(request):
        _say_added(request, found, len(lists.add(found, chosen, by=request.user)))
        return redirect("friend_list", pk)
    form = PasteForm(request.POST)
    if not form.is_valid():
        return _show_list(request, found, form)
    try:
        named = pasting.find(form.cleaned_data["ids"], Means(form.cleaned_data["means"]))
    except AppError as error:
        form.add_error("ids", error.message)
        return _show_list(request, found, form)
    added = lists.put(found, named.friends, by=request.user)
    if not named.missing:
        if added is not None:
            _say_added(request, found, added)
        return redirect("friend_list", pk)
    context = {"list": found, "named": len(named.friends), "added": added}
    shown = {"missing": named.missing[:SHOWN_MISSING], "missing_count": len(named.missing)}
    return render(request, "segments/lists/added.html", context | shown)


@permission_required("segments.change_friendlist", raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Take the chosen friends off the list, or move them to another; or stop filling it."""
    found = get_object_or_404(FriendList, pk=pk)
    if request.POST.get("do") == "stop":
        fills.stop(found, by=request.user)
        return redirect("friend_list", pk)
    (_move if request.POST.get("do") == "move" else _remove)(request, found)
    return redirect("friend_list", pk)


@permission_required("segments.change_friendlist", raise_exception=True)
@require_http_methods(["GET", "POST"])
def upload(request: Request, pk: int) -> HttpResponse:
    """A file of friends for this list; it goes the way of all imports."""
    found = get_object_or_404(FriendList, pk=pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        kind = imports.kind_named(list_files.NAME)
        try:
            with list_files.with_list(file, found) as rows:
                run = imports.upload(kind, rows, name=file.name, by=request.user)
            return redirect("import_run", run.pk)
        except AppError as error:
            form.add_error("file", error.message)
    return render(request, "segments/lists/upload.html", {"list": found, "form": form})


@permission_required("segments.add_friendlist", raise_exception=True)
@require_http_methods(["GET", "POST"])
def keep(request: Request, pk: int) -> HttpResponse:
    """The people who are in a segment now, as a list."""
    segment = get_object_or_404(Segment, pk=pk)
    form = KeepForm(request.POST or None, initial={"name": segment.name})
    if request.method == "POST" and form.is_valid():
        try:
            made = lists.from_segment(segment, form.cleaned_data["name"], by=request.user)
            return redirect("friend_list", made.pk)
        except AppError as error:
            form.add_error("name", error.message)
    return render(request, "segments/lists/keep.html", {"segment": segment, "form": form})


def _show_lists(request: Request, form: ListForm) -> HttpResponse:
    found = page(FriendList.objects.all(), _before(request))
    sizes = lists.sizes(found.rows)
    filled = ListFill.objects.progress(each.pk for each in found.rows)
    rows = [(each, sizes.get(each.pk, 0), each.pk in filled) for each in found.rows]
    return render(request, "segments/lists/lists.html", {"rows": rows, "page": found, "form": form})


def _show_list(request: Request, found: FriendList, form: PasteForm) -> HttpResponse:
    members = found.members.select_related("friend")
    if sought := words(request.GET.get("q", "")):
        members = members.filter(friend__in=Friend.objects.search(sought).values("pk"))
    context = {
        "list": found,
        "form": form,
        "page": page(members, _before(request)),
        "count": lists.sizes([found]).get(found.pk, 0),
        "sought": sought,
        "move": MoveForm(origin=found),
        "segments": lists.segments_with(found),
        "taken": _taken(request, found),
    }
    return render(request, "segments/lists/list.html", context | _filling(found) | _others(request, found))


def _filling(found: FriendList) -> dict:
    return {"filling": ListFill.objects.progress([found.pk]).get(found.pk)}


def _others(request: Request, found: FriendList) -> dict:
    """Friends of a search who are not on the list, to be put on it."""
    sought = request.GET.get("find", "").strip()[:100]
    if not sought:
        return {"find": ""}
    others = Friend.objects.search(sought).exclude(pk__in=found.members.values("friend"))
    return {"find": sought, "others": others.order_by("-pk")[:FOUND]}


def _remove(request: Request, origin: FriendList) -> None:
    taken = lists.remove(origin, _numbers(request), by=request.user)
    if not taken:
        messages.warning(request, _("Choose friends first."))
        return
    request.session[TAKEN] = {"list": origin.pk, "friends": taken}


def _move(request: Request, origin: FriendList) -> None:
    form = MoveForm(request.POST, origin=origin)
    if not form.is_valid():
        messages.warning(request, _("Choose the list to which they move."))
        return
    into = form.cleaned_data["into"]
    moved = len(lists.move(origin, into, _numbers(request), by=request.user))
    if not moved:
        messages.warning(request, _("Choose friends first."))
        return
    said = {"count": moved, "list": into.name}
    messages.success(request, _("Friends who are now on “%(list)s”: %(count)s.") % said)


def _taken(request: Request, origin: FriendList) -> list[int]:
    """Who was taken off this list just now, to be put back; told once."""
    if request.session.get(TAKEN, {}).get("list") != origin.pk:
        return []
    return request.session.pop(TAKEN)["friends"]


def _numbers(request: Request) -> list[int]:
    given = request.POST.getlist("id")
    return [int(number) for number in given if number.isdecimal() and len(number) <= 9]


def _before(request: Request) -> int | None:
    return key(request.GET.get("before", ""))


def _say_added(request: Request, to: FriendList, added: int) -> None:
    said = {"count": added, "list": to.name}
    words = (
        _("Friends put on “%(list)s”: %(count)s.") if added else _("All of them are on “%(list)s” already.")
    )
    messages.success(request, words % said)
