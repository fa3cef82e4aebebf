"""The partners that are asked over REST, as one HTTP server (partners/rest.md), with misbehaviour on request."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from simulator.case_data import CaseData, DataFile
from simulator.misbehaviour import CONTROL_FILE, Orders

LARGEST_PAGE = 500
LOGIN_PAGE = "<!DOCTYPE html><html><body><form>Log ind med NemLog-in</form></body></html>"
KEY_FORM = re.compile(r"[A-Za-z0-9-]{1,64}")
ID_FORM = re.compile(r"[0-9]{8}")
PERIOD_FORM = re.compile(r"[0-9]{4}H[12]")


def serve(folder: Path, host: str, port: int, tokens: Mapping[str, Path], receipts: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT. `folder`: `rest/` of a sample, a file `FEED.json` each; they may come later.

    `tokens`: feed → secret file, read at each request. `receipts`: folder for what is posted, `KEY.json`; None: not
    kept. The control file lies beside the data sets. Raises OSError if the port is taken.
    """
    os.umask(0o077)
    asyncio.run(_serve(folder, host, port, tokens, receipts))


async def _serve(folder: Path, host: str, port: int, tokens: Mapping[str, Path], receipts: Path | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    runner = web.AppRunner(application(folder, tokens, receipts), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, host, port, reuse_address=True).start()
    await stopped.wait()
    await runner.cleanup()


def application(folder: Path, tokens: Mapping[str, Path], receipts: Path | None = None) -> web.Application:
    """The server's routes; `GET /health` needs no token and never misbehaves."""
    served = _Served({feed: DataFile(folder / f"{feed}.json") for feed in tokens}, receipts)
    orders = Orders(folder / CONTROL_FILE)
    app = web.Application(middlewares=[_misbehaving(orders), _authorized(tokens)], client_max_size=10_000_000)
    app.add_routes(
        [
            web.get("/health", _health),
            web.get("/v1/{feed}/changes", served.changes),
            web.get("/v1/{feed:visitation}/all", served.all),
            web.get("/v1/{feed:visitation}/{detail}", served.detail),
            web.get("/v1/{feed:arbejdsmarkedsbalance}/data/AMB01", served.data),
            web.post("/receipts", served.receipt),
        ]
    )
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


class _Served:
    def __init__(self, files: Mapping[str, DataFile], receipts: Path | None) -> None:
        self._files, self._receipts = files, receipts

    def _data(self, request: web.Request) -> CaseData:
        return self._files[request.match_info["feed"]].read()

    async def changes(self, request: web.Request) -> web.Response:
        try:
            page = self._data(request).page(request.query.get("after"), _limit(request))
        except ValueError:
            return _refused(400, "ukendt cursor eller limit")
        return _tagged(request, page)

    async def all(self, request: web.Request) -> web.Response:
        try:
            page = self._data(request).all(request.query.get("after"), _limit(request))
        except ValueError:
            return _refused(400, "ukendt cursor eller limit")
        return _tagged(request, page)

    async def detail(self, request: web.Request) -> web.Response:
        external_id = request.match_info["detail"]
        if not ID_FORM.fullmatch(external_id):
            return _refused(400, "otte cifre")
        return self._detail(request, external_id)

    async def data(self, request: web.Request) -> web.Response:
        period = request.query.get("period.H", "")
        if not PERIOD_FORM.fullmatch(period) or request.query.get("format") != "json":
            return _refused(400, "period.H eller format")
        return self._detail(request, period)

    def _detail(self, request: web.Request, name: str) -> web.Response:
        status, body = self._data(request).detail(name)
        return web.Response(body=_json(body), status=status, content_type="application/json")

    async def receipt(self, request: web.Request) -> web.Response:
        """Kept once under its key: 201, the same again 200, another under the same key 409."""
        key = request.headers.get("Idempotency-Key", "")
        content = await request.read()
        if not KEY_FORM.fullmatch(key):
            return _refused(400, "Idempotency-Key mangler")
        if self._receipts is None:
            return web.Response(status=201)
        self._receipts.mkdir(parents=True, exist_ok=True)
        path = self._receipts / f"{key}.json"
        if path.exists():
            return web.Response(status=200 if path.read_bytes() == content else 409)
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
        return web.Response(status=201)


def _limit(request: web.Request) -> int:
    limit = int(request.query.get("limit", "200"))
    if not 1 <= limit <= LARGEST_PAGE:
        raise ValueError("limit")
    return limit


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _tagged(request: web.Request, page: dict[str, object]) -> web.Response:
    body = _json(page)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return web.Response(body=body, content_type="application/json", headers={"ETag": etag})


def _refused(status: int, why: str) -> web.Response:
    return web.Response(body=_json({"fejl": why}), status=status, content_type="application/json")


def _authorized(tokens: Mapping[str, Path]) -> Middleware:
    """A feed's own token for what it serves, any of them for a receipt."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        feed = request.match_info.get("feed")
        good = [file for name, file in tokens.items() if feed in (None, name)]
        given = request.headers.get("Authorization", "").encode()
        if request.path != "/health" and not any(_is_bearer(given, file) for file in good):
            return _refused(401, "ukendt adgang")
        return await handler(request)

    return check


def _is_bearer(given: bytes, token: Path) -> bool:
    return hmac.compare_digest(given, f"Bearer {token.read_text(encoding='utf-8').strip()}".encode())


def _misbehaving(orders: Orders) -> Middleware:
    @web.middleware
    async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
        wanted = str(orders.standing().get("path", "/"))
        if request.path == "/health" or not request.path.startswith(wanted):
            return await handler(request)
        order = orders.take()
        mode = order.get("mode")
        if mode == "unavailable":
            headers = {"Retry-After": str(order["retry_after"])} if "retry_after" in order else {}
            return web.Response(status=503, headers=headers)
        if mode == "unauthorized":
            return _refused(401, "ukendt adgang")
        if mode == "error":
            return web.Response(status=500)
        if mode == "expired" and request.path.endswith("/changes") and "after" in request.query:
            return _refused(410, "cursor er udløbet")
        if mode == "login_page":
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if mode == "slow":
            await asyncio.sleep(float(str(order.get("seconds", 60))))
        answer = await handler(request)
        return await _cut(request, answer) if mode == "cut" else answer

    return misbehave


async def _cut(request: web.Request, whole: web.StreamResponse) -> web.StreamResponse:
    """Say the whole length, send half of it, hang up."""
    body = whole.body if isinstance(whole, web.Response) and isinstance(whole.body, bytes) else b"{}"
    half = web.StreamResponse(status=whole.status, headers={"Content-Type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return half
