"""The kind of work on the board: what has ended is closed, what is asked for is counted or proved."""

KIND = "prizes"
