"""``python -m bpcourse`` starts the course."""

from bpcourse.start.command import main

if __name__ == "__main__":
    main()
