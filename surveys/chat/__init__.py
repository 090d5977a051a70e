"""A survey answered in the chat: asked by the free reply token, answered by taps and by written words."""
