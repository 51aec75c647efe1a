"""The digest's pages, messages and search."""
