"""Writing the questions: what stands in the form, what its buttons do, how it looks on the phone."""
