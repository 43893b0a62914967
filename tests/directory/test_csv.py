"""Tables as Google, Outlook, Thunderbird and spreadsheets export them, and as people then mend them."""

from pathlib import Path

import pytest

from offhook.directory import Kind, Number
from offhook.directory.csv import CsvSource
from offhook.directory.files import NotUnderstoodError
from tests.directory.reading import rows, told

GOOGLE_2023 = """\
Name,Given Name,Additional Name,Family Name,Yomi Name,Nickname,Notes,Language,Photo,Group Membership,\
E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,\
Phone 3 - Type,Phone 3 - Value,Organization 1 - Type,Organization 1 - Name
Mina Park,Mina,,Park,,,,,,* myContacts,* Home,mina@example.com,Mobile,+82 10 1234 5678,\
Work,+82 2 568 3848 ::: +82 2 568 3849,Work Fax,+82 2 568 0000,,Acme
"""
GOOGLE_2024 = """\
First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,\
Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,\
Phone 1 - Label,Phone 1 - Value
Mina,,Park,,,,,Acme,,,,,* myContacts,,mina@example.com,Mobile,+82 10 1234 5678
"""


def only(data: str | bytes) -> tuple[str, str, str, tuple[Number, ...]]:
    """The one person of a table."""
    (one,) = CsvSource("list", Path("x.csv")).read(data if isinstance(data, bytes) else data.encode())
    return one.name, one.company, one.mail, one.numbers


def test_google_until_2024() -> None:
    assert only(GOOGLE_2023) == (
        "Mina Park",
        "Acme",
        "mina@example.com",
        (
            Number("+82 2 568 3848"),
            Number("+82 2 568 3849"),
            Number("+82 10 1234 5678", Kind.MOBILE),
        ),
    ), "several in a field, no fax"


def test_google_since_2024() -> None:
    assert only(GOOGLE_2024) == (
        "Mina Park",
        "Acme",
        "mina@example.com",
        (Number("+82 10 1234 5678", Kind.MOBILE),),
    )


EXPORTS = {
    "Outlook, English": (
        '"First Name","Last Name","Company","Business Fax","Business Phone","Business Phone 2","Home Phone",'
        '"Mobile Phone","Assistant\'s Phone","E-mail Address"',
        '"Jörg","Müller","X AG","9","1","2","3","4","8","j@x.example"',
    ),
    "Outlook, German": (
        '"Vorname","Nachname","Firma","Fax geschäftlich","Telefon geschäftlich","Telefon geschäftlich 2",'
        '"Telefon (privat)","Mobiltelefon","Telefon Assistent","E-Mail-Adresse"',
        '"Jörg","Müller","X AG","9","1","2","3","4","8","j@x.example"',
    ),
    "Outlook, French": (
        '"Prénom";"Nom";"Société";"Télécopie (bureau)";"Téléphone (bureau)";"Téléphone 2 (bureau)";'
        '"Téléphone (domicile)";"Tél. mobile";"Téléphone de l\'assistant(e)";"Adresse de messagerie"',
        '"Jörg";"Müller";"X AG";"9";"1";"2";"3";"4";"8";"j@x.example"',
    ),
    "Outlook, Spanish": (
        "Nombre,Apellidos,Organización,Fax del trabajo,Teléfono del trabajo,Teléfono del trabajo 2,"
        "Particular Teléfono,Móvil,Teléfono del asistente,Dirección de correo electrónico",
        "Jörg,Müller,X AG,9,1,2,3,4,8,j@x.example",
    ),
    "Outlook, Korean": (
        "이름,성,회사,근무처 팩스,근무처 전화,근무처 전화 2,집 전화 번호,휴대폰,비서 전화 번호,"
        "전자 메일 주소",
        "Jörg,Müller,X AG,9,1,2,3,4,8,j@x.example",
    ),
    "Outlook, Japanese": (
        "名,姓,会社名,会社ファックス,会社電話,会社電話 2,自宅電話,携帯電話,電子メール アドレス",
        "Jörg,Müller,X AG,9,1,2,3,4,j@x.example",
    ),
    "Outlook, Chinese": (
        "名,姓,公司,商务传真,商务电话,商务电话 2,住宅电话,移动电话,电子邮件地址",
        "Jörg,Müller,X AG,9,1,2,3,4,j@x.example",
    ),
    "Outlook, Russian": (
        "Имя;Фамилия;Организация;Рабочий факс;Рабочий телефон;Телефон раб. 2;Домашний телефон;"
        "Телефон переносной;Адрес эл. почты",
        "Jörg;Müller;X AG;9;1;2;3;4;j@x.example",
    ),
    "Thunderbird": (
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Work Phone,Work Phone 2,"
        "Home Phone,Fax Number,Pager Number,Mobile Number,Home Address,Organization",
        "Jörg,Müller,Jörg Müller,,j@x.example,,1,2,3,9,9,4,7 Road,X AG",
    ),
    "Yahoo": (
        "First,Middle,Last,Nickname,Email,Home,Work,Other,Pager,Fax,Mobile,Company",
        "Jörg,,Müller,,j@x.example,3,1,2,9,9,4,X AG",
    ),
    "a directory's attributes": (
        "givenName;sn;o;telephoneNumber;otherTelephone;homePhone;mobile;mail",
        "Jörg;Müller;X AG;1;2;3;4;j@x.example",
    ),
}


