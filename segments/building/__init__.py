"""The builder: conditions as they stand on a page, and what is done to them there."""
