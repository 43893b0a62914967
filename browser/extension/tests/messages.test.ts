import assert from "node:assert/strict";
import {test} from "node:test";
import {cleanNumber, readOwnRequest, readPageRequest, telNumber} from "../src/shared/messages.ts";

test("a page may ask for a number to be called, and what to do", () => {
    assert.deepEqual(readPageRequest({kind: "page-dial", number: "+8225683848", seen: true}), {
        kind: "page-dial",
        number: "+8225683848",
        seen: true,
    });
    assert.deepEqual(readPageRequest({kind: "page-hello", more: 1}), {kind: "page-hello"});
});

const NO_PAGE_REQUESTS: unknown[] = [
    null,
    "page-dial",
    [],
    {},
    {kind: "page-dial", number: "+8225683848"},
    {kind: "page-dial", number: "+8225683848", seen: "yes"},
    {kind: "page-dial", number: 8225683848, seen: true},
    {kind: "page-dial", number: "", seen: true},
    {kind: "page-dial", number: "Lee", seen: true},
    {kind: "page-dial", number: "+82\r\nX: y", seen: true},
    {kind: "page-dial", number: "1".repeat(101), seen: true},
    {kind: "page-dial", number: "1/../../admin", seen: true},
    {kind: "command", command: "drop", call: "c1"},
    {kind: "dial", number: "+8225683848"},
];

for (const request of NO_PAGE_REQUESTS) {
    test(`a page may not ask for ${JSON.stringify(request)?.slice(0, 60)}`, () => {
        assert.equal(readPageRequest(request), null);
    });
}

test("the extension's own pages dial what people type, and do to a call what there is to do", () => {
    assert.deepEqual(readOwnRequest({kind: "dial", number: " Lee  Min-ho "}), {
        kind: "dial",
        number: "Lee Min-ho",
    });
    const drop = {kind: "command", command: "drop", call: "8f31c2"};
    assert.deepEqual(readOwnRequest(drop), drop);
    for (const bad of [
        {...drop, command: "../x"},
        {...drop, call: "a/b"},
        {...drop, call: ""},
        {kind: "dial"},
        7,
    ]) {
        assert.equal(readOwnRequest(bad), null);
    }
});

test("what is selected becomes one line without what cannot be seen", () => {
    assert.equal(cleanNumber("\u202a+82 2\u00a0568\n3848\u202c "), "+82 2 568 3848");
    assert.equal(cleanNumber("\u200b"), null);
    assert.equal(cleanNumber("x".repeat(101)), null);
    assert.equal(cleanNumber("1\u00002"), null);
});

test("a tel: link has its number without its parameters", () => {
    assert.equal(telNumber("tel:+82-2-568-3848;ext=12"), "+82-2-568-3848");
    assert.equal(telNumber("TEL:%2B8225683848"), "+8225683848");
    for (const none of ["tel:", "tel:%zz", "mailto:kim@example.com", "tel:javascript", "https://x/tel:1"]) {
        assert.equal(telNumber(none), null);
    }
});
