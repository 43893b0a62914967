"""Recognises the columns of a table of people by their headings, as Outlook, Google and others write them.

Headings are compared word by word, without case, accents, dots, brackets and hyphens. A column of numbers is
recognised by its words in any order (`Telefon geschäftlich 2`, `Phone 1 - Value`).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from offhook.directory.base import Kind

NAMES: Mapping[str, str] = {
    "name": """
        name vorname; nachname vorname; vorname name; vorname nachname; last name first name;
        first name last name; nom prénom; prénom nom; prénom et nom; cognome nome; nome cognome; nominativo;
        emp name; name korean; 한글이름; 한글 이름; 직원; 사용자; 사용자명; name; full name; fullname;
        contact person; contact name; employee name; staff name; caller name;
        caller id name; effective caller id name; callerid; callerid name; member name; 사원명; 직원 이름;
        성함; 고객명; 회원명; 수신자; display name; contact; employee; displayname; cn; anzeigename;
        vollständiger name; ansprechpartner; kontakt; mitarbeiter; nom complet; nom affiché;
        nom et prénom; nombre completo; nombre para mostrar; nome completo; nome visualizzato;
        volledige naam; weergavenaam; naam; nazwa wyświetlana; фио; ф и о; полное имя; отображаемое имя;
        имя и фамилия; visningsnamn; namn; navn; nimi; celé jméno; ad soyad; 이름; 성명; 이름 성명;
        nom à afficher; nombre a mostrar; nome de exibição; nome a apresentar; wyświetlana nazwa;
        imię i nazwisko; nazwisko i imię; nombre y apellidos; nome e cognome; nome e sobrenome; naam volledig;
        표시 이름; 담당자; 직원명; 氏名; 名前; お名前; 表示名; 姓名; 显示名称; 顯示名稱; 名称
    """,
    "alias": """
        user; person; staff; description; bezeichnung; eintrag; name english; nickname; username;
        user name; english name; screen name; file as; spitzname; rufname;
        surnom; pseudonyme; apodo;
        soprannome; bijnaam; pseudonim; никнейм; 별명; 영문 이름; 영문이름; 영문명; ニックネーム; 昵称;
        暱稱
    """,
    "family": """
        last name; last; surname; family name; sn; nachname; familienname; zuname; nom de famille;
        apellidos; apellido; sobrenome; apelido; apelidos; cognome; achternaam; nazwisko; фамилия;
        efternamn; efternavn;
        etternavn; sukunimi; příjmení; soyadı; soyad; 성; 姓; 姓氏; 苗字; 名字
    """,
    "given": """
        first name; first; given name; givenname; forename; forenames; first names; tussenvoegsel; vornamen;
        prénoms; vorname; prénom; nombre de pila;
        primeiro nome; voornaam; imię; förnamn; fornavn; etunimi; jméno; adı; given; 名
    """,
    "company": """
        ragione sociale; razón social; raison sociale; razão social; 상호명; 업체;
        company; company name; customer; customer name; client; client name; kunde; cliente;
        client nom; organization; organisation; organization name; organisation name;
        organization 1 name; organisation 1 name; employer; account name; o; firma; firmenname;
        unternehmen; société; entreprise; organisme; empresa; compañía; organización; organização;
        società; azienda; ditta; bedrijf; företag; virksomhed; yritys; společnost; şirket; компания;
        организация; 회사; 회사명; 회사 이름; 직장; 업체명; 상호; 거래처; 거래처명; 会社; 会社名; 勤務先;
        公司; 公司名称; 公司名稱; 单位; 單位; 組織; 组织; 조직; 職場; organisatie; organizacja;
        organizzazione;
        nazwa firmy; nombre de la empresa; nome da empresa; nome azienda; nom de l'entreprise; bedrijfsnaam
    """,
    "mail": """
        mail; e mail; email; e mail address; email address; e mail 1 value; email 1 value;
        e mail 1 address; primary email; email 1; e mail adresse; email adresse; primäre e mail adresse;
        mailadresse; courriel; adresse e mail; adresse de messagerie; adresse électronique;
        correo electrónico; correo; dirección de correo electrónico; endereço de email;
        endereço de correio eletrônico; indirizzo posta elettronica; indirizzo email; e mailadres;
        adres e mail; эл почта; электронная почта; адрес эл почты; почта; e postadress; e post; 메일;
        이메일; 이메일 주소; 전자 메일 주소; 전자메일 주소; 전자메일; 메일 주소; メール; メールアドレス;
        電子メール; 電子メール アドレス; 邮箱; 电子邮件; 电子邮件地址; 電子郵件; 電子郵件地址; 主要电子邮件;
        기본 메일 주소; première adresse électronique; indirizzo email primario; correo electrónico primario;
        email primário; primair e mailadres; główny adres e mail
    """,
}
"""Headings of all fields except numbers."""

WHOLE_OR_PART: Mapping[str, tuple[str, str]] = {
    # The heading: what it means if there is a column of this other field.
    "이름": ("family", "given"),
    "nom": ("given", "family"),
    "nombre": ("family", "given"),
    "nome": ("family", "given"),
    "имя": ("family", "given"),
    "name": ("given", "family"),
    "ad": ("family", "given"),
    "名字": ("family", "given"),
}
"""Headings that mean the full name alone, but one part beside the other part: `Nom` beside `Prénom`."""

WHOLE_BESIDE_GIVEN = frozenset({"given name", "first name", "first", "givenname", "given"})
"""Beside these a `Name` is the full name, as at Google; beside `Vorname` it is the family name."""

PHONE = """
    phone phones ph extn msisdn ddi did ramal interno 사내전화 telephone tel tels telefon telefonnummer
    telefonnr telno rufnummer rufnr durchwahl
    haupttelefon hoofdtelefoon telefonu telefoonnr fixe fijo fisso fixo vast rnis rdsi
    durchwahlnummer nebenstelle nst téléphone tél teléfono telefono telefone telefoon telefoonnummer
    puhelin телефон тел номер telephonenumber extension ext dw poste interno anschluss number
    phonenumber nummer numéro numero número telefoni fon festnetz landline isdn callback 전화 전화번호
    내선 내선번호 연락처 電話 電話番号 内線 电话 电话号码 電話號碼 分机 分機 联系电话 聯絡電話
    连络电话 座机 座機 市话 市話 代表線
