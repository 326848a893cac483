"""Chromium at the end of a pipe: which requests does a page make, and how does it look?

Speaks the DevTools protocol over ``--remote-debugging-pipe``, so it opens no port. No
request leaves: each is answered by a function of the test.
"""

import asyncio
import base64
import contextlib
import fcntl
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--hide-scrollbars",
    "--autoplay-policy=no-user-gesture-required",
    # One process for all frames of a page, so that one session hears of all requests.
    "--disable-site-isolation-trials",
    "--disable-features=IsolateSandboxedIframes,IsolateOrigins,site-per-process,Translate,MediaRouter,"
    "AutoupgradeMixedContent,HttpsUpgrades,OptimizationHints,BlockInsecurePrivateNetworkRequests",
    "--allow-running-insecure-content",
    "--remote-debugging-pipe",
)
_NOWHERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_QUIET_S = 0.3
_PATIENCE_S = 25.0
_TALLEST = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """How wide the reader's window is, in CSS pixels, and how dense (1, 2, 3)."""

    width: int = 1280
    density: float = 1
    height: int = _TALLEST
    is_mobile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its URI, what for (DevTools ``ResourceType``), by which frame."""

    uri: str
    type: str
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a request is answered; `body` None lets it go to the network (loopback)."""

    body: bytes | None = b""
    status: int = 200
    media_type: str = "text/plain"
    location: str | None = None


Site = Callable[[Asked], Answered]


@dataclass(slots=True)
class Visit:
    """A page as it was loaded: its requests in order, each frame's document, a picture.

    Where scripts were let run: each one that the browser took for a script, and read; and
    each dialog that one has opened.
    """

    asked: list[Asked] = field(default_factory=list)
    main: str = ""
    picture: bytes = b""
    is_whole: bool = True
    scripts: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


