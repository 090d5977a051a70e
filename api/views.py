"""The document of the API, its readable form, and the answer for addresses that are not there."""

from pathlib import Path

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django.views.defaults import page_not_found
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import NOT_HERE
from api.permissions import IsMember
from api.schema import Generator


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1, in English: as JSON, or as YAML with `Accept: application/yaml` or `?format=yaml`."""

    schema = None  # the document does not describe itself
    urlconf = "api.urls"
    generator_class = Generator
    introduction = Path(__file__).with_name("introduction.md")
    names_segments = True
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2, OpenApiYamlRenderer]
    permission_classes = [IsMember]

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        with translation.override("en"):
            return super().get(request, *args, **kwargs)


# Redoc writes style elements of its own as it draws, searches in a worker made from a blob, and would fetch
# a picture from its maker's server.
@csp_replace({"style-src": [SELF, UNSAFE_INLINE], "img-src": [SELF, "data:"]})
@csp_update({"worker-src": [SELF, "blob:"]})
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """The document to read, for whoever may enter the client's pages."""
    return render(request, "api/docs.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is refused before any address is looked up, such as a client that is not there: of the API in its
    own shape, else the page.
    """
    if "/api/v1/" not in request.path:
        return page_not_found(request, exception)
    return JsonResponse({"code": "not_found", "detail": NOT_HERE}, status=404)


class NotThere(APIView):
    """Any other address of the API: the same body as other refusals, not a page."""

    schema = None
    permission_classes = [IsMember]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing at this address. Addresses of the API end with “/”."))
