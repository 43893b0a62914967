"""LINECALLPARAMS as applications hand them over."""

from collections.abc import Mapping

from tests.tspi_host.constants import BEARER_VOICE, INTERACTIVEVOICE, ONE_STEP, AddressMode
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
        self._buffer = self._fill(version, values, b"")

    @property
    def address(self) -> int:
        return self._buffer.address

    @staticmethod
    def _fill(version: int, values: Mapping[str, int], behind: bytes) -> Buffer:
        layout, fixed = members_in("LINECALLPARAMS", version), size_in("LINECALLPARAMS", version)
        buffer = Buffer(fixed + len(behind), fill=0)
        for name, value in values.items():
            buffer.put(layout[name].offset, value)
        buffer.put_bytes(fixed, behind)
        return buffer


class OriginParams(CallParams):
    """The same with the address that the call is to be made from, as it stands in memory."""

    def __init__(self, version: int, origin: bytes, **members: int) -> None:
        values = {
            "dwBearerMode": BEARER_VOICE,
            "dwMediaMode": INTERACTIVEVOICE,
            "dwAddressMode": AddressMode.DIALABLEADDR,
            "dwOrigAddressSize": len(origin),
            "dwOrigAddressOffset": size_in("LINECALLPARAMS", version),
            **members,
        }
        self._buffer = self._fill(version, values, origin)


class TargetParams(CallParams):
    """The same with a target address behind it, for what holds and dials in one step."""

    def __init__(self, target: bytes, version: int = 0x20002, **members: int) -> None:
        values = {
            "dwBearerMode": BEARER_VOICE,
            "dwMediaMode": INTERACTIVEVOICE,
            "dwAddressMode": AddressMode.ADDRESSID,
            "dwCallParamFlags": ONE_STEP,
            "dwTargetAddressSize": len(target),
            "dwTargetAddressOffset": size_in("LINECALLPARAMS", version),
            **members,
        }
        self._buffer = self._fill(version, values, target)
