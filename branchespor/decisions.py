"""What a person may decide on a held delivery, and the reasons to choose from: words alone, quick to import."""

from datetime import timedelta
from typing import Final

RELEASE: Final = "Release"
DISCARD: Final = "Discard"
# A choice, not a text: what people type in Airflow stands in its tables and its audit log, where nothing personal may.
REASONS: Final = (
    "the sender has confirmed that it is right",
    "the change is known and explained",
    "what is missing will not come",
    "it came by mistake, or to the wrong receiver",
    "the sender sends it again",
    "other: noted in the case file",
)
ASKED_FOR: Final = timedelta(days=7)
"""After so long without an answer a person is asked anew."""
