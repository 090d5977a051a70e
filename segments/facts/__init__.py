"""What is told of a segment: its size by day, overlap, people, reasons."""
