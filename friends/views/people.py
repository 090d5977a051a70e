"""The list of friends, and the page of one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from events import registry, types
from events.models import Event
from friends import kinds, life, services, values, wishes
from friends.forms import DetailsForm, FriendFilter, TagForm
from friends.models import Friend, FriendField, Tag

TIMELINE = 50


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def friends(request: Request) -> HttpResponse:
    form = FriendFilter(request.GET)
    rows = form.page()
    found = page(rows, form.cleaned_data.get("before"))
    template = "friends/rows.html" if request.htmx and not request.htmx.boosted else "friends/list.html"
    return render(request, template, {"form": form, "page": found})


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def wish(request: Request, pk: int, *, stops: bool) -> HttpResponse:
    """Write down that a friend wants no more broadcasts, or wants them again."""
    found = get_object_or_404(Friend, pk=pk)
    with transaction.atomic():
        wishes.wish([found.pk], stops=stops, at=timezone.now(), by=request.user)
    return redirect("friend", found.pk)


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def friend(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Friend.objects.with_link(), pk=pk)
    context = _with_tags(found) | _with_details(found)
    context |= {"timeline": _timeline(found), "life": life.of(found)}
    return render(request, "friends/profile.html", context)


@permission_required("friends.change_friend", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Own name and fields; asked for by htmx it is the part of the profile, otherwise a page leads back."""
    found = get_object_or_404(Friend, pk=pk)
    answers = values.of([found])[found.pk]
    form = DetailsForm(request.POST or None, friend=found, answers=answers)
    if request.method == "POST" and form.is_valid():
        try:
            services.name_friend(found, form.cleaned_data["own_name"], by=request.user)
            values.set_values(found, form.answers, by=request.user)
            return _saved(request, found)
        except AppError as error:
            form.add_error(None, error.message)
    template = "friends/details_form.html" if request.htmx else "friends/edit.html"
    return render(request, template, {"friend": found, "form": form})


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def fetch_profile(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Friend, pk=pk)
    services.ask_profiles([found.pk])
    messages.success(request, _("Name and picture will be fetched from LINE within a minute or so."))
    return redirect("friend", found.pk)


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def add_tag(request: Request, pk: int) -> HttpResponse:
    """Put a tag on a friend; a new word makes a new tag for those who may."""
    found = get_object_or_404(Friend, pk=pk)
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            services.tag_friends([found.pk], _tag(request, form.cleaned_data["name"]), by=request.user)
            form = TagForm()
        except AppError as error:
            form.add_error("name", error.message)
    return render(request, "friends/tags.html", _with_tags(found) | {"form": form})


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def remove_tag(request: Request, pk: int, tag_pk: int) -> HttpResponse:
    found = get_object_or_404(Friend, pk=pk)
    services.untag_friends([found.pk], get_object_or_404(Tag, pk=tag_pk), by=request.user)
    return render(request, "friends/tags.html", _with_tags(found))


def _saved(request: Request, friend: Friend) -> HttpResponse:
    if request.htmx:
        return render(request, "friends/details.html", _with_details(friend) | {"friend": friend})
    return redirect("friend", friend.pk)


def _tag(request: Request, name: str) -> Tag:
    known = Tag.objects.filter(name=name.strip()).first()
    if known or not request.user.has_perm("friends.add_tag"):
        return known or get_object_or_404(Tag, name=name)
    return services.create_tag(name, by=request.user)


def _with_tags(friend: Friend) -> dict:
    return {"friend": friend, "tags": friend.tags.all(), "all_tags": Tag.objects.all(), "form": TagForm()}


def _with_details(friend: Friend) -> dict:
    answers = values.of([friend])[friend.pk]
    fields = FriendField.objects.in_use()
    return {"details": [(field, kinds.shown(answers.get(field.pk, []), field)) for field in fields]}


def _timeline(friend: Friend) -> list[tuple]:
    """What the friend did, newest first; also as the customer they are linked to at present.

    What that customer did in LINE as somebody else, before, is that friend's.
    """
    theirs = Q(friend_id=friend.pk)
    if link := getattr(friend, "active_link", None):
        theirs |= Q(customer_id=link.customer_id, friend_id=None)
    events = Event.objects.filter(theirs).order_by("-at", "-pk")[:TIMELINE]
    words = types.labels(event.type for event in events)
    return [
        (event.at, words[event.type], details)
        for event, details in zip(events, registry.details_of(events), strict=True)
    ]
