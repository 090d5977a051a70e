"""A survey answered on a page that is opened from LINE: one question at a time, also without JavaScript."""
