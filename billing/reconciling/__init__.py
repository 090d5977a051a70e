"""LINE's daily counts beside our ledger: kept, compared, booked, explained.

A day is Japan's whatever the client's time zone, since LINE counts by it.
"""
