// test.mjs: the unit tests, by node's own runner. Node 18 reads no TypeScript, so they are built first.
import {spawnSync} from "node:child_process";
import {mkdtempSync, readdirSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "offhook-extension-"));
try {
    const names = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.ts"));
    await build({
        entryPoints: names.map((name) => join(here, "tests", name)),
        outdir: out,
        outExtension: {".js": ".mjs"},
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node18",
        sourcemap: "inline",
    });
    const files = names.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
    process.exitCode =
        spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
            stdio: "inherit",
            env: {...process.env, OFFHOOK_EXTENSION: here},
        }).status ?? 1;
} finally {
    rmSync(out, {recursive: true});
}
