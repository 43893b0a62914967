"""What Offhook does to a Windows: the TAPI service provider and its lines. Can be imported anywhere.

`provider` installs and removes, `lines` are the settings, `location` a dialing location, `trace` the log of
the provider. They know Windows by the protocols of `ports`; `registry`, `service`, `tapi` and `files`
implement them, and `this_windows` puts those together. `win32` loads the libraries of Windows, for these and
for what the desktop uses: `hotkey` and `elevate`.
"""
