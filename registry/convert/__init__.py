"""A centre's own files → a contract package: nothing guessed, every doubt asked or told."""
