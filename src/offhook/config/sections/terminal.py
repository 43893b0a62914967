"""`[[terminal]]`."""

from offhook.config.kinds import Flag, Secret, Text
from offhook.config.setting import section, setting

MAX_TERMINAL_ID = 32
"""Characters of a terminal's id: an extension or a short SIP user, which also has to fit a line's label."""

TERMINAL_ID = rf"[A-Za-z0-9][A-Za-z0-9_.+-]{{0,{MAX_TERMINAL_ID - 1}}}"
"""What a terminal's id is made of: fit for a SIP user, a field of the TSP session and a file's name."""

PHONE_MARK = "~"
"""Between a terminal's id and the phone's MAC address in the login of a phone that has fetched its
configuration. No id can have it, so that none is mistaken for such a login."""

_AT_PBX = Text(r"[A-Za-z0-9._+*#~-]{1,64}", 'a user at the PBX, like "4000"')


@section
class TerminalSettings:
    """One for each phone."""

    id: str = setting(
        "",
        Text(TERMINAL_ID, f'1 to {MAX_TERMINAL_ID} letters, digits or . _ + - in quotes, like "4000"'),
        "its extension, also its SIP user name",
        missing=("is missing", 'add one like id = "4000"'),
    )
    name: str = setting("", Text(), "the user's, shown to others")
    password: str = setting("", Secret(inline=True), "what it registers with")
    user: str = setting("", _AT_PBX, "the SIP user that calls are made as (`pbx`)", shown="the id")
    auth_user: str = setting("", _AT_PBX, "the name that goes with the password (`pbx`)", shown="the `user`")
    extension: str = setting("", _AT_PBX, "what rings the phone (`pbx`)", shown="the `user`")
    number: str = setting(
        "",
        Text(r"\+[1-9][0-9]{4,14}", 'a number with its country, like "+4930123451"'),
        "its number outside: shown to whom it calls by a `[[trunk]]` whose number it is, and rings it",
    )
    hide_number: bool = setting(False, Flag(), "whom it calls by a `[[trunk]]` sees no number")
    part: str = setting("", Text(), "the `[[cluster.part]]` that has it, where there are several")
