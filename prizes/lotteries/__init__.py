"""Instant lotteries: odds, drawing, what was won, and the proof that all went by the odds."""
