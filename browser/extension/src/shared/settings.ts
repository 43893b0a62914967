/** What a person or an administrator has set. Read anew each time: a service worker forgets. */

export interface Settings {
    /** Where the Call Manager's HTTP API is: an origin, "https://phones.example". */
    readonly server: string;
    /** The application token. It leaves storage for the Authorization header only. */
    readonly token: string;
    /** The person's own phone; "" is the server's default. */
    readonly terminal: string;
    /** How numbers without a country code are read, ISO 3166. "" finds those with one only. */
    readonly country: string;
    /** Find numbers in pages. */
    readonly findNumbers: boolean;
    /** Calls for tel: links instead of the program that owns them. */
    readonly takeTelLinks: boolean;
    /** Hosts where the extension does nothing, with their subdomains. */
    readonly sitesOff: readonly string[];
}

export const DEFAULTS: Settings = {
    server: "",
    token: "",
    terminal: "",
    country: "",
    findNumbers: true,
    takeTelLinks: true,
    sitesOff: [],
};

/** What an administrator may set by policy; the token is a person's own. */
export const MANAGED = ["server", "terminal", "country", "findNumbers", "takeTelLinks", "sitesOff"] as const;
export type ManagedName = (typeof MANAGED)[number];

/** More are not written by hand, and each is a pattern that the browser matches with each page. */
export const MAX_SITES = 500;

const HOST = /^[\w.-]+$|^\[[\da-f:]+\]$/;

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

/** The origin of a server's address as a person types it; throws with what is wrong, as a message's name. */
export function serverOrigin(typed: string): string {
    const text = typed.trim();
    let url: URL;
    try {
        url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    } catch {
        throw new Error("serverNotAnAddress");
    }
    if (!HOST.test(url.hostname)) {
        throw new Error("serverNotAnAddress"); // Chromium encodes what cannot stand in a name
    }
    if (url.protocol !== "https:" && !(url.protocol === "http:" && LOOPBACK.has(url.hostname))) {
        throw new Error("serverNotSecure"); // the token would cross the network in the clear
    }
    if (url.username !== "" || url.password !== "") {
        throw new Error("serverHasPassword");
    }
    return url.origin;
}

/** A host as a person types it: "crm.example", or a whole address of which the host counts. */
export function siteHost(typed: string): string {
    const text = typed.trim().toLowerCase();
    try {
        const url = new URL(
            /^[a-z][a-z0-9+.-]*:\/\//.test(text) ? text : `https://${text.replace(/^\*\./, "")}`,
        );
        if (HOST.test(url.hostname)) {
            return url.hostname;
        }
    } catch {
        // as below
    }
    throw new Error("siteNotAHost");
}

/** Whether a page's host is one of these or below one. */
export function isListed(host: string, sites: readonly string[]): boolean {
    return sites.some((site) => host === site || host.endsWith(`.${site}`));
}

const text = (value: unknown, otherwise: string, pattern: RegExp): string =>
    typeof value === "string" && pattern.test(value) ? value : otherwise;
const flag = (value: unknown, otherwise: boolean): boolean =>
    typeof value === "boolean" ? value : otherwise;

/** Settings from storage, in which anything may stand: what is no good counts as not set. */
export function readSettings(stored: Record<string, unknown>, managed: Record<string, unknown>): Settings {
    const value = (name: keyof Settings): unknown =>
        (MANAGED as readonly string[]).includes(name) && managed[name] !== undefined
            ? managed[name]
            : stored[name];
    let server = "";
    try {
        server =
            typeof value("server") === "string" && value("server") !== ""
                ? serverOrigin(String(value("server")))
                : "";
    } catch {
        // not set
    }
    const sites = [...list(stored.sitesOff), ...list(managed.sitesOff)];
    return {
        server,
        token: text(stored.token, DEFAULTS.token, /^[\x21-\x7e]{1,512}$/),
        terminal: text(value("terminal"), DEFAULTS.terminal, /^[^\s/?#]{1,64}$/),
        country: text(value("country"), DEFAULTS.country, /^[A-Za-z]{2}$/).toUpperCase(),
        findNumbers: flag(value("findNumbers"), DEFAULTS.findNumbers),
        takeTelLinks: flag(value("takeTelLinks"), DEFAULTS.takeTelLinks),
        sitesOff: [...new Set(sites)].slice(0, MAX_SITES),
    };
}

function list(value: unknown): string[] {
    if (!Array.isArray(value)) {
        return [];
    }
    return value.flatMap((one) => {
        try {
            return typeof one === "string" ? [siteHost(one)] : [];
        } catch {
            return [];
        }
    });
}
