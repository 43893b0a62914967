/**
 * Requests to the Call Manager: see docs/http.md.
 * @typedef {{name: string, id: string, privacy?: string}} Party
 * @typedef {{id: string, terminal: string, state: string, caller: Party, callee: Party, started: number,
 *   direction: string, connected: number | null, ended: number | null, cause: string | null, revision: number,
 *   features: string[] | null, reason: string, held: boolean, held_by_other: boolean, related: string,
 *   consultation: boolean, conference: string, connected_party: Party | null, redirecting: Party | null,
 *   redirected_to: Party | null, external: boolean | null, by_hand: boolean}} Call
 * @typedef {{when: string, address: string, after_s?: number}} Forwarding
 * @typedef {{id: string, name: string, in_service: boolean, problem: string, features: string[] | null,
 *   capabilities: string[] | null, forwardings: Forwarding[], do_not_disturb: boolean, missed: number,
 *   own?: boolean}} Terminal
 * @typedef {{text: string, kind: string, dialled: string}} PersonNumber
 * @typedef {{name: string, company: string, mail: string, numbers: PersonNumber[]}} Person
 * @typedef {{name: string, number: string}} Favourite
 * @typedef {{default_terminal: string, language: string, theme: string, confirm_before_dial: boolean,
 *   favourites: Favourite[]}} Settings
 * @typedef {{user: string, administrator: boolean, terminals: string[], watches: string[],
 *   default_terminal: string, csrf: string, can: {directory: boolean, history: boolean, admin: boolean},
 *   server: {version: string, api: number}, settings: Settings}} Me
 */

const BASE = "/api/v1";
const TIMEOUT_MS = 20_000; // a command may take ten seconds

/** What the server refused: `code` is for programs, the message for people. */
export class Problem extends Error {
    /**
     * @param {number} status 0 if the server was not reached
     * @param {string} code
     * @param {string} detail
     * @param {number} [retry] seconds
     */
    constructor(status, code, detail, retry) {
        super(detail);
        this.status = status;
        this.code = code;
        this.retry = retry;
    }
}

let csrf = "";
/** @type {() => void} */
let loggedOut = () => {};

/** @param {() => void} then called when the server does not know the login any more */
export function onLoggedOut(then) {
    loggedOut = then;
}

/**
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @param {Record<string, string>} [headers]
 * @returns {Promise<any>} undefined for an answer without a body
 */
export async function request(method, path, body, headers = {}) {
    /** @type {Record<string, string>} */
    const sent = {Accept: "application/json", ...headers};
    if (method !== "GET") sent["X-Offhook-CSRF"] = csrf;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    let answer;
    try {
        answer = await fetch(BASE + path, {
            method,
            headers: sent,
            body: body === undefined ? null : JSON.stringify(body),
            credentials: "same-origin",
            cache: "no-store",
            redirect: "error",
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
    } catch {
        throw new Problem(0, "not-reached", "");
    }
    if (answer.status === 204) return undefined;
    const text = await answer.text();
    /** @type {any} */
    let value;
    try {
        value = text ? JSON.parse(text) : undefined;
    } catch {
        throw new Problem(answer.status, "failure", "");
    }
    if (answer.ok) return value;
    if (answer.status === 401 && path !== "/session") loggedOut();
    throw new Problem(answer.status, value?.code ?? "failure", value?.detail ?? "", value?.retry_s);
}

/** @returns {Promise<Me>} */
export async function whoAmI() {
    const me = await request("GET", "/me");
    csrf = me.csrf;
    return me;
}

/**
 * @param {string} user
 * @param {string} password
 * @param {boolean} remember
 * @returns {Promise<Me>}
 */
export async function logIn(user, password, remember) {
    const session = await request("POST", "/session", {user, password, remember, cookie: true});
    csrf = session.csrf;
    return session.me;
}

export async function logOut() {
    await request("DELETE", "/session");
    csrf = "";
}

/**
 * One click is one call: the key makes a repeated request harmless.
 * @param {string} terminal
 * @param {string} number
 * @returns {Promise<Call>}
 */
export async function dial(terminal, number) {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const send = () =>
        request(
            "POST",
            `/terminals/${encodeURIComponent(terminal)}/calls`,
            {number},
            {"Idempotency-Key": key},
        );
    try {
        return await send();
    } catch (error) {
        if (error instanceof Problem && error.code === "not-reached") return send();
        throw error;
    }
}

/**
 * @param {string} call
 * @param {string} name "drop", "answer", "hold" ...
 * @param {unknown} [body]
 */
export function command(call, name, body) {
    const path = `/calls/${encodeURIComponent(call)}`;
    return name === "drop" ? request("DELETE", path) : request("POST", `${path}/${name}`, body ?? {});
}

/**
 * @param {string} terminal
 * @param {string} name "pickup", "do-not-disturb" ...
 * @param {unknown} body
 */
export function atTerminal(terminal, name, body) {
    return request("POST", `/terminals/${encodeURIComponent(terminal)}/${name}`, body);
}

/**
 * A query string of what has a value.
 * @param {Record<string, string | number | boolean | undefined>} values
 */
export function query(values) {
    const pairs = Object.entries(values).filter(
        ([, value]) => value !== undefined && value !== "" && value !== false,
    );
    return pairs.length ? `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : "";
}
