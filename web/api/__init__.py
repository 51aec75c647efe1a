"""The API, version 1: the same search as the browser's, as JSON."""
