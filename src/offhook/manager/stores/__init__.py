"""What the Call Manager stores: `offhook.manager.ports` implemented in SQLite and in files."""
