"""Answers that were gathered elsewhere, such as by LINE ads, on their way in from a file."""
