"""The HTTP API of the Call Manager: requests, server-sent events, webhooks. docs/http.md is the contract."""
