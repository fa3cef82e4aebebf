"""Who gives a command, as the access log and the ledger name people."""

import getpass
import os


def who() -> str:
    """The user's name, or the number of one that the password file does not have."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
