"""Tags: the list of them, and putting one on many friends."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from friends import colors, services, tag_uses
from friends.forms import FriendFilter, MergeForm, TagEditForm, TaggingForm
from friends.models import Friend, Tag


@permission_required("friends.view_tag", raise_exception=True)
@require_GET
def tags(request: Request) -> HttpResponse:
    """All tags, with how many friends have each."""
    found = Tag.objects.annotate(friend_count=Count("friendtag"))
    form = TagEditForm(initial={"color": colors.PALETTE[0]})
    return render(request, "friends/tag_list.html", {"tags": found, "form": form, "palette": colors.PALETTE})


@permission_required("friends.add_tag", raise_exception=True)
@require_POST
def add(request: Request) -> HttpResponse:
    form = TagEditForm(request.POST)
    if form.is_valid():
        try:
            services.create_tag(**form.cleaned_data, by=request.user)
            return redirect("tags")
        except AppError as error:
            form.add_error(None, error.message)
    found = Tag.objects.annotate(friend_count=Count("friendtag"))
    return render(request, "friends/tag_list.html", {"tags": found, "form": form, "palette": colors.PALETTE})


@permission_required("friends.change_tag", raise_exception=True)
@require_http_methods(["GET", "POST"])
def tag(request: Request, pk: int) -> HttpResponse:
    """Another name, another colour."""
    found = get_object_or_404(Tag, pk=pk)
    form = TagEditForm(request.POST or None, initial={"name": found.name, "color": found.color})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_tag(found, **form.cleaned_data, by=request.user)
            messages.success(request, _("“%(name)s” is saved.") % {"name": found.name})
            return redirect("tags")
        except AppError as error:
            form.add_error(None, error.message)
            found.refresh_from_db()
    context = {"tag": found, "form": form, "palette": colors.PALETTE, "merge": MergeForm(tag=found)}
    return render(request, "friends/tag.html", context)


@permission_required("friends.delete_tag", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    """Ask first, with how many friends have it and what it is used for; it cannot be undone."""
    found = get_object_or_404(Tag, pk=pk)
    if request.method == "POST":
        services.delete_tag(found, by=request.user)
        messages.success(request, _("The tag “%(name)s” is deleted.") % {"name": found.name})
        return redirect("tags")
    context = {"tag": found, "friend_count": found.friends.count(), "uses": tag_uses.of(found)}
    return render(request, "friends/tag_delete.html", context)


@permission_required("friends.delete_tag", raise_exception=True)
@require_POST
def merge(request: Request, pk: int) -> HttpResponse:
    """Put another tag in the place of this one: first asked, then done."""
    found = get_object_or_404(Tag, pk=pk)
    form = MergeForm(request.POST, tag=found)
    if form.is_valid():
        into = form.cleaned_data["into"]
        context = {"tag": found, "into": into, "friend_count": found.friends.count()}
        if "sure" not in request.POST:
            return render(request, "friends/tag_merge.html", context)
        try:
            services.merge_tags(found, into, by=request.user)
            messages.success(
                request, _("“%(tag)s” is now “%(into)s”.") % {"tag": found.name, "into": into.name}
            )
            return redirect("tags")
        except AppError as error:
            form.add_error(None, error.message)
    edit = TagEditForm(initial={"name": found.name, "color": found.color})
    context = {"tag": found, "form": edit, "palette": colors.PALETTE, "merge": form}
    return render(request, "friends/tag.html", context)


@permission_required("friends.change_friend", raise_exception=True)
@require_POST
def tag_many(request: Request) -> HttpResponse:
    """Put a tag on the friends chosen on the list, or on all that fit its conditions, or take it off.

    First it is said how many they are; only then it is done.
    """
    chosen = _chosen(request)
    count = chosen.count()
    if not count:
        messages.warning(request, _("Choose friends first."))
        return redirect("friends")
    form = TaggingForm(request.POST if "sure" in request.POST else None)
    if "sure" in request.POST and form.is_valid():
        _tag_them(request, chosen, **form.cleaned_data)
        return redirect("friends")
    context = {"form": form, "count": count, "conditions": request.POST.get("conditions", "")}
    context["ids"] = [] if "all" in request.POST else request.POST.getlist("id")
    return render(request, "friends/tag_many.html", context)


def _chosen(request: Request) -> QuerySet[Friend]:
    if "all" in request.POST:
        return FriendFilter(QueryDict(request.POST.get("conditions", ""))).friends()
    numbers = [key(each) or 0 for each in request.POST.getlist("id")]
    return Friend.objects.filter(pk__in=[number for number in numbers if number < 2**31])


def _tag_them(request: Request, chosen: QuerySet[Friend], *, do: str, tag: Tag) -> None:
    if do == "put":
        count = services.tag_all(chosen, tag, by=request.user)
        said = _("“%(tag)s” was put on %(count)s friends who did not have it.")
    else:
        count = services.untag_all(chosen, tag, by=request.user)
        said = _("“%(tag)s” was taken off %(count)s friends.")
    messages.success(request, said % {"tag": tag.name, "count": f"{count:,}"})
