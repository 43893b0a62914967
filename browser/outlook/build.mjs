// build.mjs [--out DIR]: the Outlook add-in, as the Call Manager serves it; ../../src/offhook/http/outlook by default.
import {cpSync, mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const at = process.argv.indexOf("--out");
const out = at < 0 ? join(here, "../../src/offhook/http/outlook") : process.argv[at + 1];

rmSync(out, {recursive: true, force: true});
mkdirSync(out, {recursive: true});
cpSync(join(here, "static"), out, {recursive: true});
cpSync(join(here, "../extension/static/ui.css"), join(out, "ui.css"));
await build({
    entryPoints: [{in: join(here, "src/main.ts"), out: "taskpane"}],
    outdir: out,
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    format: "esm",
    target: ["es2022"],
});
