"""Hints for an author: what may point to a pupil, says too little, or claims too much."""
