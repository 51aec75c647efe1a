"""Where long-running commands write what they do."""

import logging
import sys


def log_to_stderr(who: str) -> None:
    """Log from INFO on to standard error, each line with the time and who writes it."""
    logging.basicConfig(
        level=logging.INFO, format=f"%(asctime)s {who}: %(message)s", stream=sys.stderr
    )
    # They tell of every look at the migrations and every loading of the model.
    for chatty in ("alembic", "sentence_transformers"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
