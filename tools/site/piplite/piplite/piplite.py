"""Where the kernel leaves its settings of where to look for packages."""

import matplotlib.font_manager  # noqa: F401 (makes its list of fonts, and says so on stderr: not in a reader's cell)
