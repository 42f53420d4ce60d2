// The page takes the pack: in each version and renderer it boots, and no module of ours complains.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load, lost, openBrowser, openPage, run, saved } from "./page.js";
import { serve, versions } from "./servers.js";

for (const version of versions()) {
  describe(`page ${version}`, () => {
    let server, browser;
    before(async () => ([server, browser] = await Promise.all([serve(version), openBrowser()])));
    after(async () => {
      await browser?.close();
      await server?.stop();
    });

    for (const vue of [false, true]) {
      test(`loads and runs ddim-2d in the ${vue ? "Vue" : "classic"} renderer`, async () => {
        const { page, context, errors } = await openPage(browser, server.url, { vue });
        const workflow = saved("ddim-2d");
        await load(page, workflow, "ddim-2d");
        assert.deepEqual(await lost(page, workflow), []);
        assert.equal(await run(page), "execution_success");
        assert.deepEqual(errors(), []);
        await context.close();
      });
    }
  });
}
