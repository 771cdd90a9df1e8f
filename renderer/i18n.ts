import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import appEn from "../assets/locales/en/app.json";
import enhanceEn from "../assets/locales/en/enhance.json";
import errorsEn from "../assets/locales/en/errors.json";
import exportEn from "../assets/locales/en/export.json";
import galleryEn from "../assets/locales/en/gallery.json";
import inspectorEn from "../assets/locales/en/inspector.json";
import queueEn from "../assets/locales/en/queue.json";
import settingsEn from "../assets/locales/en/settings.json";
import appZh from "../assets/locales/zh-CN/app.json";
import enhanceZh from "../assets/locales/zh-CN/enhance.json";
import errorsZh from "../assets/locales/zh-CN/errors.json";
import exportZh from "../assets/locales/zh-CN/export.json";
import galleryZh from "../assets/locales/zh-CN/gallery.json";
import inspectorZh from "../assets/locales/zh-CN/inspector.json";
import queueZh from "../assets/locales/zh-CN/queue.json";
import settingsZh from "../assets/locales/zh-CN/settings.json";
import type { Language } from "../preload/contract.ts";

const english = {
  app: appEn,
  enhance: enhanceEn,
  errors: errorsEn,
  export: exportEn,
  gallery: galleryEn,
  inspector: inspectorEn,
  queue: queueEn,
  settings: settingsEn,
} as const;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: typeof english;
  }
}

/** Makes the catalogues ready; called once, before anything is shown. */
export async function beginLanguage(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    defaultNS: "app",
    resources: {
      en: english,
      "zh-CN": {
        app: appZh,
        enhance: enhanceZh,
        errors: errorsZh,
        export: exportZh,
        gallery: galleryZh,
        inspector: inspectorZh,
        queue: queueZh,
        settings: settingsZh,
      },
    },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

/** Changes what everything is shown in. */
export async function setLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
