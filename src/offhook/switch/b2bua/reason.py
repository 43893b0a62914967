"""Why a phone is told to ring no more: the Reason of a CANCEL (RFC 3326)."""

ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
"""Somebody has dealt with the call. Phones that know it do not count the call as missed."""
