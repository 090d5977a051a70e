"""Endpoints: the tag of the shop's pages, its key, the secret by which the shop's server signs."""

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.http import ApiRequest
from attribution.models import PageTag
from attribution.tag import commands, hearing, signing, snippets


class TagCountSerializer(serializers.Serializer):
    what = serializers.ChoiceField(["page", "product", "category", "convert"])
    name = serializers.CharField(help_text="Of a conversion")
    count = serializers.IntegerField()
    known_count = serializers.IntegerField(help_text="Of people who are known")


class PageTagSerializer(serializers.ModelSerializer):
    origins = serializers.ListField(
        child=serializers.CharField(max_length=270), help_text="Pages may be on, such as https://shop.example"
    )
    is_on = serializers.BooleanField(help_text="Whether reports are taken")
    snippet = serializers.SerializerMethodField(help_text="To be pasted into the head of every page")
    fixed_snippet = serializers.SerializerMethodField(help_text="With a fixed version and integrity")
    last_days = serializers.SerializerMethodField(help_text="What was told in the last 7 days")

    class Meta:
        model = PageTag
        fields = [
            "key",
            "origins",
            "is_on",
            "snippet",
            "fixed_snippet",
            "seen_at",
            "seen_url",
            "known_at",
            "converted_at",
            "refused_at",
            "refused_origin",
            "last_days",
        ]
        read_only_fields = ["key", "seen_at", "seen_url", "refused_at", "refused_origin"]

    def get_snippet(self, tag: PageTag) -> str:
        return snippets.usual(tag)

    def get_fixed_snippet(self, tag: PageTag) -> str:
        return snippets.fixed(tag)

    @extend_schema_field(TagCountSerializer(many=True))
    def get_last_days(self, tag: PageTag) -> list[dict]:
        return list(TagCountSerializer(hearing.of(tag).lines, many=True).data)


class TagSecretSerializer(serializers.Serializer):
    secret = serializers.CharField(help_text="The key of the HMAC-SHA256; keep it on your server")


class PageTagViewSet(GenericViewSet):
    """The tag on pages of the shop. There is one; it is made when its addresses are first named."""

    queryset = PageTag.objects.all()
    serializer_class = PageTagSerializer
    pagination_class = None

    def retrieve(self, request: ApiRequest) -> Response:
        """The tag with what was heard of it; 404 until it is made."""
        return Response(PageTagSerializer(_tag()).data)

    def partial_update(self, request: ApiRequest) -> Response:
        """Name the addresses of the shop, and whether reports are taken. The first time makes the tag."""
        body = PageTagSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return Response(PageTagSerializer(commands.set_up(by=request.user, **body.validated_data)).data)


class PageTagKeyViewSet(GenericViewSet):
    """The key that stands in the shop's pages."""

    queryset = PageTag.objects.all()
    serializer_class = PageTagSerializer
    pagination_class = None
    permission_required = {"create": "attribution.change_pagetag"}  # noqa: RUF012

    @extend_schema(request=None, responses={200: PageTagSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make another key. Pages with the former one are heard no more."""
        _tag()
        return Response(PageTagSerializer(commands.renew_key(by=request.user)).data)


class PageTagSecretViewSet(GenericViewSet):
    """The secret by which the shop's server signs who its customer is."""

    queryset = PageTag.objects.all()
    serializer_class = TagSecretSerializer
    pagination_class = None
    permission_required = dict.fromkeys(("retrieve", "create"), "attribution.change_pagetag")

    def retrieve(self, request: ApiRequest) -> Response:
        """The present secret."""
        return Response({"secret": signing.secret(_tag().secret_generation)})

    @extend_schema(request=None, responses={200: TagSecretSerializer})
    def create(self, request: ApiRequest) -> Response:
        """Make another secret. What was signed with the former one names nobody any more."""
        _tag()
        return Response({"secret": signing.secret(commands.renew_secret(by=request.user).secret_generation)})


def _tag() -> PageTag:
    found = PageTag.present()
    if found is None:
        raise Http404
    return found
