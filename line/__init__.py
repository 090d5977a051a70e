"""What LINE says and allows: its API, its limits, its errors, and a simulator that behaves as it does.

Knows nothing of the rest of the project; addresses and secrets are handed in.
"""
