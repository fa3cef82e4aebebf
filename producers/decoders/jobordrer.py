"""jobordrer: job openings of the company service, without any citizen (jobordrer.md)."""

import re
from collections.abc import Sequence

from producers.decoders.rest_items import ItemDecoder, ItemFeed
from producers.decoders.rest_statements import Told
from schemas.facts import json_value
from schemas.items import FALSE, ID, TRUE, Values
from schemas.jobordrer import (
    MUNICIPALITY,
    NEIGHBOURS,
    OWN_MUNICIPALITY,
    SHARED,
    STATES,
    STATUS,
    TITLE,
    reading,
)
from schemas.json_text import integer_of

# A contact or a person number that slipped into the title.
_CONTACT = re.compile(r"@|http|[0-9]([ -]?[0-9]){7}", re.IGNORECASE)


def told(values: Values, person: str) -> Sequence[Told]:
    """The fact of an item; none of a draft."""
    status = STATES.get(values[STATUS] or "")
    if status is None:
        return ()
    municipality = (values[MUNICIPALITY] or "").zfill(4)
    content = {
        "job_order": values[ID],
        "title": title(values[TITLE]),
        "disco": values["disco"],
        "cvr": values["cvrNummer"],
        "p_number": values["pNummer"],
        "workplace_municipality": municipality,
        "positions": integer_of(values["antalStillinger"]),
        "status": json_value(status),
        "published_on": values["publiceretDato"],
        "closes_on": values["ansoegningsfrist"],
        "shared_with_area": is_shared(municipality, values[SHARED]),
    }
    return (Told(kind="JobOrder", record_key=str(values[ID]), person=None, content=content),)


def title(text: str | None) -> str | None:
    """The title, None where it holds what a title should not."""
    return None if text is None or _CONTACT.search(text) else text


def is_shared(municipality: str, ticked: str | None) -> bool:
    """Whether the area may see the opening: nobody ticked means yes for the neighbours, no for ourselves."""
    if municipality == OWN_MUNICIPALITY:
        return ticked == TRUE
    return municipality in NEIGHBOURS and ticked != FALSE


_DECODER = ItemDecoder(
    ItemFeed(
        name="jobordrer",
        partner="70700",
        reading=reading,
        told=told,
    )
)
CONTRACT = _DECODER.CONTRACT
partner_of, read, follows, facts = _DECODER.partner_of, _DECODER.read, _DECODER.follows, _DECODER.facts
