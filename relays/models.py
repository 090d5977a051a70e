"""What came in, passed on to the client's other tools as it came."""
