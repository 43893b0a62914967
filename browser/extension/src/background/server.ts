/** The Call Manager's HTTP API, as far as the extension asks it: docs/http.md. */

import type {CallCommand} from "../shared/messages.ts";
import {EventReader, type StreamEvent} from "./sse.ts";

/** A phone is told to call within a second; the server itself waits ten for a phone that does not answer. */
const LIMIT_MS = 15_000;

/** A comment comes every 15 s (docs/http.md): who hears nothing for three of them has been forgotten. */
const SILENCE_MS = 45_000;

/** A request whose answer was lost is asked again with its key, which never calls twice. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 700;

/** What a server says to people is a sentence; more would not fit anywhere. */
const MAX_DETAIL = 300;

/** Why a request failed: `code` of the server's problem, or "network"; `message` is for people, "" if it said none. */
export class ServerError extends Error {
    constructor(
        readonly code: string,
        message = "",
    ) {
        super(message.slice(0, MAX_DETAIL));
    }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** 96 random bits: this click, and no other. */
export function newKey(): string {
    return [...crypto.getRandomValues(new Uint8Array(12))]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
}

export class Server {
    constructor(
        private readonly origin: string,
        private readonly token: string,
        private readonly fetcher: Fetch = (url, init) => fetch(url, init),
        private readonly wait: (ms: number) => Promise<void> = (ms) =>
            new Promise((done) => setTimeout(done, ms)),
    ) {}

    /** Who the token belongs to; throws when it is no good. */
    async me(): Promise<{user: string; terminal: string}> {
        const me = (await (await this.ask("GET", "/me")).json()) as Record<string, unknown>;
        return {user: String(me.user ?? ""), terminal: String(me.default_terminal ?? "")};
    }

    /** The phones that the token is good for. */
    async terminals(): Promise<{id: string; name: string}[]> {
        const answer = (await (await this.ask("GET", "/terminals")).json()) as {
            terminals?: {id?: unknown; name?: unknown}[];
        };
        return (answer.terminals ?? []).map(({id, name}) => ({
            id: String(id ?? ""),
            name: String(name ?? ""),
        }));
    }

    /** Dials, once, however often the request has to be sent. */
    async dial(terminal: string, number: string, key: string = newKey()): Promise<void> {
        const path = `/terminals/${encodeURIComponent(terminal === "" ? "default" : terminal)}/calls`;
        for (let tried = 1; ; tried += 1) {
            try {
                await this.ask("POST", path, {number}, {"Idempotency-Key": key});
                return;
            } catch (error) {
                const again =
                    error instanceof ServerError &&
                    (error.code === "network" || error.code === "unavailable");
                if (!again || tried === TRIES) {
                    throw error;
                }
                await this.wait(BETWEEN_TRIES_MS * tried);
            }
        }
    }

    async command(command: CallCommand, call: string): Promise<void> {
        const path = `/calls/${encodeURIComponent(call)}`;
        await (command === "drop" ? this.ask("DELETE", path) : this.ask("POST", `${path}/${command}`));
    }

    /** Reads a terminal's events until the stream ends; throws when it cannot be had, or breaks. "": all of them. */
    async events(
        terminal: string,
        last: string,
        stop: AbortSignal,
        on: (event: StreamEvent) => void,
    ): Promise<void> {
        const own = new AbortController();
        const end = (): void => own.abort();
        stop.addEventListener("abort", end);
        let silence = setTimeout(end, SILENCE_MS);
        try {
            const path = terminal === "" ? "/events" : `/events?terminal=${encodeURIComponent(terminal)}`;
            const headers = {Accept: "text/event-stream", ...(last === "" ? {} : {"Last-Event-ID": last})};
            const answer = await this.send("GET", path, own.signal, undefined, headers);
            const bytes = answer.body?.getReader();
            const letters = new TextDecoder();
            const reader = new EventReader();
            for (;;) {
                const piece = await bytes?.read();
                if (piece === undefined || piece.done) {
                    return;
                }
                clearTimeout(silence);
                silence = setTimeout(end, SILENCE_MS);
                for (const event of reader.read(letters.decode(piece.value, {stream: true}))) {
                    on(event);
                }
            }
        } catch (error) {
            throw error instanceof ServerError ? error : new ServerError("network");
        } finally {
            clearTimeout(silence);
            stop.removeEventListener("abort", end);
            own.abort();
        }
    }

    private async ask(
        method: string,
        path: string,
        body?: unknown,
        headers: Record<string, string> = {},
    ): Promise<Response> {
        return this.send(method, path, AbortSignal.timeout(LIMIT_MS), body, headers);
    }

    private async send(
        method: string,
        path: string,
        signal: AbortSignal,
        body: unknown,
        headers: Record<string, string>,
    ): Promise<Response> {
        let answer: Response;
        try {
            answer = await this.fetcher(`${this.origin}/api/v1${path}`, {
                method,
                signal,
                headers: {
                    Authorization: `Bearer ${this.token}`,
                    ...(body === undefined ? {} : {"Content-Type": "application/json"}),
                    ...headers,
                },
                ...(body === undefined ? {} : {body: JSON.stringify(body)}),
                credentials: "omit",
                cache: "no-store",
                redirect: "error", // the token is for this server
                referrerPolicy: "no-referrer",
            });
        } catch {
            throw new ServerError("network");
        }
        if (!answer.ok) {
            throw await problemOf(answer);
        }
        return answer;
    }
}

/** RFC 9457 */
async function problemOf(answer: Response): Promise<ServerError> {
    try {
        const problem = (await answer.json()) as Record<string, unknown>;
        const {code, detail, title} = problem;
        if (typeof code === "string") {
            return new ServerError(code, typeof detail === "string" ? detail : String(title ?? ""));
        }
    } catch {
        // whatever answers there is no Call Manager
    }
    if (answer.status === 401) {
        return new ServerError("not-authenticated");
    }
    return new ServerError(answer.status >= 502 && answer.status <= 504 ? "unavailable" : "not-offhook");
}
