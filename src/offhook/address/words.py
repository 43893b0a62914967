"""Words that people write beside numbers, in many languages."""

# ruff: noqa: RUF001  (words of other scripts contain letters that look like Latin ones)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EXTENSIONS = _words(
    """
    x ext extn ext'n xt xtn extension extensions extensión extensio extensió extensão extensao exten
    anexo int interno intern internal interior inter ramal poste pst
    durchwahl dw nst nebenstelle nebenst app apparat kl klappe klapka
    toestel tst tstl tsl lokal lok anknytning ankn anknytn internnr linka wew wewn wewnętrzny wewnetrzny
    mellék mell mellek alanumero alanro dahili dah kućni interni
    доб добавочный добав внутр внутренний вн дод додатковий вътр вътрешен
    εσωτ εσωτερικό εσωτερικο εσ שלוחה تحويلة ต่อ máy lẻ mayle
    내선 내선번호 교환 内線 内線番号 分机 分機 分机号 转 轉 转分机 轉分機
    """
)
"""Words before an extension, which is dialled by hand after the answer (case-folded)."""

LABELS = _words(
    """
    t p m f h w o c d e tel tels telephone telephones telefone telefono teléfono téléphone telefon telefoon
    telefonnummer telefonnr telnr tél fon fono fone phone phones ph phn hp cp gsm natel
    mob mobil mobile mobiltelefon móvil movil mobiel mobilne portable port cel celular cell cellular cellulare
    handy handynummer rufnummer rufnr nummer number num nr no n numero número numéro nro numer call dial
    whatsapp whats viber signal telegram kakaotalk
    fax telefax faks tlf tfn puh gsm kom komórka
    office büro buero work business dienst dienstlich geschäftlich home privat private direct direkt
    durchwahlnr main zentrale switchboard reception desk voice toll free tollfree hotline service
    тел телефон моб мобильный факс раб дом сот номер τηλ τηλέφωνο κιν φαξ טל טלפון נייד פקס هاتف جوال فاكس
    전화 전화번호 전번 휴대폰 휴대전화 핸드폰 팩스 직통 대표 대표번호 대표전화 사무실 자택 회사 번호 연락처
    电话 電話 電話番号 手机 手機 携帯 携帯電話 传真 傳真 直通 代表 座机 固话 โทร โทรศัพท์ แฟกซ์ มือถือ
    đt điện thoại sđt
    """
)
"""Labels for the kind of number (case-folded). They do not change what is dialled."""

OTHER_THINGS = _words(
    """
    january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember
    janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo
    abril mayo junio julio agosto septiembre octubre noviembre diciembre
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun am pm uhr oclock
    eur usd krw gbp jpy chf cny aud cad sek nok dkk pln rub inr euro euros dollar dollars won pound pounds
    yen franken rubel 원 円 元 만원
    iban bic swift isbn issn imei iccid vat ust ustid sku ean gtin mac ip ipv4 ipv6 pin puk tan
    iva partita fiscale siret siren cnpj cpf cep rfc curp abn acn ahv svnr steuernummer nino ssn nric pesel
    order invoice bestellung rechnung auftrag kunde kundennummer customer ticket case id ref reference
    room raum zimmer plz zip postfach box page seite chapter version date datum lot
    주문 주문번호 송장 송장번호 계좌 계좌번호 우편번호 사업자등록번호 订单 注文
    """
)
"""A number beside one of these words is not a telephone number (case-folded)."""
