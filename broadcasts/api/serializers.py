"""What the endpoints of broadcasts take and give."""

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.moments import MomentField
from billing.api import MonthField, PartSerializer
from billing.forecast import Forecast, Obstacle
from broadcasts.choosing.forms import HOLDOUT, MOST_PEOPLE, ChoosingFields
from broadcasts.models import Broadcast, PlatformSend, TrackedLink
from broadcasts.tracking import utm
from campaigns.belonging import CampaignField
from contracts.fields import FeeField, NetField, ShownField, TypedLimitField
from segments.models import Segment

BY_LINE = Prefetch("platform_sends", PlatformSend.objects.defer("friends", "body"))
CHOOSING = ChoosingFields.CHOOSING
MESSAGES = {
    "type": "array",
    "minItems": 1,
    "maxItems": 5,
    "items": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
    "description": "LINE message objects, as LINE defines them. In a text, {{display_name|Customer}} is the "
    "friend's name, or the word after the bar where it is not known; the broadcast is then sent by push.",
    "examples": [[{"type": "text", "text": "Autumn sale from today"}]],
}


@extend_schema_field(MESSAGES)
class MessagesField(serializers.JSONField):
    """What is wrong in them the service says, with its place."""


class UtmSerializer(serializers.Serializer):
    """Campaign parameters that are added to links; utm_content says which bubble and link it was."""

    source = serializers.CharField(  # type: ignore[assignment]  # a field: it does not stay on the class
        max_length=utm.LONGEST
    )
    medium = serializers.CharField(max_length=utm.LONGEST)
    campaign = serializers.CharField(
        max_length=utm.LONGEST, required=False, default="", allow_blank=True, help_text="Empty: the name"
    )


class LeftOutSerializer(serializers.Serializer):
    """How many of the segment do not get it, each under the first reason that holds."""

    stopped = serializers.IntegerField(required=False, help_text="Want no broadcasts")
    cap = serializers.IntegerField(required=False, help_text="Have had as many messages as the rules allow")
    holdout = serializers.IntegerField(required=False, help_text="Held out to compare with")
    limit = serializers.IntegerField(required=False, help_text="Beyond the limit of people or cost")


class CostSerializer(serializers.Serializer):
    messages = serializers.IntegerField()
    free_count = serializers.IntegerField()
    paid_count = serializers.IntegerField()
    amount = ShownField(help_text="Booked so far; before tax, not rounded")


class ProgressSerializer(serializers.Serializer):
    recipients = serializers.IntegerField(help_text="Estimated until it is prepared")
    accepted = serializers.IntegerField(help_text="Accepted by LINE")
    pending = serializers.IntegerField()
    under_way = serializers.IntegerField(help_text="In a request whose answer is not known yet")
    rejected = serializers.IntegerField()
    needs_check = serializers.IntegerField(help_text="Outcome not known after 23 hours; never sent again")
    cancelled = serializers.IntegerField()
    dropped = serializers.IntegerField(
        help_text="Blocked the account, or changed the ID link that counts, before their turn came"
    )
    requests = serializers.IntegerField(help_text="Requests to LINE")
    clicks = serializers.IntegerField(help_text="By people; machines are left out")
    people = serializers.IntegerField(help_text="Who clicked, where `tracks_people`; else 0")
    machines = serializers.IntegerField(help_text="Openings by link previews and other machines")
    percent = serializers.IntegerField()
    cost = CostSerializer()


class PlatformSendSerializer(serializers.ModelSerializer):
    """What LINE sends to people it finds itself: a narrowcast, or LINE's broadcast."""

    class Meta:
        model = PlatformSend
        fields = [
            "method",
            "state",
            "most",
            "target_count",
            "success_count",
            "failure_count",
            "request_id",
            "accepted_at",
            "problem",
        ]
        extra_kwargs = {
            "target_count": {"help_text": "Whom LINE has chosen; null until it has counted them"},
            "request_id": {"help_text": "LINE's statistics go by it"},
        }


