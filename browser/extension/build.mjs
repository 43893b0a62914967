// build.mjs [--out DIR]: the extension, unpacked: DIR/chromium and DIR/firefox, ../../build/browser by default.
import {cpSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {build as bundle} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What the two browsers want to be told differently. */
const BROWSERS = {
    chromium: {
        background: {service_worker: "background.js", type: "module"},
        minimum_chrome_version: "128", // optional hosts, styled highlights in shadow roots
        externally_connectable: {ids: []}, // no other extension reaches ours
    },
    firefox: {
        background: {scripts: ["background.js"], type: "module"},
        browser_specific_settings: {
            gecko: {
                id: "offhook@offhook.example",
                strict_min_version: "140.0", // the CSS Custom Highlight API
                data_collection_permissions: {required: ["none"]},
            },
        },
    },
};

export async function build(out) {
    rmSync(out, {recursive: true, force: true});
    const manifest = JSON.parse(readFileSync(join(here, "manifest.json"), "utf8"));
    const pages = ["popup", "options", "confirm"];
    const common = {
        bundle: true,
        minify: true,
        charset: "utf8",
        legalComments: "none",
        target: ["chrome128", "firefox140"],
    };
    for (const [browser, own] of Object.entries(BROWSERS)) {
        const folder = join(out, browser);
        mkdirSync(folder, {recursive: true});
        cpSync(join(here, "static"), folder, {recursive: true});
        await bundle({
            ...common,
            format: "esm",
            outdir: folder,
            entryPoints: ["background", ...pages].map((name) => ({
                in: join(here, "src", name, "main.ts"),
                out: name,
            })),
        });
        await bundle({
            ...common,
            format: "iife", // a content script is no module
            outdir: folder,
            entryPoints: [{in: join(here, "src/page/main.ts"), out: "page"}],
        });
        writeFileSync(join(folder, "manifest.json"), `${JSON.stringify({...manifest, ...own}, null, 2)}\n`);
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const at = process.argv.indexOf("--out");
    await build(at < 0 ? join(here, "../../build/browser") : process.argv[at + 1]);
}
