"""What endpoints of things that belong to campaigns share."""

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from campaigns import services
from campaigns.models import Campaign


class CampaignField(serializers.PrimaryKeyRelatedField):
    """The campaign that a thing belongs to, of those that `Belonging` has read for all that are shown."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {"queryset": Campaign.objects.all(), "required": False, "allow_null": True}
        super().__init__(**(given | options), help_text="Id of a campaign; null: none")

    def get_attribute(self, instance: Any) -> Campaign | None:
        return self.context["campaigns"].get(instance.ledger_owner)


class Belonging(GenericViewSet):
    """A viewset of things that belong to campaigns, and are written by commands."""

    def get_serializer(self, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
        """With what is told of all that it shows, in a constant number of queries."""
        shown = args[0] if args else []
        rows = [
            each
            for each in (shown if isinstance(shown, list) else [shown])
            if isinstance(each, self.get_queryset().model)
        ]
        context = {**self.get_serializer_context(), **self.known(rows), **kwargs.pop("context", {})}
        return super().get_serializer(*args, context=context, **kwargs)

    def known(self, rows: list[Any]) -> dict[str, Any]:
        """What the serializer looks up of these rows: the campaign of each."""
        return {"campaigns": services.of_many(each.ledger_owner for each in rows)}

    def read(self, serializer: type[serializers.Serializer]) -> dict[str, Any]:
        """What the request says. Raises ValidationError."""
        body = serializer(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def shown(self, row: Any, status: int = 200) -> Response:
        return Response(self.get_serializer(row).data, status=status)
