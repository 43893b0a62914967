"""Links with a number: `tel:` (RFC 3966), `sip:` and `sips:` (RFC 3261), `callto:` (NetMeeting, Skype)."""

import re
from urllib.parse import unquote

from offhook.address.plain import plain
from offhook.address.refusal import NumberError, Reason
from offhook.address.site import AddressRules, country_code, emergency, region_of
from offhook.address.trail import Kind, Trail
from offhook.address.words import EXTENSIONS, LABELS

# "Kim" <sip:4001@pbx.example>
_INNER = re.compile(r"<\s*((?:tel|callto|sips?):[^<>]*)>", re.IGNORECASE)
# item1.TEL;type=WORK:+82-2-568-3848, a line of a vCard
_CARD_LINE = re.compile(r"\s*((?:item[0-9]+\.)?tel;[^:]*):(.*)", re.IGNORECASE | re.DOTALL)
# tel:..., sip://...
_LINK = re.compile(r"\s*[\"']?\s*(tel|callto|sips?)\s*:\s*/{0,3}(.*)", re.IGNORECASE | re.DOTALL)
# any other scheme; `Tel.: 4001` is not one, because its words are labels
_SCHEME = re.compile(r"\s*[<\"']?\s*([a-z][a-z0-9+.-]*):(//|(?=[^\s/]))", re.IGNORECASE)
# known schemes that never hold a number to dial
_OTHERS = re.compile(
    r"\s*[<\"']?\s*(https?|mailto|ftps?|file|javascript|data|sms|smsto|mms|xmpp|im|skype|news|irc|urn|ldaps?|geo|facetime"
    r"|facetime-audio|h323|iax2?|wtai|about|blob|vbscript|ms-[a-z]+|msteams|zoommtg|webcal|callback)\s*:",
    re.IGNORECASE,
)
MOST_ENCODED = 3
"""How often a link is percent-decoded: programs encode what is encoded already."""

# ;ext=12 or ;isub
_PARAMETER = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=([^;]*))?\s*$")
# a phone-context that is a number prefix (RFC 3966 section 5.1.5)
_GLOBAL = re.compile(r"\+[0-9().\-\s]*[0-9][0-9().\-\s]*")
# a phone-context that is a domain name, which changes nothing here
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?"
)
# callto:4001+type=phone
_NETMEETING = re.compile(r"\+type=\w+$", re.IGNORECASE)


def number_of(text: str, trail: Trail, rules: AddressRules) -> str:
    """The number in a link; other text unchanged. Raises `NumberError` for links without a number."""
    if card := _CARD_LINE.match(text):
        trail.note(Kind.LABEL, card[1])
        text = card[2] if _LINK.match(card[2]) else f"tel:{card[2]}"
    inner = _INNER.search(text)
    link = _LINK.match(inner[1] if inner else text)
    if link is None:
        if other := _OTHERS.match(text) or _foreign(text):
            raise NumberError(Reason.OTHER_LINK, f"{other[1]}:")
        return text
    scheme, rest = link[1].lower(), link[2].rstrip(" \"'>")
    trail.note(Kind.LINK, rest)
    if scheme.startswith("sip"):
        number = _sip_user(rest, trail, rules)
    elif scheme == "callto":
        number = _callto(rest, trail, rules)
    else:
        number = _with_parameters(_unquoted(rest).partition("?")[0], trail, rules)
    return number


def _foreign(text: str) -> re.Match[str] | None:
    found = _SCHEME.match(text)
    if found is None or all(
        one in LABELS or one in EXTENSIONS for one in re.split("[.-]+", found[1].lower()) if one
    ):
        return None
    return found


def _unquoted(text: str) -> str:
    """The text without percent-encoding, even if it was encoded repeatedly."""
    for _ in range(MOST_ENCODED):
        if (once := plain(unquote(text))) == text:
            break
        text = once
    return text


def _callto(rest: str, trail: Trail, rules: AddressRules) -> str:
    """The number of a callto: link. Names of Skype have letters; these are not read as keys."""
    name = _NETMEETING.sub("", _unquoted(rest).partition("?")[0])
    number = name.partition(";")[0]
    if any(letter.isalpha() for letter in number):
        raise NumberError(Reason.NAME_IN_LINK, number)
    return _with_parameters(name, trail, rules)


def _sip_user(rest: str, trail: Trail, rules: AddressRules) -> str:
    """The number in a SIP link. Without `@` it is a host, unless there are only digits."""
    user, at, _ = rest.partition("@")
    whole = _unquoted(user if at else rest.partition("?")[0])
    number, semicolon, parameters = whole.partition(";")
    number = number.partition(":")[0]
    if any(letter.isalpha() for letter in number) or not number.strip():
        raise NumberError(Reason.NAME_IN_LINK, number or rest)
    if not at:
        if not re.fullmatch(r"\+?[0-9*#() -]+", number):
            raise NumberError(Reason.HOST_IN_LINK, number)
        return number
    return _with_parameters(number + semicolon + parameters, trail, rules)


def _with_parameters(text: str, trail: Trail, rules: AddressRules) -> str:
    """Apply the parameters of a tel: URI (RFC 3966 section 3): only `phone-context` changes what is dialled.

    `ext` and `isub` are not dialled, and other parameters are for networks.
    """
    number, semicolon, rest = text.partition(";")
    if not semicolon:
        return text
    if not all(_PARAMETER.match(part) for part in rest.split(";") if part.strip()):
        return text
    found: dict[str, str] = {}
    for part in rest.split(";"):
        if (one := _PARAMETER.match(part)) is None:
            continue
        name, value = one[1].lower(), (one[2] or "").strip().strip('"')
        if name == "phone-context" and found.get(name, value) != value:
            raise NumberError(Reason.TWO_CONTEXTS, rest)
        found[name] = value
    if others := ";".join(part for part in rest.split(";") if "phone-context" not in part.lower()):
        trail.note(Kind.PARAMETERS, others)
    context = found.get("phone-context")
    if context is None or number.lstrip(" (").startswith("+") or any(sign in "*#" for sign in number):
        return number
    if _GLOBAL.fullmatch(context):
        if _short(number, context, rules):
            return number
        trail.note(Kind.CONTEXT, context)
        return f"{context} {number}"
    if _DOMAIN.fullmatch(context):
        return number
    raise NumberError(Reason.BAD_CONTEXT, f"phone-context={context}")


def _short(number: str, context: str, rules: AddressRules) -> bool:
    """Is it an emergency number of this country
    (`tel:112;phone-context=+49`)? Then no country code is added."""
    region, digits = region_of(rules), "".join(filter(str.isdecimal, number))
    own = bool(region) and context.strip("+- ") == str(country_code(region))
    return own and emergency(digits, region)
