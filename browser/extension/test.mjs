// test.mjs: the unit tests of the extension and of the Outlook add-in, by node's own runner. Node 18 reads no TypeScript, so they are built first.
import {spawnSync} from "node:child_process";
import {mkdtempSync, readdirSync, rmSync} from "node:fs";
import {basename, join} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = mkdtempSync(join(here, "../node_modules/.tests-")); // where packages are found
try {
    const sources = [join(here, "tests"), join(here, "../outlook/tests")].flatMap((folder) =>
        readdirSync(folder)
            .filter((name) => name.endsWith(".test.ts"))
            .map((name) => join(folder, name)),
    );
    await build({
        entryPoints: sources.map((source) => ({in: source, out: basename(source, ".ts")})),
        outdir: out,
        outExtension: {".js": ".mjs"},
        bundle: true,
        format: "esm",
        platform: "node",
        target: "node18",
        sourcemap: "inline",
        external: ["office-addin-*"],
    });
    const files = sources.map((source) => join(out, basename(source).replace(/\.ts$/, ".mjs")));
    process.exitCode =
        spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], {
            stdio: "inherit",
            env: {...process.env, OFFHOOK_EXTENSION: here},
        }).status ?? 1;
} finally {
    rmSync(out, {recursive: true});
}
