"""Where long-running commands write what they do."""

import logging
import sys


def log_to_stderr(who: str) -> None:
    """Log from INFO on to standard error, each line with the time and who writes it."""
    logging.basicConfig(
        level=logging.INFO, format=f"%(asctime)s {who}: %(message)s", stream=sys.stderr
    )
    # They tell of every look at the migrations, every loading of the model and every save.
    for chatty in ("alembic", "sentence_transformers", "watchfiles"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
