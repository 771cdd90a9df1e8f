import { beforeEach, describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../main/core/errors.ts";
import { LANGUAGES, REFUSAL_CODES } from "../../preload/contract.ts";
import { CallError } from "../../renderer/api.ts";
import { beginLanguage } from "../../renderer/i18n.ts";
import { failureOf, failureText, noticeStore, reasonOf, tellOf } from "../../renderer/notice-store.ts";

const FAILURE = { code: "DISK_FULL", message: "The disk of /photos is full." };

describe.each(LANGUAGES)("failures in %s", (language) => {
  beforeEach(async () => {
    // i18n.ts says the language of the document.
    Object.assign(globalThis, { document: { documentElement: {} } });
    await beginLanguage(language);
    noticeStore.setState({ notices: [] });
  });

  test("say what is known in the user's language first, and all of it", () => {
    const { text, detail } = failureText(FAILURE);
    expect(text).toBe(language === "en" ? FAILURE.message : "磁盘已满。释放空间后会自动继续。");
    expect(detail).toBe(language === "en" ? undefined : FAILURE.message);
    tellOf(FAILURE);
    expect(noticeStore.getState().notices).toMatchObject([{ text, detail, tone: "bad" }]);
  });

  test("have a sentence for every code, and for what has none", () => {
    for (const code of [...ERROR_CODES, ...REFUSAL_CODES]) {
      expect(reasonOf(code), code).not.toBe(code);
      expect(/\p{Script=Han}/u.test(reasonOf(code)), code).toBe(language === "zh-CN");
      expect(failureText({ code, message: "" })).toEqual({ text: reasonOf(code), detail: undefined });
    }
    expect(failureOf(new Error("x"))).toEqual({ text: reasonOf("INTERNAL"), detail: undefined });
    expect(failureOf(new CallError(FAILURE))).toEqual(failureText(FAILURE));
  });
});

test("the same sentence about another file is told beside the first", async () => {
  noticeStore.setState({ notices: [] });
  await beginLanguage("zh-CN");
  for (const name of ["a.png", "b.png", "a.png"]) tellOf({ code: "SOURCE_MISSING", message: `${name} is gone.` });
  expect(noticeStore.getState().notices.map(({ detail }) => detail)).toEqual(["b.png is gone.", "a.png is gone."]);
});
