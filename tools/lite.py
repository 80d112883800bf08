"""The built site, served from this machine, in a real Chromium: ``with served(folder) as site: site.open(path)``."""

import contextlib
import functools
import http.server
import json
import threading
from urllib.parse import urlsplit

import browser
from playwright.sync_api import sync_playwright

STARTED = "() => window.jupyterapp?.restored?.then(() => true)"
CLOSE_ALL = """async () => {
    for (const widget of jupyterapp.shell.widgets('main')) await widget.context?.save();  // or it would ask
    await jupyterapp.commands.execute('application:close-all');
    await jupyterapp.serviceManager.sessions.shutdownAll();
}"""
SAVE = """([path, content]) => jupyterapp.serviceManager.contents.save(
    path, {type: 'notebook', format: 'json', content, path}).then(() => null)"""
GET = "path => jupyterapp.serviceManager.contents.get(path, {content: true}).then(model => model.content, () => null)"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site's folder, but for what is in `instead`: path -> bytes."""

    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
    }

    def __init__(self, *arguments, instead, **options):
        self.instead = instead
        super().__init__(*arguments, **options)

    def do_GET(self):
        with contextlib.suppress(ConnectionError):  # the page goes on to the next before it has all of this one
            if (content := self.instead.get(urlsplit(self.path).path)) is None:
                super().do_GET()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *message):
        """Leave the terminal to the tests."""


class Site:
    """A browser with a storage of its own that looks at the site.

    Attributes
    ----------
    page : Page
        ``page.complaints`` collects the errors that no code caught.
    requests : list of str
        The addresses that have been asked for, by the page, its worker and its kernels.
    instead : dict of str -> bytes
        What is served in place of a file, such as "/files/02_loss.ipynb".
    """

    def __init__(self, address, instead, context):
        self.address, self.instead, self.requests = address, instead, []
        context.on("request", lambda request: self.requests.append(request.url))
        self.page = context.new_page()
        self.page.complaints = []
        self.page.on("pageerror", lambda error: self.page.complaints.append(str(error)))

    def elsewhere(self):
        """Return the requests that left this machine."""
        inside = (self.address, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(inside)]

    def visit(self):
        """Open the site as a link to it does, and wait until JupyterLite is there."""
        self.page.goto(self.address)
        self.page.wait_for_url("**/lab/index.html*")
        self.page.wait_for_function(STARTED, timeout=120_000)

    def reload(self):
        """Load the page anew, as on the next day."""
        self.page.reload()
        self.page.wait_for_function(STARTED, timeout=120_000)

    def open(self, path, notebook=None, run=True):
        """Open a notebook alone, a new one if it is given; wait for its kernel and run all, unless told not to."""
        self.page.evaluate(CLOSE_ALL)
        if notebook is not None:
            notebook.metadata.kernelspec.name = "python"  # else it asks for the kernel
            self.save(path, notebook)
        self.page.evaluate(browser.OPEN, path)
        if run:
            self.wait_for_kernel()
            browser.run_all(self.page, timeout=600)

    def wait_for_kernel(self):
        """Wait until the open notebook could run."""
        self.page.wait_for_function(browser.KERNEL_IDLE, timeout=300_000)

    def save(self, path, notebook):
        """Put a notebook into the browser's storage."""
        self.page.evaluate(SAVE, [path, notebook])

    def get(self, path):
        """Return the notebook that the reader has under a name; None if there is none."""
        return self.page.evaluate(GET, path)

    def publish(self, path, notebook):
        """Let the site have another version of a notebook."""
        self.instead[f"/files/{path}"] = json.dumps(notebook).encode()


@contextlib.contextmanager
def served(folder):
    """Serve the folder and start Chromium; give a `Site`; stop both."""
    instead = {}
    handler = functools.partial(Handler, directory=folder, instead=instead)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=server.serve_forever).start()
        stack.callback(server.shutdown)
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=browser.chromium(), args=browser.FLAGS)
        stack.callback(chromium.close)
        context = chromium.new_context(viewport={"width": 1100, "height": 1400})
        yield Site(f"http://127.0.0.1:{server.server_port}/", instead, context)
