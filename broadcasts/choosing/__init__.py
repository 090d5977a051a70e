"""Who of a segment gets a broadcast, and which of its texts."""
