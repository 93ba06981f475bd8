"""Words to keys: equal to datasketch where it is the authority, sealed, and never without the shared run."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fingerprints.index import Upsert, Work
from fingerprints.minhash import MinHashes, lsh_bands
from fingerprints.siphash import siphash24
from fingerprints.sketch import Sketcher, sketcher
from fingerprints.spec import DEFAULT_SPEC, KEY_BITS, FingerprintSpec
from fingerprints.stores.memory import MemoryStore
from fingerprints.text import tokenise

SECRET = bytes(range(32))
SKETCHER = Sketcher(DEFAULT_SPEC, SECRET)
GUARANTEED = DEFAULT_SPEC.window + DEFAULT_SPEC.shingle - 1
"""A shared run of so many words is certain to share a key."""

CLOCK = (
    "EASTNESS, June 20 (MP) -- A tower clock whose theft two years ago cost a museum director his post was found "
    "Wednesday in the museum's own cellar, crated, labeled and running 40 minutes slow."
)
FERRY = (
    "SKERROW, May 2 (MP) -- The last ferry of the day left the island without its captain, who had stopped on the "
    "pier to settle a bet about the depth of the water, and came back for him only after the tide had turned."
)
STRIKE = "Докеры порта Халлам бастуют второй день: суда с зерном ждут у причалов, а переговоры не назначены."
HARBOR = "港口工人星期二黎明停止工作,九艘船在外海等候,谈判没有日期。"
STORIES = [CLOCK, FERRY, STRIKE, HARBOR, f"{CLOCK}\n\n{FERRY}"]

VOCABULARY = """
    harbor clock ferry strike governor minister crane silo wheat tide captain cellar ballot count beetle glue snow pass
    river dike lamp lantern baker yeast court clerk heller boat motor niece map bicycle theodolite cup corner whistle
    said found left took held asked told wrote closed opened turned carried drove brought the a of and to in on at
