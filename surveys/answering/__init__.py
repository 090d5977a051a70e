"""Taking part in a survey, whichever way the answers come: one entry each, one way through the questions."""