"""
MOBILE = """
    mobile mobil mobiltelefon mobilnummer mobiltelefonnummer mobilfunk mobilephone handy handynummer
    cell cellphone cellular gsm natel portable móvil movil celular cellulare telemóvel mobiele mobiel
    komórka komórkowy komórkowe komórkowego мобильный моб сотовый переносной mobilní matkapuhelin cep iphone
    carphone car autotelefon autotelefoon automóvil carro voiture samochodzie 휴대폰 휴대 휴대전화
    핸드폰 휴대폰번호 모바일 이동전화 카폰 自動車電話 车载电话 汽車電話 携帯 携帯電話
    携帯番号 手机 手机号 手机号码 移动电话 行動電話 手機
"""
HOME = """
    home homephone private privat privée privado privada personnel personale residência domicile
    particular casa abitazione residencial privé thuis
    domowy domowe domu dom домашний hem hjem koti domů ev 집 집전화 자택 자택전화 自宅 自宅電話 住宅电话 住宅
    住家 住家電話 家庭电话
"""
ALONE = """
    home work other primary business office main geschäftlich dienstlich privat
    ufficio abitazione lavoro casa fisso principale particular privado trabajo domicilio fijo
    trabalho emprego comercial residencial residência fixo professionnel personnel domicile fixe
    werk thuis zakelijk privé vast służbowy praca domowy dom
