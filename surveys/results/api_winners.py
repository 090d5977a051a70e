"""Endpoints: drawings of winners, announced with their seal, drawn once, checked by anybody."""

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.http import ApiRequest
from surveys.models import Winner, WinnerDraw
from surveys.results import drawing
from surveys.results.forms import MOST_WINNERS

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet as Base
else:
    Base = object


class SurveyDrawingSerializer(serializers.ModelSerializer):
    """SHA-256 of `seed` is `seal`. `entrants_seal` is that of the numbers of who took part, one a line."""

    seed = serializers.SerializerMethodField(help_text="Told once it is drawn; until then null")

    class Meta:
        model = WinnerDraw
        fields = (
            *("id", "name", "winner_count", "may_win_again", "seal", "seed", "entrants_seal"),
            *("entrant_count", "left_out_count", "created_at", "drawn_at"),
        )
        read_only_fields = ("seal", "entrants_seal", "entrant_count", "left_out_count")
        extra_kwargs = {  # noqa: RUF012
            "name": {"help_text": "What is won"},
            "winner_count": {"min_value": 1, "max_value": MOST_WINNERS},
            "may_win_again": {"help_text": "Whether those take part who have won in this survey already"},
        }

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_seed(self, draw: WinnerDraw) -> str | None:
        return draw.seed if draw.drawn_at else None


class SurveyWinnerSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="response.friend_id", allow_null=True)

    class Meta:
        model = Winner
        fields = ("place", "response", "friend")


class Drawings(Base):
    """Drawings of winners of a survey."""

    request: ApiRequest

    @extend_schema(responses=SurveyDrawingSerializer(many=True))
    @action(detail=True, filter_serializer=None)
    def drawings(self, request: ApiRequest, pk: int) -> Response:
        """All drawings, newest first."""
        shown = self.paginate_queryset(self.get_object().winner_draws.all())
        return self.get_paginated_response(SurveyDrawingSerializer(shown, many=True).data)

    @extend_schema(request=SurveyDrawingSerializer, responses={201: SurveyDrawingSerializer})
    @drawings.mapping.post
    def announce(self, request: ApiRequest, pk: int) -> Response:
        """Choose a seed and show its seal. Who takes part is decided when it is drawn."""
        body = SurveyDrawingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        made = drawing.announce(self.get_object(), **body.validated_data, by=request.user)
        return Response(SurveyDrawingSerializer(made).data, status=201)

    @extend_schema(request=None, responses=SurveyDrawingSerializer)
    @action(detail=True, methods=["put"], url_path="drawings/<int:number>/result")
    def draw(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Draw the winners. It cannot be undone; a second call is refused (`drawn_already`)."""
        drawn = drawing.draw(self._drawing(number), by=request.user)
        return Response(SurveyDrawingSerializer(drawn).data)

    @extend_schema(responses=SurveyWinnerSerializer(many=True))
    @action(
        detail=True,
        pagination_class=None,
        filter_serializer=None,
        url_path="drawings/<int:number>/winners",
    )
    def winners(self, request: ApiRequest, pk: int, number: int) -> Response:
        """Who has won, in the order drawn; nobody before it is drawn."""
        rows = self._drawing(number).winners.select_related("response").order_by("place")
        return Response(SurveyWinnerSerializer(rows, many=True).data)

    def _drawing(self, number: int) -> WinnerDraw:
        return get_object_or_404(WinnerDraw, survey=self.get_object(), pk=number)
