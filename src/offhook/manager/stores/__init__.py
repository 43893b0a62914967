"""What the Call Manager keeps: the ports of `offhook.manager.ports` in SQLite and in files."""
