"""The notebooks as JupyterLab reads them: where no kernel runs, a figure or question is its still, not a dead view.

JupyterLab prefers a view over the picture stored beside it, and says "model not found" once the kernel is gone. The
file itself stays as it is, until JupyterLab saves it. A hub has the same with this line in its servers' settings:
``c.ServerApp.contents_manager_class = "bpcourse.start.contents.Contents"``.
"""

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

VIEW = "application/vnd.jupyter.widget-view+json"


class Contents(AsyncLargeFileManager):
    """JupyterLab's own manager of files, but for what `get` returns of a notebook that no kernel runs for."""

    async def get(self, path, *arguments, **options):
        model = await super().get(path, *arguments, **options)
        if model["type"] == "notebook" and model["content"]:
            sessions = await self.parent.session_manager.list_sessions()
            if model["path"] not in [session["path"] for session in sessions]:
                show_stills(model["content"])
        return model


def show_stills(notebook):
    """Drop each view that has a still beside it; to that of a question, add the answer that was chosen last."""
    from bpcourse.exercises.questions import answered  # here, as most notebooks that are opened hold nothing dead

    for cell in notebook["cells"]:
        for data in (output.get("data", {}) for output in cell.get("outputs", ())):
            if "text/html" in data and data.pop(VIEW, None):
                data["text/html"] = answered(data["text/plain"]) or data["text/html"]
