"""The configuration of the Asterisk for tests: small, but like that of a real site."""

from __future__ import annotations

PHONES = ("4000", "4001", "4002", "4003", "4010", "4011")

CONTEXTS = {"4011": "trunks"}
"""Where the calls of a phone begin, if it is not `internal`."""

TONES = {"4010": "info"}
"""How tones reach a phone, if not by RFC 4733."""

MODULES = (
    "res_timing_timerfd res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject "
    "res_rtp_asterisk codec_ulaw codec_alaw codec_a_mu "
    "res_pjsip res_pjsip_session res_pjsip_authenticator_digest res_pjsip_endpoint_identifier_user "
    "res_pjsip_registrar res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_rfc3326 res_pjsip_header_funcs "
    "res_pjsip_refer res_pjsip_pubsub res_pjsip_dtmf_info chan_pjsip "
    "bridge_simple bridge_native_rtp bridge_builtin_features bridge_softmix "
    "pbx_config app_dial app_echo app_confbridge app_queue app_directed_pickup "
    "func_callerid func_channel func_hangupcause func_devstate "
    "res_manager_devicestate res_clialiases "
    "app_bridgewait bridge_holding app_senddtmf res_parking res_pjsip_notify func_db "
    "res_pjsip_outbound_publish res_pjsip_exten_state res_pjsip_dialog_info_body_generator "
)

EXTENSIONS = """\
[general]
static = yes
writeprotect = yes

[internal]
exten => _4XXX,hint,PJSIP/${EXTEN}
exten => 4990,1,Answer()
 same => n,Echo()
exten => 4991,1,Busy(20)
exten => 4992,1,Congestion(20)
exten => 4993,1,Dial(Local/4001@internal,20)
 same => n,Hangup()
exten => 4994,1,Dial(PJSIP/4001&PJSIP/4002,20)
 same => n,Hangup()
exten => 4995,1,Dial(PJSIP/4001,20)
 same => n,Echo()
exten => 4996,1,Dial(Local/4001@internal/n,20)
 same => n,Hangup()
exten => 4997,1,ConfBridge(1)
exten => 4998,1,Dial(PJSIP/4000,20)
exten => 4986,1,Set(CALLERID(pres)=prohib)
 same => n,Dial(PJSIP/4001,20)
exten => 4984,1,Answer()
 same => n,Goto(menu,start,1)
exten => 4985,1,Dial(PJSIP/4001,1)
exten => 4988,1,Queue(desk,,,,20)
exten => 4989,1,Pickup(4001@internal)
exten => _*84XXX,1,Pickup(${EXTEN:2}@internal)
exten => *78,1,Answer()
 same => n,Hangup()
exten => *76,1,Set(DB(DND/${CALLERID(num)})=YES)
exten => *77,1,Set(GONE=${DB_DELETE(DND/${CALLERID(num)})})
exten => _*72X.,1,Answer()
 same => n,Set(DB(CF/${CALLERID(num)})=${EXTEN:3})
 same => n,Wait(1)
exten => *73,1,Answer()
 same => n,Set(GONE=${DB_DELETE(CF/${CALLERID(num)})})
exten => _400X,1,GotoIf(${DB_EXISTS(DND/${EXTEN})}?quiet)
 same => n,GotoIf(${DB_EXISTS(CF/${EXTEN})}?forward)
 same => n,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup(${HANGUPCAUSE})
 same => n(quiet),Hangup(17)
 same => n(forward),Goto(internal,${DB(CF/${EXTEN})},1)
exten => _4XXX,1,Dial(PJSIP/${EXTEN},20)
 same => n,Hangup(${HANGUPCAUSE})

[offhook-hold]
exten => _[0-9a-f].,1,BridgeWait(${EXTEN},participant,S(7200))
[offhook-wait]
exten => wait,1,BridgeWait(${UNIQUEID},participant,e(s)S(7200))
[offhook-join]
exten => _[A-Z].,1,Bridge(${EXTEN})
 same => n,Goto(offhook-wait,wait,1)
[offhook-call]
exten => _[+*#0-9]!,1,Dial(Local/${EXTEN}@internal,,g)
 same => n,Goto(offhook-wait,wait,1)
exten => _[A-Za-z].,1,Dial(Local/${EXTEN}@internal,,g)
 same => n,Goto(offhook-wait,wait,1)
[offhook-send]
exten => _[+*#0-9]!,1,Dial(Local/${EXTEN}@internal)
 same => n,Wait(5)
 same => n,Hangup()
exten => _[A-Za-z].,1,Dial(Local/${EXTEN}@internal)
 same => n,Wait(5)
 same => n,Hangup()
[offhook-conference]
exten => _[0-9a-f].,1,Set(CONFBRIDGE(user,quiet)=yes)
 same => n,Set(CONFBRIDGE(user,announce_only_user)=no)
 same => n,ConfBridge(${EXTEN})
[offhook-pickup]
exten => _[A-Z].,1,PickupChan(${EXTEN})
 same => n,Goto(offhook-wait,wait,1)
exten => _*.,1,ParkedCall(${OFFHOOK_LOT},${EXTEN:1})

[offhook-set]
exten => put,1,Set(DB(${OFFHOOK_KEY})=${OFFHOOK_VALUE})
exten => delete,1,NoOp(${DB_DELETE(${OFFHOOK_KEY})})

[menu]
exten => start,1,WaitExten(15)
exten => 5,1,Dial(PJSIP/4001,20)
[trunks]
include => internal

[tones]
exten => _4XXX,1,Dial(PJSIP/${EXTEN},20)
 same => n,GotoIf($["${DIALSTATUS}"="BUSY"]?busy)
 same => n,Congestion(20)
 same => n(busy),Busy(20)
"""
"""4990: a machine that answers. 4991, 4992: tones, without calling anybody. 4993: 4001 by way of a Local
channel, 4996: of one that stays. 4994: two phones at once. 4995: a machine takes what 4001 does not.
4997: a conference. 4998: 4000 by another number. 4984: a menu, 5 for 4001.
4985: 4001 for a second. 4986: 4001,
with the caller's number withheld. 4988: a queue, of 4001 alone. 4989: takes over the call that
rings at 4001. The keys of the database CF/4000 and DND/4000 forward 4000, and let it not ring; *76 sets the
second, *77 ends it; *72 with a number and *73 do so with the first.
The contexts of Offhook are as in docs/asterisk.md.
In `tones` the caller hears tones when the called phone does not take the call."""

