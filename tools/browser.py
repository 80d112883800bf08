"""A notebook in real JupyterLab in a real Chromium: ``with server() as lab, lab.open(notebook) as page: ...``."""

import contextlib
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import nbformat
import server_log
from playwright.sync_api import TimeoutError as PageTimeout
from playwright.sync_api import expect, sync_playwright

from bpcourse.start.command import STILLS

expect.set_options(timeout=20_000)

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
SETTINGS = {  # of JupyterLab, in JSON
    "apputils-extension/notification": '{"fetchNews": "false"}',
    "notebook-extension/tracker": '{"windowingMode": "none"}',
}
READY = "() => window.jupyterapp?.restored.then(() => true)"  # the page may be loaded before there is a jupyterapp
OPEN = "path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)"
SAVE = "() => jupyterapp.commands.execute('docmanager:save').then(() => null)"
CLOSE = """async () => {
    await jupyterapp.commands.execute('docmanager:save');  // or it would ask
    await jupyterapp.commands.execute('application:close-all');
}"""
KERNEL_IDLE = r"""() => [...document.querySelectorAll('#jp-main-statusbar span')]
    .some(span => /^(?!No Kernel).*\| Idle$/.test(span.innerText))"""
ALL_RUN = r"""() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.innerText);
    return prompts.length > 0 && prompts.every(text => /^\[\d+\]:$/.test(text));
}"""
ANY_STARTED = r"""() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
    .some(prompt => /^\[(\d+|\*)\]:$/.test(prompt.innerText))"""
PICTURE = ".bp-drawing"  # of a live figure
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


def notebook(*sources):
    """Return a notebook with a code cell of each source."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


class Lab:
    """JupyterLab with settings and kernels of its own, in a page of a browser: make it with `server`."""

    def __init__(self, folder, url, token, page):
        self._folder, self._url, self._token, self._page = folder, url, token, page
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.complaints = []
        page.goto(self._address("lab"))
        page.wait_for_function(READY, timeout=60_000)
        page.keyboard.press("Control+b")  # closes the file browser

    @contextlib.contextmanager
    def open(self, notebook, width=1100, height=1000, run=True, timeout=300):
        """Save a notebook in a folder of its own, open it alone, run all its cells unless told not to; give the page.

        Its kernel works and keeps a learner's progress in that folder, `page.folder`. `page.complaints` collects what
        the browser's console reports as an error; `trouble(page)` returns the errors that cells show.
        """
        page, folder = self._page, pathlib.Path(tempfile.mkdtemp(dir=self._folder))
        nbformat.write(notebook, folder / "notebook.ipynb")
        page.folder, page.complaints = folder, []
        page.set_viewport_size({"width": width, "height": height})
        try:
            page.evaluate(OPEN, f"{folder.name}/notebook.ipynb")
            page.wait_for_function(KERNEL_IDLE, timeout=60_000)
            if run:
                run_all(page, timeout)
            yield page
        finally:
            page.evaluate(CLOSE)
            self.end_kernels()

    def end_kernels(self):
        """Shut all kernels down."""
        for session in self._page.request.get(self._address("api/sessions")).json():
            self._page.request.delete(self._address(f"api/sessions/{session['id']}"))

    def reopen(self, trusted=True):
        """Save the open notebook, end its kernel, and open it as on the next day, or as somebody else who got it."""
        path = f"{self._page.folder.name}/notebook.ipynb"
        self._page.evaluate(CLOSE)
        self.end_kernels()
        if not trusted:  # a changed file has lost its signature
            notebook = nbformat.read(self._folder / path, as_version=4)
            notebook.metadata.author = "somebody"
            nbformat.write(notebook, self._folder / path)
        self._page.evaluate(OPEN, path)

    def _address(self, path):
        return f"{self._url}/{path}?token={self._token}"


@contextlib.contextmanager
def server():
    """Start JupyterLab and Chromium; give a `Lab`; stop both."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, contextlib.ExitStack() as stack:
        home = pathlib.Path(home)
        (home / "course").mkdir()
        for plugin, values in SETTINGS.items():
            path = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(values)
        options = f"--no-browser --allow-root --ip=127.0.0.1 --ServerApp.root_dir={home / 'course'}"
        options += " --port=0"  # any free one: of two servers that start at once, both would find the usual one free
        options += " --LabApp.expose_app_in_browser=True"  # as jupyterapp, which OPEN and CLOSE call
        command = [sys.executable, "-m", "jupyterlab", STILLS, *options.split()]
        process = stack.enter_context(
            subprocess.Popen(command, cwd=home, env=_environment(home), stderr=subprocess.PIPE, text=True)
        )
        reader = threading.Thread(target=process.stderr.read)  # of what follows, so that the pipe never fills up
        stack.callback(_stop, process, reader)
        url, token = server_log.address(process.stderr)
        reader.start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        stack.callback(browser.close)
        yield Lab(home / "course", url, token, browser.new_page())


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


@contextlib.contextmanager
def less_motion(page):
    """Show the page as somebody sees it who has asked for reduced motion: figures leap where they would move."""
    page.emulate_media(reduced_motion="reduce")
    try:
        yield
    finally:
        page.emulate_media(reduced_motion="no-preference")


def trouble(page):
    """Return the texts of all errors and of all stderr that the notebook's cells show."""
    return page.locator(TROUBLE).all_inner_texts()


def picture_changes(page, picture, action):
    """Do `action()` and wait until the drawing at the locator `picture` is another one."""
    before = picture.inner_html()
    action()
    page.wait_for_function(
        "([picture, before]) => picture.innerHTML !== before",
        arg=[picture.element_handle(), before],
        timeout=20_000,
    )


def _environment(home):
    folders = {
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    return os.environ | {name: str(home / folder) for name, folder in folders.items()} | {"BPCOURSE_HOME": "progress"}


def _stop(process, reader):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
    if reader.is_alive():
        reader.join()
