"""`python -m clearprop`: the same as the command `clearprop`."""

from clearprop.cli import main

if __name__ == "__main__":
    main()
