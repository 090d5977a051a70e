from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from events import registry
from events.models import Event
from friends import services
from friends.forms import FriendFilter, TagForm
from friends.models import Friend, Tag

TIMELINE = 50


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def friends(request: Request) -> HttpResponse:
    form = FriendFilter(request.GET)
    found = page(form.friends(), form.cleaned_data.get("before"))
    template = "friends/rows.html" if request.htmx and not request.htmx.boosted else "friends/list.html"
    return render(request, template, {"form": form, "page": found})


@permission_required("friends.view_friend", raise_exception=True)
@require_GET
def friend(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Friend.objects.with_link(), pk=pk)
    context = _with_tags(found) | {"timeline": _timeline(found)}
    return render(request, "friends/profile.html", context)


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


def _tag(request: Request, name: str) -> Tag:
    known = Tag.objects.filter(name=name.strip()).first()
    if known or not request.user.has_perm("friends.add_tag"):
        return known or get_object_or_404(Tag, name=name)
    return services.create_tag(name, by=request.user)


def _with_tags(friend: Friend) -> dict:
    return {"friend": friend, "tags": friend.tags.all(), "all_tags": Tag.objects.all(), "form": TagForm()}


def _timeline(friend: Friend) -> list[tuple]:
    """What the friend did, newest first; also as the customer they are linked to at present."""
    theirs = Q(friend_id=friend.pk)
    if link := getattr(friend, "active_link", None):
        theirs |= Q(customer_id=link.customer_id)
    events = Event.objects.filter(theirs).order_by("-at", "-pk")[:TIMELINE]
    return [
        (event.at, registry.label(event.type), registry.details(event.type, event.properties))
        for event in events
    ]
