"""Builds and starts what tells programs elsewhere of calls."""

import contextlib
import ssl
from contextlib import AsyncExitStack

from offhook.address import writings
from offhook.assembly.directory import address_rules
from offhook.call.occurrences import Occurrence
from offhook.common.privatefile import real_file
from offhook.config import Config, WebhookSettings
from offhook.config.sections.webhook import ADMINISTRATORS, PHONE, TRUNK
from offhook.directory import DirectoryCache
from offhook.http.values import CallValues
from offhook.manager.service import CallManager
from offhook.manager.stores.outbox import StoredOutbox
from offhook.webhooks.sender import Webhook, WebhookSender
from offhook.webhooks.target import Target


async def start_webhooks(
    config: Config,
    stack: AsyncExitStack,
    outbox: StoredOutbox,
    manager: CallManager,
    directory: DirectoryCache,
) -> None:
    """Start it, and add what stops it to `stack`. Raises `ConfigError`."""
    stack.enter_context(contextlib.closing(outbox))
    rules = address_rules(config)
    values = CallValues(directory.name_of if config.directory.sources else None)
    sender = WebhookSender(
        [webhook(config, one) for one in config.webhooks],
        outbox,
        named=values.of,
        writings=lambda number: writings(number, rules),
    )
    stack.push_async_callback(sender.stop)
    sender.start(manager)


def webhook(config: Config, own: WebhookSettings) -> Webhook:
    """The webhook of these settings. Raises `ConfigError`."""
    target, context = Target.of(own.url), None
    if target.tls:
        try:
            context = ssl.create_default_context(cafile=own.ca_file and real_file(own.ca_file))
        except OSError as error:
            raise config.error(
                "webhook.ca_file", f"cannot be used ({error})", "give a readable PEM file"
            ) from error
    return Webhook(
        own.name,
        target,
        own.secret,
        frozenset(Occurrence(one) for one in own.events if one not in ADMINISTRATORS),
        frozenset(own.terminals),
        own.allow_private,
        context,
        trunks=TRUNK in own.events,
        phones=PHONE in own.events,
    )