class Browser:
    """A running Chromium. Make one with `running`."""

    def __init__(self, reader: asyncio.StreamReader, writer: Any) -> None:
        self._reader, self._writer = reader, writer
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._sessions: dict[str, asyncio.Queue[dict[str, Any]]] = {}

    async def listen(self) -> None:
        """Hand out what the browser says, until it ends."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                said = json.loads((await self._reader.readuntil(b"\0"))[:-1])
                waiting = self._waiting.pop(said.get("id", 0), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(said)
                elif events := self._sessions.get(said.get("sessionId", "")):
                    events.put_nowait(said)

    async def call(self, method: str, session: str = "", **params: Any) -> Any:
        """Call a method and return its result."""
        number = next(self._ids)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps(message).encode() + b"\0")
        said = await asyncio.wait_for(waiting, _PATIENCE_S)
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error']}")
        return said["result"]

    async def visit(
        self,
        uri: str,
        site: Site,
        *,
        screen: Screen | None = None,
        scripts: bool = False,
        picture: bool = False,
        settle_s: float = _QUIET_S,
        click: tuple[int, int] | None = None,
    ) -> Visit:
        """Load `uri` in a window of its own, every request answered by `site`, and then
        `click` at a place of it.
        """
        context = (await self.call("Target.createBrowserContext"))["browserContextId"]
        try:
            target = await self.call(
                "Target.createTarget", url="about:blank", browserContextId=context
            )
            attached = await self.call(
                "Target.attachToTarget", targetId=target["targetId"], flatten=True
            )
            session = attached["sessionId"]
            events = self._sessions[session] = asyncio.Queue()
            tab = _Tab(self, session, events, site)
            return await tab.load(
                uri,
                screen or Screen(),
                scripts=scripts,
                picture=picture,
                settle_s=settle_s,
                click=click,
            )
        finally:
            self._sessions.pop(attached["sessionId"], None)
            await self.call("Target.disposeBrowserContext", browserContextId=context)


@dataclass(slots=True)
class _Tab:
    browser: Browser
    session: str
    events: "asyncio.Queue[dict[str, Any]]"
    site: Site
    visit: Visit = field(default_factory=Visit)

    async def load(
        self,
        uri: str,
        screen: Screen,
        *,
        scripts: bool,
        picture: bool,
        settle_s: float,
        click: tuple[int, int] | None,
    ) -> Visit:
        await self._call("Page.enable")
        if scripts:
            await self._call("Debugger.enable")
        await self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        await self._call("Emulation.setScriptExecutionDisabled", value=not scripts)
        await self._call(
            "Emulation.setDeviceMetricsOverride",
            width=screen.width,
            height=screen.height,
            deviceScaleFactor=screen.density,
            mobile=screen.is_mobile,
        )
        going = asyncio.ensure_future(self._call("Page.navigate", url=uri))
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._until_quiet(settle_s)
                if click is not None:
                    await self._click(*click)
                    await self._until_quiet(settle_s, loaded=True)
        except TimeoutError:
            self.visit.is_whole = False
        self.visit.main = (await going)["frameId"]
        if picture:
            shot = await self._call("Page.captureScreenshot", format="png")
            self.visit.picture = base64.b64decode(shot["data"])
        return self.visit

    async def _call(self, method: str, **params: Any) -> Any:
        return await self.browser.call(method, self.session, **params)

    async def _click(self, x: int, y: int) -> None:
        for type_ in ("mousePressed", "mouseReleased"):
            place = {"x": x, "y": y, "button": "left", "clickCount": 1}
            await self._call("Input.dispatchMouseEvent", type=type_, **place)

    async def _until_quiet(self, settle_s: float, *, loaded: bool = False) -> None:
        """Answer requests until the page is loaded and no more come."""
        while True:
            try:
                event = await asyncio.wait_for(self.events.get(), settle_s)
            except TimeoutError:
                if loaded:
                    return
                continue
            if event["method"] == "Page.loadEventFired":
                loaded = True
            elif event["method"] == "Fetch.requestPaused":
                await self._answer(event["params"])
            elif event["method"] == "Debugger.scriptParsed":
                self.visit.scripts.append(event["params"]["url"])
            elif event["method"] == "Page.javascriptDialogOpening":
                self.visit.dialogs.append(event["params"]["message"])
                await self._call("Page.handleJavaScriptDialog", accept=False)

    async def _answer(self, paused: dict[str, Any]) -> None:
        asked = Asked(
            uri=paused["request"]["url"].partition("#")[0],
            type=paused["resourceType"],
            frame=paused["frameId"],
        )
        self.visit.asked.append(asked)
        answered = self.site(asked)
        if answered.body is None:
            await self._call("Fetch.continueRequest", requestId=paused["requestId"])
            return
        fields = [
            {"name": "Content-Type", "value": answered.media_type},
            {"name": "Access-Control-Allow-Origin", "value": "*"},
        ]
        if answered.location is not None:
            fields.append({"name": "Location", "value": answered.location})
        with contextlib.suppress(RuntimeError):
            await self._call(
                "Fetch.fulfillRequest",
                requestId=paused["requestId"],
                responseCode=answered.status,
                responseHeaders=fields,
                body=base64.b64encode(answered.body).decode(),
            )


def _found(hosts: Mapping[str, int]) -> list[str]:
    """Return the flags by which hosts are found, and no others."""
    mapped = [f"MAP {host} 127.0.0.1:{port}" for host, port in hosts.items()]
    trusting = ["--ignore-certificate-errors"] if hosts else []
    return [f"--host-resolver-rules={', '.join([*mapped, _NOWHERE])}", *trusting]


@contextlib.asynccontextmanager
async def running(
    profile: Path, hosts: Mapping[str, int] | None = None
) -> AsyncIterator[Browser]:
    """Start Chromium with a new profile, and end it afterwards.

    `hosts` are found at ports of loopback, whatever their certificates; no other is found.
    """
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    # Above 10, so that neither is overwritten while 3 and 4 are made of them.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs_in, theirs_out)]

    def plug() -> None:
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(  # noqa: ASYNC220  takes milliseconds
        [
            CHROMIUM,
            *_FLAGS,
            *_found(hosts or {}),
            f"--user-data-dir={profile}",
            "about:blank",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=False,
        start_new_session=True,
        preexec_fn=plug,  # noqa: PLW1509  it only duplicates descriptors
    )
    for fd in (theirs_in, theirs_out, *high):
        os.close(fd)
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 28)
    incoming, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours_in, "rb", 0)
    )
    outgoing, _ = await loop.connect_write_pipe(
        asyncio.BaseProtocol, os.fdopen(ours_out, "wb", 0)
    )
    browser = Browser(reader, outgoing)
    listening = asyncio.create_task(browser.listen())
    try:
        yield browser
    finally:
        listening.cancel()
        outgoing.close()
        incoming.close()
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
