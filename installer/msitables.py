"""The tables of the MSI that wixl cannot write, as text archives (.idt) that msibuild takes in.

Table by table as in "Database Tables" of the Windows Installer documentation. The numbers in a sequence are
those that it suggests ("Suggested InstallExecuteSequence"), with ours between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Offhook"
SETTINGS_KEY = r"Software\Offhook\Setup"
"""As in common.nsh."""

LOCAL_MACHINE = 2
RAW_64_BIT = 2 | 16
"""RegLocator: msidbLocatorTypeRawValue, msidbLocatorType64bit."""

AT_UNINSTALLING = 2
"""RemoveFile: msidbRemoveFileInstallModeOnRemove."""

SET_PROPERTY = 51
RUN = 34
"""CustomAction: a program, whose command line is in Target, in the folder in Source."""
LATER, ROLLBACK, AS_SYSTEM, WHATEVER_COMES = 1024, 256, 2048, 64
"""msidbCustomActionTypeInScript, Rollback, NoImpersonate, Continue."""

Row = tuple[str | int, ...]

COLUMNS = {
    "CustomAction": "Action:s72 Type:i2 Source:S72 Target:S255 ExtendedType:I4",
    "InstallExecuteSequence": "Action:s72 Condition:S255 Sequence:I2",
    "InstallUISequence": "Action:s72 Condition:S255 Sequence:I2",
    "LaunchCondition": "Condition:s255 Description:l255",
    "AppSearch": "Property:s72 Signature_:s72",
    "RegLocator": "Signature_:s72 Root:i2 Key:s255 Name:S255 Type:I2",
    "Shortcut": "Shortcut:s72 Directory_:s72 Name:l128 Component_:s72 Target:s72 Arguments:S255 "
    "Description:L255 Hotkey:I2 Icon_:S72 IconIndex:I2 ShowCmd:I2 WkDir:S72",
    "RemoveFile": "FileKey:s72 Component_:s72 FileName:L255 DirProperty:s72 InstallMode:i2",
}
"""The tables with their columns and types ("Column Definition Format")."""

TWO_KEYS = ("AppSearch",)
"""Tables whose rows are told apart by two columns."""


@dataclass(frozen=True)
class Action:
    """A custom action, with its place in the sequence and its condition."""

    name: str
    sequence: int
    kind: int
    source: str
    target: str
    condition: str = ""


def _property(name: str, sequence: int, target: str, value: str, condition: str = "") -> Action:
    return Action(name, sequence, SET_PROPERTY, target, value, condition)


def _switch(name: str, letter: str, first: int, default: int) -> tuple[Action, ...]:
    """NAME=1 or NAME=0: as it is said, else as before, else as the setup program's first page has it."""
    return (
        _property(f"{name}Kept", first, name, "1", f'NOT {name} AND WAS >< "{letter}"'),
        _property(f"{name}Left", first + 1, name, "0", f"NOT {name} AND WAS"),
        _property(f"{name}New", first + 2, name, str(default), f"NOT {name}"),
    )


def _run(name: str, sequence: int, command: str, condition: str, *, more: int = 0) -> Action:
    """The installed offhook.exe, by Windows Installer's service, when the script gets there."""
    kind = RUN | LATER | AS_SYSTEM | more
    return Action(name, sequence, kind, "APPDIR", f'"[APPDIR]offhook.exe" {command}', condition)


GOES = 'REMOVE="ALL"'
STAYS = f"NOT ({GOES})"
LEAVES = f"{GOES} AND NOT UPGRADINGPRODUCTCODE"
"""And no newer version comes."""
END = "messenger --end --everybody"
HAD_TSP = 'WAS >< "T"'
SERVICE_KEY = r"SYSTEM\CurrentControlSet\Services\Offhook"
"""Also made and removed on the command line, where nobody notes it: Windows itself knows."""
STOPS = f"Installed AND HADSERVICE AND NOT ({LEAVES})"
"""The files that the service runs are exchanged: by a repair, or by the older version as it is removed."""
SERVICE_FOLDER = r"[CommonAppDataFolder]Offhook"
TOML = '--config "[INSTALLDIR]offhook.toml"'


