"""What is asked for beside the flow: a panel for each part of it, read from a form and shown again."""