@pytest.mark.parametrize(("headings", "row"), EXPORTS.values(), ids=EXPORTS)
def test_the_headings_of_common_programs(headings: str, row: str) -> None:
    kinds = (Number("1"), Number("2"), Number("4", Kind.MOBILE), Number("3", Kind.HOME))
    assert only(f"{headings}\r\n{row}\r\n") == ("Jörg Müller", "X AG", "j@x.example", kinds)


@pytest.mark.parametrize(
    "heading", ["\ufeffName", "NAME", " name ", "Name\u00a0", "Name:", '"Name"', "Full-Name", "full_name"]
)
@pytest.mark.parametrize(
    "number", ["Phone", "TEL.", "Tel. Nr.", "phone_number", "Telephone No.", "전화 번호"]
)
def test_headings_are_known_in_any_writing(heading: str, number: str) -> None:
    assert rows(f"{heading},{number}\nKim,3848\n".encode()) == [("Kim", ("3848",))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "above", ["", "sep={}\n", "Contacts of 2024\n\n", "\n\n", '"A title, with a comma"\n']
)
def test_any_delimiter_and_what_stands_above_the_headings(delimiter: str, above: str) -> None:
    text = f"{above.format(delimiter)}Name{delimiter}Phone\nKim{delimiter}3848\n"
    assert rows(text.encode()) == [("Kim", ("3848",))]


def test_headings_that_are_there_twice_both_count() -> None:
    assert rows(b"Name,Phone,Phone\nKim,1001,1002\n") == [("Kim", ("1001", "1002"))]


def test_rows_with_too_few_and_too_many_columns() -> None:
    data = b"Name,Phone,Mobile\nKim,1001\nLee,1002,1003,x,y,z\nNobody\n"
    assert rows(data) == [("Kim", ("1001",)), ("Lee", ("1002", "1003"))]


def test_a_company_without_a_person_has_its_name() -> None:
    data = b'"First Name","Last Name","Company","Business Phone"\n"","","Acme Supplies","+49 30 999"\n'
    assert rows(data) == [("Acme Supplies", ("+49 30 999",))]


@pytest.mark.parametrize(
    ("cell", "number"),
    [('"=""030123"""', "030123"), ("'030123", "030123"), ("<img src='/x1.png'>", ""), ("n/a", ""), ("?", "")],
)
def test_a_number_is_one(cell: str, number: str) -> None:
    found = rows(f"Name,Phone,Mobile\nKim,{cell},0100\n".encode())
    assert found == [("Kim", tuple(filter(None, (number, "0100"))))]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("cp1252", '"First Name","Last Name","Business Phone"\r\n"Jörg","Müller","1"\r\n', "Jörg Müller"),
        ("mac-roman", "Vorname;Nachname;Telefon\rJörg;Müller;1\r", "Jörg Müller"),
        ("cp850", "Vorname;Nachname;Telefon\nJörg;Müller;1\n", "Jörg Müller"),
        ("cp1250", "Imię;Nazwisko;Telefon\nŁukasz;Wiśniewski;1\n", "Łukasz Wiśniewski"),
        ("cp1251", "Имя;Фамилия;Телефон\nАнна;Иванова;1\n", "Анна Иванова"),
        ("koi8-r", "Имя;Фамилия;Телефон\nАнна;Иванова;1\n", "Анна Иванова"),
        ("cp949", "이름,전화번호\n김철수,1\n", "김철수"),
        ("cp932", "氏名,電話番号\n山田太郎,1\n", "山田太郎"),
        ("gb18030", "姓名,电话\n王小明,1\n", "王小明"),
        ("big5", "姓名,電話\n王小明,1\n", "王小明"),
        ("utf-16", "이름\t전화번호\n김철수\t1\n", "김철수"),
        ("utf-16-le", "Name\tPhone\nZoë\t1\n", "Zoë"),
        ("utf-16-be", "Name\tPhone\nZoë\t1\n", "Zoë"),
    ],
)
def test_a_table_in_the_code_page_of_its_system(encoding: str, text: str, name: str) -> None:
    assert rows(text.encode(encoding)) == [(name, ("1",))]


