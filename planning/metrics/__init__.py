"""What can be counted by day: figures by code, how each adds up, and where it is read.

`registry` has the figures, `sources` reads what happened on some days, `known` has ours.
"""
