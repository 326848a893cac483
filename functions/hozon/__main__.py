"""``python -m hozon`` is the command line."""

from hozon.cli import main

if __name__ == "__main__":
    main()
