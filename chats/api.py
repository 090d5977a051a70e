"""Endpoints: conversations with friends, what was said in them, answers."""

from uuid import uuid4

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from chats import sending, services
from chats.models import Conversation, ConversationQuerySet, Message, Sending
from friends.models import Friend

MESSAGES = {
    "type": "array",
    "minItems": 1,
    "maxItems": 5,
    "items": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
    "description": "LINE message objects, as LINE defines them. They count as one message, if at all.",
    "examples": [[{"type": "text", "text": "Yes, we have it in red."}]],
}


@extend_schema_field(MESSAGES)
class AnswerMessagesField(serializers.JSONField):
    """What is wrong in them the service says, with its place."""


class ConversationSerializer(serializers.ModelSerializer):
    friend = serializers.IntegerField(source="pk", help_text="The friend’s number; it names the conversation")
    display_name = serializers.CharField(source="friend.display_name")
    assignee = serializers.IntegerField(
        source="assignee_id", allow_null=True, help_text="Number of a person of the client or its agency"
    )
    free_until = serializers.DateTimeField(
        source="reply_until",
        allow_null=True,
        help_text="Until then an answer may be free; an automatic answer may have used it up",
    )

    class Meta:
        model = Conversation
        fields = ["friend", "display_name", "state", "assignee", "last_at", "free_until"]


class ConversationChangeSerializer(serializers.Serializer):
    state = serializers.ChoiceField(Conversation.State.choices, required=False)
    assignee = serializers.IntegerField(
        required=False, allow_null=True, help_text="null takes the assignee off", max_value=2_147_483_647
    )


class ConversationFilter(serializers.Serializer):
    state = serializers.ChoiceField(Conversation.State.choices, required=False)
    assignee = serializers.IntegerField(required=False, help_text="Number of a person")


class SendingSerializer(serializers.ModelSerializer):
    reason = serializers.CharField(help_text="Why it was not sent, or not yet; empty when it was")

    class Meta:
        model = Sending
        fields = ["id", "way", "state", "reason", "created_at", "sent_at"]


class MessageSerializer(serializers.ModelSerializer):
    content = serializers.DictField(help_text="LINE’s message object, or what was done with the conversation")
    sending = SendingSerializer(allow_null=True, help_text="Of what people answered; else null")

    class Meta:
        model = Message
        fields = ["id", "sender", "at", "type", "content", "author", "sending"]


class AnswerSerializer(serializers.Serializer):
    messages = AnswerMessagesField()
    may_push = serializers.BooleanField(
        default=False, help_text="Whether it may be sent as a push, which is billed, where no reply is free"
    )


class ConversationViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Conversations with friends, by the friend's number. Newest first."""

    request: ApiRequest
    queryset = Conversation.objects.select_related("friend")
    serializer_class = ConversationSerializer
    filter_serializer = ConversationFilter
    keyset = ("-last_at", "-friend_id")
    lookup_value_converter = "int"
    permission_required = {"say": "chats.reply_conversation", "messages": "chats.view_conversation"}

    def narrow(
        self, queryset: ConversationQuerySet, *, assignee: int | None = None, **equal: str
    ) -> QuerySet[Conversation]:
        if assignee is not None:
            queryset = queryset.filter(assignee_id=assignee)
        return queryset.filter(**equal)

    @extend_schema(request=ConversationChangeSerializer, responses=ConversationSerializer)
    def partial_update(self, request: ApiRequest, pk: int) -> Response:
        """Say how far we are, or who takes care."""
        conversation = self.get_object()
        body = ConversationChangeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        if "assignee" in asked:
            conversation = services.assign(conversation, asked["assignee"], by=request.user)
        if "state" in asked:
            conversation = services.move(conversation, asked["state"], by=request.user)
        return Response(ConversationSerializer(conversation).data)

    @extend_schema(responses=MessageSerializer(many=True))
    @action(detail=True, methods=["get"], serializer_class=MessageSerializer, filter_serializer=None)
    def messages(self, request: ApiRequest, pk: int) -> Response:
        """What was said and done, newest first, notes of the client's people included."""
        conversation = get_object_or_404(Conversation, pk=pk)
        self.keyset = ("-at", "-id")
        found = self.paginate_queryset(conversation.messages.select_related("sending"))
        return self.get_paginated_response(MessageSerializer(found, many=True).data)

    @extend_schema(request=AnswerSerializer, responses={201: SendingSerializer})
    @messages.mapping.post
    def say(self, request: ApiRequest, pk: int) -> Response:
        """Answer a friend: free while the reply token of their newest message lives, else by push.

        It is sent within a second or two; what became of it stands in the list of messages.
        """
        friend = get_object_or_404(Friend, pk=pk)
        body = AnswerSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        made = sending.send(
            friend,
            asked["messages"],
            client_token=uuid4().hex,
            may_push=asked["may_push"],
            by=request.user,
        )
        return Response(SendingSerializer(made).data, status=201)