def test_a_row_in_another_encoding_spoils_no_other() -> None:
    data = "Name,Phone\nZoë,1\n".encode() + "Jörg,2\n".encode("cp1252") + "김철수,3\n".encode()
    assert rows(data) == [("Zoë", ("1",)), ("Jörg", ("2",)), ("김철수", ("3",))]


def test_a_short_word_of_cp949_that_could_be_utf_8_is_not() -> None:
    names = ["치", "김철수", "박영희", "삼성전자"]
    assert "치".encode("cp949").decode() == "ġ"
    data = "이름,전화\n" + "".join(f"{name},1\n" for name in names)
    assert [name for name, _ in rows(data.encode("cp949"))] == names


def test_a_table_whose_encoding_cannot_be_told_says_what_to_set() -> None:
    with pytest.raises(NotUnderstoodError, match="set encoding of this source"):
        rows(b"Name,Phone\n\xa1\xa2\x81\x8d\x9d,1\n")


def test_an_encoding_that_is_set_is_taken() -> None:
    data = b"Name,Phone\n" + "Ω".encode("cp1253") + b",1\n"
    assert rows(data, encoding="cp1253") == [("Ω", ("1",))]


def test_a_table_with_other_headings_names_those_it_has_and_those_it_knows() -> None:
    source = CsvSource("list", Path("x.csv"))
    with pytest.raises(NotUnderstoodError, match="no column has numbers; head it 'Phone'"):
        source.read(b"Name,Wohin\nKim,3848\n")
    (notice,) = source.notices
    assert notice.shown == "headings seen: Name, Wohin"
    assert "Phone 1 - Value" in notice.fix


def test_a_table_with_rows_that_gives_nobody_is_noticed() -> None:
    source = CsvSource("list", Path("x.csv"))
    assert "none of its 2 rows has a name and a number" in told(source, b"Name,Phone\nKim,\nLee,n/a\n")


def test_what_may_be_a_person_is_not_among_what_is_logged() -> None:
    source = CsvSource("list", Path("x.csv"))
    with pytest.raises(NotUnderstoodError, match="no column has names") as error:
        source.read(b"Hidden Person,02-568-3848\n")
    texts = [str(error.value), *(f"{one.text} {one.fix}" for one in source.notices)]
    assert not any("Hidden" in text for text in texts)


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Contact Person,Tel No.", "Mina Park,4001"),
        ("Employee Name,Dept,Phone Ext", "Mina Park,Sales,4001"),
        ("extension,effective_caller_id_name", "4001,Mina Park"),
        ("Caller Name,Caller Number", "Mina Park,4001"),
        ("name,msisdn", "Mina Park,4001"),
        ("Name,Contact No.", "Mina Park,4001"),
        ("Name,Direct line", "Mina Park,4001"),
        ("Name,DDI", "Mina Park,4001"),
        ("Nome,Ramal", "Mina Park,4001"),
        ("fullname,Ph.", "Mina Park,4001"),
        ("Surname,Forenames,Tel", "Park,Mina,4001"),
        ("사원명,사내전화", "Mina Park,4001"),
        ("Customer,Telephone", "Mina Park,4001"),
        ("Emp Name,Extn. No.", "Mina Park,4001"),
        ("Description,Extension", "Mina Park,4001"),
        ("User,Ext", "Mina Park,4001"),
        ("Bezeichnung,Rufnummer", "Mina Park,4001"),
        ('"Last Name, First Name",Phone', '"Mina Park",4001'),
        ('"Nachname, Vorname";Telefon', '"Mina Park";4001'),
        ("Ragione sociale;Telefono", "Mina Park;4001"),
        ("직원,내선", "Mina Park,4001"),
    ],
)
def test_headings_of_phone_systems_and_lists_of_staff(headings: str, row: str) -> None:
    assert rows(f"{headings}\n{row}\n".encode()) == [("Mina Park", ("4001",))]


