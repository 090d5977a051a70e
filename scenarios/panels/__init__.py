"""What is asked for at the side of the flow: one panel for each part of it, read from a form and shown again."""
