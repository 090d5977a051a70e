"""What the figures of a client advise: the plan, whom to leave out, which sends cost too much for what they did."""
