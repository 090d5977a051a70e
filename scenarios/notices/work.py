"""Kinds of work on the board: notices to be sent, given up and booked; days that LINE is to count."""

KIND = "notices"
COUNTS = "notice_counts"
