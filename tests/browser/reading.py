"""A reader at a browser: opens pages, follows links, fills forms, looks."""

import asyncio
from dataclasses import dataclass
from typing import Any

from tests.browser.chromium import Browser

_LOOKS = 300
_PAUSE_S = 0.05
_LEFT = "globalThis.left = true"
_ARRIVED = "!globalThis.left && document.readyState === 'complete'"


@dataclass(slots=True)
class Reader:
    """One tab. Make one with `reader`."""

    browser: Browser
    session: str

    async def see(
        self, *, width: int = 1180, dark: bool = False, wish: str = ""
    ) -> None:
        """Look through a window of this width, in the dark; `wish` is Accept-Language."""
        call = self.browser.call
        await call(
            "Emulation.setDeviceMetricsOverride",
            self.session,
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await call("Emulation.setEmulatedMedia", self.session, features=[scheme])
        if wish:
            await call("Network.enable", self.session)
            fields = {"Accept-Language": wish}
            await call("Network.setExtraHTTPHeaders", self.session, headers=fields)

    async def open(self, uri: str) -> None:
        """Go to an address, and wait until the page is there."""
        await self.evaluate(_LEFT)
        await self.browser.call("Page.navigate", self.session, url=uri)
        await self._arrive()

    async def click(self, selector: str) -> None:
        """Follow a link or press a button, and wait for the next page."""
        await self.evaluate(f"{_LEFT}; document.querySelector({selector!r}).click()")
        await self._arrive()

    async def fill(self, selector: str, text: str) -> None:
        """Write into a field."""
        await self.evaluate(f"document.querySelector({selector!r}).value = {text!r}")

    async def text(self, selector: str = "main") -> str:
        """Return what can be read there."""
        found: str = await self.evaluate(
            f"document.querySelector({selector!r})?.innerText ?? ''"
        )
        return found

    async def framed(self, expression: str) -> Any:
        """Return what an expression comes to in the frame of the page, scripts or none:
        it runs in a world of its own.
        """
        for _ in range(_LOOKS):
            tree = await self.browser.call("Page.getFrameTree", self.session)
            for child in tree["frameTree"].get("childFrames", ()):
                world = await self.browser.call(
                    "Page.createIsolatedWorld",
                    self.session,
                    frameId=child["frame"]["id"],
                )
                said = await self.browser.call(
                    "Runtime.evaluate",
                    self.session,
                    expression=f"document.readyState === 'complete' && ({expression})",
                    contextId=world["executionContextId"],
                    returnByValue=True,
                )
                if value := said["result"].get("value"):
                    return value
            await asyncio.sleep(_PAUSE_S)
        raise AssertionError("nothing is framed")

    async def evaluate(self, expression: str) -> Any:
        """Return what an expression comes to in the page; promises are waited for."""
        said = await self.browser.call(
            "Runtime.evaluate",
            self.session,
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
        )
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    async def _arrive(self) -> None:
        for _ in range(_LOOKS):
            await asyncio.sleep(_PAUSE_S)
            if await self.evaluate(_ARRIVED):
                return
        raise AssertionError("the page did not come")


async def reader(browser: Browser) -> Reader:
    """Return a reader at a tab of their own."""
    context = (await browser.call("Target.createBrowserContext"))["browserContextId"]
    target = await browser.call(
        "Target.createTarget", url="about:blank", browserContextId=context
    )
    attached = await browser.call(
        "Target.attachToTarget", targetId=target["targetId"], flatten=True
    )
    return Reader(browser, attached["sessionId"])
