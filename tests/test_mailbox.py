"""Mailboxes and the parts of mails: each message is read, and each part that a reader can see."""

from __future__ import annotations

import base64
import binascii
import io
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, Start, Unreadable, detect, read
from checker.readers.mailbox import divide
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index

STORY = (
    "Nine goats sailed from Skerrow at dawn on the mail boat, and nobody in Port Hallam had been told to expect them, "
    "the harbour master said. By noon they had eaten two flower beds, a notice of the parish council and most of a "
    "flag that had been put out for the regatta."
)
NOTES = "Our own notes on beans, leeks and bindweed, for the people who asked after the garden last week."
DATED = "From goats@skerrow.example Tue Apr  3 07:11:58 2029\n"


def index() -> Store:
    store = open_index("memory:", create=True)
    (made,) = Sketcher(store.spec, store.secret).fingerprints([STORY])
    store.apply([Upsert(Work("goats", STORY, "Goats", "Meridian Press"), made)])
    return store


def entries(raw: bytes, name: str) -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def is_found(raw: bytes, name: str = "a.eml") -> bool:
    store = index()
    return any(
        check_document(entry, store).verdict is Verdict.FLAGGED
        for entry in entries(raw, name)
        if isinstance(entry, Document)
    )


def mail(text: str, coding: str = "7bit", subject: str = "Notes") -> bytes:
    message = EmailMessage()
    message["From"] = "desk@meridian.example"
    message["Subject"] = subject
    message["Date"] = "Tue, 3 Apr 2029 07:11:58 +0100"
    message.set_content(text, cte=coding)
    return message.as_bytes()


def with_parts(first: str, subtype: str = "mixed") -> MIMEMultipart:
    message = MIMEMultipart(subtype)
    message["From"], message["Subject"] = "desk@meridian.example", "Notes"
    message.attach(MIMEText(first))
    return message


