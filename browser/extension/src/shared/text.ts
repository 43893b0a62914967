/** The texts of _locales, in the browser's language. */

export const t = (name: string, ...values: string[]): string => chrome.i18n.getMessage(name, values) || name;

/** The language that these texts are in, as BCP 47 has it: a browser's own may be another. */
export const language = (): string => t("language");

/** Fills in a page: data-t is an element's text, data-t-label its name for a screen reader, data-t-hint a placeholder. */
export function translatePage(): void {
    document.documentElement.lang = language();
    for (const element of document.querySelectorAll<HTMLElement>("[data-t],[data-t-label],[data-t-hint]")) {
        const {t: content, tLabel, tHint} = element.dataset;
        if (content !== undefined) {
            element.textContent = t(content);
        }
        if (tLabel !== undefined) {
            element.setAttribute("aria-label", t(tLabel));
        }
        if (tHint !== undefined) {
            element.setAttribute("placeholder", t(tHint));
        }
    }
}
