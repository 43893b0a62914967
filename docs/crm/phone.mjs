// phone.mjs NUMBER: calls it, and prints what becomes of the call. Node 18, nothing to install.

import {randomUUID} from "node:crypto";

const base = `${process.env.OFFHOOK_URL}/api/v1`; // https://phones.example:7780
const headers = {Authorization: `Bearer ${process.env.OFFHOOK_TOKEN}`, "Content-Type": "application/json"};

/** What happens to your phones, as [kind, value]: "snapshot", then "call" and "terminal". */
async function* events() {
    const answer = await fetch(`${base}/events`, {headers});
    let rest = "";
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
        const parts = (rest + text).split("\n\n");
        rest = parts.pop();
        for (const part of parts) {
            const fields = Object.fromEntries(part.split("\n").map((line) => line.split(/: (.*)/s)));
            if (fields.data) yield [fields.event, JSON.parse(fields.data)];
        }
    }
}

/** Your phone calls; the same key again would not call twice. */
async function dial(number) {
    const once = {...headers, "Idempotency-Key": randomUUID()};
    const path = `${base}/terminals/default/calls`;
    return (await fetch(path, {method: "POST", headers: once, body: JSON.stringify({number})})).json();
}

const stream = events();
await stream.next(); // the snapshot: from now on nothing is missed
const call = await dial(process.argv[2]);
for await (const [kind, value] of stream) {
    if (kind !== "call" || value.id !== call.id) continue;
    console.log(value.state, value.callee.name, value.cause ?? "");
    if (value.state === "OnHookState") break;
}
