"""Verbs of the command line by topic; each imports what is heavy inside its functions."""
