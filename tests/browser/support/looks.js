// What a person sees: waited for, and told in their words when it doesn't come.
import assert from "node:assert/strict";

import { PATIENCE_MS } from "./people.js";
import { pause } from "./service.js";

export { pause };

const ASK_EVERY_MS = 50;
const flat = (text) => text.replace(/\s+/g, " ").trim();

/** Waits until `look` gives what `fits`; tells what was seen last when it never does. */
export async function until(what, look, fits, patience = PATIENCE_MS) {
  const end = Date.now() + patience;
  let seen;
  do {
    // A page that is being loaded anew answers nothing; the next look will.
    seen = await look().catch((error) => error.message.split("\n")[0]);
    if (fits(seen)) return seen;
    await pause(ASK_EVERY_MS);
  } while (Date.now() < end);
  assert.fail(`${what}: not in ${patience} ms. Seen last: ${JSON.stringify(seen)}`);
}

/** Somebody sees it. */
export function sees(what, locator, patience) {
  return until(`${what} is seen`, () => locator.first().isVisible(), (is) => is === true, patience);
}

/** Nobody sees it, or no longer. */
export function missing(what, locator, patience) {
  return until(`${what} is gone`, () => locator.filter({ visible: true }).count(), (n) => n === 0, patience);
}

/** Its words, as a reader has them. */
export const wordsOf = async (locator) => flat(await locator.innerText());

/** It says so: these words, or words like these. */
export function says(what, locator, words, patience) {
  const fits = (seen) => (words instanceof RegExp ? words.test(seen) : seen === words);
  return until(`${what} says ${words}`, () => wordsOf(locator), fits, patience);
}

/** There are so many. */
export function counts(what, locator, n, patience) {
  return until(`${n} of ${what}`, () => locator.count(), (seen) => seen === n, patience);
}

/** Writes down what a place on the page says from now on, each time that it changes, with the time. */
export async function listen(locator) {
  await locator.evaluate((place) => {
    const heard = (window.heard ??= new Map());
    const told = [];
    const note = (at) => {
      const words = place.textContent.replace(/\s+/g, " ").trim();
      if (words && words !== told.at(-1)?.words) told.push({ words, at });
    };
    // What it says already was said at some time before.
    note(0);
    new MutationObserver(() => note(Date.now())).observe(place, { childList: true, characterData: true, subtree: true });
    heard.set(place, told);
  });
  return () => locator.evaluate((place) => window.heard.get(place) ?? []);
}

/**
 * What sticks out of the page at the side, and makes people scroll. The page clips what sticks out, so its own width
 * says nothing: every word, control and picture is looked at. What scrolls by itself, and what is decoration, may.
 */
export function sticksOut(page) {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const found = [];
    const { scrollWidth } = document.scrollingElement;
    if (scrollWidth > wide) found.push(`the page is ${scrollWidth} wide`);
    const scrolls = (element) =>
      element && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("[aria-hidden=true], .vh, .skip, option") || !element.checkVisibility()) continue;
      const box = element.getBoundingClientRect();
      if (!box.width || (box.left > -0.5 && box.right < wide + 0.5)) continue;
      if (scrolls(element.parentElement)) continue;
      const words = element.textContent.trim().slice(0, 40);
      const from = Math.round(box.left);
      found.push(`${element.localName}.${element.className || element.id} “${words}”: ${from} to ${Math.round(box.right)} of ${wide}`);
    }
    return found;
  });
}

/** Holds the page against narrow phones, and gives it back its own width. */
export async function fitsPhones(what, page) {
  const size = page.viewportSize();
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 740 });
    assert.deepEqual(await sticksOut(page), [], `${what} at ${width} px`);
  }
  await page.setViewportSize(size);
}
