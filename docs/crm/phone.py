"""phone.py NUMBER: calls it, and prints what becomes of the call. Python 3.11, nothing to install."""

import json
import os
import sys
import uuid
from urllib.request import Request, urlopen

URL = os.environ["OFFHOOK_URL"] + "/api/v1"  # https://phones.example:7780
HEADERS = {"Authorization": "Bearer " + os.environ["OFFHOOK_TOKEN"], "Content-Type": "application/json"}


def events():
    """What happens to your phones, as (kind, value): "snapshot", then "call" and "terminal"."""
    with urlopen(Request(URL + "/events", headers=HEADERS), timeout=45) as stream:
        kind = ""
        for line in stream:
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)


def dial(number):
    """Your phone calls; the same key again would not call twice."""
    body = json.dumps({"number": number}).encode()
    headers = HEADERS | {"Idempotency-Key": uuid.uuid4().hex}
    return json.load(urlopen(Request(URL + "/terminals/default/calls", body, headers, method="POST")))


if __name__ == "__main__":
    stream = events()
    next(stream)  # the snapshot: from now on nothing is missed
    call = dial(sys.argv[1])
    for kind, value in stream:
        if kind == "call" and value["id"] == call["id"]:
            print(value["state"], value["callee"]["name"], value["cause"] or "", flush=True)
            if value["state"] == "OnHookState":
                break
