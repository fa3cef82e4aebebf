"""Ways in: SFTP folders and REST pulls, as plain blocking functions that get their settings as arguments."""
