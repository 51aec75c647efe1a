"""The digest: who wants to hear of what and when, and which studies an issue brings them."""
