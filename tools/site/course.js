// The reader's own copies of the notebooks, in this browser, kept by the same rule as bpcourse/start/workspace.py: a copy
// that nobody has written in gives way to a new version; beside one with work in it, the new version is put. All before
// JupyterLite opens any of them. What has been delivered is remembered, by the name of the file it went to.

const LEDGER = `bpcourse delivered ${new URL("..", location)}`;
const VIEW = "application/vnd.jupyter.widget-view+json";
const ledger = JSON.parse(localStorage.getItem(LEDGER) ?? "{}");

async function fingerprint(notebook) {
  const read = notebook.cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]);
  const text = JSON.stringify(read.filter(([, source]) => source.trim()));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

function record(path, version) {
  ledger[path] = [...new Set([...(ledger[path] ?? []), version])];
  localStorage.setItem(LEDGER, JSON.stringify(ledger));
}

async function update(contents) {
  const offered = [];
  const kept = async (path) => { // what the browser has under that name, else the site
    const model = await contents.get(path, { content: true }).catch(() => null);
    return model && { ...model, version: await fingerprint(model.content).catch(() => null) };
  };
  const write = (path, content) => contents.save(path, { type: "notebook", format: "json", content, path });
  for (const path of await (await fetch("../files/notebooks.json", { cache: "no-cache" })).json()) {
    const notebook = await (await fetch(`../files/${path}`, { cache: "no-cache" })).json();
    const version = await fingerprint(notebook);
    const mine = await kept(path);
    const known = ledger[path] ?? [];
    if (mine && mine.version !== version && !known.includes(mine.version)) {
      if (known.includes(version)) continue;
      let beside;
      for (let number = 1; ; number += 1) {
        beside = path.replace(/\.ipynb$/, `.new-version${number === 1 ? "" : `-${number}`}.ipynb`);
        const there = await kept(beside);
        if (!there || (ledger[beside] ?? []).includes(there.version)) break;
      }
      await write(beside, notebook);
      record(beside, version);
      offered.push([path, beside]);
    } else if (mine?.version !== version) {
      await write(path, notebook);
    }
    record(path, version);
  }
  return offered;
}

// A figure of a kernel that is gone is shown as the picture stored beside it, as in bpcourse/start/contents.py.
function showStills({ contents, sessions }) {
  const get = contents.get.bind(contents);
  contents.get = async (path, options) => {
    const model = await get(path, options);
    if (model.type === "notebook" && model.content && ![...sessions.running()].some((one) => one.path === path)) {
      for (const { data } of model.content.cells.flatMap((cell) => cell.outputs ?? [])) {
        if (data?.["text/html"]) delete data[VIEW];
      }
    }
    return model;
  };
}

function tell(app, [path, beside]) {
  app.commands.execute("apputils:notify", {
    message: `There is a new version of ${path}. Yours stays as it is; the new one is ${beside}.`,
    type: "info",
    options: { autoClose: false, actions: [{ label: "Open it", commandId: "docmanager:open", args: { path: beside } }] },
  });
}

let app;
Object.defineProperty(window, "jupyterapp", {
  get: () => app,
  set(made) { // by JupyterLite, just before it starts the app
    app = made;
    const start = app.start.bind(app);
    app.start = async (options) => {
      const offered = await update(app.serviceManager.contents);
      showStills(app.serviceManager);
      await start(options);
      app.restored.then(() => offered.forEach((one) => tell(app, one)));
    };
  },
});
