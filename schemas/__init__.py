"""Pandera's home: what a centre sends (`submitted`) and what analysts get (`published`)."""
