// pack.mjs: dist/offhook-chromium.zip and dist/offhook-firefox.zip. The same sources make the same bytes: entries
// are sorted, and have one fixed date and no owner.
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join, relative} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "./build.mjs";

/** 1980-01-01, where a ZIP file's time begins. */
const DATE = 0x0021;

/** Node 18 has none of its own. */
function crc32(data) {
    let crc = ~0;
    for (const byte of data) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit += 1) {
            crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
        }
    }
    return ~crc >>> 0;
}

const filesIn = (folder) =>
    readdirSync(folder)
        .map((name) => join(folder, name))
        .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]));

/** A ZIP file (APPNOTE 6.3, 4.3): for each file a header and its bytes, then all headers again. */
export function zip(folder) {
    const bodies = [];
    const directory = [];
    let offset = 0;
    const names = filesIn(folder).map((path) => relative(folder, path).replaceAll("\\", "/"));
    for (const name of names.sort()) {
        const data = readFileSync(join(folder, name));
        const label = Buffer.from(name, "utf8");
        const fields = Buffer.alloc(26);
        fields.writeUInt16LE(10, 0); // version 1.0
        fields.writeUInt16LE(0x0800, 2); // names are UTF-8
        fields.writeUInt16LE(0, 4); // stored: versions of zlib do not pack alike
        fields.writeUInt16LE(0, 6);
        fields.writeUInt16LE(DATE, 8);
        fields.writeUInt32LE(crc32(data), 10);
        fields.writeUInt32LE(data.length, 14);
        fields.writeUInt32LE(data.length, 18);
        fields.writeUInt16LE(label.length, 22);
        const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, label, data]);
        const place = Buffer.alloc(14);
        place.writeUInt32LE(offset, 10);
        directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x0a\x00", "latin1"), fields, place, label]));
        bodies.push(local);
        offset += local.length;
    }
    const list = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write("PK\x05\x06", 0, "latin1");
    end.writeUInt16LE(names.length, 8);
    end.writeUInt16LE(names.length, 10);
    end.writeUInt32LE(list.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...bodies, list, end]);
}

const out = mkdtempSync(join(tmpdir(), "offhook-pack-"));
try {
    await build(out);
    const at = process.argv.indexOf("--out");
    const dist = at < 0 ? fileURLToPath(new URL("../../dist/", import.meta.url)) : process.argv[at + 1];
    mkdirSync(dist, {recursive: true});
    for (const browser of readdirSync(out).sort()) {
        const file = join(dist, `offhook-${browser}.zip`);
        writeFileSync(file, zip(join(out, browser)));
        console.log(file);
    }
} finally {
    rmSync(out, {recursive: true});
}
