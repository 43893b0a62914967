"""What the policy editor shows, in each of its languages."""

LANGUAGES = ("en-US", "ko-KR", "de-DE")


def _each(*texts: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, texts, strict=True))


PERSON = (
    " %NAME% is that variable of the person's environment, like %USERNAME%.",
    " %NAME%은 %USERNAME%과 같은 사용자 환경 변수입니다.",
    " %NAME% ist diese Variable aus der Umgebung der Person, wie %USERNAME%.",
)

TEXTS = {
    "Category": _each("Offhook", "Offhook", "Offhook"),
    "Supported": _each("Offhook 0.1 and later", "Offhook 0.1 이상", "Offhook 0.1 und neuer"),
    "Server": _each("Call Manager", "Call Manager", "Call Manager"),
    "ServerExplained": _each(
        "The Call Manager that Offhook uses: a host, HOST:PORT, or a whole address like"
        " wss://pbx.example.org:7701. If this is not set, each person chooses.",
        "Offhook이 사용할 Call Manager입니다. 호스트, HOST:PORT 또는"
        " wss://pbx.example.org:7701과 같은 전체 주소를 입력하십시오. 설정하지 않으면 사용자가 선택합니다.",
        "Der Call Manager, den Offhook benutzt: ein Host, HOST:PORT oder eine ganze Adresse wie"
        " wss://pbx.example.org:7701. Ist nichts konfiguriert, wählt jede Person selbst.",
    ),
    "ServerField": _each("Host or address:", "호스트 또는 주소:", "Host oder Adresse:"),
    "User": _each(
        "User name at the Call Manager", "Call Manager의 사용자 이름", "Benutzername beim Call Manager"
    ),
    "UserExplained": _each(
        "The name that a person logs in with." + PERSON[0] + " If this is not set, each person types it.",
        "로그인에 사용하는 이름입니다." + PERSON[1] + " 설정하지 않으면 사용자가 입력합니다.",
        "Der Name, mit dem sich eine Person anmeldet."
        + PERSON[2]
        + " Ist nichts konfiguriert, gibt ihn jede Person ein.",
    ),
    "UserField": _each(
        "Name, for instance %USERNAME%:", "이름(예: %USERNAME%):", "Name, zum Beispiel %USERNAME%:"
    ),
    "Terminal": _each("Phone", "전화기", "Telefon"),
    "TerminalExplained": _each(
        "The extension of the phone that dials."
        + PERSON[0]
        + " If this is not set, it is the one that the person chooses, or the first of theirs.",
        "전화를 거는 전화기의 내선 번호입니다."
        + PERSON[1]
        + " 설정하지 않으면 사용자가 선택한 전화기 또는 첫 번째 전화기를 사용합니다.",
        "Die Nebenstelle des Telefons, das wählt."
        + PERSON[2]
        + " Ist nichts konfiguriert, ist es das Telefon, das die Person wählt, oder ihr erstes.",
    ),
    "TerminalField": _each(
        "Extension, for instance 4000 or %EXTENSION%:",
        "내선 번호(예: 4000 또는 %EXTENSION%):",
        "Nebenstelle, zum Beispiel 4000 oder %EXTENSION%:",
    ),
    "LinksDial": _each(
        "Let links dial without asking", "링크를 확인 없이 바로 걸기", "Links ohne Rückfrage wählen lassen"
    ),
    "LinksDialExplained": _each(
        "Enabled: tel:, callto: and sip: links dial at once; any web page can then make the phone call"
        " somebody. Disabled: Offhook always asks first. Not configured: each person decides.",
        "사용: tel:, callto:, sip: 링크를 누르면 바로 전화를 겁니다. 이 경우 어떤 웹 페이지든 전화를 걸 수"
        " 있습니다. 사용 안 함: 항상 먼저 확인합니다. 구성되지 않음: 사용자가 결정합니다.",
        "Aktiviert: tel:-, callto:- und sip:-Links wählen sofort; jede Webseite kann das Telefon dann"
        " jemanden anrufen lassen. Deaktiviert: Offhook fragt immer zuerst. Nicht konfiguriert: jede Person"
        " entscheidet.",
    ),
    "Autostart": _each("Start with the session", "로그온할 때 시작", "Mit der Anmeldung starten"),
    "AutostartExplained": _each(
        "Enabled: Offhook starts hidden in the notification area when a person logs in, once it has been"
        " started by hand. Disabled: it does not. Not configured: as it was installed, and as each person"
        " decides.",
        "사용: 한 번 실행한 뒤부터 로그온할 때 알림 영역에서 시작합니다. 사용 안 함: 시작하지 않습니다."
        " 구성되지 않음: 설치할 때의 선택과 사용자의 결정을 따릅니다.",
        "Aktiviert: Offhook startet bei der Anmeldung verborgen im Infobereich, sobald es einmal von Hand"
        " gestartet wurde. Deaktiviert: es startet nicht. Nicht konfiguriert: wie es installiert wurde und"
        " wie jede Person entscheidet.",
    ),
    "Updates": _each("Look for updates", "업데이트 확인", "Nach Updates suchen"),
    "UpdatesExplained": _each(
        "Enabled: Offhook looks for a newer version in the signed list at this address. Disabled: it never"
        " looks, whatever a person has set. Not configured: each person decides; unless that is set up,"
        " nobody looks.",
        "사용: 이 주소의 서명된 목록에서 새 버전을 확인합니다. 사용 안 함: 사용자의 설정과 관계없이"
        " 확인하지 않습니다. 구성되지 않음: 사용자가 결정하며, 설정하지 않으면 확인하지 않습니다.",
        "Aktiviert: Offhook sucht in der signierten Liste unter dieser Adresse nach einer neueren Version."
        " Deaktiviert: es sucht nie, was auch immer eine Person eingestellt hat. Nicht konfiguriert: jede"
        " Person entscheidet; ist nichts eingestellt, wird nicht gesucht.",
    ),
    "UpdateUrlField": _each(
        "Address of the list (https):", "목록의 주소(https):", "Adresse der Liste (https):"
    ),
    "UpdateKeyField": _each(
        "Key of who signs it, or keys:",
        "서명자의 공개 키(여러 개 가능):",
        "Schlüssel dessen, der sie signiert (auch mehrere):",
    ),
}
"""By the names that the template has: of each policy its title, its explanation, and its fields."""
