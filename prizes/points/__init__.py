"""Point campaigns: entering, drawing up the delivery list, and what the partner answers."""