@pytest.mark.parametrize("coding", ["7bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("lead", [DATED, "From - Tue Apr  3 07:11:58 2029\n", "From ???@??? Tue Apr 03 07:11 2029\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_message_of_a_mailbox_is_read(coding: str, lead: str, end: str) -> None:
    several = with_parts(NOTES).as_bytes()
    box = b"\n".join(lead.encode() + message for message in (several, mail(NOTES), mail(STORY, coding), several))
    box = box.replace(b"\n", end.encode())
    found = entries(box, "sent")
    assert [entry.id for entry in found if isinstance(entry, Document)] == [
        f"sent/message-{number}.eml" for number in range(1, 5)
    ]
    assert is_found(box, "sent")


def test_a_mailbox_whose_first_message_has_no_line_before_it() -> None:
    box = mail(NOTES) + b"\n" + DATED.encode() + mail(STORY, "base64")
    assert is_found(box, "box.mbox") and is_found(box, "box.eml")


def test_a_mailbox_of_messages_that_say_little_of_themselves() -> None:
    box = f"{DATED}X-Note: one\n\n{NOTES}\n\n{DATED}Content-Transfer-Encoding: base64\n\n".encode()
    box += base64.encodebytes(STORY.encode())
    assert is_found(box, "box") and is_found(box, "box.mbox")


def test_words_that_begin_with_from_are_no_message() -> None:
    text = f"{NOTES}\n\nFrom here on it rains.\nNote: bring a coat.\n\n>From there too.\n"
    (entry,) = entries(mail(text), "a.eml")
    assert isinstance(entry, Document)
    assert "From here on it rains.\nNote: bring a coat." in entry.text


@pytest.mark.parametrize("length", [0, 5, 99_999_999])
@pytest.mark.parametrize(
    "tail", [b"", b'<?xml version="1.0"?>\n<!DOCTYPE plist PUBLIC "-//X//EN" "x">\n<plist></plist>\n']
)
def test_a_message_with_its_length_before_it(length: int, tail: bytes) -> None:
    message = mail(STORY, "base64")
    raw = str(length or len(message)).encode() + b"\n" + message + tail
    assert is_found(raw, "12.emlx") and is_found(raw, "12.partial.emlx") and is_found(raw, "12")
    assert (
        "plist" not in "".join(entry.text for entry in entries(raw, "1.emlx") if isinstance(entry, Document)) or length
    )


def test_a_byte_order_mark_before_a_mail() -> None:
    for raw in (b"\xef\xbb\xbf" + mail(STORY, "base64"), b"\xef\xbb\xbf" + DATED.encode() + mail(STORY, "base64")):
        assert detect(Start("x", raw)).name == "mail"
        assert is_found(raw, "x")
    assert is_found(mail(STORY, "base64").decode().encode("utf-16"), "x")


def test_a_page_that_says_more_than_its_plain_part_is_read() -> None:
    plain = f"{NOTES} " * 20
    message = with_parts(plain, "alternative")
    message.attach(MIMEText(f"<p>{plain}</p><p>{STORY}</p>", "html"))
    found = entries(message.as_bytes(), "a.eml")
    assert len(found) == 1
    assert is_found(message.as_bytes())


def test_a_page_with_the_same_words_in_order_is_read() -> None:
    message = with_parts(" ".join(sorted(STORY.split())), "alternative")
    message.attach(MIMEText(f"<p>{STORY}</p>", "html"))
    report = check_document(entries(message.as_bytes(), "a.eml")[0], index())  # type: ignore[arg-type]
    assert report.verdict is Verdict.FLAGGED
    assert report.submitted.reading == "with what its HTML part shows"


def test_parts_that_say_the_same_are_read_once() -> None:
    message = with_parts(f"{STORY}\n\nRead on: https://meridian.example/goats?a=1&b=2\n", "alternative")
    message.attach(MIMEText(f'<p>{STORY}</p><p><a href="https://meridian.example">Read on:</a></p>', "html"))
    (entry,) = entries(message.as_bytes(), "a.eml")
    assert isinstance(entry, Document) and entry.readings == ()


def test_a_story_cut_into_parts_of_both_kinds_is_found() -> None:
    words = STORY.split()
    message = with_parts(" ".join(words[:4]))
    for place in range(4, len(words), 4):
        message.attach(MIMEText(" ".join(words[place : place + 4]), "html" if place % 8 else "plain"))
    assert is_found(message.as_bytes())


@pytest.mark.parametrize("called", ["image/png", "audio/mpeg", "video/mp4", "application/pgp-signature", "font/ttf"])
def test_text_is_read_whatever_it_is_called(called: str) -> None:
    message = with_parts(NOTES)
    part = MIMEText(STORY)
    part.replace_header("Content-Type", f"{called}; name=story.txt")
    part["Content-Disposition"] = "attachment; filename=story.txt"
    message.attach(part)
    assert is_found(message.as_bytes())


def test_a_page_that_is_called_plain_is_read_as_a_page() -> None:
    broken = STORY.replace("a", "<i>a</i>")
    assert is_found(mail(f"<!DOCTYPE html><html><body>{broken}</body></html>"))


def test_a_picture_and_a_signature_stay_what_they_are() -> None:
    message = with_parts(NOTES)
    picture = MIMEApplication(b"\x89PNG\r\n\x1a\nabc", "png")
    picture.replace_header("Content-Type", 'image/png; name="a.png"')
    message.attach(picture)
    signature = MIMEText("-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n")
    signature.replace_header("Content-Type", "application/pgp-signature")
    message.attach(signature)
    (entry,) = entries(message.as_bytes(), "a.eml")
    assert isinstance(entry, Document)
    assert entry.warnings == ("no words are read in a.png",)


def uuencode(raw: bytes) -> str:
    lines = [binascii.b2a_uu(raw[place : place + 45]).decode() for place in range(0, len(raw), 45)]
    return f"begin 644 goats.txt\n{''.join(lines)}`\nend\n"


def test_what_is_uuencoded_is_read() -> None:
    _, found = entries(mail(f"See below.\n\n{uuencode(STORY.encode())}\nBye."), "a.eml")
    assert isinstance(found, Document)
    assert (found.id, found.text) == ("a.eml/goats.txt", STORY)
    whole = mail("x").replace(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: x-uuencode")
    assert is_found(whole.replace(b"\nx\n", b"\n" + uuencode(STORY.encode()).encode()))


def test_yenc_is_not_clear() -> None:
    (entry,) = entries(mail("=ybegin line=128 size=9 name=goats.txt\nabc\n=yend size=9\n"), "a.eml")
    assert isinstance(entry, Document)
    assert entry.incomplete == ("a part of it is in yEnc, which is not read",)


def test_a_mail_may_be_read_in_two_encodings() -> None:
    russian = "Последний паром вышел из Халлама без капитана, и к утру его нашли у дальнего причала. Все живы. "
    message = MIMEText("x")
    message["From"], message["Subject"] = "desk@meridian.example", "Notes"
    raw = message.as_bytes().replace(b"us-ascii", b"windows-1251").replace(b"\nx", b"\n" + russian.encode("koi8-r"))
    texts = [entry.text for entry in entries(raw, "a.eml") if isinstance(entry, Document)]
    readings = [
        way.document.text for entry in entries(raw, "a.eml") if isinstance(entry, Document) for way in entry.readings
    ]
    assert any(russian.strip() in text for text in (*texts, *readings))


def test_messages_of_mail_programs_with_windows_line_ends() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "desk@meridian.example", "Notes"
    message.set_content(STORY, cte="base64")
    assert is_found(DATED.replace("\n", "\r\n").encode() + message.as_bytes(), "box")


PIECES = st.binary(max_size=40) | st.sampled_from([DATED.encode(), b"\n\n", b"From: x\n", b"12\n", b"From - \n"])


@given(st.lists(PIECES))
def test_whatever_the_bytes_messages_are_pieces_of_the_file(parts: list[bytes]) -> None:
    raw = b"".join(parts)
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in raw:
        found = list(divide(raw))
        assert sum(map(len, found)) <= len(raw)
        assert all(message in raw or b"From " in message for message in found)
