"""The local stack: real services, started, watched and stopped without a container engine."""
