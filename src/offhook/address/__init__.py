"""Numbers: from what TAPI, a link or a person gives, to what the switch dials and what a person reads.

    normalise("+82 (2) 568-3848", rules)    ->  "9025683848"
    show("9025683848", rules)               ->  "02-568-3848"

Pure and total: whatever comes in, either a number comes out or an `AddressError`. `clean` is the half that
needs no rules. tests/address has the table of examples.
"""

from offhook.address.clean import MAX_ADDRESS, clean
from offhook.address.rules import AddressRules, known_country, normalise, show

__all__ = ["MAX_ADDRESS", "AddressRules", "clean", "known_country", "normalise", "show"]
