"""Builds the audit log from the configuration."""

from offhook.config import Config
from offhook.manager.stores.audit import FileAuditLog


def audit_log(config: Config) -> FileAuditLog:
    """The audit log, open for writing. Call Manager and Smart Messenger each have one on the same files."""
    auth = config.auth
    return FileAuditLog(config.state.dir, keep_days=auth.audit_days, max_bytes=auth.audit_mb * 1_000_000)
