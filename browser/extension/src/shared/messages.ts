/**
 * What the parts of the extension say to each other.
 *
 * A content script runs beside a page that may be hostile, in a process that it may have taken over: the
 * background takes these two requests from it, checks every member, and never sends it the token.
 */

/** From a page: a person has clicked a number. */
export interface PageDial {
    readonly kind: "page-dial";
    readonly number: string;
    /** False: the page may have hidden what was clicked, so the person is asked in a window of the browser. */
    readonly seen: boolean;
}

/** From a page: what shall I do here? */
export interface PageHello {
    readonly kind: "page-hello";
}

export type PageRequest = PageDial | PageHello;

/** The answer to `PageHello`, and sent whenever it changes. */
export interface PageOrders {
    readonly kind: "orders";
    readonly findNumbers: boolean;
    readonly takeTelLinks: boolean;
    readonly country: string;
}

/** What a person can do with a call, as far as its features allow it. */
export const CALL_COMMANDS = ["drop", "answer", "reject", "hold", "retrieve"] as const;
export type CallCommand = (typeof CALL_COMMANDS)[number];

/** From a page of the extension itself: pop-up, confirmation, settings. */
export type OwnRequest =
    | {readonly kind: "dial"; readonly number: string}
    | {readonly kind: "command"; readonly command: CallCommand; readonly call: string}
    | {readonly kind: "retry"};

/** The answer to a request that does something; `problem` is for people. */
export type Outcome =
    | {readonly ok: true; readonly text: string}
    | {readonly ok: false; readonly problem: string};

/** A number as people write it, or a name that a directory has: the server reads it, and says what is wrong. */
export const MAX_NUMBER = 100;

/** Ids of calls are short; this only bounds what is sent on. */
const CALL_ID = /^[\w.:@-]{1,128}$/;

const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

/** A number in one line, without what cannot be seen; null if there is nothing to dial in it. */
export function cleanNumber(value: unknown): string | null {
    if (typeof value !== "string" || value.length > 4 * MAX_NUMBER) {
        return null;
    }
    // Marks of direction and joiners come along when text is selected in a page.
    const text = value
        .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
        .replace(/[\s\u00a0]+/g, " ")
        .trim();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    return text === "" || text.length > MAX_NUMBER || /[\u0000-\u001f\u007f]/.test(text) ? null : text;
}

/** A page's request; null for anything else. A number from a page is digits, as its finder or a tel: link has it. */
export function readPageRequest(value: unknown): PageRequest | null {
    if (!isRecord(value)) {
        return null;
    }
    if (value.kind === "page-hello") {
        return {kind: "page-hello"};
    }
    if (value.kind === "page-dial" && typeof value.seen === "boolean") {
        const number = cleanNumber(value.number);
        return number !== null && /^[+*#\d][\d*#().\-/ ]*$/.test(number)
            ? {kind: "page-dial", number, seen: value.seen}
            : null;
    }
    return null;
}

/** A request of the extension's own pages; null for anything else. */
export function readOwnRequest(value: unknown): OwnRequest | null {
    if (!isRecord(value)) {
        return null;
    }
    if (value.kind === "retry") {
        return {kind: "retry"};
    }
    if (value.kind === "dial") {
        const number = cleanNumber(value.number);
        return number === null ? null : {kind: "dial", number};
    }
    const command = CALL_COMMANDS.find((name) => name === value.command);
    const call = value.call;
    if (value.kind === "command" && command !== undefined && typeof call === "string" && CALL_ID.test(call)) {
        return {kind: "command", command, call};
    }
    return null;
}

/** The number of a tel: link, without its parameters (RFC 3966); null if it has none. */
export function telNumber(href: string): string | null {
    const match = /^tel:([^;?]*)/i.exec(href);
    if (match === null) {
        return null;
    }
    try {
        const number = cleanNumber(decodeURIComponent(match[1] ?? ""));
        return number !== null && /^[+*#\d][\d*#().\-/ ]*$/.test(number) ? number : null;
    } catch {
        return null;
    }
}
