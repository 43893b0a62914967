"""What the policy editor shows, in each of its languages."""

LANGUAGES = ("en-US", "ko-KR")


def _both(english: str, korean: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, (english, korean), strict=True))


PERSON = (
    " %NAME% is that variable of the person's environment, like %USERNAME%.",
    " %NAME%은 %USERNAME%과 같은 사용자 환경 변수입니다.",
)

TEXTS = {
    "Category": _both("Offhook", "Offhook"),
    "Supported": _both("Offhook 0.1 and later", "Offhook 0.1 이상"),
    "Server": _both("Call Manager", "Call Manager"),
    "ServerExplained": _both(
        "The Call Manager that Offhook uses: a host, HOST:PORT, or a whole address like"
        " wss://pbx.example.org:7701. If this is not set, each person chooses.",
        "Offhook이 사용할 Call Manager입니다. 호스트, HOST:PORT 또는"
        " wss://pbx.example.org:7701과 같은 전체 주소를 입력하십시오. 설정하지 않으면 사용자가 선택합니다.",
    ),
    "ServerField": _both("Host or address:", "호스트 또는 주소:"),
    "User": _both("User name at the Call Manager", "Call Manager의 사용자 이름"),
    "UserExplained": _both(
        "The name that a person logs in with." + PERSON[0] + " If this is not set, each person types it.",
        "로그인에 사용하는 이름입니다." + PERSON[1] + " 설정하지 않으면 사용자가 입력합니다.",
    ),
    "UserField": _both("Name, for instance %USERNAME%:", "이름(예: %USERNAME%):"),
    "Terminal": _both("Phone", "전화기"),
    "TerminalExplained": _both(
        "The extension of the phone that dials." + PERSON[0]
        + " If this is not set, it is the one that the person chooses, or the first of theirs.",
        "전화를 거는 전화기의 내선 번호입니다." + PERSON[1]
        + " 설정하지 않으면 사용자가 선택한 전화기 또는 첫 번째 전화기를 사용합니다.",
    ),
    "TerminalField": _both(
        "Extension, for instance 4000 or %EXTENSION%:", "내선 번호(예: 4000 또는 %EXTENSION%):"
    ),
    "LinksDial": _both("Let links dial without asking", "링크를 확인 없이 바로 걸기"),
    "LinksDialExplained": _both(
        "Enabled: tel:, callto: and sip: links dial at once; any web page can then make the phone call"
        " somebody. Disabled: Offhook always asks first. Not configured: each person decides.",
        "사용: tel:, callto:, sip: 링크를 누르면 바로 전화를 겁니다. 이 경우 어떤 웹 페이지든 전화를 걸 수"
        " 있습니다. 사용 안 함: 항상 먼저 확인합니다. 구성되지 않음: 사용자가 결정합니다.",
    ),
    "Autostart": _both("Start with the session", "로그온할 때 시작"),
    "AutostartExplained": _both(
        "Enabled: Offhook starts hidden in the notification area when a person logs in, once it has been"
        " started by hand. Disabled: it does not. Not configured: as it was installed, and as each person"
        " decides.",
        "사용: 한 번 실행한 뒤부터 로그온할 때 알림 영역에서 시작합니다. 사용 안 함: 시작하지 않습니다."
        " 구성되지 않음: 설치할 때의 선택과 사용자의 결정을 따릅니다.",
    ),
    "Updates": _both("Look for updates", "업데이트 확인"),
    "UpdatesExplained": _both(
        "Enabled: Offhook looks for a newer version in the signed list at this address. Disabled: it never"
        " looks, whatever a person has set. Not configured: each person decides; unless that is set up,"
        " nobody looks.",
        "사용: 이 주소의 서명된 목록에서 새 버전을 확인합니다. 사용 안 함: 사용자의 설정과 관계없이"
        " 확인하지 않습니다. 구성되지 않음: 사용자가 결정하며, 설정하지 않으면 확인하지 않습니다.",
    ),
    "UpdateUrlField": _both("Address of the list (https):", "목록의 주소(https):"),
    "UpdateKeyField": _both("Key of who signs it, or keys:", "서명자의 공개 키(여러 개 가능):"),
}  # fmt: skip
"""By the names that the template has: of each policy its title, its explanation, and its fields."""
