// A whole night in three browsers, against the real binary. The scenes are played in order, for each needs the ones before.
import assert from "node:assert/strict";
import test from "node:test";

import { close, replay } from "./scenes/closing.js";
import { framedAfter, framedLive } from "./scenes/elsewhere.js";
import { everyDesk, everyPage, everyRecord } from "./scenes/every_page.js";
import { keyboardOnly } from "./scenes/keyboard.js";
import { comeBack, dropped, goOffline, meanwhile } from "./scenes/offline.js";
import { open } from "./scenes/opening.js";
import { planAndPublish, signIn } from "./scenes/planning.js";
import { deskWithoutScripts, withoutScripts } from "./scenes/plain.js";
import { pledge } from "./scenes/promises.js";
import { dance, join, putOn, removeAndUndo, shareSongs } from "./scenes/songs.js";
import { Person } from "./support/people.js";
import { Service } from "./support/service.js";

/** What a scene is, how it is played, and whether it stands apart: nothing after it needs it. */
const SCENES = [
  ["the host signs in by a link that works once", signIn],
  ["she plans a night, and the others come to its page", planAndPublish],
  ["she opens it, and their pages turn live by themselves", open],
  ["songs come to every page, once", shareSongs],
  ["people dance, and see that others do", dance],
  ["the same song again is dancing along", join],
  ["a tap at the desk changes what is on for everyone", putOn],
  ["a song is removed, shown again, and removed", removeAndUndo],
  ["a pledge moves everyone’s total, and is said once", pledge],
  ["a line that drops comes back by itself", dropped],
  ["the guest goes offline, and the page says so", goOffline],
  ["the night goes on without the guest", meanwhile],
  ["a night is read, danced and promised to without scripts", withoutScripts],
  ["an organiser signs in and works the desk without scripts", deskWithoutScripts],
  ["a desk is worked by the keyboard alone", keyboardOnly],
  ["a card and an overlay stand on another site and are live; the page may not", framedLive],
  ["every page is fit to read", everyPage, "apart"],
  ["every page of the desk is fit to read", everyDesk, "apart"],
  ["the guest is back after a minute, with everything and nothing twice", comeBack],
  ["the host closes it, and the pages become the record", close],
  ["the night is played again, at its own pace, faster, and from song to song", replay],
  ["the card and the overlay say that it is over", framedAfter],
  ["every page of the record is fit to read", everyRecord, "apart"],
];

test("a night in three browsers", async (t) => {
  const night = { service: await Service.start() };
  const people = [];
  const comes = async (name, how) => {
    const person = await Person.comes(night.service, name, how);
    people.push(person);
    return person;
  };
  let isBroken = false;
  try {
    night.host = await comes("host");
    night.guest = await comes("guest", { width: 360, height: 740, colorScheme: "dark", hasTouch: true, isMobile: true });
    night.supporter = await comes("supporter", { colorScheme: "light" });
    night.plain = await comes("plain", { width: 360, height: 740, javaScript: false });
    night.reader = await comes("reader");
    for (const [name, play, apart] of SCENES) {
      await t.test(name, { skip: isBroken && "a scene before it failed" }, async () => {
        try {
          await play(night);
        } catch (error) {
          isBroken ||= !apart;
          throw error;
        }
      });
    }
    await t.test("no browser called elsewhere or complained", () => {
      for (const { name, requests, strange, trouble } of people) {
        assert.ok(requests > 0, name);
        assert.deepEqual({ name, strange, trouble }, { name, strange: [], trouble: [] });
      }
    });
  } finally {
    if (isBroken && process.env.DISCO_SHOTS) {
      for (const { name, page } of people) await page.screenshot({ path: `${process.env.DISCO_SHOTS}/${name}.png`, fullPage: true });
    }
    await Promise.all(people.map((person) => person.leave()));
    await night.service.stop();
    await night.service.clear();
  }
});
