"""A report on paper: A4 landscape, charts and bubbles drawn as vectors, the font embedded."""

from reports.printing.paper import pdf

__all__ = ["pdf"]
