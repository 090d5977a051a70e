"""Endpoints: referral programmes, who takes part, who invited whom, a friend's link."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response as Reply
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from campaigns import services as campaigns
from campaigns.belonging import Belonging, CampaignField
from composing import taps
from coupons.api_dependants import Dependent
from friends import personal
from friends.models import Friend
from referrals import deciding, joining, results, rewarding, services
from referrals.joining import PAGE
from referrals.models import Grant, Participant, Programme, Referral, RuleSet
from segments.kinds import HIGHEST_ROW

RULES = {
    "type": "object",
    "description": (
        "`action.kind`: followed, linked, bought (with `amount`), survey, coupon (with the number of one, or "
        "any) or event (with `event` and `where`, as in conditions of segments). What is left out has its "
        "usual value."
    ),
    "examples": [
        {
            "action": {"kind": "bought", "amount": 3000},
            "hold_days": 7,
            "within_days": 30,
            "link_days": 7,
            "each": {"reward": {"kind": "lottery", "lottery": 3}, "cost_yen": 100},
            "invited": {"reward": {"kind": "coupon", "coupon": 4}, "cost_yen": 500},
            "tiers": [{"at": 3, "reward": {"kind": "coupon", "coupon": 5}, "cost_yen": 1000}],
            "most": 100,
            "most_per_inviter": 10,
            "budget_yen": 100000,
            "review": "flagged",
            "review_from": 5,
        }
    ],
}


@extend_schema_field(RULES)
class RulesField(serializers.JSONField):
    """What is wrong in them the command says."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give an object of rules.")
        return data


class ReferralProgrammeSerializer(serializers.ModelSerializer):
    rules = RulesField(required=False, help_text="As they are being written")
    campaign = CampaignField()
    version = serializers.IntegerField(
        source="version.number", default=None, allow_null=True, read_only=True, help_text="Whose rules hold"
    )
    starts_at = MomentField(required=False, allow_null=True)
    ends_at = MomentField(required=False, allow_null=True)
    tap = serializers.SerializerMethodField(help_text="Data of a postback that answers with a friend's link")
    address = serializers.SerializerMethodField(help_text="Opens a friend's own page in LINE")

    class Meta:
        model = Programme
        fields = [
            *("id", "name", "campaign", "status", "starts_at", "ends_at", "intro", "shared", "welcome"),
            *("terms", "revision", "version", "route", "tap", "address", "created_at", "changed_at"),
            *("started_at", "rules"),
        ]
        read_only_fields = ["status", "revision", "route", "created_at", "changed_at", "started_at"]
        extra_kwargs = {  # noqa: RUF012
            "name": {"validators": []},  # what is taken, the command says in words
            "revision": {"help_text": "Of the draft: to be sent along when it is changed or published"},
            "route": {
                "help_text": "Id of the acquisition route that counts who comes; null before the start"
            },
        }

    def get_tap(self, programme: Programme) -> str:
        return f"{taps.PREFIX}{programme.code}"

    def get_address(self, programme: Programme) -> str:
        return personal.door(PAGE, programme.pk)


class ReferralProgrammeChangeSerializer(serializers.ModelSerializer):
    """What is left out stays as it is."""

    rules = RulesField(required=False)
    campaign = CampaignField()
    starts_at = MomentField(required=False, allow_null=True)
    ends_at = MomentField(required=False, allow_null=True)
    revision = serializers.IntegerField(
        required=False, help_text="The revision you read: 409 if it is no longer the present one"
    )

    class Meta:
        model = Programme
        fields = [*sorted(services.SETTINGS), "campaign", "rules", "revision"]
        extra_kwargs = {"name": {"validators": [], "required": False}}  # noqa: RUF012


class ReferralProgrammeFilter(serializers.Serializer):
    status = serializers.ChoiceField(Programme.Status.choices, required=False)


class ReferralPublicationSerializer(serializers.Serializer):
    revision = serializers.IntegerField(help_text="The revision you read")


class ReferralRulesSerializer(serializers.ModelSerializer):
    rules = RulesField()

    class Meta:
        model = RuleSet
        fields = ["number", "published_at", "rules"]


