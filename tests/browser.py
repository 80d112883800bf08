"""A notebook in real JupyterLab in a real Chromium: ``with server() as lab, lab.open(notebook) as page: ...``."""

import contextlib
import functools
import json
import os
import pathlib
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import TimeoutError as PageTimeout
from playwright.sync_api import sync_playwright

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KERNEL_IDLE = r"""() => [...document.querySelectorAll('#jp-main-statusbar span')]
    .some(span => /^(?!No Kernel).*\| Idle$/.test(span.innerText))"""
ALL_RUN = r"""() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.innerText);
    return prompts.length > 0 && prompts.every(text => /^\[\d+\]:$/.test(text));
}"""
ANY_STARTED = r"""() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
    .some(prompt => /^\[(\d+|\*)\]:$/.test(prompt.innerText))"""
TROUBLE = ", ".join(f'[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in ("error", "stderr"))


@functools.cache
def chromium():
    """Return the path of a Chromium on this machine, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:  # its own download, if there is one
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def require_chromium():
    """Skip the running test where there is no Chromium; fail it in CI, which installs one."""
    import pytest  # here, as the benchmark and the tools use this module without it

    if chromium() is None:
        reason = "needs Chromium on this machine (Debian: apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


class Lab:
    """JupyterLab with settings, kernels and a folder of its own, and a browser to open notebooks in.

    Attributes
    ----------
    folder : pathlib.Path
        Where the notebooks lie and their kernels run.
    """

    def __init__(self, folder, url, token, browser):
        self.folder, self.url, self.token, self.browser = folder, url, token, browser

    @contextlib.contextmanager
    def open(self, notebook, width=1100, height=1000, run=True, timeout=300):
        """Open a copy of a notebook, run all its cells, and give the page; with `run` False, as it was saved.

        The copy has no stored outputs if it is to be run. `page.complaints` collects what the browser's console
        reports as an error; `trouble(page)` returns the errors that cells show.
        """
        _copy(pathlib.Path(notebook), self.folder, keep_outputs=not run)
        page = self.browser.new_page(viewport={"width": width, "height": height})
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{self.url}/lab/tree/{pathlib.Path(notebook).name}?reset&token={self.token}")
        try:
            page.wait_for_function(KERNEL_IDLE, timeout=60_000)
            page.keyboard.press("Control+b")  # closes the file browser
            if run:
                run_all(page, timeout)
            yield page
        finally:
            page.close()
            for session in json.loads(self._ask("/api/sessions")):
                self._ask(f"/api/sessions/{session['id']}", "DELETE")

    def _ask(self, path, method="GET"):
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read()


@contextlib.contextmanager
def server():
    """Start JupyterLab and Chromium; give a `Lab`; stop both."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, contextlib.ExitStack() as stack:
        home = pathlib.Path(home)
        folder = home / "course"
        folder.mkdir()
        _setting(home, "@jupyterlab/apputils-extension/notification", {"fetchNews": "false"})
        _setting(home, "@jupyterlab/notebook-extension/tracker", {"windowingMode": "none"})
        port, token = _free_port(), secrets.token_hex(16)
        log = stack.enter_context((home / "log").open("w+"))
        process = subprocess.Popen(_command(port, token, folder), env=_environment(home), stdout=log, stderr=log)
        stack.callback(_stop, process)
        lab = Lab(folder, f"http://127.0.0.1:{port}", token, None)
        _wait_for_answer(lab, process, log)
        playwright = stack.enter_context(sync_playwright())
        lab.browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        stack.callback(lab.browser.close)
        yield lab


def run_all(page, timeout=300):
    """Choose "Run All Cells" and wait until all have been run, within `timeout` seconds."""
    page.evaluate("() => document.querySelectorAll('.jp-InputPrompt').forEach(prompt => { prompt.innerText = ''; })")
    for _ in range(3):  # seen once on a busy machine: the command is given, and nothing runs
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.locator('li[data-command="runmenu:run-all"]').click()
        with contextlib.suppress(PageTimeout):
            page.wait_for_function(ANY_STARTED, timeout=15_000)
            break
    page.wait_for_function(ALL_RUN, timeout=1000 * timeout)


@contextlib.contextmanager
def theme(page, name):
    """Show JupyterLab in the theme of that name, "JupyterLab Dark" for instance; at the end in the light one again."""

    def choose(name):
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        page.locator("li.lm-Menu-item", has_text=re.compile("^Theme$")).hover()
        page.locator('li[data-command="apputils:change-theme"]', has_text=re.compile(f"^{name}$")).click()
        page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)

    choose(name)
    try:
        yield
    finally:
        choose("JupyterLab Light")


def trouble(page):
    """Return the texts of all errors and of all stderr that the notebook's cells show."""
    return page.locator(TROUBLE).all_inner_texts()


def picture_changes(page, picture, action):
    """Do `action()` and wait until the ``<img>`` at the locator `picture` shows another picture."""
    before = picture.get_attribute("src")
    action()
    page.wait_for_function(
        "([image, before]) => image.src !== before && image.complete && image.naturalWidth > 0",
        arg=[picture.element_handle(), before],
        timeout=20_000,
    )


def _copy(notebook, folder, keep_outputs):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    if not keep_outputs:  # stored prompts would look like cells that have been run
        content["metadata"].pop("widgets", None)
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
    (folder / notebook.name).write_text(json.dumps(content), encoding="utf-8")


def _setting(home, plugin, values):
    path = home / "settings" / f"{plugin}.jupyterlab-settings"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _command(port, token, folder):
    options = f"--no-browser --allow-root --ip=127.0.0.1 --port={port} --ServerApp.port_retries=0"
    lab = [sys.executable, "-m", "jupyterlab", *options.split()]
    return [*lab, f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]


def _environment(home):
    folders = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    return os.environ | {name: str(home / folder) for name, folder in folders.items()}


def _wait_for_answer(lab, process, log):
    for _ in range(240):
        with contextlib.suppress(OSError):
            lab._ask("/api")
            return
        if process.poll() is not None:
            break
        time.sleep(0.25)
    log.seek(0)
    raise RuntimeError("JupyterLab did not start:\n" + log.read()[-2000:])


def _stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