"""
"""Words that alone are the heading of a number (Yahoo, Italian Outlook); `car` is not."""

ROOMS = "bureau büro oficina escritório biuro kantoor 事務所 办公室 辦公室"
"""The same if no other column has work numbers; beside such a column they mean the room."""

EITHER = "직장 회사 会社 勤務先 職場 公司 单位 單位"
"""Headings of a company, or just as often of its number: the content of each row decides."""

OTHERS = """
    fax telefax faxnummer faks faksu télécopie pager pagernummer beeper telex tty tdd ttytdd type
    typ label kind country code
    address adresse street city state zip postal page web website url birthday anniversary note notes
    assistant assistants assistenten assistent assistenz sekretariat emergency spouse manager referred
    relation id customer account order invoice provider carrier beruf radio funkruf yomi phonetic kana
    ring server im event custom fecha факс пейджер assistante asistente 팩스 호출기 비서 종류 구분
    우편번호 주소 주민 사번 생일 ファックス ポケットベル 传真 傳真 呼机 邮编 地址 住所 房号 room raum
    zimmer zimmernummer personalnummer kundennummer kunden hausnummer kontonummer mitarbeiternummer
    steuernummer postleitzahl cercapersone buscapersonas localizador piepernummer pagera récepteur
    teleks télex 呼叫器 寻呼机 電傳 电报
"""
"""Words for numbers at which nobody answers, such as fax."""

MAX_DIGITS = 4
"""Digits in a heading: `Phone 10 - Value`. With more it is a row with a number, as in `Phone: 568-3848`."""

_CJK = re.compile("[\u2e80-\ud7ff]")


@lru_cache(4096)
def plain(heading: str) -> str:
    """A heading for comparison: lower-case words without accents, separated by one blank."""
    heading = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", heading[:200]))
    bare = "".join(
        one for one in unicodedata.normalize("NFD", heading.casefold()) if not unicodedata.combining(one)
    )
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", bare)).split())


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(one) for one in text.split(";"))


_NAMES = {heading: field for field, text in NAMES.items() for heading in _words(text)}
_BESIDE = {plain(heading): parts for heading, parts in WHOLE_OR_PART.items()}
_BESIDE_GIVEN = frozenset(map(plain, WHOLE_BESIDE_GIVEN))


_PHONE, _MOBILE, _HOME, _OTHERS = (
    frozenset(map(plain, one.split())) for one in (PHONE, MOBILE, HOME, OTHERS)
)
_ALONE = frozenset(map(plain, ALONE.split())) | _MOBILE
_ROOMS, _EITHER = (frozenset(map(plain, one.split())) for one in (ROOMS, EITHER))
_NAMING = ("name", "family", "given", "alias", "company")


@dataclass(slots=True)
class Columns:
    """The meaning of the columns, by index: fields, and numbers with their kind and the index of the column
    with the kind of each row (`Phone 1 - Type`). `either`: columns with a company or its number."""

    places: dict[str, list[int]] = field(default_factory=dict)
    numbers: list[tuple[int, Kind, int | None]] = field(default_factory=list)
    either: list[int] = field(default_factory=list)

    @property
    def names(self) -> list[int]:
        """The columns with parts of a person's name."""
        return [place for one in _NAMING for place in self.places.get(one, ())]

    @property
    def named(self) -> bool:
        """Is there a column with names? A company counts."""
        return bool(self.names)

    @property
    def score(self) -> int:
        """How many known headings there are: to find the row of headings."""
        good = self.named and (self.numbers or self.either)
        return sum(map(len, self.places.values())) + len(self.numbers) if good else 0


def find_columns(headings: Sequence[str], own: Mapping[str, tuple[str, ...]]) -> Columns:
    """Find the columns by their headings. `own` gives the headings of
    some fields, instead of the known ones."""
    found = Columns()
    taken: set[int] = set()
    rooms: list[int] = []
    words = [plain(heading) for heading in headings]
    for name, wanted in own.items():
        places = [place for one in wanted for place, text in enumerate(words) if text and text == plain(one)]
        taken.update(places)
        if name in _KINDS:
            found.numbers += [(place, _KINDS[name], None) for place in places]
        else:
            found.places[name] = places
    present = {_NAMES.get(text) for text in words}
    for place, text in enumerate(words):
        if place in taken or not text:
            continue
        known = _part(text, words, present) or _NAMES.get(text)
        if known == "family" and text == "apelido" and "sobrenome" in words:
            known = "alias"  # a nickname in Brazil, but the family name in Portugal
        if known in own:
            continue
        if known is not None:
            found.places.setdefault(known, []).append(place)
            if text in _EITHER and Kind.WORK.value not in own:
                found.either.append(place)
            continue
        if text in _ROOMS:
            rooms.append(place)
            continue
        kind = number_kind(text)
        if kind is not None and kind.value not in own:
            found.numbers.append((place, kind, _type_of(text, words)))
    if Kind.WORK not in (kind for _, kind, _ in found.numbers) and Kind.WORK.value not in own:
        found.numbers += [(place, Kind.WORK, None) for place in rooms]
    return found