def _configure(name: str, sequence: int, option: str = "") -> tuple[Action, ...]:
    """The first settings, by what is given of SERVER and TERMINAL, or by CONFIG."""
    setting = f'config set{option} {TOML} "--server=[SERVER]"'
    return (
        _run(name, sequence, setting, f"{STAYS} AND SERVER AND NOT TERMINAL"),
        _run(
            f"{name}WithPhone",
            sequence + 1,
            f'{setting} "tsp.terminal=[TERMINAL]"',
            f"{STAYS} AND SERVER AND TERMINAL",
        ),
        _run(f"{name}ByFile", sequence + 2, f'config take{option} {TOML} "[CONFIG]"', f"{STAYS} AND CONFIG"),
    )


ACTIONS = (
    *_switch("TSP", "T", 60, 0),
    *_switch("AUTOSTART", "A", 63, 1),
    *_switch("LINKS", "L", 66, 1),
    *_switch("LINESETTINGS", "S", 69, 1),
    _property("SERVICEKept", 77, "SERVICE", "1", "NOT SERVICE AND HADSERVICE"),
    _property("SERVICENew", 78, "SERVICE", "0", "NOT SERVICE"),
    _property("NoteProgram", 72, "NOTED", "P"),
    _property("NoteTsp", 73, "NOTED", "[NOTED]T", 'TSP="1"'),
    _property("NoteAutostart", 74, "NOTED", "[NOTED]A", 'AUTOSTART="1"'),
    _property("NoteLinks", 75, "NOTED", "[NOTED]L", 'LINKS="1"'),
    _property("NoteLineSettings", 76, "NOTED", "[NOTED]S", 'LINESETTINGS="1"'),
    _property("ShowFolder", 1010, "ARPINSTALLLOCATION", "[INSTALLDIR]"),
    # A row of RemoveFile whose folder has no value is passed over.
    _property("Purge", 1020, "PURGEDIR", "[INSTALLDIR]", f'{LEAVES} AND PURGE="1"'),
    _property("Leave", 1021, "AGAINDIR", "[INSTALLDIR]", LEAVES),
    # The Smart Messengers of everybody: it hangs up nobody. First as who installs, before Windows looks which
    # files are in use. Whom Windows asks for an administrator only then may not end those of others; so once
    # more as the system, where files are about to change: in an upgrade, as the older version is removed.
    *(
        Action(
            name, number, RUN | WHATEVER_COMES, "APPDIR", f'"[APPDIR]offhook-messenger.exe" {END}{more}', when
        )
        for name, number, more, when in (
            ("EndRunning", 1390, " --again", f"WAS AND NOT ({LEAVES})"),
            ("EndForGood", 1391, "", f"WAS AND {LEAVES}"),
        )
    ),
    _run("EndOthers", 1560, f"{END} --again", f"WAS AND NOT ({LEAVES})", more=WHATEVER_COMES),
    _run("EndOthersForGood", 1561, END, f"WAS AND {LEAVES}", more=WHATEVER_COMES),
    # The Call Manager ends in order: its calls are noted, and people who talk may talk on.
    _run("StartServiceAgain", 1562, "service start", STOPS, more=ROLLBACK | WHATEVER_COMES),
    _run("StopService", 1563, "service stop", STOPS),
    _run("TakeTspOut", 1610, "tsp uninstall", LEAVES, more=WHATEVER_COMES),
    _run("TakeServiceOut", 1611, "service remove", f"{LEAVES} AND HADSERVICE", more=WHATEVER_COMES),
    # If anything fails. Windows takes back any file by itself; Wine only one whose component has a code.
    Action(
        "UndoAgain",
        3990,
        RUN | LATER | AS_SYSTEM | ROLLBACK | WHATEVER_COMES,
        "TARGETDIR",
        '"[System64Folder]cmd.exe" /c del "[INSTALLDIR]offhook-again.exe" & rmdir "[INSTALLDIR]"',
        "NOT WAS",
    ),
    # What is wrong with the settings is found before the telephony service is touched.
    *_configure("CheckConfiguration", 5900, " --dry-run"),
    _run("TspUnticked", 5910, "tsp uninstall", f'{STAYS} AND TSP="0" AND {HAD_TSP}'),
    _run(
        "UndoTsp",
        5920,
        "tsp uninstall",
        f'{STAYS} AND TSP="1" AND NOT ({HAD_TSP})',
        more=ROLLBACK | WHATEVER_COMES,
    ),
    _run("PutTspIn", 5930, "tsp install", f'{STAYS} AND TSP="1" AND NOT TERMINAL'),
    _run(
        "PutTspInWithLine",
        5931,
        'tsp install --terminal "[TERMINAL]"',
        f'{STAYS} AND TSP="1" AND TERMINAL',
    ),
    _run("ServiceUnticked", 5932, "service remove", f'{STAYS} AND SERVICE="0" AND HADSERVICE'),
    _run(
        "UndoService",
        5933,
        "service remove",
        f'{STAYS} AND SERVICE="1" AND NOT HADSERVICE',
        more=ROLLBACK | WHATEVER_COMES,
    ),
    _run("PutServiceIn", 5934, "service install --no-start", f'{STAYS} AND SERVICE="1"'),
    # Its configuration is where only administrators read it: the system itself looks whether there is one.
    Action(
        "StartService",
        5935,
        RUN | LATER | AS_SYSTEM,
        "APPDIR",
        f'"[System64Folder]cmd.exe" /c if exist "{SERVICE_FOLDER}\\offhook.toml" '
        '"[APPDIR]offhook.exe" service start',
        f'{STAYS} AND SERVICE="1"',
    ),
    # Last: what is written here is the person's own, and nothing takes it back.
    *_configure("Configure", 5940),
    Action(
        "PurgeService",
        6500,
        RUN | LATER | AS_SYSTEM | WHATEVER_COMES,
        "ProgramFiles64Folder",  # its own is gone by then
        # In one go, `rmdir /s /q "..."`, Wine's does nothing.
        '"[System64Folder]cmd.exe" /c cd /d "[CommonAppDataFolder]." && rmdir /s /q Offhook',
        f'{LEAVES} AND PURGE="1"',
    ),
)

