"""The audit log that the configuration names."""

from offhook.config import Config
from offhook.manager.stores.audit import FileAuditLog


def audit_log(config: Config) -> FileAuditLog:
    """Opened for writing; the Call Manager and the Smart Messenger each have one on the same files."""
    auth = config.auth
    return FileAuditLog(config.state.dir, keep_days=auth.audit_days, max_bytes=auth.audit_mb * 1_000_000)
