"""Friends and tags of the present client. Friends come from LINE and from files, never from a form."""

from typing import Protocol

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.rows import ReadOnly
from accounts.sites import client_admin
from friends import services
from friends.models import (
    AudienceDay,
    Demographics,
    FollowerListing,
    Friend,
    FriendField,
    FriendImport,
    FriendQuerySet,
    Tag,
)


@admin.register(Friend, site=client_admin)
class FriendAdmin(ModelAdmin):
    list_display = ["display_name", "status", "tag_names", "followed_at", "blocked_at", "line_user_id"]
    list_filter: list[str | type[admin.ListFilter]] = ["status", "tags"]
    search_fields = ["display_name"]
    search_help_text = _("Any part of the name, or the whole LINE user ID")
    show_full_result_count = False
    fields = [
        "display_name",
        "own_name",
        "line_user_id",
        "status",
        "status_at",
        "followed_at",
        "blocked_at",
        "language",
        "tag_names",
        "profile_fetched_at",
        "created_at",
    ]
    readonly_fields = ["tag_names", "profile_fetched_at", "created_at"]
    actions = ["fetch_profiles"]

    def get_queryset(self, request: Request) -> FriendQuerySet:
        return super().get_queryset(request).prefetch_related("tags")

    def get_search_results(
        self, request: Request, queryset: FriendQuerySet, search_term: str
    ) -> tuple[FriendQuerySet, bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    def has_add_permission(self, request: Request) -> bool:
        return False

    def has_change_permission(self, request: Request, obj: Friend | None = None) -> bool:
        """For the actions; the fields of a friend are LINE's to change."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: Request, obj: Friend | None = None) -> bool:
        return False

    @admin.display(description=_("Tags"))
    def tag_names(self, friend: Friend) -> SafeString:
        return format_html_join(", ", "{}", ((tag.name,) for tag in friend.tags.all()))

    @admin.action(description=_("Fetch the profile from LINE again"), permissions=["change"])
    def fetch_profiles(self, request: Request, queryset: FriendQuerySet) -> None:
        services.ask_profiles(list(queryset.values_list("pk", flat=True)))
        messages.success(request, _("The profiles will be fetched within a minute or so."))


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name", "color"]

    def clean_name(self) -> str:
        try:
            return services.clean_tag_name(self.cleaned_data["name"])
        except AppError as error:
            raise forms.ValidationError(error.message) from error


class CountedTag(Protocol):
    """A tag, as `TagAdmin` reads it."""

    count_of_friends: int


@admin.register(Tag, site=client_admin)
class TagAdmin(ModelAdmin):
    form = TagForm
    list_display = ["name", "color", "friend_count"]
    search_fields = ["name"]

    def get_queryset(self, request: Request) -> models.QuerySet[Tag]:
        return super().get_queryset(request).annotate(count_of_friends=models.Count("friends"))

    @admin.display(description=_("Friends"), ordering="count_of_friends")
    def friend_count(self, tag: CountedTag) -> int:
        return tag.count_of_friends

    def save_model(self, request: Request, obj: Tag, form: TagForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        activity.record("tag.changed" if change else "tag.created", obj, by=request.user, name=obj.name)

    def delete_model(self, request: Request, obj: Tag) -> None:
        services.delete_tag(obj, by=request.user)

    def delete_queryset(self, request: Request, queryset: models.QuerySet[Tag]) -> None:
        for tag in queryset:
            services.delete_tag(tag, by=request.user)


@admin.register(FriendField, site=client_admin)
class FriendFieldAdmin(ReadOnly, ModelAdmin):
    """To look at; fields are made and changed in the dashboard and by API."""

    list_display = ["name", "key", "type", "archived_at"]
    list_filter = ["type", ("archived_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "key"]
    fields = ["name", "key", "type", "choices", "description", "archived_at", "created_at"]


@admin.register(FriendImport, site=client_admin)
class FriendImportAdmin(ReadOnly, ModelAdmin):
    list_display = ["name", "state", "created_at", "rows", "created", "updated", "refused", "ended_at"]
    list_filter = ["state"]
    fields = [
        "name",
        "state",
        "problem",
        "size",
        "encoding",
        "rows",
        "good",
        "refused",
        "new",
        "created",
        "updated",
        "tagged",
        "valued",
        "created_at",
        "ended_at",
    ]


@admin.register(FollowerListing, site=client_admin)
class FollowerListingAdmin(ReadOnly, ModelAdmin):
    list_display = ["started_at", "state", "pages", "people", "created", "returned", "ended_at"]
    fields = [*list_display, "problem"]


@admin.register(AudienceDay, site=client_admin)
class AudienceDayAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "added", "reach", "blocks", "fetched_at"]


@admin.register(Demographics, site=client_admin)
class DemographicsAdmin(ReadOnly, ModelAdmin):
    list_display = ["day", "is_available", "fetched_at"]
