"""From published studies to answers: passages, vectors, indexes, snapshots, search."""