ENDPOINT = """\
[{id}]
type = endpoint
context = {context}
disallow = all
allow = ulaw,alaw
direct_media = yes
moh_passthrough = yes
send_pai = yes
rtp_symmetric = no
dtmf_mode = {tones}
auth = auth{id}
aors = {id}
callerid = "Desk {id}" <{id}>
[auth{id}]
type = auth
auth_type = userpass
username = {id}
password = secret-{id}
[{id}]
type = aor
max_contacts = 1
remove_existing = yes
minimum_expiration = 5
"""


def endpoint(id: str, context: str = "") -> str:
    """The part of pjsip.conf for a phone, whose calls begin in its own context if no other one is named."""
    context = context or CONTEXTS.get(id, "internal")
    return ENDPOINT.format(id=id, context=context, tones=TONES.get(id, "rfc4733"))


TLS = """\
[tls]
type = transport
protocol = tls
bind = 127.0.0.1:{port}
cert_file = {certificate}
priv_key_file = {certificate}
method = tlsv1_2
"""

DEAD = """\
[4008]
type = endpoint
transport = udp
context = internal
disallow = all
allow = ulaw
aors = 4008
[4008]
type = aor
contact = sip:4008@127.0.0.1:9
"""

EMPTY = ("ccss", "features", "udptl", "pjproject", "websocket_client", "confbridge", "cli_aliases")


def files(
    *,
    home: str,
    modules: str,
    sip: int,
    sip_tls: int,
    ami: int,
    ami_tls: int,
    certificate: str,
    user: str,
    password: str,
) -> dict[str, str]:
    """The files by name, with paths inside the chroot."""
    return {
        **{f"{name}.conf": "[general]\n" for name in EMPTY},
        "acl.conf": "",
        "asterisk.conf": _asterisk(home, modules),
        "modules.conf": asterisk_modules(MODULES),
        "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
        "cdr.conf": "[general]\nenable = no\n",
        "cel.conf": "[general]\nenable = no\n",
        "http.conf": "[general]\nenabled = no\n",
        "indications.conf": INDICATIONS,
        "rtp.conf": "[general]\nrtpstart = 21000\nrtpend = 31000\nstrictrtp = no\nicesupport = no\n",
        "extensions.conf": EXTENSIONS,
        "pjsip_notify.conf": "[talk]\nEvent => talk\n",
        "res_parking.conf": "[general]\n[default]\nparkext => 700\nparkpos => 701-720\n"
        "context => parked\nfindslot => first\n",
        "queues.conf": "[general]\n[desk]\nstrategy = ringall\ntimeout = 15\nmember => PJSIP/4001\n",
        "manager.conf": manager(user, password, ami, ami_tls, certificate),
        "pjsip.conf": f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{sip}\n"
        + (TLS.format(port=sip_tls, certificate=certificate) if certificate else "")
        + "".join(endpoint(id) for id in PHONES)
        + DEAD,
    }


def asterisk_modules(names: str) -> str:
    """The file that loads these modules."""
    return "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in names.split())


def manager(
    user: str,
    password: str,
    port: int,
    tls_port: int = 0,
    certificate: str = "",
    *,
    read: str = "call",
    write: str = "originate,call,reporting",
) -> str:
    """manager.conf with one account that may do no more than docs/asterisk.md says."""
    tls = (
        f"tlsenable = yes\ntlsbindaddr = 127.0.0.1:{tls_port}\ntlscertfile = {certificate}\n"
        if certificate
        else ""
    )
    return (
        f"[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {port}\nwebenabled = no\n{tls}"
        f"[{user}]\nsecret = {password}\ndeny = 0.0.0.0/0\npermit = 127.0.0.1/32\n"
        f"read = {read}\nwrite = {write}\n"
    )


def _asterisk(home: str, modules: str) -> str:
    return f"""\
[directories]
astetcdir => {home}/etc
astmoddir => {modules}
astvarlibdir => {home}/lib
astdbdir => {home}/lib
astkeydir => {home}/lib
astdatadir => /usr/share/asterisk
astagidir => {home}/lib
astspooldir => {home}/spool
astrundir => {home}/run
astlogdir => {home}/log
[options]
hideconnect = yes
live_dangerously = no
"""


INDICATIONS = """\
[general]
country = us
[us]
description = minimal
ringcadence = 2000,4000
dial = 350+440
busy = 480+620/500,0/500
ring = 440+480/2000,0/4000
congestion = 480+620/250,0/250
"""
