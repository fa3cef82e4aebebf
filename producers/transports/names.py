"""Names that a server lists, judged before they are used for anything (security.md S-45, reliability.md B-26)."""

import re
import unicodedata

# A receipt's name is made from it, and 255 bytes is what a file system takes.
_BYTES = 200
_GOOD = re.compile(r"[0-9A-Za-zÆØÅæøå_][0-9A-Za-zÆØÅæøå_. ()+,-]*")
_DEVICE = re.compile(r"(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.DOTALL)


def decoded(name: bytes) -> str | None:
    """A listed name after NFC normalisation, or None if it is one that no partner of ours would give a file.

    Refused: not UTF-8, over 200 bytes, control characters, slash, backslash, a leading dot or hyphen, two dots in a
    row, a trailing dot or space, device names of Windows, signs of a shell.
    """
    try:
        text = unicodedata.normalize("NFC", name.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    good = len(name) <= _BYTES and _GOOD.fullmatch(text) and not _DEVICE.fullmatch(text)
    return text if good and ".." not in text and not text.endswith((".", " ")) else None


def shown(name: bytes) -> str:
    """A refused name for logs and people: printable ASCII only, at most 60 characters, digits masked.

    Masked, because a name that is not as agreed may hold a person number.
    """
    text = re.sub("[0-9]", "#", name[:60].decode("ascii", "replace"))
    return "".join(sign if " " <= sign <= "~" else "?" for sign in text)
