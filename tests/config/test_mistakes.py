"""Every mistake is one line that names file, key and fix."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offhook.config import DRIVERS, load
from offhook.config.read import read
from offhook.config.table import Source
from offhook.errors import ConfigError

HOOK = '[[webhook]]\nname = "crm"\nurl = "https://crm.example"\nsecret = "a-secret-of-some-length"\n'
PHONE = '[[terminal]]\nid = "4000"\npassword = "x"\n'

LDAP = '[[directory.source]]\ntype = "ldap"\nurl = "ldap://ldap.example"\nbase = "dc=example"\n'
SOURCE = "[[directory.source]]\n"

MISTAKES = [
    ("[discovery]\nannounce = 1", "discovery.announce: must be true or false, without quotes"),
    (
        '[discovery]\nhost = "a b"',
        "discovery.host: must be a host's name, like \"manager.example\", not 'a b'",
    ),
    ('[discovery]\nname = ""', "discovery.name: must be 1 to 63 characters"),
    ("[directory]\nrefresh_s = 1", "directory.refresh_s: must be from 60 to 604800, not 1"),
    ('[directory]\nown_numbers = ["-"]', "directory.own_numbers: must be a list of what numbers begin with"),
    ("[directory.source]", "directory.source: must be a list of tables, this is a table"),
    (SOURCE + 'url = "ldap://x"', "directory.source[1].type: is missing. set it to one of: ldap, vcard, csv"),
    (SOURCE + 'type = "LDAP"', "directory.source[1].type: must be one of: ldap, vcard, csv, not 'LDAP'"),
    (SOURCE + 'type = "vcard"', 'directory.source[1].file: is missing. set it to a path, like "people.vcf"'),
    (SOURCE + 'type = "vcard"\nurl = "x"', "directory.source[1].url: is not a setting"),
    (SOURCE + 'type = "ldap"', "directory.source[1].url: is missing. write it like"),
    (SOURCE + 'type = "ldap"\nurl = "http://x"', "url: 'http://x' is not the address of an LDAP server"),
    (
        SOURCE + 'type = "ldap"\nurl = "ldap://x:99999"',
        "'ldap://x:99999' is not the address of an LDAP server",
    ),
    (SOURCE + 'type = "ldap"\nurl = "ldap://a@x"', "'ldap://a@x' is not the address of an LDAP server"),
    (SOURCE + 'type = "ldap"\nurl = "ldap://x"', "directory.source[1].base: is missing"),
    (
        LDAP + 'schema = "ad"',
        "directory.source[1].schema: must be one of: openldap, activedirectory, not 'ad'",
    ),
    (LDAP + 'user = "cn=x"', "directory.source[1].password_file: is missing while user is set"),
    (LDAP + "page_size = 5000", "directory.source[1].page_size: must be from 1 to 1000, not 5000"),
    (LDAP + "timeout_s = 0", "directory.source[1].timeout_s: must be from 1 to 120, not 0"),
    (
        LDAP + "attributes = { wrok = 'x' }",
        "directory.source[1].attributes.wrok: is not a setting. did you mean",
    ),
    (LDAP + "attributes = { work = 1 }", "attributes.work: must be a name, or a list of names, in quotes"),
    (LDAP + "attributes = { work = [''] }", "attributes.work: must be a name, or a list of names, in quotes"),
    (LDAP + 'ca_file = "none.pem"', "none.pem cannot be read (No such file or directory)"),
    (LDAP + LDAP.replace("type", 'name = "ldap-1"\ntype'), "[2].name: 'ldap-1' is already used above"),
    (
        LDAP.replace("ldap://", "ldaps://") + "start_tls = true",
        "directory.source[1].start_tls: is true while ldaps:// encrypts already",
    ),
    (
        LDAP + 'start_tls = false\nuser = "cn=x"\npassword_file = "p"',
        "start_tls: is false: the password would go to another machine in the clear",
    ),
    ('[tsp]\nlisten = "127.0.0.1"', "tsp.listen: must be an address and a port"),
    ('[tsp]\nlisten = ":7700"', "tsp.listen: must be an address and a port"),
    ('[tsp]\nlisten = "::1:7700"', "tsp.listen: must be an address and a port"),
    ('[tsp]\nlisten = "127.0.0.1:77000"', "tsp.listen: '77000' is not a port. take one from 0 to 65535"),
    ('[tsp]\nlisten = "127.0.0.1:²²"', "tsp.listen: '²²' is not a port"),
    ('[tsp]\nlisten = "300.0.0.1:1"', "tsp.listen: '300.0.0.1' is not an address"),
    ('[tsp]\nlisten = "[1::2::3]:1"', "tsp.listen: '1::2::3' is not an address"),
    ('[tsp]\nlisten = "a b:1"', "tsp.listen: 'a b' is not an address"),
    ("[tsp]\nlisten = 7700", "tsp.listen: must be an address and a port"),
    ('[tsp]\nlisen = "127.0.0.1:1"', "tsp.lisen: is not a setting. did you mean 'listen'?"),
    ("[tsp]\nzzz = 1", "tsp.zzz: is not a setting. remove it; [tsp] takes listen, max_sessions, "),
    ('[tsp]\n"a\\nb" = 1', "tsp.'a\\nb': is not a setting"),
    ("[tps]", "tps: is not a setting. did you mean 'tsp'?"),
    ("tsp = 3", "tsp: must be a table, this is a whole number. write it as a section [tsp]"),
    ("[terminal]", "terminal: must be a list of tables, this is a table. write each as [[terminal]]"),
    (
        '[tsp]\nrequire_token = "no"',
        "tsp.require_token: must be true or false, without quotes; this is text",
    ),
    (
        '[tsp]\nlisten = "0.0.0.0:7700"\nrequire_token = false',
        "tsp.require_token: is false while 0.0.0.0:7700 is open to other machines. set it to true",
    ),
    ("[tsp]\nmax_sessions = 0", "tsp.max_sessions: must be from 1 to 1e+06, not 0"),
    ("[tsp]\nmax_sessions = true", "tsp.max_sessions: must be a whole number"),
    ("[tsp]\nmax_sessions = 1979-05-27", "; this is a date or time"),
    ('[tsp]\nterminal = "4009"\n' + PHONE, "tsp.terminal: '4009' is not a [[terminal]]. take one of: 4000"),
    (
        '[sscp]\nlisten = "0.0.0.0:7701"',
        "sscp.tls_certificate: is missing while 0.0.0.0:7701 is open to other machines. set tls_certificate",
    ),
    ('[sscp]\ntls_certificate = "none.pem"', "none.pem cannot be read (No such file or directory)"),
    ('[sscp]\ntls_key = "none.pem"', "sscp.tls_certificate: is missing while tls_key is set"),
    ('[sscp]\nurl = "wss://no host"', "sscp.url: 'wss://no host' is not a WebSocket address"),
    ('[sscp]\nurl = "https://manager"', "sscp.url: 'https://manager' is not a WebSocket address"),
    ('[sscp]\nurl = "ws://manager:7701"', "sscp.url: ws:// to another machine would send passwords"),
    ('[sscp]\nurl = ","', "sscp.url: ',' is not a WebSocket address"),
    ('[sscp]\nurl = "wss://a.example, a.example"', "sscp.url: 'a.example' is not a WebSocket address"),
    ('[sscp]\nurl = "wss+srv://site.example:7701"', "sscp.url: 'wss+srv://site.example:7701' is more than a"),
    ('[sscp]\nurl = "wss+srv://a.example, wss://b"', "sscp.url: has a domain among several addresses"),
    (f'[sscp]\nurl = "{"wss://a.example," * 17}"', "sscp.url: names 17 Call Managers, more than 16"),
    ('[sscp]\norigins = ["example"]', "sscp.origins: must be a list of origins"),
    ('[sscp]\norigins = "https://a.example"', "sscp.origins: must be a list of origins"),
    ('[switch]\ndriver = "asterix"', f"switch.driver: must be one of: {', '.join(DRIVERS)}, not 'asterix'"),
    ('[switch]\nno_answer_s = "60"', "switch.no_answer_s: must be a number of seconds from 1 to 3600"),
    ("[switch]\nno_answer_s = 0.5", "switch.no_answer_s: must be from 1 to 3600, not 0.5"),
    ("[switch]\nno_answer_s = nan", "switch.no_answer_s: must be from 1 to 3600, not nan"),
    ("[switch.embedded]\ndigest_algorithms = []", "digest_algorithms: is empty, no phone could register"),
    ('[switch.embedded]\ndigest_algorithms = ["SHA1"]', "must be a list of SHA-256 and MD5, not 'SHA1'"),
    (
        '[switch.embedded]\ntls_listen = "127.0.0.1:5061"',
        "switch.embedded.tls_certificate: is missing while tls_listen is set",
    ),
    ('[switch]\ndriver = "pbx"', "switch.pbx.server: is missing: no PBX is named. name it"),
    ('[switch.sip]\nserver = "sip:pbx"', "switch.sip.server: 'sip:pbx' is not a host. write it like"),
    ('[switch.sip]\nserver = ["a", "b:99999"]', "switch.sip.server: '99999' is not a port. take one from 1"),
    ('[switch.sip]\nserver = "[::1]:0"', "switch.sip.server: '0' is not a port"),
    ('[switch.sip]\noutbound_proxy = "x y"', "switch.sip.outbound_proxy: 'x y' is not a host"),
    ('[switch.sip]\ntransport = "sctp"', "switch.sip.transport: must be one of: udp, tcp, tls, not 'sctp'"),
    ('[switch.sip]\nmode = "transfer"', "switch.sip.mode: must be one of: calls, refer, not 'transfer'"),
    ('[switch.sip]\nauto_answer = ["Call-Info"]', "switch.sip.auto_answer: must be a list of header lines"),
    ('[switch.sip]\ntls_ca_file = "ca.pem"', 'is set while transport is "udp". set transport = "tls"'),
    ('[switch.sip]\nservr = "pbx"', "switch.sip.servr: is not a setting. did you mean 'server'?"),
    (PHONE + 'extension = "40 00"', "terminal[1].extension: must be a user at the PBX"),
    (
        '[http]\nlisten = "0.0.0.0:7780"',
        "http.tls_certificate: is missing while 0.0.0.0:7780 is open to other",
    ),
    ("[[pop]]", "pop[1].url: or program has to be set, and only one of them"),
    (
        '[[pop]]\nurl = "https://{name}.example/"',
        "pop[1].url: has to begin with http:// or https:// and a host",
    ),
    ('[[pop]]\nurl = "javascript:alert(1)"', "pop[1].url: has to begin with http:// or https://"),
    ('[[pop]]\nurl = "https://crm.example/{nummer}"', "pop[1].url: has {nummer}. take one of: number, e164"),
    ('[[pop]]\nurl = "https://crm.example/{number"', "pop[1].url: has a brace without the other one"),
    ('[[pop]]\nprogram = ["{name}", "x"]', "pop[1].program: begins with what a caller would choose"),
    ("[[pop]]\nprogram = ['C:\\crm.bat', \"x\"]", "pop[1].program: is a batch file"),
    ('[http]\nlisten = "127.0.0.1:7700"', "http.listen: 127.0.0.1:7700 is taken by tsp.listen"),
    ('[http]\norigins = ["crm.example"]', "http.origins: must be a list of origins"),
    ('[http]\nhosts = ["a/b"]', "http.hosts: must be a list of names"),
    (HOOK.replace("https", "ftp"), "webhook[1].url: 'ftp://crm.example' is not an address"),
    (HOOK.replace("https", "http"), "webhook[1].url: would send who calls whom in the clear. use https://"),
    (HOOK.replace("a-secret-of-some-length", "short"), "has fewer than 16 characters. make one: openssl"),
    (HOOK + 'events = ["rings"]', "webhook[1].events: must be a list of ringing, answered, ended, missed"),
    (HOOK + 'terminals = ["4009"]', "webhook[1].terminals: '4009' is not a [[terminal]]"),
    (HOOK + HOOK, "webhook[2].name: 'crm' is already used above"),
    (
        '[sscp]\nlisten = "127.0.0.1:7700"',
        "sscp.listen: 127.0.0.1:7700 is taken by tsp.listen. give each its own port",
    ),
    ('[[terminal]]\nname = "Kim"\npassword = "x"', "terminal[1].id: is missing"),
    ('[[terminal]]\nid = 4000\npassword = "x"', "terminal[1].id: must be 1 to 32 letters, digits"),
    ('[[terminal]]\nid = "40 00"\npassword = "x"', "in quotes, like \"4000\", not '40 00'"),
    ('[[terminal]]\nid = "4000"', "terminal[1].password: is missing: phone 4000 could not register"),
    ('[[terminal]]\nid = "4000"\npassword = ""', "terminal[1].password: must be text"),
    (PHONE + PHONE, "terminal[2].id: '4000' is already used above. give each its own"),
    (PHONE + 'password_file = "p"', "terminal[1].password_file: is set as well as password"),
    ('[[terminal]]\nid = "1"\npassword_file = "nix"', "terminal[1].password_file: does not exist"),
    ('[[terminal]]\nid = "1"\npassword_file = ""', "terminal[1].password_file: must be a path, not empty"),
    ('[[terminal]]\nid = "1"\nname = "a\\nb"', "terminal[1].name: has control characters in it"),
    ("terminal = [4000]", "terminal[1]: must be a table, this is a whole number"),
    ('[address]\ncountry = "Korea"', "address.country: must be a country of two letters"),
    ('[address]\noutside_prefix = "x"', "address.outside_prefix: must be what gets an outside line"),
    ('[address]\nextension_lengths = ["4"]', "address.extension_lengths: must be a list of whole numbers"),
    ("[address]\nextension_lengths = 4", "like [4]; this is a whole number"),
    ('[log]\nlevel = "loud"', "log.level: 'loud' is not a level. take one of: debug, info, warning, error"),
    ('[state]\ndir = "~nobody-of-that-name/x"', "state.dir: '~nobody-of-that-name/x' names no home folder"),
    ("listen = 127.0.0.1", "is not TOML: Expected newline or end of document after a statement (at line 1,"),
    ("[tsp]\nlisten = 127.0.0.1:7700", 'write text in quotes, like "4000"'),
    (
        "[tsp]\nrequire_token = yes",
        "(at line 2, column 17). write true or false, in small letters and without",
    ),
    ("[log]\nlevel = info", 'write text in quotes, like "4000"'),
    ("[log]\nlevel = “info”", "take the plain quotes of the keyboard"),
    ("[log]\n\u00a0level = 'info'", "an invisible character stands there; write that line anew"),
    ('[state]\ndir = "C:\\Users\\kim"', "write each backslash twice, or put the text into single quotes"),
    ('[state]\ndir = "D:\\kim"', "write each backslash twice, or put the text into single quotes"),
    ('[log]\nlevel = "info\n', "put quotes at the end of the text, too"),
    ("[log\nlevel = 'info'", "close the brackets"),
    ("[address]\nextension_lengths = [4", "(at end of document). close the brackets"),
    ("[[trunk]\nname = 'it'", "(at line 1, column 8). close the brackets"),
    ("[log # what is told", "(at line 1, column 6). close the brackets"),
    ("[address]\nextension_lengths = [4\n[log]", "(at line 3, column 1). close the brackets"),
    ("[address]\nextension_lengths = [4\ncountry = 'KR'", "(at line 3, column 1). close the brackets"),
    ("switch = {driver = 'pbx'\n}", "(at line 1, column 25). close the brackets"),
    ("[[dial]]\ndeny = [0900]", 'write text in quotes, like "4000", and a comma between two'),
    ("[address]\nextension_lengths = [3 4]", 'like "4000", and a comma between two'),
    ("[address]\nextension_lengths = [3\n4]", 'like "4000", and a comma between two'),
    ("terminal = [{id = 0900}]", 'write text in quotes, like "4000", and a comma between two'),
    ("switch = {driver = 'pbx' name = 'x'}", 'like "4000", and a comma between two'),
    ("[my table]", "write names in letters from a to z, without spaces"),
    ("[trunk-é]", "write names in letters from a to z, without spaces"),
    ("[étage]", "write names in letters from a to z, without spaces"),
    ("über = 1", "write names in letters from a to z, without spaces"),
    ("[log]\n[tsp]\n[log]", "it is there already; put all of its settings below the first one"),
    ("[log]\nlevel = 'info'\nlevel = 'debug'", "it is there already; keep one of them"),
    ("[log]\nlevel: info", "write a setting like listen = "),
    ("[log]\nlevel = 'info' 'debug'", "correct that place"),
    (f"[address]\nextension_lengths = [{'9' * 5000}]", "is not TOML: a number has too many digits"),
    (f"a = {'[' * 5000}", "is not TOML: nested too deeply"),
]


@pytest.mark.parametrize(("text", "complaint"), MISTAKES)
def test_a_mistake_is_one_line_that_names_the_file(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "offhook.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ={})
    line = str(caught.value)
    assert complaint in line
    assert "\n" not in line
    assert line.startswith(str(tmp_path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such file\. create it, or name another"):
        load(tmp_path / "none.toml", environ={})


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        load(tmp_path, environ={})


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        load(tmp_path / "x.toml", environ={})


def test_a_key_of_the_command_line_that_is_unknown_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^command line: tsp\.lisen: is not a setting"):
        load("/dev/null", {"tsp.lisen": "x"}, environ={})


def test_a_key_of_the_command_line_below_a_value_is_told() -> None:
    with pytest.raises(ConfigError, match=r"^command line: log\.level\.x: level is not a table"):
        load("/dev/null", {"log.level": "info", "log.level.x": "y"}, environ={})


def test_a_mistake_in_a_secret_does_not_show_it(tmp_path: Path) -> None:
    path = tmp_path / "offhook.toml"
    path.write_text('[[terminal]]\nid = "1"\npassword = "hunter2\\u0007"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ={})
    assert "hunter2" not in str(caught.value)


def test_a_line_that_is_not_toml_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "offhook.toml"
    path.write_text('[[terminal]]\npassword = "hunter2\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ={})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" + "9" * 5000 + "]", "[" * 5000])
def test_a_value_of_the_command_line_that_is_not_toml_is_text(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^command line: address\.extension_lengths: must be a list"):
        load("/dev/null", {"address.extension_lengths": text}, environ={})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["tsp", "sscp", "switch", "terminal", "address", "state", "log"])
INNER = st.sampled_from(
    ["listen", "url", "id", "password", "embedded", "level", "dir", "country", "terminal"]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES | st.dictionaries(INNER, VALUES, max_size=4), max_size=4))
def test_whatever_the_tables_hold_only_a_config_error_comes_of_it(data: dict[str, object]) -> None:
    try:
        read(data, Source("x.toml", Path("/"), {}, secrets=False), None)
    except ConfigError as error:
        assert "\n" not in str(error)
