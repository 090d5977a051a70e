"""Who agreed to ads, where conversions are handed to and what was told of each, and lists for audiences."""

from adplatforms.models.audience import AdAudience, AdAudienceEntry, AdAudienceFile, AdAudiencePart
from adplatforms.models.consent import AdConsent
from adplatforms.models.delivery import ConversionFile, Delivery, Handover
from adplatforms.models.destination import Destination
from adplatforms.models.line_audience import LineAdAudience, LineAdVersion

__all__ = [
    "AdAudience",
    "AdAudienceEntry",
    "AdAudienceFile",
    "AdAudiencePart",
    "AdConsent",
    "ConversionFile",
    "Delivery",
    "Destination",
    "Handover",
    "LineAdAudience",
    "LineAdVersion",
]
