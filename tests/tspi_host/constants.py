"""TAPI's numbers that the tests speak of, as tapi.h and tspi.h have them."""

from enum import IntEnum, IntFlag

INITIALIZE_NEGOTIATION = 0xFFFFFFFF
STRINGFORMAT_UNICODE = 3
STRINGFORMAT_BINARY = 4

VERSIONS = (0x10004, 0x20000, 0x20001, 0x20002, 0x30000)
"""What applications have spoken since 1994. The provider negotiates 2.0 to 2.2 for itself."""


class Error(IntEnum):
    """LINEERR_, as it comes out of an unsigned DWORD."""

    ALLOCATED = 0x80000001
    BADDEVICEID = 0x80000002
    BEARERMODEUNAVAIL = 0x80000003
    CALLUNAVAIL = 0x80000005
    DIALBILLING = 0x80000008
    DIALDIALTONE = 0x80000009
    DIALPROMPT = 0x8000000A
    DIALQUIET = 0x8000000B
    INCOMPATIBLEAPIVERSION = 0x8000000C
    INCOMPATIBLEEXTVERSION = 0x8000000D
    INVALADDRESS = 0x80000010
    INVALADDRESSID = 0x80000011
    INVALADDRESSMODE = 0x80000012
    INVALCALLHANDLE = 0x80000018
    INVALCALLSELECT = 0x8000001B
    INVALLINEHANDLE = 0x8000002B
    INVALLINESTATE = 0x8000002C
    INVALMEDIAMODE = 0x8000002F
    INVALPARAM = 0x80000032
    INVALPOINTER = 0x80000035
    NODEVICE = 0x80000042
    NODRIVER = 0x80000043
    NOMEM = 0x80000044
    OPERATIONFAILED = 0x80000048
    OPERATIONUNAVAIL = 0x80000049
    RESOURCEUNAVAIL = 0x8000004B
    STRUCTURETOOSMALL = 0x8000004D
    ADDRESSBLOCKED = 0x80000053
    NOMULTIPLEINSTANCE = 0x80000056


class PhoneError(IntEnum):
    """PHONEERR_."""

    INCOMPATIBLEAPIVERSION = 0x90000003
    INVALPOINTER = 0x90000015


class Message(IntEnum):
    """LINE_: what an event is about."""

    ADDRESSSTATE = 0
    CALLINFO = 1
    CALLSTATE = 2
    CLOSE = 3
    LINEDEVSTATE = 8
    CREATE = 19
    REMOVE = 25


class State(IntFlag):
    """LINECALLSTATE_."""

    IDLE = 0x1
    OFFERING = 0x2
    ACCEPTED = 0x4
    DIALTONE = 0x8
    DIALING = 0x10
    RINGBACK = 0x20
    CONNECTED = 0x100
    PROCEEDING = 0x200
    ONHOLD = 0x400
    ONHOLDPENDTRANSFER = 0x2000
    DISCONNECTED = 0x4000
    UNKNOWN = 0x8000


ON_HOLD = State.ONHOLD | State.ONHOLDPENDTRANSFER

ORDER = (
    State.UNKNOWN,
    State.DIALTONE,
    State.DIALING,
    State.PROCEEDING,
    State.RINGBACK,
    State.CONNECTED,
    State.DISCONNECTED,
    State.IDLE,
)
"""An outgoing call goes forward only; any of them may be left out, but the last. It is all that a Smart
Messenger of version 1 or 2 tells of."""


class Disconnect(IntFlag):
    """LINEDISCONNECTMODE_."""

    NORMAL = 0x1
    UNKNOWN = 0x2
    REJECT = 0x4
    PICKUP = 0x8
    FORWARDED = 0x10
    BUSY = 0x20
    NOANSWER = 0x40
    BADADDRESS = 0x80
    UNREACHABLE = 0x100
    UNAVAIL = 0x800
    NODIALTONE = 0x1000
    TEMPFAILURE = 0x8000
    BLOCKED = 0x20000
    CANCELLED = 0x80000


DISCONNECTS_OF_OLD = Disconnect(sum(Disconnect) & ~(Disconnect.PICKUP | Disconnect.FORWARDED))
"""Those that a Smart Messenger of version 1 or 2 tells of."""


class LineState(IntFlag):
    """LINEDEVSTATE_."""

    OTHER = 0x1
    RINGING = 0x2
    CONNECTED = 0x4
    DISCONNECTED = 0x8
    INSERVICE = 0x40
    OUTOFSERVICE = 0x80
    NUMCALLS = 0x800
    CAPSCHANGE = 0x100000
    REMOVED = 0x1000000


class AddressState(IntFlag):
    """LINEADDRESSSTATE_."""

    OTHER = 0x1
    INUSEZERO = 0x4
    INUSEONE = 0x8
    INUSEMANY = 0x10
    NUMCALLS = 0x20
    FORWARD = 0x40
    CAPSCHANGE = 0x100


class Info(IntFlag):
    """LINECALLINFOSTATE_."""

    MEDIAMODE = 0x10
    APPSPECIFIC = 0x20
    CALLID = 0x40
    RELATEDCALLID = 0x80
    ORIGIN = 0x100
    REASON = 0x200
    CALLERID = 0x8000
    CALLEDID = 0x10000
    CONNECTEDID = 0x20000
    REDIRECTIONID = 0x40000
    REDIRECTINGID = 0x80000


class Party(IntFlag):
    """LINECALLPARTYID_."""

    BLOCKED = 0x1
    OUTOFAREA = 0x2
    NAME = 0x4
    ADDRESS = 0x8
    PARTIAL = 0x10
    UNKNOWN = 0x20
    UNAVAIL = 0x40


class Select(IntEnum):
    """LINECALLSELECT_."""

    LINE = 1
    ADDRESS = 2
    CALL = 4


class AddressMode(IntEnum):
    """LINEADDRESSMODE_."""

    NOT_SET = 0
    ADDRESSID = 1
    DIALABLEADDR = 2


INTERACTIVEVOICE = 0x4
AUTOMATEDVOICE = 0x8
DATAMODEM = 0x10
BEARER_VOICE = 0x1
BEARER_DATA = 0x8
CONNECTED_ACTIVE = 0x1
DIALTONE_UNAVAIL = 0x20
FEATURE_DROP = 0x80
LINE_FEATURE_MAKECALL = 0x8
ADDRESS_FEATURE_MAKECALL = 0x2
STATUS_CONNECTED = 0x1
STATUS_INSERVICE = 0x4
CLOSEDROP = 0x20
ORIGIN_OUTBOUND = 0x1


def error_name(result: int) -> str:
    """A result as a failed test should show it."""
    code = result & 0xFFFFFFFF
    if code < 0x80000000:
        return str(code)
    return f"LINEERR_{Error(code).name}" if code in set(Error) else f"error {code:#x}"
