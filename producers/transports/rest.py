"""The hub as REST client: bearer token, waits and tries as agreed, the receipt back (partners/rest.md).

Redirects are never followed; answers are read to a limit of bytes. `sleep` and `now` are arguments.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from schemas.errors import Unavailable, WrongInput, WrongSetting

LIMIT = 10_000_000
TRIES_AFTER_S = (1.0, 5.0, 25.0)
WAITS = 5
WAIT_S = 30.0
# A longer wait is the next pull's: a task must not sit on its slot for hours because an answer says so.
LONGEST_WAIT_S = 900.0


class PullStopped(WrongInput):
    """Trying again changes nothing: a person must look. `security` is True for an alarm of that kind (403)."""

    def __init__(self, message: str, *, security: bool = False) -> None:
        super().__init__(message)
        self.security = security


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Whom to ask: `base_url` without a slash at the end, the file with the token, seconds an answer may take.

    `ca_file` holds the authority that signed the server's certificate; None: those of the system.
    """

    base_url: str
    token_file: Path
    answer_s: float = 30
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, body as it came (cut one byte behind the limit), and the entity tag if there is one."""

    status: int
    body: bytes
    etag: str | None = None


class Line:
    """One pull's connection: it counts the waits of the pull. Made by `connect`."""

    def __init__(
        self, client: httpx.Client, endpoint: Endpoint, sleep: Callable[[float], None], now: Callable[[], datetime]
    ) -> None:
        self._client, self._endpoint, self._sleep, self._now = client, endpoint, sleep, now
        self._token = _token(endpoint)
        self._waits = 0

    def get(
        self,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        *,
        etag: str | None = None,
        meant: frozenset[int] = frozenset(),
    ) -> Answer:
        """Ask for `path` and give an answer of status 200, 304 (if `etag` was sent) or one of `meant`.

        Raises PullStopped for any other answer that waiting does not change, Unavailable when the tries and waits of
        the pull are used up: the pull ends without a delivery then.
        """
        headers = {"If-None-Match": etag} if etag else {}
        url = f"{self._endpoint.base_url}{path}"
        request = self._client.build_request("GET", url, params=dict(parameters or {}), headers=headers)
        return self._answered(request, meant | {200} | ({304} if etag else frozenset()))

    def post_receipt(self, receipt: bytes, receipt_id: str) -> None:
        """Hand a receipt in; 200, 201 and 409 mean that it is taken. Errors as `get`."""
        headers = {"Idempotency-Key": receipt_id, "Content-Type": "application/json"}
        url = f"{self._endpoint.base_url}/receipts"
        self._answered(
            self._client.build_request("POST", url, content=receipt, headers=headers), frozenset({200, 201, 409})
        )

    def _answered(self, request: httpx.Request, good: frozenset[int]) -> Answer:
        tries = iter(TRIES_AFTER_S)
        read_anew = False
        while True:
            request.headers["Authorization"] = f"Bearer {self._token}"
            answer, retry_after = self._asked(request)
            status = answer.status if answer else 0
            if answer and status in good:
                return answer
            if status in (401, 403) and not read_anew:
                self._token, read_anew = _token(self._endpoint), True
            elif status in (429, 503):
                self._wait(request, _seconds(retry_after, self._now()))
            elif status == 0 or status >= 500:
                pause = next(tries, None)
                if pause is None:
                    self._wait(request, _seconds(retry_after, self._now()))
                else:
                    self._sleep(pause)
            else:
                raise _stopped(request, status)

    def _asked(self, request: httpx.Request) -> tuple[Answer | None, str | None]:
        """One request; None for no answer in time, a cut one, or none at all."""
        deadline = time.monotonic() + self._endpoint.answer_s
        body = bytearray()
        try:
            response = self._client.send(request, stream=True)
            try:
                # As it arrives, so that neither an endless nor a trickling answer is waited for.
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > LIMIT:
                        break
                    if time.monotonic() > deadline:
                        return None, None
            finally:
                response.close()
        except httpx.TransportError:
            return None, None
        etag = response.headers.get("ETag")
        answer = Answer(status=response.status_code, body=bytes(body[: LIMIT + 1]), etag=etag)
        return answer, response.headers.get("Retry-After")

    def _wait(self, request: httpx.Request, seconds: float) -> None:
        self._waits += 1
        if self._waits > WAITS or seconds > LONGEST_WAIT_S:
            raise Unavailable(f"{_place(request)} does not answer; the pull ends, the next one asks again")
        self._sleep(seconds)


@contextmanager
def connect(
    endpoint: Endpoint, *, sleep: Callable[[float], None] = time.sleep, now: Callable[[], datetime]
) -> Iterator[Line]:
    """A line for one pull. Raises WrongSetting if the token file or the authority file cannot be read."""
    verify: bool | str = str(endpoint.ca_file) if endpoint.ca_file else True
    try:
        client = httpx.Client(
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            timeout=endpoint.answer_s,
            follow_redirects=False,
            trust_env=False,
            verify=verify,
        )
    except OSError:
        raise WrongSetting(f"the file {endpoint.ca_file} with the certificate authority cannot be read") from None
    with client:
        yield Line(client, endpoint, sleep, now)


def _token(endpoint: Endpoint) -> str:
    try:
        token = endpoint.token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not token or not token.isprintable():
        raise WrongSetting(f"the secret file {endpoint.token_file} must hold the bearer token of {endpoint.base_url}")
    return token


def _seconds(retry_after: str | None, now: datetime) -> float:
    """How long to wait by `Retry-After`, seconds or HTTP date; 30 s if it says nothing that can be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return WAIT_S
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - now).total_seconds(), 0.0)


def _place(request: httpx.Request) -> str:
    # Without the query: a cursor is nobody's business in a log.
    return f"{request.method} {request.url.copy_with(query=None)}"


def _stopped(request: httpx.Request, status: int) -> PullStopped:
    if status in (401, 403):
        what = "the token was read anew and is still not taken: compare the secret file with what the partner gave"
    elif 300 <= status < 400:
        what = "a redirect is never followed: ask the partner for the right address"
    elif status == 400:
        what = "the partner does not know our cursor or question: look at the feed's state, then ask the partner"
    else:
        what = "not an answer of the contract: ask the partner"
    return PullStopped(f"{_place(request)}: status {status}; {what}", security=status == 403)