STANDARD = {
    "FindRelatedProducts": 25,
    "AppSearch": 50,
    "LaunchConditions": 100,
    "ValidateProductID": 700,
    "CostInitialize": 800,
    "FileCost": 900,
    "CostFinalize": 1000,
    "MigrateFeatureStates": 1200,
    "InstallValidate": 1400,
    "InstallInitialize": 1500,
    # Inside the transaction: if anything fails after it, the older version is there again.
    "RemoveExistingProducts": 1550,
    "ProcessComponents": 1600,
    "UnpublishFeatures": 1800,
    "RemoveRegistryValues": 2600,
    "RemoveShortcuts": 3200,
    "RemoveFiles": 3500,
    "InstallFiles": 4000,
    "CreateShortcuts": 4500,
    "WriteRegistryValues": 5000,
    "RegisterUser": 6000,
    "RegisterProduct": 6100,
    "PublishFeatures": 6300,
    "PublishProduct": 6400,
    "InstallFinalize": 6600,
}

WITHOUT_DIALOGS = {"CostInitialize": 800, "FileCost": 900, "CostFinalize": 1000, "ExecuteAction": 1300}
"""Everything is looked at where it is done."""

SEARCHED = {
    # What an earlier MSI noted. An upgrade stays in its folder.
    "WAS": (SETTINGS_KEY, "Components"),
    "INSTALLDIR": (SETTINGS_KEY, "Folder"),
    "HADSERVICE": (SERVICE_KEY, "ImagePath"),
    "SETUPPROGRAM": (UNINSTALL_KEY, "UninstallString"),
    "WINDOWSMAJOR": (r"Software\Microsoft\Windows NT\CurrentVersion", "CurrentMajorVersionNumber"),
}
"""Properties that are a value of the registry of this computer."""

MESSENGER = "[APPDIR]offhook-messenger.exe"

SHORTCUTS = {
    "Offhook": ("Notes", MESSENGER, ""),
    "Install TSP": ("Notes", MESSENGER, "messenger --install-tsp"),
    "Uninstall TSP": ("Notes", MESSENGER, "messenger --uninstall-tsp"),
    "Telephone lines' settings": ("LineSettings", "[System64Folder]control.exe", "telephon.cpl"),
}
"""Names in the Start menu, with their component, and what is started how: as by the setup program."""


