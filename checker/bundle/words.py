"""What a bundle says of itself in plain words."""

from __future__ import annotations

README = """\
EVIDENCE OF TEXT OVERLAP

This package was written by Wirecheck. It holds the pages, the stories and the report, and all that is needed to check
them again without anything else. It reports text overlap. Whether a use is allowed is for people to judge.

To check it:

    wirecheck evidence verify FILE.zip
    wirecheck evidence verify FILE.zip --seal SEAL

The seal is the line in seal.txt. It is the SHA-256 of manifest.json, which holds the SHA-256 of every other file. Write
the seal down where nobody can change it (on the printed report, in a letter, with a time-stamp authority): whoever can
rewrite the whole package can write a new seal into it too.

    manifest.json            every file with its size and SHA-256; by whom, when and with what this was made
    seal.txt                 the SHA-256 of manifest.json
    timestamp.tsr            a time-stamp over manifest.json (RFC 3161), where one was asked for
    method.txt               how texts are compared, what the figures mean, and what they do not say
    pairs.json               every passage of a page beside the passage of the story, with offsets on both sides
    policy.toml              the policy as it was; not there: the built-in one
    agencies.toml            the policy's own list of agencies, where it has one
    decisions.jsonl          what people decided about the case, as the log has it
    chain.json               the SHA-256 of every line of that log, in order
    pages/N/original         the page as it lay in the input, byte for byte
    pages/N/page.json        its address, dates and place in the archive
    pages/N/text.txt         the text that was taken out of it
    pages/N/read.json        how the text was taken out
    pages/N/offsets.json     where each piece of the text stands in the original, where that has characters
    pages/N/report.json      the report on it, from the check or the audit
    pages/N/rerun.json       the report of the same page against the stories of this package alone
    stories/M/story.json     the story's id, version, holder, dates and terms, as received
    stories/M/text.txt       its text; not there: it has left the index after its term

Offsets count Unicode code points from 0; the end is the first that no longer belongs. Text is UTF-8. No file is packed,
so that any program can open them.
"""

METHOD = """\
HOW THIS WAS FOUND

1. Text. The page is read as its format says (HTML, Word, PDF, mail, plain text). What readers see is taken out as text,
   and for every character its place in the file is kept. read.json names the format and the encoding, and says what
   could not be read. What could not be read was not judged.

2. Comparison. Text is compared word by word. Capitals, accents, punctuation, line ends, invisible characters and
   letters of another script that look the same do not count as differences. Every run of four words of the page is
   looked up among fingerprints of the stories. Where several stand in the same order in both texts, the two texts
   themselves are compared, and the passage goes as far as they agree. No passage is reported on fingerprints alone
   while the text of the story is there. Stock phrases, names, tables of figures and other words that many texts share
   are set aside, and the report says which and why.

3. Figures. "words" are the words of the page in the passage. "similarity" goes from 0 to 1, over the words of both
   passages. "longest_run" is the longest run of words that agree one after another. "source_share" is the share of the
   story's words that the passage takes. "verbatim" is word for word, "edited" has at least half of the words alike,
   "rewritten" less. The share of a page counts each word once, however many stories it stands in.

4. Rules. What a passage comes to (copied, quoted, licensed, under embargo, killed and so on) was decided by the policy
   in policy.toml, for the date and the site in the report. Each passage names the rule and says why.

5. Once more. rerun.json is the same comparison against the stories in this package alone. Each pair says whether it was
   found again: "same" with the same offsets and figures, "otherwise" with others, "not". They can differ, because the
   index that first found it knew more: other stories with the same words, and phrases that many stories share. A story
   whose text has left the index after its term cannot be compared again; of it the report has the place and the words
   of the page, by its fingerprint.

WHAT THIS DOES NOT SAY

It says that two texts agree, and where. It does not say who wrote the words first, nor whether a use is allowed. It
does not know of agreements that the policy does not name. A short or much rewritten passage may be missed, and two
people who report the same event may use some of the same words. Dates are those of the page, of the archive and of the
agency, as received. That the page stood at its address is for whoever made the archive to say.
"""
