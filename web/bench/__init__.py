"""Measuring the library against its own encoder: what `kb bench` runs."""
