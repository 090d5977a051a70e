"""Endpoints: which friend is which customer."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from linking import conflicts, pairs, unlinking
from linking.models import Link, LinkConflict
from linking.pairs import Outcome, Pair, Result

MOST_PAIRS = 1_000
DECIDE = "linking.change_linkconflict"
# Refusals that the present state of things causes; all others are faults of what was asked.
OF_THE_STATE = {"conflict", "kept", "ended", "customer_erased"}


class LinkSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend")
    line_user_id = serializers.CharField(source="friend.line_user_id")
    customer = serializers.CharField(source="customer.number", help_text="Number of the customer")

    class Meta:
        model = Link
        fields = [
            "id",
            "friend",
            "line_user_id",
            "customer",
            "method",
            "entry",
            "variant",
            "linked_at",
            "unlinked_at",
            "ended",
            "consent",
            "consent_at",
        ]
        extra_kwargs = {
            "unlinked_at": {"help_text": "null: linked now"},
            "consent": {"help_text": "The text the friend agreed to"},
            "consent_at": {"help_text": "When they did; null if nobody told"},
            "entry": {"help_text": "Code of the entry point by which they came"},
            "variant": {"help_text": "Code of the invitation shown there"},
        }


class LinkFilter(serializers.Serializer):
    friend = serializers.IntegerField(required=False, help_text="Number of a friend")
    customer = serializers.CharField(required=False, help_text="Number of a customer")
    active = serializers.BooleanField(
        required=False, allow_null=True, help_text="true: links of now; false: those that have ended"
    )


class PairSerializer(serializers.Serializer):
    """A friend by `line_user_id` or by `friend`, and a customer."""

    customer = serializers.CharField(max_length=100, help_text="Number of the customer")
    line_user_id = serializers.CharField(
        required=False, max_length=33, help_text="LINE user ID; one that is not known yet is kept as unknown"
    )
    friend = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="Number of the friend"
    )
    linked_at = MomentField(
        required=False, allow_null=True, help_text="Since when, if another tool knows. ISO 8601 with offset"
    )
    consent = serializers.CharField(
        required=False, max_length=10_000, allow_blank=True, help_text="The text the friend agreed to"
    )
    consent_at = MomentField(
        required=False,
        allow_null=True,
        help_text="When they agreed. Who has unlinked is linked again only by what is newer",
    )

    def pair(self) -> Pair:
        return Pair(**self.validated_data)


class NewLinkSerializer(PairSerializer):
    replace = serializers.BooleanField(
        required=False,
        default=False,
        help_text=f"true: end what this contradicts, whatever the settings say. Needs {DECIDE} too",
    )


class BatchOfPairsSerializer(serializers.Serializer):
    links: serializers.ListSerializer = serializers.ListSerializer(
        child=PairSerializer(), min_length=1, max_length=MOST_PAIRS
    )
    replace = serializers.BooleanField(
        required=False,
        default=False,
        help_text=f"true: end what a row contradicts, whatever the settings say. Needs {DECIDE} too",
    )


class ClaimedSerializer(serializers.Serializer):
    """What became of a row."""

    index = serializers.IntegerField(help_text="Place in the request, from 0")
    outcome = serializers.ChoiceField(choices=[(each.value, each.value) for each in Outcome])
    link = serializers.IntegerField(allow_null=True, source="link_id", help_text="Number of the link")
    conflict = serializers.IntegerField(
        allow_null=True, source="conflict_id", help_text="Number of the conflict that waits for a decision"
    )
    code = serializers.CharField(
        help_text="Why not: invalid, no_customer, customer_erased, no_friend, bad_user_id, in_future, "
        "too_early, contradicts, ended, kept"
    )
    detail = serializers.CharField(source="reason", help_text="The same in words")


class ClaimsSerializer(serializers.Serializer):
    results = ClaimedSerializer(many=True)


class LinkViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet):
    """Which friend is which customer, from when to when; ended links included. Newest first.

    What is told here is a claim: it does not undo what a friend has shown or decided themself. What
    contradicts a present link follows the client's settings.
    """

    request: ApiRequest
    permission_required = {"bulk": "linking.add_link"}
    queryset = Link.objects.select_related("friend", "customer")
    serializer_class = LinkSerializer
    filter_serializer = LinkFilter
    lookup_value_converter = "int"

    def narrow(
        self,
        queryset: QuerySet[Link],
        *,
        friend: int | None = None,
        customer: str | None = None,
        active: bool | None = None,
    ) -> QuerySet[Link]:
        if friend is not None:
            queryset = queryset.filter(friend=friend)
        if customer is not None:
            queryset = queryset.filter(customer__number=customer)
        if active is not None:
            queryset = queryset.filter(unlinked_at__isnull=active)
        return queryset

    @extend_schema(request=NewLinkSerializer, responses={200: LinkSerializer, 201: LinkSerializer})
    def create(self, request: Request) -> Response:
        """Link a friend with a customer: 201, or 200 if they are linked already.

        409 `conflict` with its number if one of them is linked otherwise, 409 `ended` if it was unlinked
        since, 409 `kept` if somebody decided to keep what is there.
        """
        body = NewLinkSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        replace = self._may_replace(given.pop("replace"))
        [result] = pairs.link_pairs(
            [Pair(**given)], method=Link.Method.API, by=self.request.user, replace=replace
        )
        if result.link_id is None:
            return _refused(result)
        link = self.get_queryset().get(pk=result.link_id)
        return Response(LinkSerializer(link).data, status=201 if result.outcome == Outcome.LINKED else 200)

    @extend_schema(request=BatchOfPairsSerializer, responses={200: ClaimsSerializer})
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Link up to 1,000 pairs. Good rows go in even if others have errors; each row is answered.

        Sending it again changes nothing. Two rows that contradict each other are both refused.
        """
        body = request.data if isinstance(request.data, dict) else {}
        rows = body.get("links")
        if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_PAIRS:
            raise ValidationError({"links": _("Give a list of 1 to %(most)s pairs.") % {"most": MOST_PAIRS}})
        replace = self._may_replace(serializers.BooleanField().run_validation(body.get("replace", False)))
        read = [PairSerializer(data=row) for row in rows]
        good = {place: row for place, row in enumerate(read) if row.is_valid()}
        done = pairs.link_pairs(
            [row.pair() for row in good.values()],
            method=Link.Method.API,
            by=self.request.user,
            replace=replace,
        )
        results = dict(zip(good, done, strict=True))
        bad = {place: _invalid(row) for place, row in enumerate(read) if place not in good}
        answers = [
            ClaimedSerializer(_Answer(place, (results | bad)[place])).data for place in range(len(read))
        ]
        return Response({"results": answers})

    def _may_replace(self, wanted: bool) -> bool:
        if wanted and not self.request.user.has_perm(DECIDE):
            raise PermissionDenied
        return wanted

    def destroy(self, request: Request, pk: int) -> Response:
        """Unlink. The link stays in the history; 409 `not_linked` if it has ended before."""
        unlinking.unlink(self.get_object(), how=Link.Ended.BY_API, by=self.request.user)
        return Response(status=204)


class LinkConflictSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend")
    line_user_id = serializers.CharField(source="friend.line_user_id")
    customer = serializers.CharField(source="customer.number", help_text="Number of the customer claimed")

    class Meta:
        model = LinkConflict
        fields = ["id", "friend", "line_user_id", "customer", "method", "claimed_at", "state", "decided_at"]


class LinkConflictFilter(serializers.Serializer):
    state = serializers.ChoiceField(required=False, choices=LinkConflict.State.choices)


class DecisionSerializer(serializers.Serializer):
    replace = serializers.BooleanField(help_text="true: link as claimed; false: keep what is there")


class LinkConflictViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Claims that contradict a link, and what was decided. Newest first."""

    request: ApiRequest
    queryset = LinkConflict.objects.select_related("friend", "customer")
    serializer_class = LinkConflictSerializer
    filter_serializer = LinkConflictFilter
    lookup_value_converter = "int"
    permission_required = {"decision": DECIDE}

    def narrow(self, queryset: QuerySet[LinkConflict], **equal: str) -> QuerySet[LinkConflict]:
        return queryset.filter(**equal)

    @extend_schema(request=DecisionSerializer, responses={200: LinkConflictSerializer})
    @action(detail=True, methods=["put"])
    def decision(self, request: Request, pk: int) -> Response:
        """Decide. 409 `already_decided` if somebody was first, or the friend has shown which holds."""
        body = DecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        decided = conflicts.decide(self.get_object(), by=self.request.user, **body.validated_data)
        return Response(LinkConflictSerializer(decided).data)


class _Answer:
    """A result with its place."""

    def __init__(self, index: int, result: Result) -> None:
        self.index = index
        self.__dict__ |= vars(result)


def _refused(result: Result) -> Response:
    body: dict = {"code": result.code, "detail": result.reason}
    if result.conflict_id:
        body["conflict"] = result.conflict_id
    return Response(body, status=409 if result.code in OF_THE_STATE else 422)


def _invalid(row: PairSerializer) -> Result:
    """What is wrong with a row that could not be read, with the name of the field."""
    name, texts = next(iter(row.errors.items()))
    text = texts[0] if isinstance(texts, list) else texts
    reason = str(text) if name == "non_field_errors" else f"{name}: {text}"
    return Result(Outcome.REFUSED, code="invalid", reason=reason)
