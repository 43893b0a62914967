"""The audit log that the configuration names."""

from offhook.config import Config
from offhook.manager.audit import AuditLog


def audit_log(config: Config) -> AuditLog:
    """Opened for writing; the Call Manager and the Smart Messenger each have one on the same files."""
    auth = config.auth
    return AuditLog(config.state.dir, keep_days=auth.audit_days, max_bytes=auth.audit_mb * 1_000_000)
