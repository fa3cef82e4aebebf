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

        # The hub comes by the partner's folder name too: each partner has its own server in the world outside.
        keys = {user: settings.secrets / f"ssh_{user}.pub" for user in partner_folders()}
        host_key = settings.secrets / "ssh_host_ed25519"
        sftp_server.serve(home / "partners", settings.host, settings.port("sftp"), host_key, keys)
    elif name == "partner-http":
        from simulator import http_server

        dataset, token = home / "partners" / "rest" / "visitation.json", settings.secrets / "token_visitation"
        http_server.serve(dataset, settings.host, settings.port("partner_http"), token)
    else:
        from branchespor import processes

        {"status": processes.run_status, "partners": processes.run_partners, "relay": processes.run_relay}[name](settings)
