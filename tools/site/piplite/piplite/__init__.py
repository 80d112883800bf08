"""Stands in for JupyterLite's installer of packages, which each kernel imports before its first cell."""
