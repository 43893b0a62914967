"""The window of the Smart Messenger, in Qt 6: thin over `offhook.messenger`, no call logic here.

One widget a file. `bridge` alone knows both event loops, `desk` is what the views talk to, `app` joins them.
Nothing newer than Qt 6.4 is used, the newest that runs on every Windows that Offhook serves.
"""
