"""Converts numbers as TAPI, links and people write them to what the switch dials, and to what people read.

    normalise("+82 (2) 568-3848", rules)    ->  "9025683848"
    show("9025683848", rules)               ->  "02-568-3848"

Pure and total: whatever comes in, either a number comes out or a `NumberError`, the `AddressError` with the
reason and the part of the text that was not understood. `clean` is the half that needs no rules.
tests/address has the tables of examples.
"""

from offhook.address.country import check_country, meant_country
from offhook.address.outside import Outside, canonical, is_emergency, outside
from offhook.address.reader import cut
from offhook.address.reading import Reading, explain
from offhook.address.refusal import NumberError, Reason
from offhook.address.rules import clean, normalise, show, writings
from offhook.address.site import MAX_ADDRESS, AddressRules, countries, known_country
from offhook.address.trail import Kind, Step, Trail

__all__ = [
    "MAX_ADDRESS",
    "AddressRules",
    "Kind",
    "NumberError",
    "Outside",
    "Reading",
    "Reason",
    "Step",
    "Trail",
    "canonical",
    "check_country",
    "clean",
    "countries",
    "cut",
    "explain",
    "is_emergency",
    "known_country",
    "meant_country",
    "normalise",
    "outside",
    "show",
    "writings",
]
