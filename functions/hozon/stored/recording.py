"""Compose the records of one WARC object, in the order readers expect. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from hozon import __version__
from hozon.nouns.archive import Archive, user_agent
from hozon.nouns.digests import Digest
from hozon.nouns.model import Capture, Exchange
from hozon.reading import identifying
from hozon.reading.answers import media_type
from hozon.warc import records, writer
from hozon.warc.records import Record


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Collects exchanges and metadata, and encodes them as one WARC object."""

    new_id: Callable[[], str]
    warcinfo_id: str
    records: list[Record] = field(default_factory=list)

    @classmethod
    def of(cls, archive: Archive, warc_key: str, started_at: datetime) -> "Recorder":
        """Return a recorder whose first record says who made the object, with what."""
        fields = {
            "software": f"Hozon/{__version__}",
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/"
            "specifications/warc-format/warc-1.1/",
            "http-header-user-agent": user_agent(archive.contact),
        }
        if archive.contact:
            fields["operator"] = archive.contact
        warcinfo_id = archive.new_id()
        recorder = cls(new_id=archive.new_id, warcinfo_id=warcinfo_id)
        recorder.records.append(
            records.warcinfo(
                record_id=warcinfo_id,
                date=started_at,
                filename=warc_key.rpartition("/")[2],
                fields=fields,
            )
        )
        return recorder

    def exchange(
        self,
        exchange: Exchange,
        *,
        held: Capture | None = None,
        payload_digest: Digest | None = None,
    ) -> str:
        """Add an exchange and return the id of its response record.

        Where its payload is `held` already, that record is a revisit of it. Who knows
        the payload's digest gives it, so that it is not made twice.
        """
        record_id = self.new_id()
        if held is None:
            response = records.response(
                exchange,
                record_id=record_id,
                warcinfo_id=self.warcinfo_id,
                payload_digest=payload_digest,
                identified=identifying.otherwise(
                    exchange.payload,
                    stated=media_type(exchange),
                    content_encoding=exchange.header("content-encoding"),
                ),
            )
        else:
            response = records.revisit(
                exchange,
                record_id=record_id,
                refers_to=held,
                warcinfo_id=self.warcinfo_id,
            )
        self.records.append(response)
        self.request(exchange, concurrent_to=record_id)
        return record_id

    def vouched(self, exchange: Exchange, held: Capture) -> str:
        """Add an exchange that says that what is `held` was not modified (304)."""
        record_id = self.new_id()
        self.records.append(
            records.not_modified(
                exchange,
                record_id=record_id,
                refers_to=held,
                warcinfo_id=self.warcinfo_id,
            )
        )
        self.request(exchange, concurrent_to=record_id)
        return record_id

    def request(self, exchange: Exchange, *, concurrent_to: str) -> None:
        """Add what was asked, beside the record `concurrent_to` of what was answered."""
        self.records.append(
            records.request(
                exchange,
                record_id=self.new_id(),
                concurrent_to=concurrent_to,
                warcinfo_id=self.warcinfo_id,
            )
        )

    def metadata(self, content: bytes, *, about: Exchange, record_id: str) -> None:
        """Add a metadata record about the capture `record_id` that `about` became."""
        self.note(
            content,
            target_uri=about.target_uri,
            at=about.started_at,
            concurrent_to=record_id,
        )

    def note(
        self,
        content: bytes,
        *,
        target_uri: str,
        at: datetime,
        record_id: str | None = None,
        concurrent_to: str | None = None,
    ) -> None:
        """Add a metadata record about a URI at an instant, whatever was captured then."""
        self.records.append(
            records.metadata(
                record_id=record_id or self.new_id(),
                date=at,
                target_uri=target_uri,
                concurrent_to=concurrent_to,
                content=content,
                warcinfo_id=self.warcinfo_id,
            )
        )

    def converted(
        self, text: str, *, target_uri: str, at: datetime, refers_to: str
    ) -> None:
        """Add a text that stands in the response record `refers_to`."""
        self.records.append(
            records.conversion(
                record_id=self.new_id(),
                date=at,
                target_uri=target_uri,
                content=text.encode("utf-8", "replace"),
                content_type="text/plain; charset=utf-8",
                refers_to=refers_to,
                warcinfo_id=self.warcinfo_id,
            )
        )

    def encoded(self) -> bytes:
        """Return the whole WARC object."""
        return writer.encode_all(self.records)
