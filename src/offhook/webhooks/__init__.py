"""Tells programs elsewhere of calls, by signed requests over HTTP. docs/webhooks.md is the contract."""
