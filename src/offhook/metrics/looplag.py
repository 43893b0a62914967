"""How late the event loop is: all calls wait for it, so it is what an overloaded machine is seen by first."""

import asyncio

from offhook.metrics.families import Histogram

EVERY_S = 0.25

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class LoopLag:
    """Measures while `run` runs."""

    def __init__(self) -> None:
        self.histogram = Histogram(
            "offhook_event_loop_lag_seconds",
            "How late the event loop did what was due, measured each quarter of a second.",
            BUCKETS,
        )

    async def run(self) -> None:
        """Until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self.histogram.observe(max(0.0, loop.time() - due))
