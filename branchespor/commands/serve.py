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
        from simulator import http_server

        rest, token = home / "partners" / "rest", settings.secrets / "token_visitation"
        port = settings.port("partner_http")
        http_server.serve(rest / "visitation.json", settings.host, port, token, rest / "receipts")
    else:
        from branchespor import processes

        getattr(processes, f"run_{name}")(settings)