""".split()  # noqa: SIM905


def shingles(text: str) -> np.ndarray:
    return SKETCHER.shingles(SKETCHER.words(tokenise(text)))


def datasketch_of(values: list[int]) -> MinHash:
    """What datasketch makes of a set of 32-bit hashes."""
    made = MinHash(
        num_perm=DEFAULT_SPEC.permutations,
        seed=DEFAULT_SPEC.seed,
        scheme=DEFAULT_SPEC.scheme,
        hashfunc=lambda value: int.from_bytes(value, "little"),
    )
    made.update_batch([value.to_bytes(4, "little") for value in values])
    return made


def upper(hashes: np.ndarray) -> list[int]:
    return (hashes >> np.uint64(32)).tolist()


def keys_of(text: str) -> set[int]:
    """All keys of a text that an index would hold."""
    return set(SKETCHER.fingerprints([text])[0].keys.tolist())


def probes_of(text: str) -> set[int]:
    """All keys with which a draft is looked up."""
    return set(SKETCHER.probes(tokenise(text)).keys.tolist())


# The article signature, and datasketch beside it.


@pytest.mark.parametrize("text", STORIES, ids=["clock", "ferry", "Russian", "Chinese", "two"])
def test_the_signature_of_a_story_is_the_one_datasketch_makes(text: str) -> None:
    hashes = shingles(text)
    assert len(hashes) > 10
    assert SKETCHER.signature(hashes).tolist() == datasketch_of(upper(hashes)).hashvalues.tolist()


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=12), min_size=1, max_size=6))
@example([[0], [2**64 - 1], []])
def test_signatures_of_any_sets_are_the_ones_datasketch_makes(sets: list[list[int]]) -> None:
    bounds = np.cumsum([0, *map(len, sets)])
    hashes = np.array([value for values in sets for value in values], dtype=np.uint64)
    minhashes = MinHashes(DEFAULT_SPEC.scheme, DEFAULT_SPEC.seed, DEFAULT_SPEC.permutations)
    made = minhashes.signatures(hashes, bounds)
    for values, signature in zip(sets, made, strict=True):
        assert signature.tolist() == datasketch_of([value >> 32 for value in values]).hashvalues.tolist()


def test_another_seed_makes_another_signature() -> None:
    hashes, bounds = shingles(CLOCK), np.array([0, len(shingles(CLOCK))])
    one, other = (MinHashes("affine32", seed, 128).signatures(hashes, bounds) for seed in (1, 2))
    assert (one != other).any()


def test_another_scheme_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'mersenne61' is not supported"):
        MinHashes("mersenne61", 1, 128)


def test_the_bands_are_those_of_datasketch_optimiser() -> None:
    spec = DEFAULT_SPEC
    assert lsh_bands(spec.threshold, spec.permutations) == (spec.bands, spec.rows)


def versions(seed: int, stories: int = 40) -> list[str]:
    """Synthetic stories, each followed by four versions with more and more words replaced."""
    dice = random.Random(seed)
    made = []
    for _ in range(stories):
        words = [f"{dice.choice(VOCABULARY)}{dice.randrange(40) or ''}" for _ in range(dice.randint(30, 160))]
        made += [
            " ".join(dice.choice(VOCABULARY) if dice.random() < share else word for word in words)
            for share in (0.0, 0.02, 0.05, 0.1, 0.2)
        ]
    return made


def test_bands_find_what_datasketch_lsh_finds() -> None:
    texts = versions(11)
    spec = DEFAULT_SPEC
    oracle = MinHashLSH(num_perm=spec.permutations, params=(spec.bands, spec.rows))
    store = MemoryStore(secret=SECRET)
    made = SKETCHER.fingerprints(texts)
    store.apply([Upsert(Work(f"mp-{i:03}", text), row) for i, (text, row) in enumerate(zip(texts, made, strict=True))])
    signatures = [datasketch_of(upper(shingles(text))) for text in texts]
    for i, signature in enumerate(signatures):
        oracle.insert(i + 1, signature)
    found = [store.near(SKETCHER.near_keys(tokenise(text))).tolist() for text in texts]
    assert found == [sorted(oracle.query(signature)) for signature in signatures]
    neighbours = sum(map(len, found)) - len(texts)
    assert 100 < neighbours < 800, "the stories should be near-duplicates of some, and not of all"


def test_a_text_without_a_shingle_has_no_bands() -> None:
    assert len(SKETCHER.near_keys(tokenise("Too few words"))) == 0
    assert len(SKETCHER.fingerprints(["Too few words"])[0].bands) == 0


# SipHash, beside a plain one.


def plain_siphash(message: bytes, key: bytes) -> int:
    """SipHash-2-4 as the paper tells it, byte by byte."""
    mask = (1 << 64) - 1
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def left(value: int, bits: int) -> int:
        return ((value << bits) | (value >> (64 - bits))) & mask

    def sipround() -> None:
        v[0] = (v[0] + v[1]) & mask
        v[2] = (v[2] + v[3]) & mask
        v[1], v[3] = left(v[1], 13) ^ v[0], left(v[3], 16) ^ v[2]
        v[0] = left(v[0], 32)
        v[2] = (v[2] + v[1]) & mask
        v[0] = (v[0] + v[3]) & mask
        v[1], v[3] = left(v[1], 17) ^ v[2], left(v[3], 21) ^ v[0]
        v[2] = left(v[2], 32)

    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) % 256])
    for at in range(0, len(padded), 8):
        block = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= block
        sipround()
        sipround()
        v[0] ^= block
    v[2] ^= 0xFF
    for _ in range(4):
        sipround()
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def test_the_plain_siphash_gives_the_vector_of_the_paper() -> None:
    assert plain_siphash(bytes(range(15)), bytes(range(16))) == 0xA129CA6149BE45E5


def test_siphash_gives_the_published_vector_for_eight_bytes() -> None:
    """Vector 8 of the reference implementation: key 00..0f, message 00..07."""
    word = np.frombuffer(bytes(range(8)), dtype="<u8").astype(np.uint64)
    key = np.frombuffer(bytes(range(16)), dtype="<u8").astype(np.uint64)
    assert plain_siphash(bytes(range(8)), bytes(range(16))) == 0x93F5F5799A932462
    assert siphash24(word, (key[0], key[1])).tolist() == [0x93F5F5799A932462]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=5), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_siphash_of_arrays_is_siphash(words: list[int], k0: int, k1: int) -> None:
    made = siphash24(np.array(words, dtype=np.uint64), (np.uint64(k0), np.uint64(k1)))
    key = k0.to_bytes(8, "little") + k1.to_bytes(8, "little")
    assert made.tolist() == [plain_siphash(word.to_bytes(8, "little"), key) for word in words]


# Passage keys.


PIECES = st.sampled_from(
    [
        "",
        " ",
        "one two",
        CLOCK[:60],
        FERRY[:80],
        STRIKE,
        HARBOR,
        "сора",
        "break-",
        "\nwater",
        "U.S.",
        "\0",
        "中",
        "é" * 9,
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=8))
@example([""])
@example([])
@example(["", "a b c", "", "d e f g"])
@example([STRIKE, CLOCK, FERRY, STRIKE])
@example(["сора рост", CLOCK])
def test_texts_fingerprinted_together_are_fingerprinted_alike(texts: list[str]) -> None:
    together = SKETCHER.fingerprints(texts)
    assert len(together) == len(texts)
    for text, row in zip(texts, together, strict=True):
        (alone,) = SKETCHER.fingerprints([text])
        assert row.keys.tolist() == alone.keys.tolist()
        assert row.positions.tolist() == alone.positions.tolist()
        assert row.bands.tolist() == alone.bands.tolist()
        assert row.words == alone.words == len(tokenise(text))


def test_texts_of_several_batches_are_fingerprinted_alike() -> None:
    dice = random.Random(3)
    texts = [" ".join(dice.choices(VOCABULARY, k=60_000)) for _ in range(5)] + [CLOCK]
    together = SKETCHER.fingerprints(texts)
    assert [row.words for row in together] == [60_000] * 5 + [len(tokenise(CLOCK))]
    for text, row in zip(texts, together, strict=True):
        assert row.keys.tolist() == SKETCHER.fingerprints([text])[0].keys.tolist()


def test_no_key_reaches_from_one_text_into_the_next() -> None:
    dice = random.Random(8)
    texts = [" ".join(dice.choices(VOCABULARY, k=dice.randrange(8))) for _ in range(600)]
    together = SKETCHER.fingerprints(texts)
    assert sum(len(row.keys) for row in together) > 600
    assert [row.keys.tolist() for row in together] == [SKETCHER.fingerprints([text])[0].keys.tolist() for text in texts]


WORDS = st.lists(st.sampled_from(VOCABULARY), max_size=12)
RUN = st.lists(st.sampled_from(VOCABULARY), min_size=GUARANTEED, max_size=GUARANTEED)


@given(RUN, WORDS, WORDS, WORDS, WORDS)
@example(["the"] * GUARANTEED, [], ["the"], ["a"], [])
@settings(max_examples=300)
def test_a_shared_run_shares_a_key_whatever_surrounds_it(
    run: list[str], before: list[str], after: list[str], ours_before: list[str], ours_after: list[str]
) -> None:
    probes = SKETCHER.probes(tokenise(" ".join(run)))
    of_the_run = set(probes.keys[: probes.letters_from].tolist())
    stored = keys_of(" ".join(before + run + after)) & of_the_run
    assert stored, "a draft that holds the run is probed with all its shingles, and must meet one of the story's"
    assert stored & keys_of(" ".join(ours_before + run + ours_after)), "two stories must keep the same one"


def test_one_word_less_is_not_guaranteed() -> None:
    """So the guarantee above is no accident of keys being kept too freely."""
    dice = random.Random(5)
    missed = 0
    for _ in range(200):
        run = " ".join(f"w{dice.randrange(10**9)}x" for _ in range(GUARANTEED - 1))
        around = [" ".join(f"w{dice.randrange(10**9)}x" for _ in range(6)) for _ in range(2)]
        missed += not keys_of(f"{around[0]} {run} {around[1]}") & probes_of(run)
    assert missed > 0


def test_about_two_keys_in_five_shingles_are_kept() -> None:
    dice = random.Random(6)
    count = 4000
    text = " ".join(f"{dice.choice('bcdfg')}{dice.choice('aeiou')}{dice.randrange(10**6)}" for _ in range(count))
    row = SKETCHER.fingerprints([text])[0]
    letters = count * 8 / DEFAULT_SPEC.letter_every
    assert 0.9 < (len(row.keys) - letters) / (2 * count / (DEFAULT_SPEC.window + 1)) < 1.1


def test_every_key_of_a_story_is_probed_by_its_own_text() -> None:
    for text in STORIES:
        assert keys_of(text) <= probes_of(text)
        row = SKETCHER.fingerprints([text])[0]
        assert all(a <= b for a, b in pairwise(row.positions.tolist()))
        assert int(row.positions.max()) < row.words


def test_a_key_stands_at_the_word_where_its_shingle_begins() -> None:
    row, probes = SKETCHER.fingerprints([CLOCK])[0], SKETCHER.probes(tokenise(CLOCK))
    where = dict(zip(probes.keys.tolist(), probes.positions.tolist(), strict=True))
    assert [where[key] for key in row.keys.tolist()] == row.positions.tolist()


def test_letter_keys_find_text_without_its_spaces() -> None:
    run_together = FERRY.replace(" ", "")
    shared = keys_of(FERRY) & probes_of(run_together)
    assert len(shared) >= 2
    assert not keys_of(CLOCK) & probes_of(run_together)


@given(st.text(max_size=200))
@example(CLOCK)
def test_keys_have_at_most_47_bits(text: str) -> None:
    row = SKETCHER.fingerprints([text])[0]
    probed = SKETCHER.probes(tokenise(text)).keys
    assert KEY_BITS == 47
    assert all(int(key) < 2**47 for key in [*row.keys, *row.bands, *probed])


def test_another_secret_makes_other_keys() -> None:
    one, other = (Sketcher(DEFAULT_SPEC, secret).fingerprints([CLOCK])[0] for secret in (SECRET, bytes(32)))
    assert not set(one.keys.tolist()) & set(other.keys.tolist())
    assert not set(one.bands.tolist()) & set(other.bands.tolist())
    assert one.words == other.words


def test_a_sketcher_is_made_once_for_an_index() -> None:
    assert sketcher(DEFAULT_SPEC, SECRET) is sketcher(FingerprintSpec(), bytes(range(32)))
    assert sketcher(DEFAULT_SPEC, SECRET) is not sketcher(DEFAULT_SPEC, bytes(32))


# The format. A change here makes every index there is unreadable: it must be wanted, and take another name.


def test_the_specification_has_this_digest() -> None:
    assert DEFAULT_SPEC.digest == "99ac226f17376754"
    assert FingerprintSpec.from_json(DEFAULT_SPEC.to_json()) == DEFAULT_SPEC


def test_any_other_setting_has_another_digest() -> None:
    others = [
        FingerprintSpec(normaliser="wirecheck-text-0"),
        FingerprintSpec(shingle=5),
        FingerprintSpec(window=5),
        FingerprintSpec(letter_shingle=24),
        FingerprintSpec(letter_every=41),
        FingerprintSpec(seed=2),
        FingerprintSpec(permutations=256),
        FingerprintSpec(threshold=0.6),
        FingerprintSpec(bands=24),
        FingerprintSpec(rows=4),
        FingerprintSpec(key_bits=40),
        FingerprintSpec(scheme="mersenne61"),
    ]
    assert len({spec.digest for spec in [*others, DEFAULT_SPEC]}) == len(others) + 1
    assert DEFAULT_SPEC.differences(others[1]) == ["shingle 4, not 5"]


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="settings differ: \\['colour'\\]"):
        FingerprintSpec.from_json(DEFAULT_SPEC.to_json()[:-1] + ', "colour": 1}')


def test_the_keys_of_a_story_are_these_bytes() -> None:
    row = SKETCHER.fingerprints([CLOCK])[0]
    assert row.words == 33
    assert row.positions[:8].tolist() == [0, 4, 5, 6, 9, 10, 13, 14]
    assert [f"{key:012x}" for key in row.keys[:8].tolist()] == [
        "493671e0cb5e",
        "2247dd6cc973",
        "201063f689bd",
        "738226f6b973",
        "060e60ee6798",
        "0fdbfa12a47d",
        "59d240333470",
        "26d4f8d12265",
    ]
    assert [f"{key:012x}" for key in row.bands[:3].tolist()] == ["04d1650b19b8", "22d07e1e5128", "111ce5f76616"]
    assert [f"{key:012x}" for key in SKETCHER.fingerprints([STRIKE])[0].keys[:3].tolist()] == [
        "7433fbffbefc",
        "27bad49acf34",
        "55763a660922",
    ]
    assert [f"{key:012x}" for key in SKETCHER.fingerprints([HARBOR])[0].keys[:3].tolist()] == [
        "618122b51de3",
        "32465877a531",
        "760f3c69162d",
    ]
