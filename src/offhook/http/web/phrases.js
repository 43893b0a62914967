/** Calls, times and problems in words. The phrases are those of the Smart Messenger's window. */

import {Problem} from "./api.js";
import {OVER} from "./state.js";
import {language, t} from "./words.js";

/** @typedef {import("./api.js").Call} Call */
/** @typedef {import("./api.js").Party} Party */
/** @typedef {import("./api.js").Terminal} Terminal */

const NO_FAILURE = ["normal", "dropped", "elsewhere", "cancelled", "forwarded", "transferred", "parked"];
const NOT_MISSED = ["elsewhere", "forwarded", "rejected", "dropped", "parked"];
const MAX_NAME = 80;

/** @param {Call} call */
export const inbound = (call) => call.direction === "inbound";

/** @param {Call} call */
export function missed(call) {
    return (
        call.state === OVER &&
        inbound(call) &&
        call.connected === null &&
        !NOT_MISSED.includes(call.cause ?? "")
    );
}

/** @param {Call} call @returns {Party} */
export function other(call) {
    return call.connected_party ?? (inbound(call) ? call.caller : call.callee);
}

/** @param {Party} party */
export function partyName(party) {
    const name = party.name || party.id;
    if (name) return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
    return party.privacy === "withheld" ? t("Number withheld") : t("Unknown number");
}

/** @param {Call} call @returns {"plain" | "good" | "quiet" | "attention" | "bad"} */
export function tone(call) {
    if (call.state === OVER) {
        if (missed(call)) return "attention";
        const wanted =
            NO_FAILURE.includes(call.cause ?? "normal") || (inbound(call) && call.cause === "rejected");
        return wanted ? "quiet" : "bad";
    }
    if (call.held || call.held_by_other) return "attention";
    return call.state === "ConnectedState" || inbound(call) ? "good" : "plain";
}

/** @param {Call} call */
export function happening(call) {
    const name = partyName(other(call));
    if (call.state === OVER) return ended(call, name);
    if (call.state === "ConnectedState") {
        if (call.held) return t("On hold");
        if (call.held_by_other) return t("{name} has put you on hold", {name});
        return call.conference ? t("In a conference") : t("Connected");
    }
    if (inbound(call)) return t("{name} is calling", {name});
    if (call.state === "OffHookState") return t("Your phone is ringing: pick it up");
    return call.state === "ProceedState" ? t("Calling {name} …", {name}) : t("Ringing {name}", {name});
}

/** @param {Call} call @param {string} name */
function ended(call, name) {
    if (missed(call)) return other(call).id ? t("Missed: call back") : t("Missed call");
    const outgoing = !inbound(call);
    const target = call.redirected_to ? partyName(call.redirected_to) : "";
    switch (call.cause) {
        case "busy":
            return t("{name} is busy", {name});
        case "no-answer":
            return t("{name} does not answer", {name});
        case "rejected":
            return outgoing ? t("{name} has declined", {name}) : t("Declined");
        case "unreachable":
            return t("{name} cannot be reached", {name});
        case "not-allowed":
            return t("You may not call this number: ask your administrator");
        case "terminal-unavailable":
            return t("Your phone is off or not registered: check it");
        case "terminal-rejected":
            return t("Your phone was not picked up");
        case "invalid-address":
            return t("This number does not exist");
        case "failure":
            return t("The call failed");
        case "normal":
            return outgoing && call.connected === null
                ? t("Your phone hung up before {name} answered", {name})
                : t("Call ended");
        case "elsewhere":
            return target ? t("Answered by {target}", {target}) : t("Answered at another phone");
        case "forwarded":
            return target ? t("Sent on to {target}", {target}) : t("Sent on");
        case "transferred":
            return target ? t("Transferred to {target}", {target}) : t("Transferred");
        case "parked":
            return target ? t("Parked: {target}", {target}) : t("Parked");
        default:
            return t("Call ended");
    }
}

/** Which kind of call it is, for the head of a card. @param {Call} call */
export function way(call) {
    const name = call.redirecting ? partyName(call.redirecting) : "";
    if (call.consultation) return t("Asking first");
    if (!inbound(call)) return t("Outgoing call");
    if (name && call.reason.startsWith("forwarded")) return t("Forwarded by {name}", {name});
    if (name && call.reason === "redirected") return t("Sent on by {name}", {name});
    if (name && call.reason === "transferred") return t("Transferred by {name}", {name});
    return missed(call) ? t("Missed call") : t("Incoming call");
}

