"""The main job on a deployed stack: feeds in, ticks, queues drained, river out.

The real handlers under their own roles, on everything the template names; only AWS
itself is played (by moto), and hosts on loopback are allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hozon import settings, wiring
from hozon.fetch import AllowedHosts
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.nouns.instants import Clock
from hozon.polling.subscribing import new_feed
from hozon.wiring import Deployed, Fetching
from tests.aws.pump import Drained, Pump
from tests.aws.stack import Stack


@dataclass(slots=True, kw_only=True)
class Rehearsal:
    """A stack at work. `deployed` is its archive, with the rights of the operator."""

    pump: Pump
    deployed: Deployed

    @classmethod
    def of(
        cls,
        stack: Stack,
        *,
        allow: Sequence[str] = (),
        interval_s: float = 2.0,
        clock: Clock = instants.utcnow,
    ) -> "Rehearsal":
        """Take a stack that was made, and let its handlers reach `allow`."""
        pump = Pump(stack)
        environment = pump.functions["CaptureEntry"].environment
        found = settings.from_environment(environment)
        fetching = Fetching(
            allowed=AllowedHosts.parse(allow),
            interval_s=interval_s,
            contact=found.contact,
            clock=clock,
        )
        deployed = wiring.connect(found, clock=clock, fetching=fetching)
        wiring.use(deployed)
        return cls(pump=pump, deployed=deployed)

    def public_at(self, uri: str) -> Archive:
        """Have hubs reach the archive at `uri`; return it."""
        archive = replace(self.deployed.archive, public_uri=uri)
        self.deployed = replace(self.deployed, archive=archive)
        wiring.use(self.deployed)
        return archive

    def planned(self, plan: str) -> Archive:
        """Have articles looked at again by this plan; return the archive."""
        archive = replace(self.deployed.archive, plan=plan)
        self.deployed = replace(self.deployed, archive=archive)
        wiring.use(self.deployed)
        return archive

    def follow(self, uris: Sequence[str]) -> None:
        """Follow feeds without a look at them."""
        for uri in uris:
            self.deployed.archive.feeds.add(new_feed(uri, self.deployed.archive))

    def work(self, *, at: datetime) -> Drained:
        """Tick once, and deliver until no queue has anything that was not tried."""
        self.pump.tick(at=at)
        return self.pump.drain()
