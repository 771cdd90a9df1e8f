import i18next, { type TFunction } from "i18next";
import en from "../../assets/locales/en/app.json" with { type: "json" };
import zh from "../../assets/locales/zh-CN/app.json" with { type: "json" };
import zhErrors from "../../assets/locales/zh-CN/errors.json" with { type: "json" };
import type { Language } from "../../preload/contract.ts";
import type { ErrorCode, SilvergrainError } from "../core/errors.ts";

/** A code without a sentence does not compile. */
const CHINESE: Readonly<Record<ErrorCode, string>> = zhErrors;

/** The language that the system's stands for. @param locale as BCP 47, zh-Hans-CN or en-GB */
export function languageFor(locale: string): Language {
  return locale.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

/** The words of menus, dialogs and notifications in a language. */
export async function translator(language: Language): Promise<TFunction> {
  const own = i18next.createInstance();
  return own.init({
    lng: language,
    fallbackLng: "en",
    defaultNS: "app",
    resources: { en: { app: en }, "zh-CN": { app: zh } },
    interpolation: { escapeValue: false },
  });
}

/** What a dialog of the system's says of a failure: in Chinese what is known of its code, then its own sentence. */
export function failureIn(language: Language, { code, message }: Pick<SilvergrainError, "code" | "message">): string {
  return language === "en" ? message : `${CHINESE[code]}\n\n${message}`;
}
