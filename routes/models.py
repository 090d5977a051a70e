"""Acquisition routes: how friends came to the account."""
