from __future__ import annotations

import base64
import binascii
import io
import time
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.places import Place
from checker.readers import Document, Label, Start, Unreadable, detect, read
from checker.readers.inside import MOST_DEEP

HEAD = b"From: desk@meridian.example\nDate: Tue, 3 Apr 2029 07:11:58 +0100\nSubject: Goats\nMIME-Version: 1.0\n"
WORDS = "Nine goats sailed from Skerrow at dawn, and nobody counted the hens."


def entries(raw: bytes, name: str = "a.eml") -> list[Document | Unreadable]:
    return list(read(name, io.BytesIO(raw)))


def first(raw: bytes) -> Document:
    entry = entries(raw)[0]
    assert isinstance(entry, Document) and entry.format == "mail"
    return entry


def written(message: object) -> bytes:
    message["From"] = "desk@meridian.example"  # type: ignore[index]
    message["Subject"] = "Goats"  # type: ignore[index]
    message["Date"] = "Tue, 3 Apr 2029 07:11:58 +0100"  # type: ignore[index]
    return message.as_bytes()  # type: ignore[attr-defined, no-any-return]


def test_subject_and_body_are_one_text():
    entry = first(HEAD + b"\n" + WORDS.encode() + b"\n\nMore.\n")
    assert entry.text == f"Goats\n\n{WORDS}\n\nMore."
    assert [(part.label, part.place) for part in entry.parts] == [
        (Label.SUBJECT, Place(part="subject")),
        (Label.BODY, Place(part="body", paragraph=1)),
        (Label.BODY, Place(part="body", paragraph=2)),
    ]
    assert (entry.id, entry.title, entry.metadata["from"]) == ("a.eml", "Goats", "desk@meridian.example")


@pytest.mark.parametrize("coding", ["7bit", "quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1252", "koi8-r", "iso-2022-jp", "utf-16", "gb18030"]
)
def test_any_charset_in_any_coding(charset, coding):
    words = {
        "koi8-r": "Паром вышел на рассвете из порта и вернулся",
        "iso-2022-jp": "渡し船は夜明けに出た",
        "gb18030": "渡船黎明时分离开了港口",
    }.get(
        charset, "Le bac a quitté l’île à l'aube, déjà" if charset != "iso-8859-1" else "Le bac a quitté à l'aube, déjà"
    )
    raw = words.encode(charset)
    packed = {
        "base64": base64.encodebytes(raw),
        "quoted-printable": b"".join(
            b"=%02X" % byte if byte > 126 or byte in b"=\0\x1b" else bytes([byte]) for byte in raw
        ),
    }.get(coding, raw)
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n\n".encode()
    assert first(HEAD + head + packed).text == f"Goats\n\n{words}"


def test_a_page_is_read_where_there_is_no_plain_text():
    message = MIMEMultipart("alternative")
    message.attach(MIMEText(f"<p>{WORDS[:20]}<b>{WORDS[20:]}</b></p><p style='display:none'>unseen</p>", "html"))
    (entry,) = entries(written(message))
    assert isinstance(entry, Document)
    assert entry.text.startswith(f"Goats\n\n{WORDS}") and entry.format == "mail"


@pytest.mark.parametrize(("page", "count"), [(f"<p>{WORDS}</p>", 1), (f"<p>{'quite another matter ' * 20}</p>", 2)])
def test_a_page_that_says_something_else_is_read_as_well(page, count):
    message = MIMEMultipart("alternative")
    message.attach(MIMEText(WORDS, "plain"))
    message.attach(MIMEText(page, "html"))
    found = entries(written(message))
    assert [entry.id for entry in found] == ["a.eml", "a.eml/body.html"][:count]


def test_an_attachment_is_what_it_is():
    message = MIMEMultipart("mixed")
    message.attach(MIMEText("See below.", "plain"))
    page = MIMEText(f"<html><body>{WORDS} déjà</body></html>", "html", "iso-8859-1")
    page.add_header("Content-Disposition", "attachment", filename=("utf-8", "", "../../île.html"))
    message.attach(page)
    picture = MIMEApplication(b"\x89PNG", "png")
    picture.replace_header("Content-Type", 'image/png; name="a.png"')
    message.attach(picture)
    sealed = MIMEApplication(b"x", "pkcs7-mime")
    message.attach(sealed)
    body, attached, refused = entries(written(message))
    assert isinstance(body, Document) and body.warnings == ("no words are read in a.png",)
    assert isinstance(attached, Document) and isinstance(refused, Unreadable)
    assert (attached.id, attached.format, attached.encoding) == ("a.eml/île.html", "html", "cp1252")
    assert attached.text.strip() == f"{WORDS} déjà"
    assert refused.sentence == "It is encrypted. Save the mail as you read it."


