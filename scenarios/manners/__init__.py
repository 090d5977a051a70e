"""How scenarios behave beside all else that is sent. Importing the package has their sends counted."""

from scenarios.manners import counting

__all__ = ["counting"]