_KINDS = {kind.value: kind for kind in Kind}


def _part(text: str, words: Sequence[str], present: set[str | None]) -> str | None:
    """Which part of the name this heading means, for headings that may mean the full name."""
    if text not in _BESIDE:
        return None
    other, part = _BESIDE[text]
    if other not in present:
        return "name"
    if text == "name" and (_BESIDE_GIVEN.intersection(words) or "family" in present):
        return "name"
    return part


def _type_of(text: str, words: Sequence[str]) -> int | None:
    """The index of the column with the kind of this one, at Google: `phone 1 type` for `phone 1 value`."""
    if not text.endswith(" value"):
        return None
    stem = text.removesuffix("value")
    return next((words.index(stem + one) for one in ("type", "label") if stem + one in words), None)


LINES = ("Ligne directe", "Línea directa", "Linea diretta", "Linha direta")
PHRASES = frozenset(
    map(plain, ("Contact No.", "Contact Nos.", "Direct line", "Direct dial", "Direct", *LINES))
)
"""Headings of numbers whose single words do not mean a number."""


def number_kind(text: str) -> Kind | None:
    """The kind of number in a column, by its `plain` heading; None if it has no numbers."""
    words = [word.rstrip("0123456789") for word in text.split() if not word.isdecimal()]
    if text in PHRASES:
        return Kind.WORK
    if sum(map(str.isdecimal, text)) > MAX_DIGITS:
        return None
    if _CJK.search(text):
        return _cjk_kind(text.replace(" ", ""))
    known = set(words)
    if not words or known & _OTHERS:
        return None
    if not known & _PHONE and not known & _MOBILE and not (len(words) == 1 and words[0] in _ALONE):
        return None
    if "ip" in known or "voip" in known or "sip" in known:
        return Kind.IP
    if known & _MOBILE:
        return Kind.MOBILE
    return Kind.HOME if known & _HOME else Kind.WORK


def _cjk_kind(text: str) -> Kind | None:
    if any(one in text for one in _OTHERS if _CJK.search(one)) or "fax" in text:
        return None
    for words, kind in ((_MOBILE, Kind.MOBILE), (_HOME, Kind.HOME), (_PHONE, Kind.WORK)):
        if any(one in text for one in words if _CJK.search(one) and len(one) > 1):
            return kind
    return Kind.HOME if text in ("집", "家") else Kind.WORK if text == "사무실" else None


def labelled_kind(label: str, kind: Kind) -> Kind | None:
    """The kind by the label in a row (`Mobile`, `* Work Fax`, `휴대전화`); None for a fax or pager."""
    text = plain(label)
    words = set(text.split())
    if words & {"fax", "pager", "telefax"} or any(
        one in text for one in ("팩스", "ファックス", "传真", "傳真")
    ):
        return None
    if words & _MOBILE or any(one in text for one in _MOBILE if _CJK.search(one)):
        return Kind.MOBILE
    return Kind.HOME if words & _HOME or any(one in text for one in _HOME if _CJK.search(one)) else kind


KNOWN = (
    "Name, First Name, Last Name, Company, Phone, Business Phone, Mobile Phone, Home Phone, Phone 1 - Value, "
    "Nachname, Telefon, Nom, Téléphone, 이름, 전화번호, 휴대폰, 氏名, 電話"
)
"""Examples of known headings, for the notice that none was found."""
