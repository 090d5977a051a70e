"""What types of events refuse, and why."""

from django.utils.translation import gettext as _

from accounts.errors import AppError


class NoTypeName(AppError):
    code = "no_type_name"

    def text(self) -> str:
        return _("The name of an event type is made of 1 to 60 of a–z, 0–9 and _.")


class TypeTaken(AppError):
    code = "type_taken"

    def text(self) -> str:
        return _("There is an event type called %(name)s already.")


class ManyProperties(AppError):
    code = "many_properties"

    def text(self) -> str:
        return _("An event type has at most %(most)s properties.")


class NoPropertyName(AppError):
    code = "no_property_name"

    def text(self) -> str:
        return _("The name of a property is made of 1 to 60 of a–z, 0–9 and _.")


class PropertyTwice(AppError):
    code = "property_twice"

    def text(self) -> str:
        return _("Two properties have the same name.")


class UnknownKind(AppError):
    code = "unknown_kind"

    def text(self) -> str:
        return _("There is no type of properties called %(name)s. There are: %(known)s.")
