/** The pane's texts, in Outlook's language. */

const ENGLISH = {
    loginTitle: "Log in to your phone",
    user: "User",
    password: "Password",
    login: "Log in",
    logout: "Log out",
    call: "Call",
    calls: "Calls",
    drop: "Drop",
    dialHint: "Number or extension",
    numbersTitle: "Numbers here",
    none: "There is no number here.",
    peopleTitle: "People here",
    calling: "Calling $1 \u2013 pick up your phone if it rings",
    network: "The server cannot be reached.",
    unknown: "That did not work, and the server did not say why.",
    again: "Log in again.",
    OffHookState: "Your phone is being lifted",
    ProceedState: "Calling",
    RingBackState: "Ringing",
    ConnectedState: "Connected",
};

export type Word = keyof typeof ENGLISH;

const KOREAN: Record<Word, string> = {
    loginTitle: "내 전화기에 로그인",
    user: "사용자",
    password: "암호",
    login: "로그인",
    logout: "로그아웃",
    call: "전화 걸기",
    calls: "통화",
    drop: "끊기",
    dialHint: "전화번호 또는 내선",
    numbersTitle: "여기 있는 번호",
    none: "여기에는 번호가 없습니다.",
    peopleTitle: "여기 있는 사람",
    calling: "$1에 거는 중 – 전화기가 울리면 받으세요",
    network: "서버에 연결할 수 없습니다.",
    unknown: "실패했습니다. 서버가 이유를 알려 주지 않았습니다.",
    again: "다시 로그인하세요.",
    OffHookState: "전화기를 드는 중",
    ProceedState: "거는 중",
    RingBackState: "호출 중",
    ConnectedState: "통화 중",
};

let words: Record<Word, string> = ENGLISH;

export function speak(language: string): void {
    words = language.toLowerCase().startsWith("ko") ? KOREAN : ENGLISH;
    document.documentElement.lang = words === KOREAN ? "ko" : "en";
    for (const element of document.querySelectorAll<HTMLElement>("[data-t],[data-t-label],[data-t-hint]")) {
        const {t, tLabel, tHint} = element.dataset;
        if (t !== undefined) {
            element.textContent = say(t as Word);
        }
        if (tLabel !== undefined) {
            element.setAttribute("aria-label", say(tLabel as Word));
        }
        if (tHint !== undefined) {
            element.setAttribute("placeholder", say(tHint as Word));
        }
    }
}

export const say = (word: Word, value = ""): string => (words[word] ?? word).replace("$1", () => value);
