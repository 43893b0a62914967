/** The page: the login, or the shell around the views for whoever is logged in. */

import {logOut, onLoggedOut, Problem, whoAmI} from "./api.js";
import {fill} from "./dom.js";
import {shell} from "./shell.js";
import {loginView} from "./views/login.js";
import {speak} from "./words.js";

/** @typedef {import("./api.js").Me} Me */

/** @type {(() => void) | undefined} */
let leave;

/** @param {Me["settings"]} settings */
export async function applySettings(settings) {
    await speak(settings.language);
    if (settings.theme) document.documentElement.dataset.theme = settings.theme;
    else delete document.documentElement.dataset.theme;
}

/** @param {Me} me */
async function enter(me) {
    await applySettings(me.settings);
    const made = shell(me, {
        logOut: async () => {
            await logOut();
            login();
        },
        restart: () => {
            leave?.();
            void begin();
        },
    });
    leave = made.leave;
    fill(document.body, ...made.elements);
    made.begin();
}

/** @param {string} [why] */
function login(why = "") {
    leave?.();
    leave = undefined;
    fill(document.body, loginView(enter, why));
    document.querySelector("input")?.focus();
}

async function begin() {
    try {
        await enter(await whoAmI());
    } catch (error) {
        login(error instanceof Problem && error.status !== 401 ? "unreachable" : "");
    }
}

onLoggedOut(() => {
    if (leave) login("over");
});
void speak("").then(begin);
