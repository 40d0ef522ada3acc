"""The command line's further verbs, one file per topic; what is heavy is imported inside them."""
