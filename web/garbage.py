"""When Python looks for rubbish that refers to itself."""

import gc

# So many values made and kept, not 700, before the young ones are looked through. At 10,000 studies
# an opened index and its documents are some hundred thousand values: to look through all of them
# kept one search in a hundred waiting 90 ms, and took a fifth of the keeper's time (2026-11-27).
_YOUNG = 100_000


def collect_rarely() -> None:
    """Leave what is there now out of collections, and collect the rest seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