class ReferralChecksSerializer(serializers.Serializer):
    faults = serializers.ListField(child=serializers.CharField(), help_text="Keep it from being started")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Allowed, and may not be meant")


class ReferralFiguresSerializer(serializers.Serializer):
    """Sums over a programme's life, in people and yen."""

    inviters = serializers.IntegerField()
    shared = serializers.IntegerField(help_text="Taps on the button to share")
    opened = serializers.IntegerField(help_text="Openings of links by people")
    signed_in = serializers.IntegerField(help_text="People who signed in by a link")
    followed = serializers.IntegerField(help_text="New friends")
    counted = serializers.IntegerField()
    rewarded = serializers.IntegerField(help_text="Invitations for which something was given")
    waiting = serializers.IntegerField()
    review = serializers.IntegerField(help_text="To be looked at by a person")
    given_yen = serializers.IntegerField(help_text="What given rewards cost, as entered")
    held_yen = serializers.IntegerField(help_text="Held for friends who may still count")
    failed = serializers.IntegerField(help_text="Rewards that could not be given")
    undone = serializers.IntegerField(help_text="Undone after the reward")
    per_friend = serializers.FloatField(allow_null=True, help_text="Yen for a new friend; null: none yet")
    per_counted = serializers.FloatField(allow_null=True, help_text="Yen for a counted friend")


class ReferralTriedSerializer(serializers.Serializer):
    rewards = serializers.IntegerField(help_text="That are tried again, in the background")


class ReferralLinkAskedSerializer(serializers.Serializer):
    friend = serializers.PrimaryKeyRelatedField(queryset=Friend.objects.all(), help_text="Number of a friend")


class ReferralLinkSerializer(serializers.Serializer):
    friend = serializers.IntegerField(source="friend_id")
    participant = serializers.IntegerField(source="pk")
    link = serializers.SerializerMethodField(help_text="What the friend shares")
    page = serializers.SerializerMethodField(
        help_text="The friend's own page; whoever has it is taken for them"
    )

    def get_link(self, part: Participant) -> str:
        return joining.link_of(part)

    def get_page(self, part: Participant) -> str:
        return personal.address(PAGE, part.programme_id, part.friend_id)


