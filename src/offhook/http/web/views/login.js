import {logIn, Problem} from "../api.js";
import {h} from "../dom.js";
import {problem} from "../phrases.js";
import {t} from "../words.js";

/**
 * @param {(me: import("../api.js").Me) => Promise<void>} enter
 * @param {string} why "over": the login has ended; "unreachable"; or ""
 */
export function loginView(enter, why) {
    /** @type {Record<string, string>} */
    const reasons = {
        over: t("Your login has ended. Log in again."),
        unreachable: t("The Call Manager cannot be reached. Check your connection and try again."),
    };
    const said = h("p", {class: "bad", role: "alert"}, reasons[why]);
    const user = h("input", {
        name: "user",
        autocomplete: "username",
        required: true,
        autocapitalize: "none",
        spellcheck: "false",
        maxlength: "256",
    });
    const password = h("input", {
        name: "password",
        type: "password",
        autocomplete: "current-password",
        required: true,
        maxlength: "1024",
    });
    const remember = h("input", {type: "checkbox", name: "remember"});
    const button = h("button", {class: "main", type: "submit"}, t("Log in"));

    const form = h(
        "form",
        {
            onsubmit: async (/** @type {Event} */ event) => {
                event.preventDefault();
                button.disabled = true;
                button.textContent = t("Logging in …");
                said.textContent = "";
                try {
                    await enter(await logIn(user.value.trim(), password.value, remember.checked));
                } catch (error) {
                    const wrong = error instanceof Problem && error.status === 401;
                    said.textContent = wrong
                        ? t(
                              "User or password is wrong. Try again, or ask your administrator for a new password.",
                          )
                        : problem(error);
                    button.disabled = false;
                    button.textContent = t("Log in");
                    password.select();
                }
            },
        },
        h("div", {class: "brand"}, h("img", {src: "icon.svg", alt: ""}), h("h1", {}, "Offhook")),
        h("p", {class: "quiet"}, t("Your desk phone, from the browser.")),
        h("label", {class: "field"}, h("span", {}, t("User")), user),
        h("label", {class: "field"}, h("span", {}, t("Password")), password),
        h("label", {class: "check"}, remember, t("Stay logged in on this device")),
        said,
        button,
    );
    return h("main", {class: "login"}, form);
}
