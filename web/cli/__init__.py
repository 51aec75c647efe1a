"""The `kb` command line: parse, call, print. One module per noun, loaded when it is run."""

import importlib
from typing import Any

import click

from kb.errors import KbError

# The one-line helps stand here, so that `kb --help` imports no engine.
COMMANDS = {
    "serve": "Serve the site, with the keeper beside it.",
    "work": "Be the keeper: do the jobs that pages leave.",
    "index": "Bring the index into line with the case-study files.",
    "search": "Search the case studies as the browser does.",
    "eval": "Measure how well judged queries are ranked.",
    "bench": "Measure how fast the library is, against its own encoder.",
    "check": "Say what is wrong with case-study files, and how to mend it.",
    "new": "Begin a new case study.",
    "users": "Say who has an account; make accounts, change roles.",
    "mail": "Say how mail stands, try it, give failed messages another go.",
    "digest": "Send the digest, look at an issue, see how it stands.",
    "queries": "List what was searched for, and found little.",
    "doctor": "Say what is wrong with this installation, and what to do.",
}


class _Commands(click.Group):
    """Finds commands by module name, and turns our errors into one line and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"web.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KbError as error:
            raise Refused(str(error)) from error


class Refused(click.ClickException):
    """The user's input or data is wrong: one line, exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:  # noqa: ARG002
        """Print the one line."""
        click.echo(f"kb: {self.message}", err=True)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="practice-library")
def main() -> None:
    """The practice library: case studies that teachers find by what they need.

    Settings come from the environment (KB_HOME, KB_CONTENT, …); README lists them.

    \b
    Example:
      kb search "child won't speak in class" --focus send
    """
