"""The segments of a store: added, merged, cleansed of what was purged, let go."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hozon.nouns.derived import DerivedStore, Range
from hozon.nouns.digests import identifier
from hozon.nouns.errors import Damaged, NotFound
from hozon.nouns.instants import Clock, timestamp
from hozon.nouns.workspace import Workspace
from hozon.search import manifest, merging, writing
from hozon.search.documents import Document
from hozon.search.layout import Directory
from hozon.search.manifest import Listed, Manifest


def read(store: DerivedStore) -> Manifest:
    """Return the manifest; without one, that of nothing. Raises `Damaged`."""
    try:
        return manifest.decoded(store.get(manifest.KEY).data)
    except NotFound:
        return Manifest()


@dataclass(slots=True, kw_only=True)
class Shelf:
    """The segments of a store, for the one who changes them.

    Whoever comes second meets a `Conflict` when the manifest is replaced. What is made
    `aside` is not seen before `publish`.
    """

    store: DerivedStore
    workspace: Workspace
    clock: Clock
    manifest: Manifest = field(default_factory=Manifest)
    version: str | None = None
    aside: bool = False

    def open(self) -> None:
        """Read the manifest. One that is damaged is as good as none."""
        try:
            stored = self.store.get(manifest.KEY)
        except NotFound:
            return
        self.version = stored.version
        try:
            self.manifest = manifest.decoded(stored.data)
        except Damaged:
            self.manifest = Manifest()

    def add(self, documents: Sequence[Document], *, position: int, name: str) -> None:
        """Store new documents as a segment, and how far the log is read."""
        gone = self.manifest.gone
        kept = [each for each in documents if not each.is_of(gone)]
        listed = None
        if kept:
            data, directory = writing.segment(kept)
            key = self._key(name)
            self.store.put(key, data)
            listed = self._listed(key, len(data), directory)
        self._replace(self.manifest.adding(listed, position=position))

    def merge(self, name: str) -> bool:
        """Merge what is to be merged now; tell whether there was anything."""
        due = self.manifest.to_merge()
        if due:
            self._merge(due, name)
        return bool(due)

    def cleanse(self, name: str) -> bool:
        """Rid one segment of what was purged; tell whether one had to be looked at."""
        segment = self.manifest.to_cleanse()
        if segment is None:
            return False
        if merging.holds(self._source(segment), self.manifest.gone):
            self._merge([segment], name)
        else:
            self._replace(self.manifest.marking(segment))
        return True

    def forget(self, ids: Sequence[str]) -> None:
        """Let snapshots and entries with these ids not be found any more, at once."""
        self._replace(self.manifest.forgetting(ids))

    def tidy(self) -> None:
        """Discard what counts no more. Begin anew if a segment is not there."""
        now, keys = self.clock(), list(self.store.keys(manifest.SEGMENTS))
        if self.manifest.lacks(keys):
            self.clear()
        seen = self.manifest.seeing(keys, now=now)
        faded = seen.faded(now)
        for key in faded:
            self.store.discard(key)
        self._replace(seen.discarding(faded))

    def clear(self) -> None:
        """Forget all segments: what is stored is to be read again, from the first on.

        What was purged stays so.
        """
        known = self.manifest
        self._replace(Manifest(gone=known.gone, fading=known.fading))

    def publish(self) -> None:
        """Let what was made aside be seen."""
        self.aside = False
        self._store(self.manifest)

    def _merge(self, old: Sequence[Listed], name: str) -> None:
        sources = [self._source(each) for each in old]
        with self.workspace.file() as file:
            directory = merging.merged(sources, file.write, gone=self.manifest.gone)
            new, key = None, self._key(name)
            if directory.documents:
                size = file.tell()
                self.store.put(key, file)
                new = self._listed(key, size, directory)
        self._replace(self.manifest.merging(old, new, now=self.clock()))

    def _replace(self, new: Manifest) -> None:
        if new != self.manifest and not self.aside:
            self._store(new)
        self.manifest = new

    def _store(self, new: Manifest) -> None:
        data = manifest.encoded(new)
        self.version = self.store.replace(manifest.KEY, data, version=self.version)

    def _source(self, listed: Listed) -> merging.Source:
        def read(offset: int, length: int) -> bytes:
            return self.store.read([Range(listed.key, offset, length)])[0]

        return merging.Source(directory=listed.directory, read=read)

    def _key(self, name: str) -> str:
        made = timestamp(self.clock())
        return f"{manifest.SEGMENTS}{made}-{identifier(name)}.seg"

    def _listed(self, key: str, size: int, directory: Directory) -> Listed:
        purges = self.manifest.purges
        return Listed(key=key, size=size, directory=directory, cleansed=purges)
