"""`check` as one file for a partner with nothing but Python: what `branchespor.check_app` packs."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from branchespor.intake.offline import ONLY_THE_HUB_KNOWS, checked, delivery_of, exit_code
from producers.feeds import FEEDS
from schemas.errors import WrongInput
from validation.receipt import danish_text

OLDEST = (3, 11)


def main(arguments: Sequence[str], *, synthetic: bool) -> int:
    """Print the receipt the file would get; 0 accepted, 1 anything else, 2 wrong use.

    `synthetic`: numbers of invented people (day of birth + 60) are taken, as the hub that made this does.
    """
    parser = argparse.ArgumentParser(
        prog="check.pyz", description="The receipt that a file would get from the hub; the file stays where it is."
    )
    parser.add_argument("feed", metavar="FEED", choices=[feed.name for feed in FEEDS], help="one of: %(choices)s")
    parser.add_argument("file", metavar="FILE", type=Path, help="the file, named as it would be sent")
    parser.add_argument("--partner", metavar="ID", help="whose folder it lies in; else what the file says")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="on one line, for programs")
    form.add_argument("--danish", action="store_true", help="på dansk, til mennesker")
    given = parser.parse_args(arguments)
    try:
        receipt = checked(delivery_of(given.feed, given.file, given.partner), synthetic=synthetic).receipt
    except WrongInput as error:
        parser.error(str(error))
    if given.danish:
        print(danish_text(receipt))
    else:
        print(json.dumps(receipt, ensure_ascii=False, indent=None if given.json else 2))
    print(ONLY_THE_HUB_KNOWS, file=sys.stderr)
    return exit_code([receipt])
