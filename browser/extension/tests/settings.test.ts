import assert from "node:assert/strict";
import {test} from "node:test";
import {DEFAULTS, isListed, readSettings, serverOrigin, siteHost} from "../src/shared/settings.ts";

test("a server is an origin, with TLS unless it is this computer", () => {
    assert.equal(serverOrigin(" phones.example:7780/ "), "https://phones.example:7780");
    assert.equal(serverOrigin("https://phones.example/api/v1?x=1"), "https://phones.example");
    assert.equal(serverOrigin("http://127.0.0.1:7780"), "http://127.0.0.1:7780");
    assert.throws(() => serverOrigin("http://phones.example"), /serverNotSecure/);
    assert.throws(() => serverOrigin("http://127.0.0.1.evil.example"), /serverNotSecure/);
    assert.throws(() => serverOrigin("https://kim:secret@phones.example"), /serverHasPassword/);
    assert.throws(() => serverOrigin("javascript:alert(1)"), /serverNot/);
    assert.throws(() => serverOrigin(""), /serverNotAnAddress/);
});

test("a site is its host, and those below it", () => {
    assert.equal(siteHost("https://CRM.example/customers"), "crm.example");
    assert.equal(siteHost("*.crm.example"), "crm.example");
    assert.throws(() => siteHost("two words"), /siteNotAHost/);
    assert.ok(isListed("sales.crm.example", ["crm.example"]));
    assert.ok(!isListed("notcrm.example", ["crm.example"]));
});

test("what is no good in storage counts as not set", () => {
    const stored = {
        server: "http://evil.example",
        token: "a b",
        country: "<b>",
        findNumbers: "yes",
        sitesOff: [7, "crm.example"],
    };
    assert.deepEqual(readSettings(stored, {}), {...DEFAULTS, sitesOff: ["crm.example"]});
});

test("an administrator's policy wins, except for the token", () => {
    const stored = {
        server: "https://other.example",
        token: "mine",
        takeTelLinks: true,
        sitesOff: ["a.example"],
    };
    const managed = {
        server: "https://phones.example",
        token: "theirs",
        takeTelLinks: false,
        sitesOff: ["b.example"],
    };
    const settings = readSettings(stored, managed);
    assert.equal(settings.server, "https://phones.example");
    assert.equal(settings.token, "mine");
    assert.equal(settings.takeTelLinks, false);
    assert.deepEqual(settings.sitesOff, ["a.example", "b.example"]);
});
