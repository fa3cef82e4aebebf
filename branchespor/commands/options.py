"""Options that many commands have, said and named once."""

import click

as_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable: one JSON object a line.")