def test_a_mail_in_a_mail():
    inner = EmailMessage()
    inner["Subject"] = "The hens"
    inner["From"] = "ben@example.org"
    inner.set_content(WORDS)
    outer = EmailMessage()
    outer.set_content("See below.")
    outer.add_attachment(inner)
    _, found = entries(written(outer))
    assert isinstance(found, Document)
    assert (found.id, found.format, found.text) == ("a.eml/part-1.eml", "mail", f"The hens\n\n{WORDS}")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (HEAD + b"\n", "mail"),
        (b"  \n\n" + HEAD + b"\n", "mail"),
        (b"From x Tue Apr  3 07:11:58 2029\n" + HEAD, "mail"),
        (b"Received: by a;\n b\nMessage-ID: <1>\nX-Y: z\nDate: x\n\n", "mail"),
        (b"From: the harbour\nTo: whom it may concern\nSubject: goats\n\nDear all,", "text"),
        (b"Note: this is\nSubject: to change", "text"),
        (b"http://example.org\n", "text"),
    ],
)
def test_it_is_known_by_its_header(raw, found):
    assert detect(Start("x", raw)).name == found


def test_eml_by_name():
    assert detect(Start("x.eml", b"Subject: goats\n\nNine.")).name == "mail"
    assert detect(Start("x.eml", b"Nine goats.")).name == "text"


def nested(depth: int) -> bytes:
    raw = WORDS.encode()
    for level in range(depth):
        raw = b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n%s\n--b%d--\n' % (
            level,
            level,
            raw if level else b"\n" + raw,
            level,
        )
    return HEAD + raw


def forwarded(depth: int) -> bytes:
    raw = HEAD + b"\n" + WORDS.encode()
    for level in range(depth):
        raw = (
            HEAD
            + b"Content-Type: multipart/mixed; boundary=f%d\n\n--f%d\nContent-Type: message/rfc822\n\n%s\n--f%d--\n"
            % (
                level,
                level,
                raw,
                level,
            )
        )
    return raw


def test_nesting_that_people_use_is_read():
    assert WORDS in first(nested(12)).text
    found = entries(forwarded(MOST_DEEP))
    assert isinstance(found[-1], Document) and WORDS in found[-1].text


