"""Kamailio as the PBX: registrar and proxy with digest, as its own documentation sets one up.

Any number is a user, with the password `secret-<number>`. 4008 is a phone that is registered and whose host
is gone; whoever is not registered gets 404, what is no number 484.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.peers.program import LIMIT_S, PeerProgramError, StartedProgram, find, free_port, renewing
from tests.peers.sipclient import ask_options

HEAD = """\
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:{host}:{port}
{tcp}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
"""

CONFIG = """\
server_header="Server: Kamailio"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
{modules}{tls}
modparam("registrar", "min_expires", 1)
modparam("usrloc", "timer_interval", 1)
modparam("tm", "fr_timer", 1000)
modparam("tm", "fr_inv_timer", 60000)
modparam("auth", "nonce_expire", {nonce_expire})
modparam("auth", "algorithm", "{algorithm}")

request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("OPTIONS") && uri == myself && $rU == $null) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
{in_dialog}        sl_send_reply("404", "Not here"); exit;
    }}
    t_check_trans();
{first}    remove_hf("Route");
    if (!pv_auth_check("$fd", "secret-$au", "0", "{same_names}")) {{ auth_challenge("$fd", "1"); exit; }}
    consume_credentials();
    if (is_method("REGISTER")) {{ save("location"); exit; }}
{out_of_dialog}    if (is_method("INVITE")) {{ record_route(); }}
    if (!($rU =~ "^[0-9]+$")) {{ sl_send_reply("484", "Address Incomplete"); exit; }}
    if ($rU == "4008") {{ $ru = "sip:4008@127.0.0.1:9"; t_relay(); exit; }}
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay();
}}
"""

DIALOGS = """\
loadmodule "db_text.so"
loadmodule "dialog.so"
loadmodule "presence.so"
loadmodule "presence_dialoginfo.so"
loadmodule "pua.so"
loadmodule "pua_dialoginfo.so"
modparam("presence|pua", "db_url", "text://{folder}/db")
modparam("presence", "subs_db_mode", 0)
modparam("presence", "publ_cache", 2)
modparam("presence", "notifier_processes", 0)
modparam("presence", "server_address", "sip:127.0.0.1:{port}")
modparam("pua", "outbound_proxy", "sip:127.0.0.1:{port}")
modparam("pua_dialoginfo", "include_callid", 1)
modparam("pua_dialoginfo", "include_tags", 1)
"""
"""The part that publishes the dialogs of its users (RFC 4235), kept in memory."""

TLS = """\
enable_tls=yes
listen=tls:127.0.0.1:{port}
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{certificate}")
modparam("tls", "private_key", "{key}")
"""

PUBLISH = """\
    if (is_method("PUBLISH") && src_ip == myself) { t_newtran(); handle_publish(); exit; }
"""
SUBSCRIBED = """\
    if (is_method("SUBSCRIBE") && uri == myself) { t_newtran(); handle_subscribe(); exit; }
"""
SUBSCRIBE = """\
    if (is_method("SUBSCRIBE")) { t_newtran(); handle_subscribe(); exit; }
    if (is_method("INVITE")) { dlg_manage(); }
"""
FORWARD = """\
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("OPTIONS") && uri == myself) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (!is_present_hf("Route")) {{ sl_send_reply("403", "Not for me"); exit; }}
    loose_route();
    if (is_method("INVITE")) {{ append_hf("X-Through: the outbound proxy\\r\\n"); }}
    if (!has_totag()) {{ record_route(); }}
    t_relay();
}}
"""
"""An outbound proxy: forwards requests with a Route to it, and marks INVITEs."""

CHALLENGING = """\
loadmodule "auth.so"
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("OPTIONS") && uri == myself) {{ sl_send_reply("200", "OK"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) {{ t_relay(); }} exit; }}
    if (!is_present_hf("Route")) {{ sl_send_reply("403", "Not for me"); exit; }}
    if (!is_method("ACK|PRACK") && $fU == "{challenged}") {{
        if (!pv_proxy_authenticate("outbound.example", "secret-$au", "0")) {{
            proxy_challenge("outbound.example", "0"); exit;
        }}
        consume_credentials();
    }}
    loose_route();
    if (!has_totag()) {{ record_route(); }}
    t_relay();
}}
"""
"""An outbound proxy with a realm of its own, which asks one user for credentials inside of calls as well."""

DB_TEXT = Path("/usr/share/kamailio/dbtext/kamailio")


class Kamailio(StartedProgram):
    """One process with its children; its output is in `folder`.

    Without `tcp` it listens by UDP alone. `challenged` is the user whom an outbound proxy asks.

    `certificate` are the files of a chain and its key: with them it also listens at `tls`. `same_names`: who
    logs in has to be whom the request is from.
    """

    def __init__(
        self,
        folder: Path,
        *,
        algorithm: str = "MD5",
        nonce_expire: int = 300,
        port: int | None = None,
        dialogs: bool = False,
        certificate: tuple[Path, Path] | None = None,
        host: str = "127.0.0.1",
        config: str = CONFIG,
        same_names: bool = True,
        tcp: bool = True,
        challenged: str = "",
    ) -> None:
        self.folder = folder
        self.address = (host, port or free_port())
        shown = f"[{host}]" if ":" in host else host
        self._config = config
        self.tls = ("127.0.0.1", free_port())
        self._process: subprocess.Popen[bytes] | None = None
        self._values = {
            "algorithm": algorithm,
            "nonce_expire": nonce_expire,
            "host": shown,
            "port": self.address[1],
            "tcp": f"listen=tcp:{shown}:{self.address[1]}" if tcp else "disable_tcp=yes",
            "challenged": challenged,
            "same_names": int(same_names),
            "modules": DIALOGS.format(folder=folder, port=self.address[1]) if dialogs else "",
            "tls": ""
            if certificate is None
            else TLS.format(port=self.tls[1], certificate=certificate[0], key=certificate[1]),
            "first": PUBLISH if dialogs else "",
            "in_dialog": SUBSCRIBED if dialogs else "",
            "out_of_dialog": SUBSCRIBE if dialogs else "",
        }
        self._dialogs = dialogs

    @property
    def server(self) -> str:
        """Host and port, as `switch.pbx.server` has it."""
        return f"{self.address[0]}:{self.address[1]}"

    def start(self) -> None:
        """Returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "kamailio.cfg"
        if self._dialogs and not (self.folder / "db").exists():
            shutil.copytree(DB_TEXT, self.folder / "db")
        config.write_text((HEAD + self._config).format(**self._values))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [find("kamailio"), "-f", config, "-DD", "-E", "-Y", self.folder, "-w", self.folder],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        renewing[self.address] = self.renew
        until = time.monotonic() + LIMIT_S
        while ask_options(self.address) is None:
            if self._process.poll() is not None or time.monotonic() > until:
                raise PeerProgramError(
                    f"kamailio did not start:\n{(self.folder / 'log').read_text()[-3000:]}"
                )

    def renew(self) -> None:
        """Start it anew, without the registrations that it had."""
        self.stop()
        self.start()

    def pids(self) -> list[int]:
        """Its process and its children, while it runs."""
        assert self._process is not None
        pid = self._process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def stop(self) -> None:
        """Kill it and its children with SIGKILL, so that they can tell nobody."""
        renewing.pop(self.address, None)
        if self._process is None:
            return
        _, *children = self.pids()
        process, self._process = self._process, None
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        process.kill()
        process.wait()
