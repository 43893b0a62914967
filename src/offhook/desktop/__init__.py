"""The window of the Smart Messenger, in Qt 6: a thin layer over `offhook.messenger`, without call logic.

One widget a file. `phonemodel` is the model that the widgets show, `bridge` alone knows both event loops,
`app` joins them. Only Qt 6.4 is used: the newest that runs on every Windows that Offhook supports.
"""
