"""screenpop.py URL: opens a page of your CRM while your phone rings, {number} and {name} filled in.

python screenpop.py "https://crm.example/search?phone={number}&name={name}"
"""

import sys
import time
import webbrowser
from urllib.error import HTTPError
from urllib.parse import quote

from phone import events


def address(template, call):
    """The page. What a caller sends as a name ends up as text in it, never as an address."""
    caller = call["caller"]
    number, name = quote(caller["id"], safe=""), quote(caller["name"], safe="")
    return template.replace("{number}", number).replace("{name}", name)


def follow(template, shown):
    """Until the connection is lost. `shown` are the calls that have had their page."""
    for kind, value in events():
        for call in {"snapshot": value.get("calls"), "call": [value]}.get(kind, ()):
            rings = call["direction"] == "inbound" and call["state"] == "RingBackState"
            if rings and call["id"] not in shown:
                shown.append(call["id"])
                del shown[:-1000]
                webbrowser.open(address(template, call))


if __name__ == "__main__":
    done = []
    while True:
        try:
            follow(sys.argv[1], done)
        except HTTPError as error:
            if error.code == 401:
                sys.exit("the token is no good any more: make another")
        except OSError:
            pass  # the network was away
        time.sleep(3)
