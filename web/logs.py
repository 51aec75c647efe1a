"""Where long-running commands write what they do."""

import logging
import sys


def log_to_stderr(who: str) -> None:
    """Log from INFO on to standard error, each line with the time and who writes it."""
    logging.basicConfig(
        level=logging.INFO, format=f"%(asctime)s {who}: %(message)s", stream=sys.stderr
    )
    # It tells of every look at the migrations, even when there is none to apply.
    logging.getLogger("alembic").setLevel(logging.WARNING)
