import assert from "node:assert/strict";
import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {test} from "node:test";

const HERE = process.env.OFFHOOK_EXTENSION ?? "";
type Messages = Record<string, {message: string; placeholders?: object}>;
const read = (language: string): Messages =>
    JSON.parse(readFileSync(join(HERE, "static/_locales", language, "messages.json"), "utf8"));

test("every language has every text, with the same places to fill in", () => {
    const english = read("en");
    for (const language of readdirSync(join(HERE, "static/_locales"))) {
        const messages = read(language);
        assert.deepEqual(Object.keys(messages), Object.keys(english));
        for (const [name, {message, placeholders}] of Object.entries(messages)) {
            assert.ok(message.length > 0, name);
            assert.deepEqual(placeholders, english[name]?.placeholders, name);
        }
    }
});

const sources = (folder: string): string[] =>
    readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
        entry.isDirectory()
            ? sources(join(folder, entry.name))
            : [readFileSync(join(folder, entry.name), "utf8")],
    );

test("every text that is asked for is there, and every one that is there is asked for", () => {
    const code = sources(join(HERE, "src")).join("\n");
    const pages = readdirSync(join(HERE, "static"))
        .filter((name) => name.endsWith(".html"))
        .map((name) => readFileSync(join(HERE, "static", name), "utf8"))
        .join("\n");
    const manifest = readFileSync(join(HERE, "manifest.json"), "utf8");
    const used = new Set([
        ...[...pages.matchAll(/data-t(?:-label|-hint)?="(\w+)"/g)].map(([, name]) => name),
        ...[...manifest.matchAll(/__MSG_(\w+)__/g)].map(([, name]) => name),
    ]);
    const english = Object.keys(read("en"));
    for (const name of used) {
        assert.ok(english.includes(name ?? ""), `${name} is not in _locales`);
    }
    for (const [, name] of code.matchAll(/\bt\("(\w+)"/g)) {
        assert.ok(english.includes(name ?? ""), `${name} is not in _locales`);
    }
    for (const name of english) {
        const made = /^(?:status|state|do|cause)_/.test(name);
        assert.ok(made || used.has(name) || code.includes(`"${name}"`), `${name} is never shown`);
    }
});
