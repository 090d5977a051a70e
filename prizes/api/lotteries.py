"""Endpoints: lotteries, their odds, draws and winners, and the proof."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from accounts.moments import MomentField
from coupons import rewards
from coupons.api_dependants import Dependent
from prizes.api.sending import WinContacts
from prizes.lotteries import audit, commands, odds, turns, winning
from prizes.models import WHOLE, Draw, Lottery, OddsTable, Win
from prizes.reward import LOTTERY
from segments.kinds import HIGHEST_ROW
from segments.models import Segment

MOST_PRIZES = 20
MOST_FRIENDS = 10_000
MOST_NUMBER = 2_000_000_000
MOST_TURNS = 32_767


def _whole(about: str, *, least: int = 0, most: int = MOST_NUMBER, **more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=least, max_value=most, help_text=about, **more)


def _limit(about: str, *, least: int = 0) -> serializers.IntegerField:
    return _whole(f"{about}; null: no limit", least=least, required=False, allow_null=True, default=None)


class ChanceSerializer(serializers.Serializer):
    prize = _whole("Number of a prize of the lottery", least=1, most=HIGHEST_ROW)
    ppm = _whole("Odds in parts per million: 10,000 is 1 %", most=WHOLE)
    stock = _limit("How many there are")
    per_day = _limit("How many are given away on one day of the client's calendar", least=1)


class PrizeSerializer(serializers.Serializer):
    """A prize with its odds, as a draft has it."""

    id = _whole("Left out: a new prize", least=1, most=HIGHEST_ROW, required=False)
    name = serializers.CharField(max_length=60)
    text = serializers.CharField(
        max_length=300, required=False, allow_blank=True, default="", help_text="What the winner reads"
    )
    reward = serializers.JSONField(
        required=False,
        allow_null=True,
        default=None,
        help_text='Given with the draw, such as {"kind": "coupon", "coupon": 3}; null: sent or handed over',
    )
    is_sent = serializers.BooleanField(
        required=False, default=False, help_text="The winner is asked where to send it"
    )
    value_yen = _whole("What one costs", required=False, default=0)
    ppm = _whole("Odds in parts per million: 10,000 is 1 %", most=WHOLE)
    stock = _limit("How many there are")
    per_day = _limit("How many are given away on one day of the client's calendar", least=1)
    given = serializers.IntegerField(read_only=True, help_text="How many were given away")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Where a lottery is changed in part, its prizes are told whole nevertheless."""
        if missing := {"name", "ppm"} - attrs.keys():
            raise serializers.ValidationError(
                {name: self.fields[name].error_messages["required"] for name in sorted(missing)}
            )
        return attrs

    def validate_reward(self, given: object) -> dict | None:
        if given is None:
            return None
        if not isinstance(given, dict):
            raise serializers.ValidationError("Give an object with a kind, or null.")
        rewards.check(given)
        return given


class LotterySerializer(serializers.ModelSerializer):
    segment: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(
        queryset=Segment.objects.all(), required=False, allow_null=True, default=None
    )
    starts_at = MomentField()
    ends_at = MomentField(help_text="After it nobody can draw; the seed is published then")
    prizes = serializers.SerializerMethodField(help_text="With the odds that hold at present")

    class Meta:
        model = Lottery
        fields = [
            "id",
            "name",
            "title",
            "text",
            "consolation",
            "rules",
            "starts_at",
            "ends_at",
            "who",
            "segment",
            "turns",
            "turns_per_day",
            "law",
            "price_yen",
            "sales_yen",
            "status",
            "prizes",
            "commitment",
            "seed",
            "opened_at",
            "closed_at",
        ]
        read_only_fields = ["status", "commitment", "seed", "opened_at", "closed_at"]
        extra_kwargs = {  # noqa: RUF012
            "turns": {"help_text": "In all, for each person; null: no limit"},
            "commitment": {"help_text": "SHA-256 of the seed, fixed at opening"},
            "seed": {"help_text": "Empty until the lottery is closed"},
        }

    @extend_schema_field(PrizeSerializer(many=True))
    def get_prizes(self, lottery: Lottery) -> list[dict]:
        tables = list(lottery.tables.all())
        table = odds.present(lottery) if tables else None
        known = {each.prize: each for each in odds.of(table)} if table else {}
        return [_prize_row(prize, known.get(prize.pk)) for prize in lottery.prizes.all()]


class WrittenLotterySerializer(LotterySerializer):
    """A lottery as it is written: the prizes of a draft are told whole."""

    prizes = PrizeSerializer(many=True, required=False)  # type: ignore[assignment]

    def validate_prizes(self, given: list[dict]) -> list[dict]:
        if len(given) > MOST_PRIZES:
            raise serializers.ValidationError(f"At most {MOST_PRIZES} prizes.")
        return given