class ChoosingSerializer(serializers.Serializer):
    """Who of the segment gets it."""

    ignores_cap = serializers.BooleanField(
        required=False, help_text="Also to people who have had as many messages as the client's rules allow"
    )
    most_count = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text="People; null: no limit",
    )
    most_amount = TypedLimitField(
        max_digits=12,
        decimal_places=2,
        required=False,
        allow_null=True,
        min_value=0,
        help_text="For messages, before tax, in what the caller sees: LINE's cost or the client's price",
    )
    chosen_by = serializers.ChoiceField(
        Broadcast.ChosenBy.choices, required=False, help_text="Who gets it where a limit leaves out some"
    )
    holdout_percent = serializers.DecimalField(
        4,
        1,
        required=False,
        min_value=HOLDOUT[0],
        max_value=HOLDOUT[1],
        help_text="So many get nothing, by lot, to compare with",
    )


class BroadcastSerializer(ChoosingSerializer, serializers.ModelSerializer):
    messages = MessagesField()
    campaign = CampaignField()
    utm = UtmSerializer(required=False, allow_null=True, help_text="null: none; left out: as is usual here")
    left_out = LeftOutSerializer(read_only=True, help_text="Once it is prepared; null before")
    sends = PlatformSendSerializer(source="platform_sends", many=True, read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Broadcast
        fields = [
            "id",
            "name",
            "segment",
            "campaign",
            "messages",
            "tracks_people",
            "utm",
            "way",
            "nature",
            "is_silent",
            "ignores_quiet_hours",
            *CHOOSING,
            "status",
            "send_at",
            "version",
            "method",
            "problem",
            "stopped_by_budget",
            "left_out",
            "created_at",
            "approved_at",
            "started_at",
            "finished_at",
            "sends",
            "progress",
        ]
        read_only_fields = [*fields[fields.index("status") : -1]]
        extra_kwargs = {  # noqa: RUF012
            "stopped_by_budget": {"help_text": "Id of the budget for which it is paused; null: none"}
        }

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, broadcast: Broadcast) -> dict:
        return ProgressSerializer(self.context["progress"][broadcast.pk], context=self.context).data


class BroadcastChangeSerializer(ChoosingSerializer):
    """What is left out stays as it is. Not a partial serializer: campaign parameters are given whole."""

    name = serializers.CharField(required=False, max_length=100)
    segment = serializers.PrimaryKeyRelatedField(required=False, queryset=Segment.objects.all())
    campaign = CampaignField()
    messages = MessagesField(required=False)
    tracks_people = serializers.BooleanField(required=False)
    utm = UtmSerializer(required=False, allow_null=True)
    way = serializers.ChoiceField(Broadcast.Way.choices, required=False)
    nature = serializers.ChoiceField(Broadcast.Nature.choices, required=False)
    is_silent = serializers.BooleanField(required=False, help_text="Without a notification")
    ignores_quiet_hours = serializers.BooleanField(required=False)
    version = serializers.IntegerField(
        required=False,
        help_text="The version you read: refused with 409 if it is no longer the present one",
    )


class BroadcastFilter(serializers.Serializer):
    status = serializers.ChoiceField(Broadcast.Status.choices, required=False)
    segment = serializers.IntegerField(required=False, help_text="Id of a segment")


class ScheduleSerializer(serializers.Serializer):
    send_at = MomentField(help_text="ISO 8601 with offset; up to a minute ago means at once")


class ReviewSerializer(serializers.Serializer):
    comment = serializers.CharField(required=False, default="", allow_blank=True, max_length=2_000)
    version = serializers.IntegerField(
        required=False, help_text="The version you read: refused with 409 if it is no longer the present one"
    )


class ForecastQuery(serializers.Serializer):
    at = MomentField(required=False, default=None, help_text="ISO 8601 with offset; else `send_at`, else now")


class PlanOptionSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    monthly_fee = NetField()
    month_amount = NetField(help_text="Fee and messages of the month")
    saving = NetField(help_text="Against the present plan; null: that does not cover the month")
    is_confirmed = serializers.BooleanField(help_text="Whether its prices were read in LINE's own price list")


class ReachedBracketSerializer(serializers.Serializer):
    up_to = serializers.IntegerField(allow_null=True, help_text="Number of extra message; null: all the rest")
    unit_price = NetField()


