"""Starting the course: the learner's own copies of the notebooks, kept up to date, and JupyterLab."""
