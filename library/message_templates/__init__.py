"""Messages to begin with: a client's own, and those of its agency."""
