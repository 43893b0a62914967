/**
 * What in a text may be a telephone number, found in one pass from left to right.
 *
 * The library that knows telephone numbers is asked about these short pieces only. So its regular expressions
 * never see a text that somebody made to keep them busy, and most text costs no more than looking at its letters.
 */

/** A piece of a text, as `text.slice(start, end)`. */
export interface Candidate {
    readonly start: number;
    readonly end: number;
}

/** Fewer are a year, a price, a house number. Extensions are dialled by selecting them. */
const MIN_DIGITS = 7;

/** E.164 has at most 15. */
const MAX_DIGITS = 15;

/** As many signs as stand between two digits of one number: "+49 (0) 30", "02) 568 - 3848". */
const MAX_GAP = 3;

/** A number with country code, brackets and blanks between all digits is shorter. */
const MAX_LENGTH = 48;

/** No page has so many numbers that a person would read; a text that is all digits ends here. */
const MAX_CANDIDATES = 500;

/** How far to look to the left for a word that says what the digits are. */
const BEFORE = 32;

const GAP = " \u00a0\u2009\u202f\u3000-\u2010\u2011\u2012\u2013\u2014\u2212.()/\uff08\uff09";

const isDigit = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 0xff10 && code <= 0xff19);
const isPlus = (sign: string): boolean => sign === "+" || sign === "\uff0b";
const isLatin = (sign: string): boolean => /[A-Za-z\u00c0-\u024f_]/.test(sign);

/** Words for a telephone number, to the left of one that is written without any gap. */
const PHONE_WORD =
    /(?:\b(?:tel|telephone|phone|ph|mobile|mob|cell|call|fax|office|direct|handy|telefon|t[eé]l|m|t|p|f)|전화(?:번호)?|휴대폰|휴대전화|핸드폰|연락처|대표|팩스|電話(?:番号)?|电话|☎|☏|📞|📱)[\s\u00a0.:)\]-]{0,4}$/iu;

