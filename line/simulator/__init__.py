"""LINE as our client meets it, on this machine: LINE has no sandbox and forbids load tests.

Behaves as `line.client` and the webhook receiver will find LINE to behave, limits and refusals included; the
pages under /phone stand in for the friends' telephones, and /sim/ lets tests and demos play the rest of the
world (see `control.Simulator`). API, data API and access host share one address: their paths do not collide.
"""
