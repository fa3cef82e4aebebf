"""Client of a schema registry with the Confluent API; an id never changes its meaning, so it is kept for life."""

import base64
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from schemas import catalogue, versions
from schemas.errors import Unavailable, WrongInput

FULL_TRANSITIVE = "FULL_TRANSITIVE"
_NOT_THERE = (40401, 40402, 40403)  # subject, version, schema not found
_MEDIA = "application/vnd.schemaregistry.v1+json"
_ANSWER_LIMIT = 4 << 20  # bytes
# a proxy set for the outside must not see the password
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Registry:
    """One registry. A registry that cannot be reached or answers nonsense is away (Unavailable), never "unknown"."""

    def __init__(self, url: str, user: str, password: str, timeout_s: float = 10) -> None:
        """`url` up to and with the API's path, for example http://127.0.0.1:18081/apis/ccompat/v7."""
        self._url = url.rstrip("/")
        self._headers = {
            "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
            "Accept": _MEDIA,
            "Content-Type": _MEDIA,
        }
        self._timeout_s = timeout_s
        self._schemas: dict[int, Mapping[str, Any]] = {}
        self._ids: dict[str, int] = {}

    def id_of(self, name: str) -> int:
        """The id of our newest schema of this record. Raises Unavailable, also if it has not been registered yet."""
        if name not in self._ids:
            wanted = versions.identity(versions.newest()[name])
            subject = catalogue.record_subjects(name)[0]
            found = next((each for each in self.versions(subject) if versions.identity(each[1]) == wanted), None)
            if found is None:
                raise Unavailable(f"the registry lacks the newest schema of {name}: `branchespor up` registers it")
            self._ids[name] = found[0]
        return self._ids[name]

    def schema_of(self, schema_id: int) -> Mapping[str, Any] | None:
        """The schema with this id; None only if the registry says that there is none. Raises Unavailable."""
        if schema_id not in self._schemas:
            answer = self._ask("GET", f"/schemas/ids/{schema_id}")
            if answer is None:
                return None
            self._schemas[schema_id] = self._schema(answer)
        return self._schemas[schema_id]

    def versions(self, subject: str) -> list[tuple[int, Mapping[str, Any]]]:
        """Id and schema of every version of a subject, the newest first; empty if there is no such subject."""
        numbers = self._ask("GET", f"/subjects/{quote(subject)}/versions")
        found = []
        for number in sorted(self._list(numbers), reverse=True):
            answer = self._ask("GET", f"/subjects/{quote(subject)}/versions/{number}") or {}
            found.append((self._number(answer, "id"), self._schema(answer)))
        return found

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Register a version and give its id; the same schema again gives the same id.

        Raises WrongInput if the registry finds it incompatible or no Avro. Only branchespor.registration calls this:
        our own check comes first, since the registry is blind to logical types.
        """
        answer = self._ask("POST", f"/subjects/{quote(subject)}/versions", {"schema": json.dumps(schema)})
        return self._number(answer, "id")

    def subjects(self) -> frozenset[str]:
        """The subjects there are."""
        answer = self._ask("GET", "/subjects")
        if not isinstance(answer, list) or not all(isinstance(each, str) for each in answer):
            raise Unavailable(f"the schema registry at {self._url} answered nonsense")
        return frozenset(answer)

    def compatibility(self) -> str:
        """The mode in which the registry itself checks every new version."""
        return str((self._ask("GET", "/config") or {}).get("compatibilityLevel"))

    def set_compatibility(self, mode: str = FULL_TRANSITIVE) -> None:
        """Set that mode; at birth it is NONE, which checks nothing."""
        self._ask("PUT", "/config", {"compatibility": mode})

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)  # noqa: S310 - our setting
        try:
            with _DIRECT.open(request, timeout=self._timeout_s) as response:
                return _json(response.read(_ANSWER_LIMIT), self._url)
        except urllib.error.HTTPError as error:
            with error:
                return self._refusal(error.code, error.read(_ANSWER_LIMIT))
        except (OSError, ValueError, http.client.HTTPException):
            raise Unavailable(
                f"the schema registry at {self._url} cannot be reached (BRANCHESPOR_REGISTRY_PORT)"
            ) from None

    def _refusal(self, status: int, text: bytes) -> None:
        if status in (401, 403):
            raise Unavailable(f"the schema registry at {self._url} refuses user or password")
        said = _json(text, self._url)
        code = said.get("error_code") if isinstance(said, dict) else None
        if status == 404 and code in _NOT_THERE:
            return
        if status in (409, 422) and type(code) is int:
            raise WrongInput(f"the schema registry refuses the schema (code {code}): see `branchespor schema check`")
        raise Unavailable(f"the schema registry at {self._url} answered with status {status}")

    def _schema(self, answer: Any) -> Mapping[str, Any]:
        text = answer.get("schema") if isinstance(answer, dict) else None
        schema = _json(text, self._url) if isinstance(text, str) else None
        if not isinstance(schema, dict) or not isinstance(schema.get("name"), str):
            raise Unavailable(f"the schema registry at {self._url} answered nonsense")
        return schema

    def _number(self, answer: Any, key: str) -> int:
        number = answer.get(key) if isinstance(answer, dict) else None
        if type(number) is not int:
            raise Unavailable(f"the schema registry at {self._url} answered nonsense")
        return number

    def _list(self, answer: Any) -> list[int]:
        if answer is None:
            return []
        if not isinstance(answer, list) or not all(type(each) is int for each in answer):
            raise Unavailable(f"the schema registry at {self._url} answered nonsense")
        return answer


def _json(text: str | bytes, url: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unavailable(f"the schema registry at {url} answered nonsense") from None
