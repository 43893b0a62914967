"""A bucket that answers at once, for tests that look at one node or two."""

from offhook.cluster.entries import Answer, Conflict, Entry, Put, Request, Written
from offhook.cluster.member import Member


class Bucket:
    """Keys with revisions; `serve` carries out what a member asks, and what it asks because of it."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.revision = 0

    def answer(self, request: Request) -> Answer:
        """Carry out one request."""
        before = self.entries.get(request.key, Entry(request.key, b"", 0))
        if not isinstance(request, Put):
            return before
        if request.revision != before.revision:
            return Conflict()
        self.revision += 1
        self.entries[request.key] = Entry(request.key, request.value, self.revision)
        return Written(self.revision)

    def serve(self, member: Member, now: float) -> None:
        """Let a node ask until it has nothing more to ask at this moment."""
        while requests := member.poll(now):
            while requests:
                request = requests.pop(0)
                requests += member.on_answer(request, self.answer(request), now)

    def bring(self, member: Member, now: float) -> None:
        """All that stands here, as a watch brings it: in the order in which it was written."""
        for entry in sorted(self.entries.values(), key=lambda one: one.revision):
            member.on_entry(entry, now)