class MonthForecastSerializer(serializers.Serializer):
    """Amounts are null for a key that may not see the ledger."""

    messages = serializers.IntegerField()
    fits = serializers.BooleanField(help_text="Whether plan and limits cover it")
    fits_with_series = serializers.BooleanField(
        help_text="Whether they also cover what recurring sends will still need in the month"
    )
    obstacle = serializers.ChoiceField(
        choices=[each.value for each in Obstacle],
        allow_null=True,
        help_text="plan: another is needed; cap: the owner's limit of extra messages; line: LINE's own "
        "limit; reserve: the rest is kept for scenarios, notices and replies",
    )
    kept_back = serializers.IntegerField(help_text="Kept for scenarios, notices and replies")
    remaining = serializers.IntegerField(
        allow_null=True,
        help_text="Left for it after what is used, scheduled and kept back; null: no limit known",
    )
    left = serializers.IntegerField(
        allow_null=True, help_text="At the month's end; below zero: so many too few; null: no limit known"
    )
    month = MonthField()
    plan_name = serializers.CharField(allow_null=True, help_text="null: no plan registered, no prices known")
    is_confirmed = serializers.BooleanField(help_text="Whether the prices were read in LINE's own price list")
    currency = serializers.CharField()
    monthly_fee = FeeField()
    amount_now = ShownField(source="price_now.amount", help_text="If it left now; before tax, not rounded")
    free_count = serializers.IntegerField()
    paid_count = serializers.IntegerField()
    parts = PartSerializer(many=True)
    month_used = serializers.IntegerField()
    already_scheduled = serializers.IntegerField(help_text="Messages of other broadcasts in that month")
    to_come = serializers.IntegerField(help_text="Messages of recurring sends for dates still to be made")
    added_amount = ShownField(
        source="added.amount", help_text="By which the month's end rises: what not sending it saves"
    )
    month_end_messages = serializers.IntegerField()
    month_end_amount = ShownField(source="month_end.amount")
    bracket = ReachedBracketSerializer(
        allow_null=True, help_text="Of the month's last message; null: all are free"
    )
    plan_needed = PlanOptionSerializer(
        allow_null=True, help_text="The cheapest that covers the month, where the present one does not"
    )
    cheaper_plan = PlanOptionSerializer(allow_null=True, help_text="What would cover the month for less")


class ForecastSerializer(MonthForecastSerializer):
    """Of one broadcast. Amounts are null for a key that may not see the ledger."""

    messages = serializers.IntegerField(help_text="The segment's present size, less who is left out")
    left_out = serializers.SerializerMethodField()
    budget_refusal = serializers.SerializerMethodField(
        help_text="Why a budget would stop it; empty: none does"
    )
    method = serializers.SerializerMethodField(help_text="push: one by one; multicast: many at once")
    seconds = serializers.SerializerMethodField(help_text="How long it takes to send, at the least")

    @extend_schema_field(LeftOutSerializer)
    def get_left_out(self, forecast: Forecast) -> dict[str, int]:
        return self.context["left_out"]

    def get_budget_refusal(self, forecast: Forecast) -> str:
        return self.context["budget_refusal"]

    def get_method(self, forecast: Forecast) -> str:
        return self.context["sending"].method

    def get_seconds(self, forecast: Forecast) -> float:
        return self.context["sending"].takes.total_seconds()


class TrackedLinkSerializer(serializers.ModelSerializer):
    clicks = serializers.IntegerField(source="click_count")
    people = serializers.IntegerField(source="people_count", help_text="As far as they are known")
    machines = serializers.IntegerField(source="machine_count")
    title = serializers.CharField(help_text="What people call the friends’ own page; empty: it leads to none")

    class Meta:
        model = TrackedLink
        fields = ["id", "bubble", "url", "target", "page", "title", "clicks", "people", "machines"]
        extra_kwargs = {
            "bubble": {"help_text": "From 1"},
            "target": {
                "help_text": "With what was added to it, or for whoever is not known; empty: as written"
            },
            "page": {
                "help_text": "Variable of the page of each friend’s own that it leads to (`coupon.7`): who "
                "clicked is then known in any case; empty: it leads to none"
            },
        }


class HourSerializer(serializers.Serializer):
    at = serializers.DateTimeField(help_text="When the hour began")
    clicks = serializers.IntegerField(source="count")


class ClicksSerializer(serializers.Serializer):
    links = TrackedLinkSerializer(many=True)
    hours = HourSerializer(many=True, help_text="The first 48 hours; empty while nobody has clicked")
