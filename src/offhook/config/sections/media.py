"""`[media]`: what relays the media of calls where phones and providers do not reach each other."""

import re
from ipaddress import ip_address
from typing import Literal

from offhook.common.network import is_loopback
from offhook.config.kinds import Choice, Flag, ListOf, accepted
from offhook.config.listen import Listen
from offhook.config.setting import section, setting
from offhook.config.table import Table

Relay = Literal["never", "when-needed", "always"]
WithoutEngine = Literal["direct", "refuse"]

MAX_ENGINES = 8
"""Each that is away costs a caller 0.7 s when it has just gone."""

_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})):([0-9]{1,5})")
_INTERFACE = re.compile(r"[A-Za-z0-9._-]{1,32}")


def _engine(text: str) -> Listen:
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found[3]) < 65536:
        raise ValueError
    return Listen(str(ip_address(found[1] or found[2])), int(found[3]))


@section
class MediaSettings:
    """Relaying media by rtpengine, where phones are behind an address translation."""

    rtpengine: tuple[Listen, ...] = setting(
        (),
        ListOf(_engine, 'a list of addresses with ports, like ["127.0.0.1:2223"]'),
        "where rtpengines are told what to relay (their `listen-ng`), best first; none: nothing is relayed",
    )
    relay: Relay = setting(
        "when-needed",
        Choice(("never", "when-needed", "always")),
        "when media are relayed, unless a `[[trunk]]` has a `relay` of its own: never, where one side could "
        "not reach the other, or always",
    )
    without_engine: WithoutEngine = setting(
        "direct",
        Choice(("direct", "refuse")),
        "what becomes of a new call that needs an engine while none answers: it goes on as the phones agree, "
        "perhaps without sound, or is refused",
    )
    interfaces: tuple[str, ...] = setting(
        (),
        ListOf(accepted(_INTERFACE.fullmatch), 'two names of its interfaces, like ["inside", "outside"]'),
        "rtpengine's names of its interfaces towards this site, and towards providers and phones behind an "
        "address translation, where it has two",
    )
    engines_elsewhere: bool = setting(
        False,
        Flag(),
        "`true` to let an engine be on another machine: whoever reaches its port can redirect calls, as it "
        "asks for no password",
    )

    def check(self, table: Table) -> None:
        """Raises `ConfigError`."""
        if len(self.rtpengine) > MAX_ENGINES:
            raise table.error("rtpengine", f"names {len(self.rtpengine)}", f"name {MAX_ENGINES} at most")
        if self.interfaces and len(self.interfaces) != 2:
            raise table.error(
                "interfaces", f"names {len(self.interfaces)}", "name two: towards this site, and outwards"
            )
        elsewhere = [str(one) for one in self.rtpengine if not is_loopback(one.host)]
        if elsewhere and not self.engines_elsewhere:
            raise table.error(
                "rtpengine",
                f"{elsewhere[0]!r} is another machine's, and its port takes orders from whoever reaches it",
                "let it listen on 127.0.0.1 here, or set engines_elsewhere = true in a network of its own",
            )
