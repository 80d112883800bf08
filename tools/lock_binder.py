"""Renew binder/requirements.txt, what Binder installs to the byte, from binder/requirements.in.

Run it as ``python tools/lock_binder.py``, then look at the difference and run the tests.
"""

import environments

PYTHON = "3.13"
HEADER = "# Every version that Binder installs, from requirements.in; renew with: python tools/lock_binder.py\n"


def main():
    lock = environments.ROOT / "binder" / "requirements.txt"
    environments.uv(
        *("pip", "compile", "binder/requirements.in", "--upgrade", "--quiet", "--output-file", str(lock)),
        *("--python-version", PYTHON, "--python-platform", "x86_64-manylinux_2_28"),
        *("--no-header", "--no-annotate", "--no-emit-package", "bpcourse", "--generate-hashes"),
    )
    lock.write_text(HEADER + lock.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
