"""`branchespor serve NAME`: one of our own long-running processes, as the local stack starts it."""

import click

NAMES = ("status", "partners", "relay", "partner-sftp", "partner-http")


@click.command(hidden=True)
@click.argument("name", type=click.Choice(NAMES))
def serve(name: str) -> None:
    """Run one long-running process in the foreground until SIGTERM.

    Example: branchespor serve relay
    """
    from branchespor.settings import load

    settings = load()
    home = settings.home.resolve()
    if name == "partner-sftp":
        from branchespor.stack.secret_files import partner_folders
        from simulator import sftp_server

        keys = {user: settings.secrets / f"ssh_{user}.pub" for user in ("hub", *partner_folders())}
        host_key = settings.secrets / "ssh_host_ed25519"
        sftp_server.serve(home / "partners", settings.host, settings.port("sftp"), host_key, keys)
    elif name == "partner-http":
        from branchespor.stack.secret_files import rest_feeds
        from simulator import http_server

        rest = home / "partners" / "rest"
        tokens = {feed: settings.secrets / f"token_{feed}" for feed in rest_feeds()}
        http_server.serve(rest, settings.host, settings.port("partner_http"), tokens, rest / "receipts")
    else:
        from branchespor import processes

        getattr(processes, f"run_{name}")(settings)
