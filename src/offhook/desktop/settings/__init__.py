"""The settings: pages of fields over the configuration file, and the window's own preferences."""
