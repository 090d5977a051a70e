"""Scenarios as files: what they name goes by name, so that another client can take them."""
