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
import { paste, play } from "./scenes/player.js";
import { deskWithoutScripts, withoutScripts } from "./scenes/plain.js";
import { pledge } from "./scenes/promises.js";
import { dance, join, longWord, putOn, removeAndUndo, shareSongs } from "./scenes/songs.js";
import { Person } from "./support/people.js";
import { Service } from "./support/service.js";

/** Scenes go one after another. One that plays beside them is begun, and needed by none but those that wait for all. */
const BESIDE = "beside the others";
const AFTER_ALL = "after all others";
const SCENES = [
  ["the host signs in by a link that works once", signIn],
  ["she plans a night, and the others come to its page", planAndPublish],
  ["she opens it, and their pages turn live by themselves", open],
  ["songs come to every page, once", shareSongs],
  ["people dance, and see that others do", dance],
  ["the same song again is dancing along", join],
  ["a tap on Play opens a player, and nothing before it does", play],
  ["what was copied is pasted by a tap", paste],
  ["a tap at the desk changes what is on for everyone", putOn],
  ["one long word pushes nothing off a phone", longWord],
  ["a song is removed, shown again, and removed", removeAndUndo],
  ["every page is fit to read", everyPage, BESIDE],
  ["a pledge moves everyone’s total, and is said once", pledge],
  ["a line that drops comes back by itself", dropped],
  ["the guest goes offline, and the page says so", goOffline],
  ["the night goes on without the guest", meanwhile],
  ["a night is read, danced and promised to without scripts", withoutScripts],
  ["an organiser signs in and works the desk without scripts", deskWithoutScripts],
  ["a desk is worked by the keyboard alone", keyboardOnly],
  ["every page of the desk is fit to read", everyDesk, BESIDE],
  ["a card and an overlay stand on another site and are live; the page may not", framedLive],
  ["the guest is back after a minute, with everything and nothing twice", comeBack],
  ["the host closes it, and the pages become the record", close, AFTER_ALL],
  ["every page of the record is fit to read", everyRecord, BESIDE],
  ["the night is played again, at its own pace, faster, and from song to song", replay],
  ["the card and the overlay say that it is over", framedAfter],
  ["no browser called elsewhere or complained", nobodyComplained, AFTER_ALL],
];

function nobodyComplained({ people }) {
  for (const { name, requests, strange, trouble } of people) {
    assert.ok(requests > 0, name);
    assert.deepEqual({ name, strange, trouble }, { name, strange: [], trouble: [] });
  }
}

/** Everyone who takes part: three with a browser of their own, and visitors to these, whom they know nothing of. */
async function gather() {
  const service = await Service.start();
  const phone = { width: 360, height: 740 };
  const comes = (name, how) => Person.comes(service, name, how);
  const [host, guest, supporter] = await Promise.all([
    comes("host"),
    comes("guest", { ...phone, colorScheme: "dark", hasTouch: true, isMobile: true }),
    comes("supporter", { colorScheme: "light" }),
  ]);
  const plain = await comes("plain", { of: supporter, ...phone, javaScript: false });
  const reader = await comes("reader", { of: host });
  const neighbour = await comes("neighbour", { of: supporter });
  const people = [host, guest, supporter, plain, reader, neighbour];
  return { service, people, host, guest, supporter, plain, reader, neighbour, sites: [] };
}

test("a night in three browsers", { concurrency: 4 }, async (t) => {
  const night = await gather();
  const shots = process.env.DISCO_SHOTS;
  let hasFailed = false;
  let isBroken = false;
  const beside = [];
  try {
    for (const [name, play, how] of SCENES) {
      if (how === AFTER_ALL) await Promise.all(beside.splice(0));
      const played = t.test(name, { skip: isBroken && "a scene before it failed" }, async () => {
        try {
          await play(night);
        } catch (error) {
          hasFailed = true;
          isBroken ||= how !== BESIDE;
          throw error;
        }
      });
      if (how === BESIDE) beside.push(played);
      else await played;
    }
    await Promise.all(beside);
  } finally {
    for (const { name, page } of hasFailed && shots ? night.people : []) {
      await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    }
    for (const site of night.sites) site.close();
    await Promise.all(night.people.map((person) => person.leave()));
    const said = await night.service.said();
    const code = await night.service.stop();
    const checked = await night.service.run("check");
    await night.service.clear();
    assert.deepEqual({ said, code }, { said: "", code: 0 }, "the service had nothing to warn of, and stopped when asked");
    assert.match(checked, /\S/);
  }
});
