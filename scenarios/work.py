"""The kind of work on the board: people whose moment has come, and what has happened meanwhile."""

KIND = "scenarios"