class LotteryFilter(serializers.Serializer):
    status = serializers.ChoiceField(Lottery.Status.choices, required=False)


class OddsTableSerializer(serializers.ModelSerializer):
    chances = ChanceSerializer(many=True)
    holds_from = MomentField(
        required=False,
        allow_null=True,
        default=None,
        help_text="At the soonest a minute from now; left out: then",
    )

    class Meta:
        model = OddsTable
        fields = ["number", "chances", "holds_from", "reason", "made_at"]
        read_only_fields = ["number", "made_at"]


class DrawSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id")
    table = serializers.IntegerField(source="table.number", help_text="Number of the table of odds")
    aimed = serializers.IntegerField(
        source="aimed_id", allow_null=True, help_text="Prize at which the number stands"
    )
    prize = serializers.IntegerField(
        source="prize_id", allow_null=True, help_text="What was given; null where that had run out, too"
    )

    class Meta:
        model = Draw
        fields = ["id", "friend", "turn", "ticket", "table", "lot", "aimed", "prize", "serial", "drawn_at"]


class AuditProblemSerializer(serializers.Serializer):
    draw = serializers.IntegerField()
    why = serializers.CharField()


class AuditSerializer(serializers.Serializer):
    """All draws made again from the seed."""

    holds = serializers.BooleanField(
        help_text="The seed is the one that was published, and every draw follows"
    )
    draws = serializers.IntegerField()
    wrong = serializers.IntegerField()
    is_seed_right = serializers.BooleanField()
    at = serializers.DateTimeField()
    problems = AuditProblemSerializer(many=True)


class AuditStateSerializer(serializers.Serializer):
    asked_at = serializers.DateTimeField(allow_null=True, help_text="Under way since; null: it is not")
    audit = AuditSerializer(allow_null=True, help_text="The last one; null: there was none")


class WinSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="friend_id", read_only=True)
    prize = serializers.IntegerField(source="prize_id", read_only=True)
    won_at = serializers.DateTimeField(source="draw.drawn_at", read_only=True)

    class Meta:
        model = Win
        fields = ["id", "friend", "prize", "won_at", "state", "words", "problem", "note", "told_at"]
        read_only_fields = ["words", "problem", "told_at"]


class WinChangeSerializer(serializers.Serializer):
    state = serializers.ChoiceField(
        [(each.value, each.label) for each in winning.BY_HAND], required=False, help_text="What became of it"
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class GivenTurnsSerializer(serializers.Serializer):
    friends: serializers.ListField = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=HIGHEST_ROW),
        min_length=1,
        max_length=MOST_FRIENDS,
    )
    key = serializers.CharField(
        max_length=100, help_text="Given again with the same key, a friend gets no further turn"
    )


class TurnsGivenSerializer(serializers.Serializer):
    friends: serializers.ListField = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Those who have the turn now; unknown numbers are left out",
    )


