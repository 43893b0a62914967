"""Any SIP PBX: the driver calls as its users do."""

from offhook.switch.pbx.switch import PbxSwitch

__all__ = ["PbxSwitch"]
