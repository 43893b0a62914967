"""A Call Manager as an administrator sees it, of those that are one in a cluster."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node. `since` is when it was started (seconds since the epoch), 0 where that is not known: a node of
    an older version tells nothing of itself.

    `acts_for` names the telephone systems that it works just now; nothing for one that stands by. `calls` are
    the live calls of the whole site, as this node has them, each as often as it is at a terminal: all nodes
    should have the same. `problems` say why it does not take calls as it should, each with what it is about.
    `live`: the others count on it; if not, nothing was heard of it for `silent_s` seconds. `here`: it is the
    one that tells this.
    """

    name: str
    version: str = ""
    since: float = 0.0
    acts_for: tuple[str, ...] = field(default_factory=tuple)
    sessions: dict[str, int] = field(default_factory=dict)
    """Open sessions, by their protocol: `sscp`, `http`, `tsp`."""
    calls: int = 0
    problems: tuple[str, ...] = field(default_factory=tuple)
    live: bool = True
    silent_s: float = 0.0
    here: bool = False

    @property
    def well(self) -> bool:
        """Is there nothing that somebody should look at?"""
        return self.live and not self.problems
