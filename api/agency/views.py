"""The document of an agency's API, and the answer for addresses that are not there."""

from pathlib import Path

from rest_framework.authentication import SessionAuthentication

from api.agency.authentication import AgencyKeyAuthentication
from api.views import NotThere, SchemaView

AUTHENTICATION = [AgencyKeyAuthentication, SessionAuthentication]


class AgencySchemaView(SchemaView):
    """OpenAPI 3.1, in English."""

    schema = None
    urlconf = "api.agency.urls"
    authentication_classes = AUTHENTICATION
    introduction = Path(__file__).with_name("introduction.md")
    names_segments = False


class AgencyNotThere(NotThere):
    """Any other address of the API: the same body as other refusals, not a page."""

    schema = None
    authentication_classes = AUTHENTICATION
