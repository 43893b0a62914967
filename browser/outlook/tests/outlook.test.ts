import assert from "node:assert/strict";
import {join} from "node:path";
import {test} from "node:test";
import manifestReader from "office-addin-manifest";
import mock from "office-addin-mock";
import {contentOf, type Item, MAX_PEOPLE} from "../src/item.ts";

const {OfficeMockObject} = mock;
const {OfficeAddinManifest, OfficeApp} = manifestReader;

const body = (text: string, status = "succeeded"): object => ({
    getAsync: (_kind: string, done: (result: object) => void) => done({status, value: text}),
});

test("a message has its subject, its text and its people, each once", async () => {
    const kim = {displayName: "Kim", emailAddress: "Kim@example.com"};
    const lee = {displayName: "Lee Min-ho", emailAddress: "lee@example.com"};
    const item = {subject: "Offer", body: body("Call 02-568-3848"), from: kim, to: [lee], cc: [kim]};
    assert.deepEqual(await contentOf(item as unknown as Item), {
        text: "Offer\n\nCall 02-568-3848",
        people: [
            {name: "Kim", mail: "kim@example.com"},
            {name: "Lee Min-ho", mail: "lee@example.com"},
        ],
    });
});

test("an appointment has its place and its attendees", async () => {
    const lee = {displayName: "Lee", emailAddress: "lee@example.com"};
    const item = {subject: "Review", location: "Room 1, 02-568-3848", body: body(""), organizer: lee};
    assert.equal(
        (await contentOf({...item, requiredAttendees: []} as unknown as Item)).people[0]?.name,
        "Lee",
    );
    assert.match((await contentOf(item as unknown as Item)).text, /Room 1, 02-568-3848/);
});

test("a body that cannot be read is left out, and a crowd is cut short", async () => {
    const to = Array.from({length: 500}, (_, each) => ({
        displayName: "",
        emailAddress: `${each}@example.com`,
    }));
    const content = await contentOf({subject: "All", body: body("x", "failed"), to} as unknown as Item);
    assert.equal(content.text, "All\n\n");
    assert.equal(content.people.length, MAX_PEOPLE);
});

test("Microsoft's mock of Outlook is read as the real one", async () => {
    const getAsync = (_kind: string, done: (result: object) => void): void =>
        done({status: "succeeded", value: "Call 02-568-3848"});
    const data = {host: "outlook", context: {mailbox: {item: {subject: "Offer", body: {getAsync}}}}};
    const office = new OfficeMockObject(data, OfficeApp.Outlook);
    const content = await contentOf(office.context.mailbox.item as Item);
    assert.equal(content.text, "Offer\n\nCall 02-568-3848");
});

test("Microsoft's reader of manifests finds in ours what it should", async () => {
    const manifest = await OfficeAddinManifest.readManifestFile(
        join(process.env.OFFHOOK_EXTENSION ?? "", "../outlook/static/manifest.xml"),
    );
    assert.equal(manifest.officeAppType, "MailApp");
    assert.deepEqual(manifest.hosts, ["Mailbox"]);
    assert.equal(manifest.permissions, "ReadItem");
    assert.match(manifest.id ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(
        manifest.defaultSettings?.sourceLocation ?? manifest.iconUrl ?? "",
        /^https:\/\/offhook\.invalid\//,
    );
});
