"""What must the site put right? Findings as people and programs read them."""
