"""LINECALLPARAMS as applications hand them over."""

from tests.tspi_host.constants import BEARER_VOICE, INTERACTIVEVOICE, AddressMode
from tests.tspi_host.filled import Buffer
from tests.tspi_host.structures import members_in, size_in


class CallParams:
    """What Phone Dialer sends, unless said otherwise; all else is zero."""

    def __init__(self, version: int = 0x20002, **members: int) -> None:
        values = {
            "dwBearerMode": BEARER_VOICE,
            "dwMediaMode": INTERACTIVEVOICE,
            "dwAddressMode": AddressMode.ADDRESSID,
            **members,
        }
        layout = members_in("LINECALLPARAMS", version)
        self._buffer = Buffer(size_in("LINECALLPARAMS", version), fill=0)
        for name, value in values.items():
            self._buffer.put(layout[name].offset, value)

    @property
    def address(self) -> int:
        return self._buffer.address
