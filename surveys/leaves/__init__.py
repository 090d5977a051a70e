"""Conditions about surveys: who took part, and who answered what. Importing the package registers them."""

from surveys.leaves import answered, taken

__all__ = ["answered", "taken"]
