"""One-to-one chats between friends and the client's people."""
