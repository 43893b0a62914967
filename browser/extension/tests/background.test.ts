import assert from "node:assert/strict";
import {webcrypto} from "node:crypto";
import {test} from "node:test";
import {Replica} from "../src/background/calls.ts";
import {Clicks} from "../src/background/clicks.ts";
import {Server, type ServerError} from "../src/background/server.ts";
import {EventReader, MAX_EVENT} from "../src/background/sse.ts";

// Browsers have it, and so has node from 20 on.
globalThis.crypto ??= webcrypto as Crypto;

const TEXT = 'id: 9-0\nevent: snapshot\ndata: {"a":\ndata:  1}\n\n: alive\n\nid: 9-1\r\ndata: x\r\n\r\n';
const EVENTS = [
    {id: "9-0", event: "snapshot", data: '{"a":\n 1}'},
    {id: "9-1", event: "message", data: "x"},
];

test("events are read however the network cuts them", () => {
    for (let size = 1; size <= TEXT.length; size += 1) {
        const reader = new EventReader();
        const found = [];
        for (let at = 0; at < TEXT.length; at += size) {
            found.push(...reader.read(TEXT.slice(at, at + size)));
        }
        assert.deepEqual(found, EVENTS);
    }
});

test("an event without end is not kept", () => {
    const reader = new EventReader();
    assert.throws(() => [...reader.read(`data: ${"x".repeat(MAX_EVENT)}`)], /too long/);
    const lines = new EventReader();
    assert.throws(() => {
        for (let line = 0; line < 10_000; line += 1) {
            [...lines.read(`data: ${"x".repeat(1000)}\n`)];
        }
    }, /too long/);
});

const call = (revision: number, state: string, more: object = {}): string =>
    JSON.stringify({
        id: "c1",
        terminal: "4000",
        state,
        direction: "outbound",
        caller: {name: "Kim", id: "4000"},
        callee: {name: "Lee", id: "4001"},
        connected_party: null,
        revision,
        features: ["drop"],
        ...more,
    });

test("a call is as its newest revision has it, until it is over", () => {
    const replica = new Replica();
    replica.take(
        "snapshot",
        '{"terminals": [{"id": "4000", "name": "Kim", "in_service": true}], "calls": []}',
    );
    assert.deepEqual(replica.terminals, [{id: "4000", name: "Kim", inService: true, problem: ""}]);
    assert.ok(replica.take("call", call(2, "ConnectedState")));
    assert.ok(!replica.take("call", call(1, "RingBackState")), "that is old");
    assert.equal(replica.calls[0]?.state, "ConnectedState");
    assert.equal(replica.calls[0]?.other.name, "Lee");
    assert.ok(replica.take("call", call(3, "OnHookState", {cause: "busy"})));
    assert.deepEqual(replica.calls, []);
    assert.equal(replica.ended?.cause, "busy");
});

test("what is no event of ours changes nothing", () => {
    const replica = new Replica();
    for (const data of ["", "{", "7", "null", "[]", '{"id": 7}', '{"id": "x"}']) {
        assert.ok(!replica.take("call", data));
        assert.ok(!replica.take("terminal", data === '{"id": "x"}' ? "{}" : data));
    }
    replica.take("snapshot", '{"calls": 7, "terminals": [null, 1]}');
    assert.deepEqual(replica.calls, []);
});

test("a server cannot fill the memory with calls", () => {
    const replica = new Replica();
    for (let each = 0; each < 1_000; each += 1) {
        replica.take("call", call(1, "RingBackState", {id: `c${each}`}));
    }
    assert.ok(replica.calls.length <= 100);
});

test("the second half of a double click calls nobody, and who clicks without end is asked", () => {
    const clicks = new Clicks();
    assert.equal(clicks.judge(0, true), "dial");
    assert.equal(clicks.judge(200, true), "ignore");
    assert.equal(clicks.judge(5_000, false), "ask");
    const wild = new Clicks();
    const verdicts = Array.from({length: 50}, (_, each) => wild.judge(each * 1_000, true));
    assert.equal(verdicts[0], "dial");
    assert.equal(verdicts.at(-1), "ask");
    assert.equal(wild.judge(500_000, true), "dial", "that was long ago");
});

interface Sent {
    url: string;
    init: RequestInit;
}

function serverThat(...answers: (Response | Error)[]): {server: Server; sent: Sent[]} {
    const sent: Sent[] = [];
    const fetcher = async (url: string, init: RequestInit): Promise<Response> => {
        sent.push({url, init});
        const answer = answers.shift() ?? new Error("no more");
        if (answer instanceof Error) {
            throw answer;
        }
        return answer;
    };
    return {server: new Server("https://phones.example", "secret", fetcher, async () => undefined), sent};
}

const problem = (status: number, code: string, detail = ""): Response =>
    new Response(JSON.stringify({code, detail}), {status});

test("a request that got lost is sent again with the same key", async () => {
    const {server, sent} = serverThat(
        new TypeError("lost"),
        problem(503, "unavailable"),
        new Response("{}", {status: 201}),
    );
    await server.dial("4000", "+8225683848");
    const keys = sent.map(({init}) => (init.headers as Record<string, string>)["Idempotency-Key"]);
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
    await serverThat(new Response("{}", {status: 201})).server.dial("", "1");
});

test("a refusal is not asked again, and says why", async () => {
    const {server, sent} = serverThat(problem(409, "terminal-busy", "terminal 4000 is dialling already"));
    await assert.rejects(server.dial("", "4001"), (error: ServerError) => {
        return error.code === "terminal-busy" && error.message === "terminal 4000 is dialling already";
    });
    assert.equal(sent.length, 1);
    assert.equal(sent[0]?.url, "https://phones.example/api/v1/terminals/default/calls");
});

test("the token is in the header and nowhere else, and follows no redirect", async () => {
    const {server, sent} = serverThat(new Response(null, {status: 204}));
    await server.command("drop", "../x?y");
    const [{url, init}] = sent as [Sent];
    assert.equal(url, "https://phones.example/api/v1/calls/..%2Fx%3Fy");
    assert.equal((init.headers as Record<string, string>).Authorization, "Bearer secret");
    assert.equal(init.redirect, "error");
    assert.equal(init.credentials, "omit");
    assert.equal(init.referrerPolicy, "no-referrer");
});

test("what answers and is no Call Manager is named so", async () => {
    for (const [status, code] of [
        [404, "not-offhook"],
        [401, "not-authenticated"],
        [502, "unavailable"],
    ] as const) {
        const {server} = serverThat(...Array.from({length: 3}, () => new Response("<html>", {status})));
        await assert.rejects(server.me(), (error: ServerError) => error.code === code);
    }
});
