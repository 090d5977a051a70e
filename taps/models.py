"""What follows when a friend taps: tags, fields and more, by postback."""
