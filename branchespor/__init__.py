"""The front door: command line, settings, the local stack; the one place where the rooms are put together."""
