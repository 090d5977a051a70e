"""What can be asked of LINE, by subject; `line.client.LineClient` has all of it."""