class LotteryViewSet(WinContacts, Dependent, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Instant lotteries, newest first. Every draw follows from a seed that is fixed at opening."""

    request: ApiRequest
    queryset = Lottery.objects.prefetch_related("prizes", "tables")
    serializer_class = LotterySerializer
    filter_serializer = LotteryFilter
    page_kind = LOTTERY
    lookup_value_converter = "int"
    permission_required = {  # noqa: RUF012
        "open": "prizes.open_lottery",
        "close": "prizes.open_lottery",
        "odds": "prizes.view_oddstable",
        "add_odds": "prizes.add_oddstable",
        "draws": "prizes.view_draw",
        "audit": "prizes.view_draw",
        "ask_audit": "prizes.view_draw",
        "turns": "prizes.add_right",
        "wins": "prizes.view_win",
        "change_win": "prizes.change_win",
        "contacts": "prizes.export_win",
    }

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return WrittenLotterySerializer if self.action in ("create", "partial_update") else LotterySerializer

    def narrow(self, queryset: QuerySet[Lottery], *, status: str | None = None) -> QuerySet[Lottery]:
        return queryset if status is None else queryset.filter(status=status)

    @extend_schema(request=WrittenLotterySerializer, responses={201: LotterySerializer})
    def create(self, request: ApiRequest) -> Response:
        """A draft, with its prizes and their odds."""
        given = self._given(request)
        made = commands.create(**given, by=request.user)
        return Response(LotterySerializer(made).data, status=201)

    @extend_schema(request=WrittenLotterySerializer, responses=LotterySerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Change what is given. Once it is open, words only; prizes are told whole."""
        lottery = self.get_object()
        changed = commands.change(lottery, **self._given(request, partial=True), by=request.user)
        return Response(LotterySerializer(changed).data)

    def destroy(self, request: ApiRequest, pk: int) -> Response:
        """Take away a draft; what was opened is kept for good."""
        commands.delete(self.get_object(), by=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses=LotterySerializer)
    @action(detail=True, methods=["put"])
    def open(self, request: ApiRequest, pk: int) -> Response:
        """Fix the seed and let friends draw in the period. It cannot be undone."""
        return Response(LotterySerializer(commands.open_lottery(self.get_object(), by=request.user)).data)

    @extend_schema(request=None, responses=LotterySerializer)
    @action(detail=True, methods=["put"])
    def close(self, request: ApiRequest, pk: int) -> Response:
        """Let nobody draw any more, and publish the seed. It cannot be undone."""
        return Response(LotterySerializer(commands.close(self.get_object(), by=request.user)).data)

    @extend_schema(responses=OddsTableSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def odds(self, request: ApiRequest, pk: int) -> Response:
        """All tables of odds, the newest first; draws name theirs."""
        return Response(OddsTableSerializer(self.get_object().tables.all(), many=True).data)

    @extend_schema(request=OddsTableSerializer, responses={201: OddsTableSerializer})
    @odds.mapping.post
    def add_odds(self, request: ApiRequest, pk: int) -> Response:
        """Other odds from a moment on, for a lottery that is open."""
        body = OddsTableSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        table = odds.add(self.get_object(), **body.validated_data, by=request.user)
        return Response(OddsTableSerializer(table).data, status=201)

    @extend_schema(responses=DrawSerializer(many=True))
    @action(detail=True, filter_serializer=None)
    def draws(self, request: ApiRequest, pk: int) -> Response:
        """Every turn that was taken, newest first."""
        rows = Draw.objects.filter(lottery=self.get_object()).select_related("table")
        return self._paged(rows, DrawSerializer)

    @extend_schema(responses=AuditStateSerializer)
    @action(detail=True, pagination_class=None, filter_serializer=None)
    def audit(self, request: ApiRequest, pk: int) -> Response:
        """The last proof: all draws made again from the seed."""
        return Response(_audit(self.get_object()))

    @extend_schema(request=None, responses={202: AuditStateSerializer})
    @audit.mapping.post
    def ask_audit(self, request: ApiRequest, pk: int) -> Response:
        """Have all draws made again, by a worker, within seconds to minutes."""
        lottery = self.get_object()
        if lottery.commitment:
            audit.ask(lottery)
            lottery.refresh_from_db()
        return Response(_audit(lottery), status=202)

    @extend_schema(request=GivenTurnsSerializer, responses=TurnsGivenSerializer)
    @action(detail=True, methods=["post"])
    def turns(self, request: ApiRequest, pk: int) -> Response:
        """Give these friends one turn more each."""
        body = GivenTurnsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        known = turns.give(self.get_object(), given["friends"], key=f"api:{given['key']}", source="api")
        return Response({"friends": sorted(known)})

    @extend_schema(responses=WinSerializer(many=True))
    @action(detail=True, filter_serializer=None)
    def wins(self, request: ApiRequest, pk: int) -> Response:
        """What was won and what became of it, newest first. Where to send it: `contacts`."""
        rows = Win.objects.filter(lottery=self.get_object()).select_related("draw")
        return self._paged(rows, WinSerializer)

    @extend_schema(request=WinChangeSerializer, responses=WinSerializer)
    @action(detail=True, methods=["patch"], url_path="wins/<int:win>")
    def change_win(self, request: ApiRequest, pk: int, win: int) -> Response:
        """Say what became of a win that is sent or handed over."""
        body = WinChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        found = get_object_or_404(Win, lottery=self.get_object(), pk=win)
        changed = winning.change(found, **body.validated_data, by=request.user)
        return Response(WinSerializer(changed).data)

    def _given(self, request: ApiRequest, *, partial: bool = False) -> dict[str, Any]:
        body = self.get_serializer(data=request.data, partial=partial)
        body.is_valid(raise_exception=True)
        return body.validated_data

    def _paged(self, rows: QuerySet, kind: type[serializers.BaseSerializer]) -> Response:
        return self.get_paginated_response(kind(self.paginate_queryset(rows), many=True).data)


def _prize_row(prize: Any, chance: odds.Chance | None) -> dict[str, Any]:
    own = {
        name: getattr(prize, name)
        for name in ("id", "name", "text", "reward", "is_sent", "value_yen", "given")
    }
    said = {name: getattr(chance, name, None) for name in ("stock", "per_day")}
    return own | said | {"ppm": chance.ppm if chance else 0}


def _audit(lottery: Lottery) -> dict[str, Any]:
    found = audit.kept(lottery)
    if found is None:
        return {"asked_at": lottery.audit_asked_at, "audit": None}
    problems = [{"draw": draw, "why": why} for draw, why in found.problems]
    said = {name: getattr(found, name) for name in ("holds", "draws", "wrong", "is_seed_right", "at")}
    return {"asked_at": lottery.audit_asked_at, "audit": said | {"problems": problems}}
