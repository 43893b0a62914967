"""Has all been heard that the other nodes have told? NATS keeps no messages for who is away. No I/O."""

from offhook.cluster.messages import Beat, State


class GapDetector:
    """Counts what each node has told."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[str, int]] = {}

    def on_state(self, state: State) -> bool:
        """A node has told a state; False if one before it was not heard."""
        known = self._heard.get(state.node)
        self._heard[state.node] = (state.run, state.total)
        return known == (state.run, state.total - 1) or known == (state.run, state.total)

    def on_beat(self, beat: Beat) -> bool:
        """A node has told how many there were; False if one was not heard. They are to be asked for now."""
        if self._heard.get(beat.node) == (beat.run, beat.total):
            return True
        self._heard[beat.node] = (beat.run, beat.total)
        return False

    def forget(self) -> None:
        """The connection was lost: whatever was told meanwhile was not heard."""
        self._heard.clear()
