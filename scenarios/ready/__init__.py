"""Ready-made scenarios: each one click away from a draft that a marketer would send.

`base` says what one is, `pieces` what its messages and steps are made of, `needs` what it asks of the
client's data; the scenarios themselves stand by what they are about. `starting` makes the draft, `sample`
shows it.
"""

from scenarios.ready import bought, buying, people, points, rewards

__all__ = ["bought", "buying", "people", "points", "rewards"]
