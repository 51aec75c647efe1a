"""The editors' desk: working copies, review, publication, and keeping studies current."""