def tables(windows: str, version: str) -> dict[str, str]:
    """Text archives by the tables' names. `windows` is the oldest that the Python in it runs on."""
    rows: dict[str, list[Row]] = {
        "CustomAction": [(one.name, one.kind, one.source, one.target, "") for one in ACTIONS],
        "InstallExecuteSequence": [
            *((name, "", number) for name, number in STANDARD.items()),
            *((one.name, one.condition, one.sequence) for one in ACTIONS),
        ],
        "InstallUISequence": [(name, "", number) for name, number in WITHOUT_DIALOGS.items()],
        "LaunchCondition": list(_conditions(windows, version).items()),
        "AppSearch": [(name, f"Find{name}") for name in SEARCHED],
        "RegLocator": [
            (f"Find{name}", LOCAL_MACHINE, key, value, RAW_64_BIT)
            for name, (key, value) in SEARCHED.items()
        ],
        "Shortcut": [
            (f"Menu{number}", "MENU", f"OFFHOOK{number}|{name}", component, program, given, *[""] * 6)
            for number, (name, (component, program, given)) in enumerate(SHORTCUTS.items(), 1)
        ],
        "RemoveFile": [
            ("SettingsFile", "Notes", "offhook.toml", "PURGEDIR", AT_UNINSTALLING),
            ("SettingsBefore", "Notes", "offhook.toml.bak", "PURGEDIR", AT_UNINSTALLING),
            ("Again", "Notes", "offhook-again.exe", "AGAINDIR", AT_UNINSTALLING),
            ("ProgramFolder", "Notes", "", "INSTALLDIR", AT_UNINSTALLING),
            ("MenuFolder", "Notes", "", "MENU", AT_UNINSTALLING),
        ],
    }  # fmt: skip
    return {name: _archive(name, COLUMNS[name], rows[name]) for name in COLUMNS}


def _conditions(windows: str, version: str) -> Mapping[str, str]:
    """What has to be true, and what is said otherwise."""
    old = f"This is for 64-bit Windows {windows} and later."
    conditions = {
        "NOT WIX_DOWNGRADE_DETECTED": f"A newer Offhook is installed. To go back to {version}, uninstall it "
        "first; your settings are kept.",
        "Installed OR NOT SETUPPROGRAM": "Offhook was installed by its setup program (OffhookSetup.exe). "
        "Uninstall it first, in Settings, Apps, or by [SETUPPROGRAM] /S; your settings are kept.",
        "Installed OR VersionNT64 >= 603": old,
    }
    if windows == "10":  # which calls itself 8.1 to an MSI
        conditions["Installed OR WINDOWSMAJOR"] = old
    for name in ("TSP", "SERVICE", "LINESETTINGS", "AUTOSTART", "LINKS"):
        conditions[f'{name}="0" OR {name}="1"'] = f"{name}=[{name}]: write 1 or 0."
    for name in ("SERVER", "TERMINAL", "CONFIG"):  # they become arguments of a command line
        conditions[f"NOT ({name} >< Quote) AND NOT ({name} >> Backslash)"] = (
            f"{name}=[{name}]: leave out quotation marks, and a backslash at the end."
        )
    conditions["NOT CONFIG OR NOT (SERVER OR TERMINAL)"] = (
        "CONFIG=[CONFIG] already says everything: leave out SERVER and TERMINAL."
    )
    conditions['NOT TERMINAL OR SERVER OR TSP="1"'] = (
        "TERMINAL=[TERMINAL]: say too by SERVER which Call Manager has it."
    )
    return conditions


def _archive(name: str, columns: str, rows: Sequence[Row]) -> str:
    """See "Text Archive Files": columns, their types, the table with its keys, then a row a line."""
    names, types = zip(*(column.split(":") for column in columns.split()), strict=True)
    keys = names[: 2 if name in TWO_KEYS else 1]
    lines: list[Row] = [names, types, (name, *keys), *rows]
    return "".join("\t".join(map(str, line)) + "\r\n" for line in lines)
