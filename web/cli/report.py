"""What an update of the index did, in lines for people."""

import click

from indexer.update import UpdateReport


def print_update(report: UpdateReport) -> None:
    """Findings first, on standard error; then what changed and what is live."""
    sync = report.sync
    for finding in sync.findings:
        click.echo(str(finding), err=True)
    for slug in sync.kept:
        click.echo(f"{slug}: its last good version stays live.", err=True)
    changes = [
        f"{len(group)} {name}"
        for name, group in (
            ("added", sync.added),
            ("changed", sync.changed),
            ("renamed", sync.renamed),
            ("removed", sync.removed),
        )
        if group
    ]
    click.echo(f"Case studies: {sync.total} ({', '.join(changes) or 'no change'}).")
    if report.held_back:
        click.echo(
            "A rollback holds this content back. To build it all the same: kb index --rebuild"
        )
    elif report.why is None:
        click.echo("The index is up to date.")
    else:
        manifest = report.manifest
        click.echo(
            f"Index built, because {report.why}: {manifest.documents} published studies, "
            f"{manifest.passages} passages, {report.embedded} texts newly embedded."
        )
