"""Write the golden WARC files anew.

    PYTHONPATH=functions:. python -m tests.data.warc.regenerate

They are a format we keep. A change in them is a change of the archive's bytes (or of
libdeflate's): look at the difference, say in the commit why it is right, and only then
commit them.
"""

from pathlib import Path

from hozon.warc import writer
from tests.unit.warc.samples import samples

FOLDER = Path(__file__).parent


def main() -> None:
    """Write one file for each sample."""
    for name, records in samples().items():
        (FOLDER / f"{name}.warc.gz").write_bytes(writer.encode_all(records))


if __name__ == "__main__":
    main()