def test_several_numbers_of_a_kind_in_numbered_columns() -> None:
    table = "FirstName,LastName,Mobile,Mobile2,Business,Business2,BusinessFax\nMina,Park,1,2,3,4,5\n"
    assert rows(table.encode()) == [("Mina Park", ("3", "4", "1", "2"))]


def test_a_dutch_name_keeps_its_middle() -> None:
    assert rows(b"Voornaam;Tussenvoegsel;Achternaam;Telefoon\nJan;de;Wit;4001\n") == [
        ("Jan de Wit", ("4001",))
    ]


def test_rows_that_a_spreadsheet_put_in_quotes_as_wholes() -> None:
    table = '"Name,Phone"\n"Mina Park,4001"\n"""Park, Mina"",4002"\n'
    assert rows(table.encode()) == [("Mina Park", ("4001",)), ("Park, Mina", ("4002",))]


ALONE = {
    "Italian": "Nome,Cognome,Ufficio,Abitazione,Cellulare",
    "Spanish": "Nombre,Apellidos,Trabajo,Particular,Móvil",
    "Portuguese": "Nome,Apelido,Emprego,Privado,Telemóvel",
    "Portuguese, of Brazil": "Nome,Sobrenome,Comercial,Residencial,Celular",
    "French": "Prénom,Nom,Bureau,Domicile,Portable",
    "Dutch": "Voornaam,Achternaam,Werk,Thuis,Mobiel",
    "Polish": "Imię,Nazwisko,Służbowy,Domowy,Komórka",
    "German": "Vorname,Nachname,Büro,Privat,Handy",
    "Korean": "이름,성,직장,집,휴대폰",
    "Korean, of the company": "이름,성,회사,집,휴대전화",
    "Japanese": "名,姓,勤務先,自宅,携帯電話",
    "Chinese": "名字,姓氏,单位,家,手机",
}


@pytest.mark.parametrize("headings", ALONE.values(), ids=ALONE)
def test_a_word_for_where_the_phone_is_heads_its_number(headings: str) -> None:
    name, company, _, numbers = only(f"{headings}\nMina,Park,02-568-3848,02-568-0001,010-1234-5678\n")
    assert (name, company) == ("Mina Park", "")
    assert [(one.text, one.kind) for one in numbers] == [
        ("02-568-3848", Kind.WORK),
        ("010-1234-5678", Kind.MOBILE),
        ("02-568-0001", Kind.HOME),
    ]


@pytest.mark.parametrize("heading", ["직장", "회사", "会社", "勤務先", "单位"])
def test_a_heading_of_a_company_or_its_number_is_what_each_row_has_there(heading: str) -> None:
    table = f"이름,{heading},휴대폰\n김철수,한빛,010-1234-5678\n이영희,02-568-3848,010-1234-0000\n"
    kim, lee = CsvSource("list", Path("x.csv")).read(table.encode())
    assert (kim.company, [one.text for one in kim.numbers]) == ("한빛", ["010-1234-5678"])
    assert (lee.company, [one.text for one in lee.numbers]) == ("", ["02-568-3848", "010-1234-0000"])


def test_an_office_beside_a_work_number_is_a_room() -> None:
    assert rows("Nom,Téléphone,Bureau\nMina Park,01 42 68 53 00,204\n".encode()) == [
        ("Mina Park", ("01 42 68 53 00",))
    ]


@pytest.mark.parametrize(
    "heading", ["Numero cercapersone", "Número de buscapersonas", "Numer faksu", "Télécopie", "呼叫器"]
)
def test_no_number_of_a_fax_or_pager_is_dialled(heading: str) -> None:
    assert rows(f"Nome,Telefono,{heading}\nMina,4001,4999\n".encode()) == [("Mina", ("4001",))]


@pytest.mark.parametrize("name", ["李雷", "刘杰", "李丽", "董卿"])
def test_a_chinese_name_alone_is_no_korean_word_that_nobody_is_called_by(name: str) -> None:
    table = f"Name,Phone\nMina Park,4000\n{name},4001\n".encode("gb18030")
    assert [one for one, _ in rows(table)] in (["Mina Park", name], ["Mina Park"])
