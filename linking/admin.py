"""Links and attempts of the present client; and on the list of friends, who is linked."""

from typing import TYPE_CHECKING, Protocol

from django.contrib import admin, messages
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.errors import AppError
from accounts.http import Request
from accounts.sites import client_admin
from friends.admin import FriendAdmin
from friends.models import Friend, FriendQuerySet
from linking import conflicts, unlinking
from linking.models import Link, LinkAttempt, LinkConflict, LinkDuty

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ReadOnlyAdmin(ModelAdmin):
    """Rows that come about by themselves; actions are for those who may change them."""

    show_full_result_count = False

    def has_add_permission(self, request: Request) -> bool:
        return False

    def has_change_permission(self, request: Request, obj: object = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: Request, obj: object = None) -> bool:
        return False


class LinkedFilter(admin.SimpleListFilter):
    title = _("ID link")
    parameter_name = "linked"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> "list[tuple[str, StrOrPromise]]":
        return [("yes", _("Linked")), ("no", _("Not linked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(active_link__isnull=self.value() == "no") if self.value() else queryset


client_admin.unregister(Friend)


class LinkedFriend(Protocol):
    """A friend, as `LinkedFriendAdmin` reads them."""

    linked_to: str | None


@admin.register(Friend, site=client_admin)
class LinkedFriendAdmin(FriendAdmin):
    """The list of friends, widened by what only this app knows."""

    list_display = [*FriendAdmin.list_display[:3], "customer", *FriendAdmin.list_display[3:]]
    list_filter = [*FriendAdmin.list_filter, LinkedFilter]

    def get_queryset(self, request: Request) -> FriendQuerySet:
        return (
            super()
            .get_queryset(request)
            .annotate(
                active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
                linked_to=F("active_link__customer__number"),
            )
        )

    @admin.display(description=_("Customer"))
    def customer(self, friend: LinkedFriend) -> str | None:
        return friend.linked_to


@admin.register(Link, site=client_admin)
class LinkAdmin(ReadOnlyAdmin):
    list_display = ["friend", "customer", "method", "linked_at", "unlinked_at", "ended"]
    list_filter = ["method", "ended", ("unlinked_at", admin.EmptyFieldListFilter)]
    search_fields = ["=customer__number", "=friend__line_user_id"]
    list_select_related = ["friend", "customer"]
    actions = ["unlink"]

    @admin.action(description=_("Unlink"), permissions=["change"])
    def unlink(self, request: Request, queryset: QuerySet[Link]) -> None:
        count = sum(self._unlink_one(request, link) for link in queryset)
        messages.success(request, _("Links ended: %(count)s") % {"count": count})

    def _unlink_one(self, request: Request, link: Link) -> int:
        try:
            unlinking.unlink(link, how=Link.Ended.BY_STAFF, by=request.user)
        except AppError as error:
            messages.warning(request, f"{link}: {error.message}")
            return 0
        return 1


@admin.register(LinkConflict, site=client_admin)
class LinkConflictAdmin(ReadOnlyAdmin):
    list_display = ["friend", "customer", "method", "state", "claimed_at", "decided_at"]
    list_filter = ["state", "method"]
    search_fields = ["=customer__number", "=friend__line_user_id"]
    list_select_related = ["friend", "customer"]
    actions = ["replace", "keep"]

    @admin.action(description=_("Link as claimed"), permissions=["change"])
    def replace(self, request: Request, queryset: QuerySet[LinkConflict]) -> None:
        self._decide(request, queryset, replace=True)

    @admin.action(description=_("Keep what is there"), permissions=["change"])
    def keep(self, request: Request, queryset: QuerySet[LinkConflict]) -> None:
        self._decide(request, queryset, replace=False)

    def _decide(self, request: Request, queryset: QuerySet[LinkConflict], *, replace: bool) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        count = conflicts.decide_many(ids, replace=replace, by=request.user)
        messages.success(request, _("Decided: %(count)s") % {"count": count})


@admin.register(LinkDuty, site=client_admin)
class LinkDutyAdmin(ReadOnlyAdmin):
    list_display = ["friend", "kind", "state", "reason", "tries", "created_at", "ended_at"]
    list_filter = ["kind", "state"]
    search_fields = ["=friend__line_user_id"]
    list_select_related = ["friend", "link__friend", "link__customer"]
    exclude = ["body", "key"]


@admin.register(LinkAttempt, site=client_admin)
class LinkAttemptAdmin(ReadOnlyAdmin):
    list_display = ["friend", "customer", "state", "failure", "wrong_tries", "started_at", "ended_at"]
    list_filter = ["state", "failure"]
    search_fields = ["=customer__number", "=friend__line_user_id"]
    list_select_related = ["friend", "customer"]
    exclude = [
        "link_token_hash",
        "nonce_hash",
        "state_hash",
        "id_token_nonce",
        "code_verifier",
        "browser_hash",
        "handed_hash",
        "signature_hash",
        "sealed_person",
        "shop_state",
    ]

    def has_view_permission(self, request: Request, obj: LinkAttempt | None = None) -> bool:
        return request.user.has_perm("linking.view_link")

    def has_module_permission(self, request: Request) -> bool:
        return request.user.has_perm("linking.view_link")