/** The result of a past call, in a few words. @param {Call} call */
export function result(call) {
    if (missed(call)) return t("Missed call");
    if (call.connected !== null) return duration((call.ended ?? Date.now() / 1000) - call.connected);
    return (
        {
            busy: t("Busy"),
            "no-answer": t("No answer"),
            rejected: t("Declined"),
            unreachable: t("Cannot be reached"),
            "invalid-address": t("This number does not exist"),
            "not-allowed": t("You may not call this number"),
            "terminal-unavailable": t("Your phone is off or not registered"),
            "terminal-rejected": t("Your phone was not picked up"),
            failure: t("The call failed"),
            elsewhere: t("Answered at another phone"),
            cancelled: t("Hung up before the answer"),
            forwarded: t("Sent on"),
            transferred: t("Transferred"),
            parked: t("Parked"),
        }[call.cause ?? ""] ?? t("Call ended")
    );
}

/** 1:05, or 1:02:03 from an hour on. @param {number} seconds */
export function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    const minutes = Math.floor(whole / 60) % 60;
    return whole >= 3600
        ? `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`
        : `${minutes}:${two(whole % 60)}`;
}

/** @param {number} epoch seconds */
export function clock(epoch) {
    return new Intl.DateTimeFormat(language, {timeStyle: "short"}).format(epoch * 1000);
}

/** @param {number} epoch seconds */
export function moment(epoch) {
    return new Intl.DateTimeFormat(language, {dateStyle: "medium", timeStyle: "medium"}).format(epoch * 1000);
}

/** "Today", "Yesterday", else the date. @param {number} epoch seconds */
export function day(epoch) {
    const date = new Date(epoch * 1000);
    const midnight = new Date().setHours(0, 0, 0, 0);
    const days = Math.round((midnight - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days === 0) return t("Today");
    if (days === 1) return t("Yesterday");
    return new Intl.DateTimeFormat(language, {
        weekday: "long",
        day: "numeric",
        month: "long",
        year: days > 300 ? "numeric" : undefined,
    }).format(date);
}

/** One or two letters for an avatar; "" for a number. @param {string} name */
export function initials(name) {
    const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
    const [first, last] = [words[0] ?? "", words.at(-1) ?? ""];
    if (!first) return "";
    const letter = (/** @type {string} */ word) => [...word][0] ?? "";
    if (first.charCodeAt(0) > 0x2e80 || words.length === 1) return letter(first).toUpperCase();
    return (letter(first) + letter(last)).toUpperCase();
}

/** Does the phone itself ring? @param {Call} call */
const rings = (call) => call.state === (inbound(call) ? "RingBackState" : "OffHookState");

/** The state of the own phone, in words. @param {Terminal} terminal @param {Call[]} calls its live ones */
export function phoneState(terminal, calls) {
    if (!terminal.in_service) return presence(terminal, calls).text;
    if (calls.some(rings)) return t("Your phone is ringing");
    if (calls.length > 1) return t("In {number} calls", {number: calls.length});
    if (calls.length) return t("In a call");
    if (terminal.do_not_disturb) return t("Do not disturb: your phone does not ring");
    const always = terminal.forwardings.find((one) => one.when === "always");
    return always ? t("Calls go on to {name}", {name: always.address}) : t("Ready to call");
}

/**
 * What others see of a phone.
 * @param {Terminal} terminal
 * @param {Call[]} calls its live ones
 * @returns {{tone: string, text: string}}
 */
export function presence(terminal, calls) {
    if (!terminal.in_service) {
        const why = terminal.problem;
        return {tone: "", text: why ? t("Not connected: {problem}", {problem: why}) : t("Not connected")};
    }
    if (calls.some(rings)) return {tone: "attention", text: t("Ringing")};
    if (calls.length) return {tone: "bad", text: t("In a call")};
    if (terminal.do_not_disturb) return {tone: "attention", text: t("Do not disturb")};
    return {tone: "good", text: t("Free")};
}

/** What went wrong, and what to do. @param {unknown} error */
export function problem(error) {
    if (!(error instanceof Problem)) return t("Something went wrong on this page. Reload it and try again.");
    if (error.code === "not-reached")
        return t("The Call Manager cannot be reached. Check your connection and try again.");
    if (error.code === "overloaded")
        return t("Too many tries. Wait {seconds} s and try again.", {seconds: Math.ceil(error.retry ?? 10)});
    const text = error.message;
    return text || t("The Call Manager could not do it ({code}). Try again.", {code: error.code});
}