/** Words for digits that are something else. */
const OTHER_WORD =
    /(?:\b(?:order|invoice|isbn|issn|ean|ref|reference|id|sku|case|ticket|tracking|account|acct|iban|vat|serial|card|version|build|rev|lot|item|part|code|pin|policy|passport|ssn|zip|doi|article)|(?:주문|송장|계좌|카드|사업자|사업자등록|주민|주민등록|접수|관리|상품|일련|등록|고객|여권|우편|운송장)(?:번호)?|№)(?:[\s\u00a0]{0,2}(?:no|nr|num|number|id))?[\s\u00a0.:#=-]{0,4}$/iu;

const CURRENCY_BEFORE = /(?:[$€£¥₩₹₽฿₫₺₴]|\b(?:usd|eur|gbp|krw|jpy|cny|chf|rs|inr))[\s\u00a0]?-?$/iu;
const CURRENCY_AFTER =
    /^[\s\u00a0]?(?:[€£¥₩₹₽%‰°]|(?:usd|eur|gbp|krw|jpy|cny|chf|won|원|円|元|kg|km|kb|mb|gb|ms|px)(?![a-z]))/iu;

const YEAR = "(?:19|20)\\d\\d";
const MONTH = "(?:0?[1-9]|1[0-2])";
const DAY = "(?:0?[1-9]|[12]\\d|3[01])";
const NOT_A_NUMBER = [
    new RegExp(`^${YEAR}([-./ ])[ ]?${MONTH}\\1[ ]?${DAY}(?!\\d)`), // 2026-11-26, 2026. 11. 26
    new RegExp(`^(?:${DAY}([-./])${MONTH}|${MONTH}([-./])${DAY})[-./]${YEAR}(?!\\d)`), // 26.11.2026, 11/26/2026
    new RegExp(`^${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])(?!\\d)`), // 20261126
    new RegExp(`^${YEAR} ?[-\u2013/] ?${YEAR}$`), // 2020-2026
    /^\d{1,3}(?:\.\d{1,3}){3}$/, // 192.168.100.200
    /^\d{1,3}\.\d{3,}$/, // 37.56654
    /^\d{3}-\d{2}-\d{4,5}$/, // 123-45-6789, 123-45-67890: of people and companies
    /^\d{6}-\d{7}$/, // 900101-1234567: of people
    /^97[89][- ]?\d[-\d ]*$/, // a book
    /^\d{4}([- ])\d{4}\1\d{4}\1\d{1,4}$/, // a card
    /^\d{4}([- ])\d{6}\1\d{5}$/, // another one
];

/** The check digit of cards, ISO/IEC 7812-1. */
export function passesLuhn(digits: string): boolean {
    let sum = 0;
    for (let place = 0; place < digits.length; place += 1) {
        const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
        const doubled = place % 2 === 0 ? digit : digit * 2;
        sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 === 0;
}

/** What may be a telephone number; the library says whether it is one. */
export function candidates(text: string): Candidate[] {
    const found: Candidate[] = [];
    let at = 0;
    while (at < text.length && found.length < MAX_CANDIDATES) {
        if (!isDigit(text.charCodeAt(at))) {
            at += 1;
            continue;
        }
        const run = withoutItem(text, runFrom(text, at));
        for (const piece of pieces(text, run)) {
            if (found.length < MAX_CANDIDATES && plausible(text, piece)) {
                found.push(piece);
            }
        }
        at = run.end;
    }
    return found;
}

/** Digits and the gaps between them, from the digit at `at`, with a plus or a bracket before it. */
function runFrom(text: string, at: number): Candidate {
    let end = at + 1;
    let next = end;
    while (next < text.length) {
        if (isDigit(text.charCodeAt(next))) {
            next += 1;
            end = next;
        } else if (GAP.includes(text[next] ?? "") && next - end < MAX_GAP) {
            next += 1;
        } else {
            break;
        }
    }
    let start = at;
    if ("(\uff08".includes(text[start - 1] ?? "x")) {
        start -= 1;
    }
    if (isPlus(text[start - 1] ?? "")) {
        start -= 1;
    }
    return {start, end};
}

/** The number of an item in a list, "1. 02-568-3848", is no part of the number. */
function withoutItem(text: string, run: Candidate): Candidate {
    const item = /^\d{1,3}[.)][ \u00a0]?(?=[0+(])/.exec(text.slice(run.start, run.start + 6));
    return item === null ? run : {start: run.start + item[0].length, end: run.end};
}

/** Several numbers in a row, with a blank, a stroke or a bracket between them, are taken apart. */
function* pieces(text: string, run: Candidate): Iterable<Candidate> {
    if (digitsOf(text, run).length <= MAX_DIGITS && run.end - run.start <= MAX_LENGTH) {
        yield run;
        return;
    }
    let start = run.start;
    for (let at = run.start + 1; at < run.end; at += 1) {
        const before = text[at - 1] ?? "";
        if (/[\s/]/.test(before) && /[+(0\uff0b\uff08]/.test(text[at] ?? "")) {
            yield trimmed(text, {start, end: at});
            start = at;
        }
    }
    if (start > run.start) {
        yield {start, end: run.end};
    }
}

function trimmed(text: string, piece: Candidate): Candidate {
    let {end} = piece;
    while (end > piece.start && !isDigit(text.charCodeAt(end - 1))) {
        end -= 1;
    }
    return {start: piece.start, end};
}

function digitsOf(text: string, piece: Candidate): string {
    let digits = "";
    for (let at = piece.start; at < piece.end && digits.length <= MAX_DIGITS; at += 1) {
        const code = text.charCodeAt(at);
        if (isDigit(code)) {
            digits += String(code >= 0xff10 ? code - 0xff10 : code - 48);
        }
    }
    return digits;
}

function plausible(text: string, piece: Candidate): boolean {
    const digits = digitsOf(text, piece);
    if (digits.length < MIN_DIGITS || digits.length > MAX_DIGITS || piece.end - piece.start > MAX_LENGTH) {
        return false;
    }
    const written = text.slice(piece.start, piece.end);
    const before = text.slice(Math.max(0, piece.start - BEFORE), piece.start);
    const after = text.slice(piece.end, piece.end + 8);
    return fits(before, after) && (isPlus(written[0] ?? "") || looksNational(written, digits, before));
}

/** Nothing beside it says that the digits are a part of something else. */
function fits(before: string, after: string): boolean {
    const left = before.at(-1) ?? " ";
    const right = after[0] ?? " ";
    if (isLatin(left) || "#@&=*\\~^".includes(left) || /\d[:,.]$/.test(before)) {
        return false;
    }
    if (/[A-Za-z\u00c0-\u024f][/:]$/.test(before) && !PHONE_WORD.test(before)) {
        return false; // a path or an address with a port; but Tel:02-568-3848
    }
    if (
        (isLatin(right) && !/^x[.: ]?\d/i.test(after)) ||
        /^[:,]\d|^[@=\\^]|^[-./_]?[A-Za-z]{1,3}\d/.test(after)
    ) {
        return false;
    }
    return !CURRENCY_BEFORE.test(before) && !CURRENCY_AFTER.test(after) && !OTHER_WORD.test(before);
}

/** Without a country code digits alone say little. */
function looksNational(written: string, digits: string, before: string): boolean {
    const ascii = written.normalize("NFKC");
    if (NOT_A_NUMBER.some((pattern) => pattern.test(ascii))) {
        return false;
    }
    if (digits.length >= 13 && passesLuhn(digits)) {
        return false;
    }
    const unbroken = /^\d+$/.test(ascii);
    return !unbroken || ascii.startsWith("0") || PHONE_WORD.test(before);
}
