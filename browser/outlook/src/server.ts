/** What the pane asks the Call Manager besides what the extension asks. Same origin: it serves the pane. */

import {ServerError} from "../../extension/src/background/server.ts";

export interface Entry {
    readonly name: string;
    readonly text: string;
    readonly dialled: string;
}

/** Logs in; the token is for this pane. Throws what the server says. */
export async function login(user: string, password: string): Promise<string> {
    const answer = await fetch("/api/v1/session", {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({user, password, remember: true}),
        credentials: "omit",
    }).catch(() => {
        throw new ServerError("network");
    });
    const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    if (answer.status !== 201 || typeof said.token !== "string") {
        throw new ServerError(String(said.code ?? "failure"), String(said.detail ?? ""));
    }
    return said.token;
}

/** Ends the token at the server, too. */
export async function logout(token: string): Promise<void> {
    const headers = {Authorization: `Bearer ${token}`};
    await fetch("/api/v1/session", {method: "DELETE", headers, credentials: "omit"}).catch(() => undefined);
}

/** The numbers that the directory has for somebody; none if there is no directory. */
export async function numbersOf(mail: string, name: string, token: string): Promise<Entry[]> {
    const query = encodeURIComponent(name || mail);
    const answer = await fetch(`/api/v1/directory?q=${query}&limit=10`, {
        headers: {Authorization: `Bearer ${token}`},
        credentials: "omit",
    });
    if (!answer.ok) {
        return [];
    }
    const {people = []} = (await answer.json()) as {
        people?: {name: string; mail: string; numbers: {text: string; dialled: string}[]}[];
    };
    // A name may be several people's; the address is one's own.
    const same = people.filter((one) => (one.mail ? one.mail.toLowerCase() === mail : one.name === name));
    return same.flatMap((one) =>
        one.numbers
            .filter(({dialled}) => dialled !== "")
            .map(({text, dialled}) => ({name: one.name, text, dialled})),
    );
}
