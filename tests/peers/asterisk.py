"""Asterisk as the PBX: a real one in the chroot that `tools/install-asterisk` makes, with ports of its own.

Phones are 4000 to 4003, 4010 and 4011, a trunk, with the passwords `secret-4000` and so on; 4008 is
registered and its host is gone; all other 4xxx are in the dialplan and nobody's. Its further numbers stand
in `EXTENSIONS`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.peers.asteriskconf import files
from tests.peers.program import LIMIT_S, PeerProgramError, StartedProgram, free_port, renewing

USER, PASSWORD = "offhook", "tell-nobody"
CONTEXT = "internal"

POLL_S = 0.02

SAYS_S = 5.0
"""How long it may take for each word of the message of a test that fails: it may be what is stuck."""


def chroot() -> Path:
    """Where Asterisk is installed. A missing one is a failure, never a reason to skip."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(os.environ.get("OFFHOOK_ASTERISK") or Path(cache) / "offhook" / "asterisk")
    if not (folder / "root" / ".complete").exists():
        raise PeerProgramError(f"Asterisk is not installed in {folder}; run: tools/install-asterisk")
    return folder / "root"


class Asterisk(StartedProgram):
    """One process: SIP (UDP) at `sip`, AMI at `ami`; with a certificate also TLS at `sip_tls` and `ami_tls`.

    `files` replace or add files of its configuration. `certificate` is PEM, key and all.
    """

    def __init__(self, *, certificate: bytes = b"", **changed: str) -> None:
        self.sip = ("127.0.0.1", free_port())
        self.ami = ("127.0.0.1", free_port())
        self.sip_tls = ("127.0.0.1", free_port())
        self.ami_tls = ("127.0.0.1", free_port())
        self._root = chroot()
        self._name = f"ast-{os.getpid()}-{self.sip[1]}"
        self.folder = self._root / "srv" / self._name
        self._certificate = certificate
        self._changed = changed
        self._process: subprocess.Popen[bytes] | None = None

    def change(self, **changed: str) -> None:
        """Replace or add files of its configuration before it is started."""
        self._changed.update(changed)

    def start(self) -> None:
        """Returns when it is fully up. A start after `kill` continues with the same folder."""
        self._prepare()
        inside = f"/srv/{self._name}/etc/asterisk.conf"
        command = ["/usr/sbin/asterisk", "-f", "-U", "asterisk", "-G", "asterisk", "-C", inside]
        with (self.folder / "log" / "console").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("chroot"), str(self._root), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        renewing[self.sip] = self.renew
        until = time.monotonic() + LIMIT_S
        while not self._booted():
            if self._process.poll() is not None or time.monotonic() > until:
                log_text = (self.folder / "log" / "console").read_text(errors="replace")
                self.kill()
                raise PeerProgramError(f"Asterisk did not start:\n{log_text[-3000:]}")
            time.sleep(POLL_S)

    def stop(self) -> None:
        """Stop it with SIGTERM, and remove its folder."""
        renewing.pop(self.sip, None)
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill it with SIGKILL, so that it can tell nobody."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def renew(self) -> None:
        """Kill it and start it anew, without the registrations that it had."""
        self.kill()
        for file in (self.folder / "lib").glob("astdb*"):
            file.unlink()
        self.start()

    def about(self, terminal: str) -> str:
        """What it knows of this phone and of its own work, for the message of a test that fails."""
        commands = (
            f"pjsip show endpoint {terminal}",
            "pjsip show contacts",
            "devstate list",
            "core show channels",
            "core show taskprocessors",
        )
        told = "\n".join(f"> {command}\n{self._says(command)}" for command in commands)
        log = (self.folder / "log" / "messages").read_text(errors="replace")
        return f"{told}\n> its log\n{log[-2000:]}"

    def _says(self, command: str) -> str:
        try:
            return self.cli(command, SAYS_S)
        except subprocess.TimeoutExpired:
            return f"(nothing in {SAYS_S:g} s)"

    def cli(self, command: str, limit_s: float = LIMIT_S) -> str:
        """The output of a command on Asterisk's console."""
        inside = f"/srv/{self._name}/etc/asterisk.conf"
        done = subprocess.run(
            [_program("chroot"), str(self._root), "/usr/sbin/asterisk", "-C", inside, "-rx", command],
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )
        return done.stdout

    @property
    def pid(self) -> int:
        """Its process, while it runs."""
        assert self._process is not None
        return self._process.pid

    def channels(self) -> list[str]:
        """The names of all live channels."""
        lines = self.cli("core show channels concise").splitlines()
        return [line.partition("!")[0] for line in lines if "!" in line]

    def _booted(self) -> bool:
        """The AMI port answers only when the manager was loaded; the console tells the rest."""
        try:
            socket.create_connection(self.ami, 1).close()
        except OSError:
            return False
        return "fully booted" in self.cli("core waitfullybooted").lower()

    def _prepare(self) -> None:
        for name in ("etc", "lib", "run", "log", "spool"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        modules = next(self._root.glob("usr/lib/**/asterisk/modules"))
        certificate = ""
        if self._certificate:
            (self.folder / "etc" / "ami.pem").write_bytes(self._certificate)
            certificate = f"/srv/{self._name}/etc/ami.pem"
        texts = files(
            home=f"/srv/{self._name}",
            modules=f"/{modules.relative_to(self._root)}",
            sip=self.sip[1],
            sip_tls=self.sip_tls[1],
            ami=self.ami[1],
            ami_tls=self.ami_tls[1],
            certificate=certificate,
            user=USER,
            password=PASSWORD,
        )
        for name, text in {**texts, **{f"{key}.conf": text for key, text in self._changed.items()}}.items():
            (self.folder / "etc" / name).write_text(text)
        subprocess.run(
            [_program("chroot"), str(self._root), "chown", "-R", "asterisk:asterisk", f"/srv/{self._name}"],
            check=True,
        )


def _program(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        raise PeerProgramError(f"{name} is not installed")
    return path
