/** Settings out of the browser's storage. */

import {readSettings, type Settings} from "../shared/settings.ts";

/** What an administrator has set; a browser without any policy for us may refuse to tell. */
export async function managedSettings(): Promise<Record<string, unknown>> {
    try {
        return await chrome.storage.managed.get();
    } catch {
        return {};
    }
}

export async function settings(): Promise<Settings> {
    return readSettings(await chrome.storage.local.get(), await managedSettings());
}

/** Keeps the token from content scripts, where the browser can. Firefox cannot: there they do not ask for it. */
export async function closeStorage(): Promise<void> {
    await chrome.storage.local.setAccessLevel?.({accessLevel: "TRUSTED_CONTEXTS"});
}