MIXED = b'Content-Type: multipart/mixed; boundary="b"\n\n'
HOSTILE = {
    "parts in parts": nested(3_000),
    "mails in mails": forwarded(400),
    "cut off": HEAD + MIXED + b"--b\n\n" + WORDS.encode(),
    "a million parts": HEAD + MIXED + b"--b\n\na\n" * 1_000_000 + b"--b--",
    "base64 cut": HEAD + b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(WORDS.encode())[:-3],
    "base64 with rubbish": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"!!!!" + base64.b64encode(WORDS.encode()),
    "unknown charset": HEAD + b"Content-Type: text/plain; charset=x-none\n\n" + bytes(range(128, 256)) * 40,
    "sealed": HEAD + b"Content-Type: application/pkcs7-mime\n\nx",
    "bytes": HEAD + b"\n" + bytes(range(256)) * 100,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_what_cannot_be_read_is_said(raw):
    began = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - began < 30
    assert any(isinstance(entry, Unreadable) or entry.incomplete for entry in found)


LONG = {
    "header of addresses": HEAD + b"To: " + b"(" * 1_000_000 + b"\n\n" + WORDS.encode(),
    "header lines": HEAD + b"X: y\n" * 2_000_000 + b"\n" + WORDS.encode(),
    "encoded words": HEAD.replace(b"Goats", b"=?utf-8?q?a?= " * 100_000) + b"\n" + WORDS.encode(),
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a*0=x" * 200_000 + b"\n\n" + WORDS.encode(),
    "quotes": HEAD + b'Content-Type: text/plain; x="' + b'";"' * 300_000 + b"\n\n" + WORDS.encode(),
    "dashes": HEAD + MIXED + b"--b\n\n" + WORDS.encode() + b"\n--" * 1_000_000 + b"\n--b--",
    "no boundary": HEAD + b"Content-Type: multipart/mixed\n\n" + WORDS.encode(),
    "boundary nowhere": HEAD + MIXED + WORDS.encode(),
    "part without header": HEAD + MIXED + b"--b\n" + WORDS.encode() + b"\n--b--",
    "NULs in the header": HEAD + b"X-\0: \0\n\n" + WORDS.encode(),
    "line ends": HEAD.replace(b"\n", b"\r\n") + b"\r\n" + b"\r\n" * 3_000_000 + WORDS.encode(),
    "old Mac": (HEAD + b"\n" + WORDS.encode()).replace(b"\n", b"\r"),
}


@pytest.mark.parametrize("raw", LONG.values(), ids=LONG)
def test_hostile_mail_costs_its_length_and_keeps_its_words(raw):
    began = time.perf_counter()
    found = entries(raw)
    assert time.perf_counter() - began < 30
    assert any(isinstance(entry, Document) and WORDS in entry.text for entry in found)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\n", MIXED, MIXED + b"--b\n"]))
def test_whatever_the_bytes(raw, lead):
    for entry in entries(HEAD + lead + raw):
        if isinstance(entry, Document):
            reached = 0
            for part in entry.parts:
                assert reached <= part.start <= part.end <= len(entry.text)
                reached = part.end


def test_words_in_other_letters_among_the_headers_are_read():
    raw = HEAD.rstrip(b"\n") + "\nЛодка ушла без капитана\n\n".encode() + WORDS.encode()
    (found,) = entries(raw)
    assert isinstance(found, Document) and WORDS in found.text


STORY = """Nine goats that had been booked as passengers were led ashore at Skerrow by a deckhand who had never steered
a boat before, the harbour office said. The captain was found asleep in the chart room of another vessel, which had left
for the mainland with his coat, his papers and the only key to the fuel store."""
PACKED = base64.encodebytes(STORY.encode())


def reads(raw: bytes, name: str = "a.eml") -> bool:
    """Whether some way of reading some document of a file has the whole story."""
    found = [entry for entry in entries(raw, name) if isinstance(entry, Document)]
    ways = [way for entry in found for way in (entry, *(reading.document for reading in entry.readings))]
    return any(" ".join(STORY.split()) in " ".join(way.text.split()) for way in ways)


@pytest.mark.parametrize(
    "coding",
    [
        b"Content-Transfer-Encoding: base64 (as the gateway has it)\n",
        b"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: BASE64\n",
        b"Content-Transfer-Encoding: 'base64'\n",
        b"Content-Transfer-Encoding: 7bit\n",
        b"Content-Transfer-Encoding: none\n",
        b"",
    ],
)
def test_base64_is_decoded_whatever_the_header_calls_it(coding):
    assert reads(HEAD + b"Content-Type: text/plain; charset=utf-8\n" + coding + b"\n" + PACKED)


def test_messages_of_a_digest_are_read():
    inner = HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + PACKED
    digest = b"--x\n\n" + HEAD + b"\nHens.\n--x\n\n" + inner + b"\n--x--\n"
    raw = HEAD + b"Content-Type: multipart/digest; boundary=x\n\n" + digest
    assert reads(raw)
    assert [entry.id for entry in entries(raw)] == ["a.eml", "a.eml/part-1.eml", "a.eml/part-2.eml"]


def test_coded_lines_in_any_text_are_decoded_and_lead_to_them():
    (entry,) = entries(b"The hens stayed at home.\n\n" + PACKED + b"\nThat is all.\n", "a.txt")
    assert isinstance(entry, Document)
    (way,) = entry.readings
    assert way.how == "with its coded lines decoded" and not way.disguise
    start = way.document.text.index("Nine goats")
    low, high = way.document.offsets.span(start, start + 10)
    assert way.document.original[low:high].encode() == PACKED.rstrip()
    lines = [STORY.encode()[at : at + 45] for at in range(0, len(STORY), 45)]
    uuencoded = b"begin 644 a.txt\n" + b"".join(map(binascii.b2a_uu, lines)) + b"`\nend\n"
    assert reads(b"The hens stayed at home.\n" + uuencoded, "a.txt")


@pytest.mark.parametrize("lines", [base64.encodebytes(bytes(range(256)) * 3), b"A" * 76 + b"\n" + b"B" * 76 + b"\n"])
def test_coded_lines_without_words_are_left_as_they_are(lines):
    (entry,) = entries(b"The key of the desk:\n\n" + lines, "a.txt")
    assert isinstance(entry, Document) and entry.readings == ()
