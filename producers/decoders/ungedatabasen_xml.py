"""The register's XML as a stream of elements: no DTD, no XInclude, no depth; lines of start tags, values trimmed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from schemas.errors import WrongDelivery
from schemas.faults import Fault
from schemas.feed_contracts import contract
from schemas.ungedatabasen import ELEMENTS, NAMESPACE

ROOT, HEAD = "HaendelseLeverance", "Hoved"
HEAD_ELEMENTS = tuple(column.name for column in contract("ungedatabasen").record(HEAD).columns)
_KNOWN: Mapping[str, tuple[str, ...]] = {**ELEMENTS, HEAD: HEAD_ELEMENTS}
_XINCLUDE = frozenset({"http://www.w3.org/2001/XInclude", "http://www.w3.org/2003/XInclude"})
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"
_DEEPEST = 32
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?.*?\?>|<!--.*?-->|\s++)*+<!DOCTYPE", re.DOTALL)
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(slots=True)
class Element:
    """`Hoved` or a row: its values by element, None = blank; elements that stand twice or hold others."""

    kind: str
    line: int
    values: dict[str, str | None] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    has_unknown: bool = False


@dataclass(slots=True)
class Document:
    """What stands around the rows: the root's line, whether it is the agreed one, `Hoved`, lines of the unknown."""

    root_line: int = 1
    is_agreed: bool = False
    head: Element | None = None
    unknown: list[int] = field(default_factory=list)


def parse(data: bytes, row: Callable[[Element], None]) -> Document:
    """Read a delivery, `row` is called with each row. Raises WrongDelivery: F05 or F11, whichever comes first."""
    parser = DefusedExpatParser(forbid_dtd=True)
    reader = _Reader(row, parser.getLineNumber)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    # The parser's own methods would cut a namespace at every white space in it.
    parser.start_element_ns, parser.end_element_ns = reader.start, reader.end
    try:
        # In one piece: with small ones a token of megabytes would be scanned anew for each of them.
        parser.feed(data)
        parser.close()
    except SAXParseException as error:
        raise WrongDelivery(Fault(code="F05", line=error.getLineNumber() or 1)) from None
    except DefusedXmlException:
        raise WrongDelivery(Fault(code="F11", line=_line_of_doctype(data), detail={"detail": "DOCTYPE"})) from None
    return reader.document


def _line_of_doctype(data: bytes) -> int | None:
    found = _PROLOG.match(data)
    return None if found is None else 1 + sum(1 for _ in _LINE_END.finditer(data, 0, found.end()))


class _Reader(ContentHandler):
    """Depth 1 is the root, 2 `Hoved` and rows, 3 their values."""

    def __init__(self, row: Callable[[Element], None], line: Callable[[], int]) -> None:
        super().__init__()
        self.document = Document()
        self._row, self._line, self._depth = row, line, 0
        self._has_children = False
        self._element: Element | None = None
        self._name: str | None = None
        self._texts: list[str] = []
        self._is_nil = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; names are `namespace local prefix` without what there is not."""
        self._depth += 1
        namespace, local = _split(name)
        if namespace in _XINCLUDE:
            raise WrongDelivery(Fault(code="F11", line=self._line(), detail={"detail": "XInclude"}))
        if self._depth > _DEEPEST:
            raise WrongDelivery(Fault(code="F11", line=self._line(), detail={"detail": "for dybt"}))
        known = local if namespace == NAMESPACE else ""
        match self._depth:
            case 1:
                self.document.root_line, self.document.is_agreed = self._line(), known == ROOT
            case 2:
                self._begin(known)
            case 3:
                self._begin_value(known, attributes)
            case _ if self._element is not None and self._name is not None:
                self._element.wrong.add(self._name)

    def end(self, name: str) -> None:
        """An element ends."""
        element = self._element
        if self._depth == 3 and element is not None and self._name is not None:
            text = "".join(self._texts).strip(" \u00a0\t\r\n")
            element.values.setdefault(self._name, None if self._is_nil else text or None)
            self._name = None
        if self._depth == 2:
            if element is not None and element.kind != HEAD and self.document.is_agreed:
                self._row(element)
            self._element = None
        self._depth -= 1

    def characters(self, content: str) -> None:
        """Text, CDATA too."""
        if self._name is not None and self._depth == 3:
            self._texts.append(content)

    def _begin(self, known: str) -> None:
        is_first, self._has_children = not self._has_children, True
        if known == HEAD and is_first:
            self._element = self.document.head = Element(known, self._line())
        elif known in ELEMENTS:
            self._element = Element(known, self._line())
        else:
            self.document.unknown.append(self._line())

    def _begin_value(self, known: str, attributes: Mapping[str, str]) -> None:
        element = self._element
        if element is None:
            return
        if known not in _KNOWN[element.kind]:
            if element.kind == HEAD:
                self.document.unknown.append(self._line())
            element.has_unknown = True
            return
        if known in element.values:
            element.wrong.add(known)
        self._name, self._texts = known, []
        nil = (value for attribute, value in attributes.items() if " ".join(_split(attribute)) == _NIL)
        self._is_nil = next(nil, "").strip() in ("true", "1")


def _split(name: str) -> tuple[str, str]:
    """Namespace (empty: none) and local name."""
    parts = name.split(" ")
    return ("", name) if len(parts) == 1 else (parts[0], parts[1])
