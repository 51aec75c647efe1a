"""`python -m web.cli` is `kb`."""

from web.cli import main

main(prog_name="kb")
