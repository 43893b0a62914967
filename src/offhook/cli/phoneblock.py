"""What is typed into a phone, so that it registers."""

from offhook.config import Config


def phone_block(config: Config, terminal: str) -> list[str]:
    """A line for each field, as far as the phone registers at the embedded switch."""
    from offhook.common.listening import phone_hosts

    system = config.system_of(terminal)
    listen = system.switch.chosen.registrar
    if listen is None:
        return [f"user:     {terminal}"]
    note = ""
    if listen.loopback:
        note = f" (phones on this machine only; see {system.listen_key})"
    elif config.cluster.on:
        note = " (while this node acts; how phones find the one that does: docs/cluster.md)"
    return [
        f"server:   {' or '.join(phone_hosts(listen.host)) or 'this machine'}{note}",
        f"port:     {listen.port} (UDP or TCP)",
        f"user:     {terminal}",
    ]


AUTO_ANSWER = (
    "Let each phone answer by itself what Offhook dials for it: auto-answer by Call-Info or Alert-Info,\n"
    "see docs/phones.md. Without it the phone rings, and you lift it."
)
