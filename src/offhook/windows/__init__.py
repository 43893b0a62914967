"""What Offhook does to a Windows: the TAPI service provider and its lines. Can be imported anywhere.

`provider` installs and removes, `lines` are the settings, `trace` is the provider's log. What reaches for
Windows itself is in `this_windows`, behind the protocols of `parts`.
"""
