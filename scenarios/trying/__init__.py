"""Trying a scenario out before it runs: in thought for one friend, and for real on testers."""