class ReferralProgrammeViewSet(Dependent, ListModelMixin, RetrieveModelMixin, Belonging):
    """Friends invite friends. Newest first.

    A programme is written as a draft; publishing it starts it, or has changed rules hold for who is invited
    from then on. A command that comes at the wrong time gets 409 `referral_wrong_status`.
    """

    request: ApiRequest
    queryset = Programme.objects.select_related("version")
    serializer_class = ReferralProgrammeSerializer
    filter_serializer = ReferralProgrammeFilter
    page_kind = PAGE
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "checks": "referrals.view_programme",
        "figures": "referrals.view_programme",
        "publish": "referrals.publish_programme",
        "pause": "referrals.publish_programme",
        "rewards": "referrals.decide_referral",
        "resume": "referrals.publish_programme",
        "end": "referrals.publish_programme",
        "reopen": "referrals.publish_programme",
        "link": "referrals.change_programme",
    }

    def tap_of(self, thing: Programme) -> str:
        return thing.code

    def narrow(self, queryset, **equal: object):
        return queryset.filter(**equal)

    @extend_schema(responses={201: ReferralProgrammeSerializer})
    @transaction.atomic
    def create(self, request: ApiRequest) -> Reply:
        """Write a new draft."""
        given = self.read(ReferralProgrammeSerializer)
        belongs = given.pop("campaign", None)
        made = services.create(**given, by=request.user)
        if belongs:
            campaigns.assign(made.ledger_owner, belongs, by=request.user)
        return self.shown(made, status=201)

    @extend_schema(request=ReferralProgrammeChangeSerializer)
    @transaction.atomic
    def partial_update(self, request: ApiRequest, pk: int) -> Reply:
        """Change words and days, which hold at once, or rules, which hold once they are published."""
        programme = self.get_object()
        given = self.read(ReferralProgrammeChangeSerializer)
        has_campaign, belongs = "campaign" in given, given.pop("campaign", None)
        if given:
            services.change(programme, **given, by=request.user)
        if has_campaign:
            campaigns.assign(programme.ledger_owner, belongs, by=request.user)
        return self.shown(self.get_object())

    @extend_schema(responses={204: None})
    def destroy(self, request: ApiRequest, pk: int) -> Reply:
        """Delete one in which nobody takes part: else 409 `referral_has_people`."""
        services.delete(self.get_object(), by=request.user)
        return Reply(status=204)

    @extend_schema(responses=ReferralChecksSerializer)
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def checks(self, request: ApiRequest, pk: int) -> Reply:
        """What keeps the draft from being started, and what may not be meant."""
        found = self.get_object()
        said = {"faults": services.faults(found), "warnings": services.warnings(found)}
        return Reply(ReferralChecksSerializer(said).data)

    @extend_schema(responses=ReferralFiguresSerializer)
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def figures(self, request: ApiRequest, pk: int) -> Reply:
        """What came of it: from sharing to rewards, and what it cost."""
        return Reply(ReferralFiguresSerializer(results.of(self.get_object())).data)

    @extend_schema(request=ReferralPublicationSerializer, responses={200: ReferralRulesSerializer})
    @action(detail=True, methods=["put"], url_path="publication")
    def publish(self, request: ApiRequest, pk: int) -> Reply:
        """Start it, or have changed rules hold. 422 `referral_not_ready` says what must be mended first."""
        given = self.read(ReferralPublicationSerializer)
        version = services.publish(self.get_object(), by=request.user, **given)
        return Reply(ReferralRulesSerializer(version).data)

    @extend_schema(request=None, responses={200: ReferralProgrammeSerializer})
    @action(detail=True, methods=["put"], url_path="pause")
    def pause(self, request: ApiRequest, pk: int) -> Reply:
        """Take no invitation for now; those that were taken go on."""
        return self._done(services.pause)

    @extend_schema(request=None, responses={200: ReferralProgrammeSerializer})
    @pause.mapping.delete
    def resume(self, request: ApiRequest, pk: int) -> Reply:
        """Go on. Who came meanwhile is not taken in afterwards."""
        return self._done(services.resume)

    @extend_schema(request=None, responses={200: ReferralProgrammeSerializer})
    @action(detail=True, methods=["put"], url_path="end")
    def end(self, request: ApiRequest, pk: int) -> Reply:
        """Take no invitation any more; those that were taken are counted and rewarded."""
        return self._done(services.end)

    @extend_schema(request=None, responses={200: ReferralProgrammeSerializer})
    @end.mapping.delete
    def reopen(self, request: ApiRequest, pk: int) -> Reply:
        """Open it again."""
        return self._done(services.resume)

    @extend_schema(request=None, responses={202: ReferralTriedSerializer})
    @action(detail=True, methods=["put"], url_path="rewards/again")
    def rewards(self, request: ApiRequest, pk: int) -> Reply:
        """Try once more to give all rewards that could not be given."""
        return Reply({"rewards": rewarding.again_all(self.get_object(), by=request.user)}, status=202)

    @extend_schema(request=ReferralLinkAskedSerializer, responses={200: ReferralLinkSerializer})
    @action(detail=True, methods=["put"], url_path="link")
    def link(self, request: ApiRequest, pk: int) -> Reply:
        """A friend's own link and page; the friend takes part from then on. Again, it is the same.

        409 `referral_not_open`; 409 `referral_not_friend` for who is no friend of the account.
        """
        programme, friend = self.get_object(), self.read(ReferralLinkAskedSerializer)["friend"]
        return Reply(ReferralLinkSerializer(joining.part_of(programme, friend)).data)

    def _done(self, command) -> Reply:
        programme = self.get_object()
        command(programme, by=self.request.user)
        return self.shown(programme)


class ReferralParticipantSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", help_text="Number of the friend")
    link = serializers.SerializerMethodField(help_text="What the friend shares")
    invited = serializers.IntegerField(help_text="New friends by the link")
    counted = serializers.IntegerField()
    waiting = serializers.IntegerField()

    class Meta:
        model = Participant
        fields = [
            *("id", "programme", "friend", "link", "joined_at", "shared_count", "opened_count"),
            *("invited", "counted", "waiting"),
        ]

    def get_link(self, part: Participant) -> str:
        return joining.link_of(part)


class ReferralPeopleFilter(serializers.Serializer):
    friend = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)
    programme = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)


class ReferralParticipantViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Friends with a link of their own, and how many came by it. Newest first."""

    queryset = results.counted(Participant.objects.all()).order_by("-id")
    serializer_class = ReferralParticipantSerializer
    filter_serializer = ReferralPeopleFilter
    lookup_value_converter = "int"

    def narrow(self, queryset, **equal: object):
        return queryset.filter(**equal)


class ReferralGrantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Grant
        fields = ["id", "friend", "kind", "tier", "reward", "words", "cost_yen", "given_at", "problem"]
        extra_kwargs = {  # noqa: RUF012
            "friend": {"help_text": "Who gets it"},
            "given_at": {"help_text": "null: not yet"},
            "problem": {"help_text": "Why it could not be given; empty: nothing is amiss"},
        }


class ReferralSerializer(serializers.ModelSerializer):
    inviter = serializers.IntegerField(source="participant.friend_id", help_text="Number of a friend")
    version = serializers.IntegerField(source="version.number", help_text="Whose rules it is judged by")
    grants = ReferralGrantSerializer(many=True)

    class Meta:
        model = Referral
        fields = [
            *("id", "programme", "version", "participant", "inviter", "friend", "state", "reason"),
            *("is_credited", "is_flagged", "is_held", "at", "followed_at", "acted_at", "counted_at"),
            *("decision", "decided_at", "note", "undone", "undone_at", "grants"),
        ]
        extra_kwargs = {  # noqa: RUF012
            "friend": {"help_text": "Number of the invited friend"},
            "is_credited": {"help_text": "Whether it is the one invitation of this friend"},
            "undone": {"help_text": "What was undone after the reward, which stays"},
        }


class ReferralFilterSerializer(ReferralPeopleFilter):
    state = serializers.ChoiceField(Referral.State.choices, required=False)
    inviter = serializers.IntegerField(required=False, min_value=1, max_value=HIGHEST_ROW)


class ReferralConfirmationSerializer(serializers.Serializer):
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=Referral.NOTE_LENGTH
    )


class ReferralRefusalSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=Referral.NOTE_LENGTH, help_text="Why; friends do not see it")


class ReferralViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Who invited whom, and what came of it. Newest first."""

    request: ApiRequest
    queryset = Referral.objects.select_related("participant", "version").prefetch_related("grants")
    serializer_class = ReferralSerializer
    filter_serializer = ReferralFilterSerializer
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "confirm": "referrals.decide_referral",
        "refuse": "referrals.decide_referral",
    }

    def narrow(self, queryset, *, inviter: int | None = None, **equal: object):
        if inviter is not None:
            queryset = queryset.filter(participant__friend=inviter)
        return queryset.filter(**equal)

    @extend_schema(request=ReferralConfirmationSerializer, responses={200: ReferralSerializer})
    @action(detail=True, methods=["put"], url_path="confirmation")
    def confirm(self, request: ApiRequest, pk: int) -> Reply:
        """Let one count that waits to be looked at, or was refused. 409 `referral_not_to_decide`."""
        body = ReferralConfirmationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        deciding.confirm(self.get_object(), by=request.user, **body.validated_data)
        return Reply(ReferralSerializer(self.get_object()).data)

    @extend_schema(request=ReferralRefusalSerializer, responses={200: ReferralSerializer})
    @action(detail=True, methods=["put"], url_path="refusal")
    def refuse(self, request: ApiRequest, pk: int) -> Reply:
        """Have it not count. 409 `referral_rewarded` once its reward has been given."""
        body = ReferralRefusalSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        deciding.refuse(self.get_object(), by=request.user, **body.validated_data)
        return Reply(ReferralSerializer(self.get_object()).data)
