"""The status board: friends by how they respond, to a send and over a period, and what is planned."""
